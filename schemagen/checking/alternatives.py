"""Which branch of an `anyOf` a value was meant to be, by structure alone.

The compiler's own constraints (status, codes, texts) take no part: a wrong status in the body must not make the value
look like the other alternative.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from schemagen import engine, pointers
from schemagen.contract import Schema
from schemagen.pointers import Pointer

# Lower is more alike: failing constants, items of a wrong type, missing members, minus known members.
_Likeness = tuple[int, int, int, int]


def applied(schema: Schema, at: Pointer) -> tuple[tuple[Pointer, dict[str, Any]], ...]:
    """The schema objects that hold for a value judged at `at`: itself, then those behind `$ref` and in `allOf`."""
    return _applied(engine.Identity(schema.document), at)


@functools.lru_cache(maxsize=4096)
def _applied(
    identity: engine.Identity[dict[str, Any]], at: Pointer
) -> tuple[tuple[Pointer, dict[str, Any]], ...]:
    document = identity.held
    node = pointers.resolve(document, at)
    if not isinstance(node, dict):  # `true` and `false` are schemas, too
        return ()
    referred = [pointers.parse(node["$ref"][1:], document)] if "$ref" in node else []
    parts = ((*at, "allOf", index) for index in range(len(node.get("allOf", ()))))
    inner = (_applied(identity, place) for place in (*referred, *parts))
    return ((at, node), *itertools.chain.from_iterable(inner))


def best(schema: Schema, at: Pointer, value: Any, among: Iterable[int]) -> tuple[int, ...]:
    """Those branches of the `anyOf` of the schema object `at` that `value` is most like; empty when it is like none."""
    branches = {index: (*at, "anyOf", index) for index in among}
    fitting = [index for index, branch in branches.items() if _has_type(schema, branch, value)]
    if len(fitting) < 2:
        return tuple(fitting)
    likeness = {index: _likeness(schema, branches[index], value) for index in fitting}
    top = min(likeness.values())
    if isinstance(value, dict | list) and top[3] == 0:
        return ()
    return tuple(index for index in fitting if likeness[index] == top)


def _has_type(schema: Schema, at: Pointer, value: Any) -> bool:
    for place, node in applied(schema, at):
        declared = node.get("type")
        if declared is not None and not any(
            is_type(value, name) for name in ([declared] if isinstance(declared, str) else declared)
        ):
            return False
        if "anyOf" in node and not any(_has_type(schema, branch, value) for branch in _branches(place, node)):
            return False
    return True


def is_type(value: Any, name: str) -> bool:
    """Whether a JSON value is of the type as JSON Schema 2020-12 counts: `1.0` is an integer, `true` is no number."""
    if isinstance(value, bool):
        return name == "boolean"
    if isinstance(value, float):
        return name == "number" or (name == "integer" and value.is_integer())
    return name in {
        type(None): ("null",),
        int: ("integer", "number"),
        str: ("string",),
        list: ("array",),
        dict: ("object",),
    }.get(type(value), ())


def _likeness(schema: Schema, at: Pointer, value: Any) -> _Likeness:
    if isinstance(value, dict):
        return _likeness_of_object(schema, at, value)
    if isinstance(value, list):
        return _likeness_of_list(schema, at, value)
    return 0, 0, 0, 0


def _likeness_of_object(schema: Schema, at: Pointer, value: dict[str, Any]) -> _Likeness:
    consts, wrong, known, required = 0, 0, set[str](), set[str]()
    nested: list[_Likeness] = []
    for place, node in applied(schema, at):
        members = node.get("properties", {})
        known.update(name for name in members if name in value)
        if _is_author(schema, place, "required"):
            required.update(node.get("required", ()))
        consts += sum(
            _is_author(schema, (*place, "properties", name), "const") and member["const"] != value[name]
            for name, member in members.items()
            if name in value and isinstance(member, dict) and "const" in member
        )
        if "anyOf" in node:
            nested.append(min(_likeness(schema, branch, value) for branch in _branches(place, node)))
    own = (consts, wrong, len(required - value.keys()), -len(known))
    return _total([own, *nested])


def _likeness_of_list(schema: Schema, at: Pointer, value: list[Any]) -> _Likeness:
    parts: list[_Likeness] = []
    for place, node in applied(schema, at):
        if "items" in node:
            parts += [_likeness_of_item(schema, (*place, "items"), item) for item in value]
        if "anyOf" in node:
            parts.append(min(_likeness(schema, branch, value) for branch in _branches(place, node)))
    return _total(parts)


def _likeness_of_item(schema: Schema, at: Pointer, item: Any) -> _Likeness:
    if not _has_type(schema, at, item):
        return 0, 1, 0, 0
    return _total([(0, 0, 0, -1), _likeness(schema, at, item)])


def _branches(place: Pointer, node: dict[str, Any]) -> Iterator[Pointer]:
    return ((*place, "anyOf", index) for index in range(len(node["anyOf"])))


def _is_author(schema: Schema, at: Pointer, keyword: str) -> bool:
    """Whether the definition's author wrote the constraint, not the compiler from status, codes and texts."""
    return schema.note(at, keyword).rule in ("shape", "presence", "keywords")


def _total(parts: list[_Likeness]) -> _Likeness:
    consts, wrong, missing, known = (sum(column) for column in zip((0, 0, 0, 0), *parts, strict=True))
    return consts, wrong, missing, known
