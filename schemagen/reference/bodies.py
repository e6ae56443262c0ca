"""What a body looks like: the named schemas of a contract with their members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen.contract import Contract, Header
from schemagen.display import shown, shown_lines
from schemagen.pointers import Pointer, resolve
from schemagen.reference import wording
from schemagen.reference.anchors import anchor
from schemagen.reference.context import Constraint, Member, Schema

_SAID = {
    "keywords": True,
    "expected": False,
}  # the rules of notes on constraints, and whether they are guaranteed


def schemas(contract: Contract) -> tuple[Schema, ...]:
    """The definition's schemas: as they are met from the body inwards, then those that only a response uses."""
    defined = contract.tolerant.document.get("$defs", {})
    named = [name for name in defined if not name.startswith("status-")]
    met = dict.fromkeys(_met(contract.tolerant.document, defined))
    return tuple(_schema(contract, name) for name in dict.fromkeys([*met, *named]) if name in named)


def _met(document: dict[str, Any], defined: dict[str, Any]) -> Iterator[str]:
    waiting = [{key: value for key, value in document.items() if key != "$defs"}]
    seen: set[str] = set()
    while waiting:
        for name in _named(waiting.pop(0)):
            if name not in seen:
                seen.add(name)
                yield name
                waiting.append(defined.get(name, {}))


def _named(schema: Any) -> Iterator[str]:
    """The schemas that a schema refers to, in its order."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            elif key not in ("const", "enum", "default", "examples"):
                yield from _named(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _named(value)


def _schema(contract: Contract, name: str) -> Schema:
    at: Pointer = ("$defs", name)
    schema = contract.tolerant.document["$defs"][name]
    others = schema.get("additionalProperties")
    is_object = "properties" in schema or (schema.get("type") == "object" and not isinstance(others, dict))
    phrase = contract.tolerant.note(at).phrase
    note = contract.tolerant.notes.get((*at, "anyOf"))
    return Schema(
        name=name,
        anchor=anchor("schema", name),
        type=wording.words("object" if is_object and not phrase else phrase or wording.type_of(schema)),
        description=shown_lines(str(schema.get("description", ""))),
        members=tuple(_member(contract, at, member) for member in schema.get("properties", {})),
        at_least_one=tuple(
            shown(branch["required"][0]) for branch in schema.get("anyOf", ()) if "required" in branch
        )
        if note is not None and note.rule == "presence"
        else (),
        others=wording.words(wording.type_of(others)) if is_object and isinstance(others, dict) else (),
        closed=others is False,
    )


def _member(contract: Contract, owner: Pointer, name: str) -> Member:
    at = (*owner, "properties", name)
    schema: dict[str, Any] = resolve(contract.tolerant.document, at)
    note = contract.tolerant.note(at)
    return Member(
        name=shown(name),
        type=wording.words(note.phrase or wording.type_of(schema)),
        presence=note.presence or "always",
        role=note.role or "",
        description=shown_lines(str(schema.get("description", ""))),
        constraints=tuple(_constraints(contract, at)),
        examples=tuple(wording.as_json(example) for example in schema.get("examples", ())),
        deprecated=schema.get("deprecated") is True,
    )


def _constraints(contract: Contract, at: Pointer) -> Iterator[Constraint]:
    """What the definition says of the value of a member beyond its type; the list of codes has its own table."""
    exact = contract.exact
    for pointer, note in exact.notes.items():
        if pointer[: len(at)] == at and len(pointer) > len(at) and note.rule in _SAID:
            value = resolve(exact.document, pointer)
            yield wording.constraint(str(pointer[-1]), value, guaranteed=_SAID[note.rule])


def header(said: Header) -> Member:
    """A response header, told as a member is."""
    plain = wording.type_of(said.schema)
    given = {key: value for key, value in said.exact.items() if key not in ("type", "format", "not")}
    return Member(
        name=shown(said.name),
        type=wording.words(said.phrase or plain),
        presence=said.presence,
        role=said.role or "",
        description=shown_lines(said.description),
        constraints=tuple(
            wording.constraint(key, value, guaranteed=said.schema.get(key) == value)
            for key, value in given.items()
            if key in wording.CONSTRAINTS
        ),
        examples=tuple(wording.as_json(example) for example in said.schema.get("examples", ())),
        deprecated=said.schema.get("deprecated") is True,
    )
