"""The shape of a definition, by the schema that is published for editors: `schemagen/definition.schema.json`.

The schema decides; the sentences are made here. Every schema in it that can be broken has a title that says what is
wanted, as a noun. What breaks it is unfit to be read any further; the rest is read all the same.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from schemagen import engine, pointers
from schemagen.definitions.spots import Spot, cut
from schemagen.engine import Violation
from schemagen.findings import Finding
from schemagen.nearest import nearest
from schemagen.pointers import Pointer

RESERVED = {
    "extends": "write out what it should take over",
    "operations": "say per status what differs, or write a definition of its own",
}
# What an editor is told here is said better by those who read the place.
_SAID_ELSEWHERE = frozenset({"uniqueItems", "anyOf"})


@functools.cache
def schema() -> dict[str, Any]:
    """The published schema of definition files, JSON Schema draft-07."""
    path = Path(__file__).parent.parent / "definition.schema.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@functools.cache
def _engine() -> engine.Engine:
    return engine.fast(schema())


# Keywords of JSON Schema that would make a second language inside the first.
_APPLICATORS = frozenset(
    {
        "properties",
        "patternProperties",
        "additionalProperties",
        "required",
        "items",
        "prefixItems",
        "contains",
    }
    | {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$defs", "definitions"}
)


def check_shape(root: Spot, explained: frozenset[Pointer]) -> tuple[list[Finding], frozenset[Pointer]]:
    """What breaks the schema, without what is `explained` already, and the places that are unfit to be read."""
    violations = [item for item in _engine().violations(root.value) if item.keyword not in _SAID_ELSEWHERE]
    nested = {item.place for item in violations if _is_nested_object(root, item)}
    misspelt = {place for item in violations if (place := _meant(item)) is not None}
    findings: dict[tuple[Pointer, bool], Finding] = {}
    unfit: set[Pointer] = set(nested)
    for item in violations:
        if item.keyword == "required":
            target, on_key = (*item.place, item.member or ""), False
        elif item.member is not None:
            target, on_key = (*item.place, item.member), True
            unfit.add(target)
        else:
            target, on_key = item.place, False
            unfit.add(target)
        if target in explained or item.place in nested or (target, on_key) in findings:
            continue
        if item.keyword == "required" and target in misspelt:
            continue
        findings[target, on_key] = _describe(root, item)
    for place in sorted(nested, key=pointers.sort_key):
        findings[place, False] = _spot(root, place).finding("nested-object", name=_spot(root, place).name)
    return list(findings.values()), frozenset(unfit)


def _is_nested_object(root: Spot, item: Violation) -> bool:
    """Whether a mapping in a member's place has neither `type` nor any keyword: members written in place."""
    if item.at != ("definitions", "member") or item.keyword != "required":
        return False
    value = _spot(root, item.place).value
    return bool(value) and not value.keys() & schema()["definitions"]["member"]["properties"].keys()


def _meant(item: Violation) -> Pointer | None:
    """The place that an unknown key was probably meant to be."""
    if item.keyword != "additionalProperties":
        return None
    known = pointers.resolve(schema(), item.at).get("properties", ())
    return (*item.place, nearest(item.member or "", known) or "")


def _describe(root: Spot, item: Violation) -> Finding:
    spot = _spot(root, item.place)
    wanted = _title(item.at)
    if item.keyword == "required":
        return spot.finding(
            "missing-key", where=_where(spot, wanted), name=item.member or "", wanted=_wanted_of(item)
        )
    if item.keyword == "additionalProperties":
        return _unknown_key(spot, item)
    if item.member is not None:
        return _bad_name(_spot(root, (*item.place, item.member)), item.member, wanted)
    if item.keyword == "type":
        return spot.finding(
            "wrong-type", hint=_retype(spot, item), name=spot.name, wanted=wanted, found=_found(spot.value)
        )
    if item.keyword in ("minItems", "minProperties", "minLength"):
        return _too_few(spot, wanted)
    if item.keyword == "json":
        return spot.finding("not-json", problem=str(item.wanted))
    return spot.bad(wanted, hint=_near_value(spot, item))


def _unknown_key(spot: Spot, item: Violation) -> Finding:
    name = item.member or ""
    node = pointers.resolve(schema(), item.at)
    known = tuple(node.get("properties", ()))
    key = spot[name]
    if not spot.pointer and name in RESERVED:
        return key.finding("reserved-key", on_key=True, hint=RESERVED[name], name=name)
    hint = ""
    if item.at == ("definitions", "member") and name in _APPLICATORS:
        hint = "nested objects are named schemas"
    elif close := nearest(name, known):
        hint = f"did you mean '{close}'?"
    elif item.at == ("definitions", "members"):
        hint = f"a member that begins with '$' is written '${cut(name)}'"
    elif item.at == ("definitions", "member"):
        hint = "nested objects are named schemas"
    elif item.at == ("definitions", "codeUse") and name == "status":
        hint = "the status is that of the response"
    return key.finding(
        "unknown-key", on_key=True, hint=hint, name=cut(name), where=_where(spot, node["title"]), known=known
    )


def _bad_name(spot: Spot, name: str, wanted: str) -> Finding:
    hint = ""
    if wanted.startswith("a status") and name.lower() == "default":
        hint = "write 'default'"
    elif wanted.startswith("a status") and name.upper() != name:
        hint = f"write '{cut(name.upper())}'"
    elif wanted.startswith("a name of letters") and name[:1].isascii() and name[:1].islower():
        hint = f"write '{cut(name[0].upper() + name[1:])}'"
    return spot.finding("bad-name", on_key=True, hint=hint, name=cut(name), wanted=wanted)


def _too_few(spot: Spot, wanted: str) -> Finding:
    hint = ""
    if isinstance(spot.value, list) and len(spot.value) == 1 and spot.pointer[-1:] == ("body",):
        hint = "for a JSON array write 'list of' and what its items are"
    elif isinstance(spot.value, list) and spot.pointer[-1:] == ("$any",):
        hint = "a single member that is always there just has no 'optional'"
    return spot.finding("too-few", hint=hint, name=spot.name, wanted=wanted)


def _near_value(spot: Spot, item: Violation) -> str:
    if item.keyword == "enum" and isinstance(spot.value, str):
        close = nearest(spot.value, (word for word in item.wanted if isinstance(word, str)))
        return f"did you mean '{close}'?" if close else _listed(item.wanted)
    if item.keyword == "pattern" and isinstance(spot.value, str) and spot.value.upper() != spot.value:
        upper = spot.value.upper()
        return f"write '{upper}'" if len(upper) == 3 and upper.endswith("XX") else ""
    return ""


def _listed(words: Iterable[Any]) -> str:
    return f"one of {', '.join(json.dumps(word) if not isinstance(word, str) else word for word in words)}"


def _retype(spot: Spot, item: Violation) -> str:
    types = item.wanted if isinstance(item.wanted, list) else [item.wanted]
    if "string" in types and isinstance(spot.value, int | float):
        return f"put quotes around it: '{cut(spot.written)}'"
    if types == ["array"] and not isinstance(spot.value, dict | list) and spot.value is not None:
        return "put it in a list, even if it is the only one"
    return ""


def _found(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    for kind, words in ((int | float, "a number"), (str, "a text"), (list, "a list"), (dict, "a mapping")):
        if isinstance(value, kind):
            return words
    return "no JSON"


def _where(spot: Spot, title: str) -> str:
    """The construct a key belongs to, in words."""
    return spot.name if spot.pointer else title


def _title(at: Pointer) -> str:
    return next(_titles(at), "something else")


def _titles(at: Pointer) -> Iterator[str]:
    """The titles at a place of the schema and above it, the nearest first."""
    for length in range(len(at), -1, -1):
        node = pointers.resolve(schema(), at[:length])
        if isinstance(node, dict) and isinstance(node.get("title"), str):
            yield node["title"]


def _wanted_of(item: Violation) -> str:
    """What the missing key should hold."""
    node = pointers.resolve(schema(), (*item.at, "properties", item.member or ""))
    for part in (node, *node.get("allOf", ())):
        if "title" in part:
            return str(part["title"])
        if "$ref" in part:
            return str(pointers.resolve(schema(), pointers.parse(part["$ref"][1:]))["title"])
    return "a value"


def _spot(root: Spot, pointer: Pointer) -> Spot:
    """The spot at `pointer`, whether it is fit or not."""
    try:
        return Spot(root.scope, pointer, pointers.resolve(root.value, pointer))
    except LookupError:
        return Spot(root.scope, pointer, None)
