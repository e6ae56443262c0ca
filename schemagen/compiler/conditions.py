"""What holds inside one object by its code: the status beside it, and the texts of its message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen import contract
from schemagen.compiler.catalogue import codes_of, texts_anywhere, texts_of
from schemagen.compiler.pieces import Piece
from schemagen.compiler.setting import Setting, member_with
from schemagen.compiler.shapes import options, wire_types
from schemagen.compiler.values import status_values, text_values
from schemagen.contract import Note
from schemagen.model import Member, ObjectSchema, PhraseSchema, Reference, Shape

Path = tuple[str, ...]


def ties(schema: ObjectSchema, setting: Setting) -> Iterator[Piece]:
    """`if code then status`, for codes with a status member beside them; codes with the same ties share one."""
    code, status = member_with(schema, "code"), member_with(schema, "status")
    if code is None or status is None or not setting.ties_hold:
        return
    groups: dict[tuple[str, ...], list[contract.Code]] = {}
    for entry in setting.codes:
        if entry.statuses:
            groups.setdefault(entry.statuses, []).append(entry)
    for keys, entries in groups.items():
        note = Note(
            "ties",
            role="status",
            code=entries[0].text if len(entries) == 1 else None,
            origin=entries[0].origin,
        )
        wanted = status_values(status, keys, setting, note)
        if wanted is not None:
            yield _when({(code.name,): [entry.value for entry in entries]}, status.name, wanted)


def texts(schema: ObjectSchema, setting: Setting) -> Iterator[Piece]:
    """`if code then message` for texts that hold at every status, or at the status said beside the code."""
    message = member_with(schema, "message")
    if message is None or not setting.holds(setting.form.rules.messages):
        return
    status = member_with(schema, "status") if member_with(schema, "code") else None
    for path in code_paths(schema, setting):
        for code in setting.codes:
            general = texts_anywhere(code, setting.documented)
            if general:
                yield from _say(path, code, message, general, setting)
            if status is None or len(path) != 1:
                continue
            for key in code.statuses:
                special = texts_of(code, key, setting.documented)
                if special and special != general:
                    yield from _say(path, code, message, special, setting, status=(status, key))


def texts_at(schema: ObjectSchema, key: str, setting: Setting) -> Iterator[Piece]:
    """`if code then message` for texts that belong to one HTTP status, where no status stands beside the code."""
    message = member_with(schema, "message")
    if message is None or not setting.holds(setting.form.rules.messages):
        return
    for path in code_paths(schema, setting):
        for code in codes_of(setting.codes, key, setting.documented):
            special = texts_of(code, key, setting.documented)
            if special and special != texts_anywhere(code, setting.documented):
                yield from _say(path, code, message, special, setting)


def code_paths(schema: ObjectSchema, setting: Setting) -> tuple[Path, ...]:
    """Where, seen from this object, the codes stand whose texts its message holds: members by name, nearest first.

    Its own code, else those of inner objects that have no message themselves, never through a list or a map.
    """
    own = member_with(schema, "code")
    if own is not None:
        return ((own.name,),)
    found: list[Path] = []
    seen = {schema.name}
    level: list[tuple[Path, ObjectSchema]] = [((), schema)]
    while level and not found:
        inner = [
            ((*path, member.name), target)
            for path, outer in level
            for member in outer.members
            for target in _objects(member.shape, setting, frozenset())
            if target.name not in seen
        ]
        seen.update(target.name for _, target in inner)
        level = [(path, target) for path, target in inner if member_with(target, "message") is None]
        found = [(*path, code.name) for path, target in level if (code := member_with(target, "code"))]
    return tuple(dict.fromkeys(found))


def _objects(shape: Shape, setting: Setting, seen: frozenset[str]) -> Iterator[ObjectSchema]:
    for option in options(shape):
        if isinstance(option, Reference) and option.name not in seen:
            schema = setting.schemas[option.name]
            if isinstance(schema, PhraseSchema):
                yield from _objects(schema.shape, setting, seen | {option.name})
            else:
                yield schema


def _say(
    path: Path,
    code: contract.Code,
    message: Member,
    wanted: tuple[contract.Text, ...],
    setting: Setting,
    status: tuple[Member, str] | None = None,
) -> Iterator[Piece]:
    note = Note("messages", role="message", code=code.text, origin=code.origin)
    conditions: dict[Path, Any] = {path: [code.value]}
    if status is not None:
        there = status_values(status[0], (status[1],), setting, note)
        if there is not None:
            conditions[(status[0].name,)] = there.schema
    types = wire_types(message.shape, setting.schemas)
    if "string" in types and not set(types) <= {"string", "null"}:
        conditions[(message.name,)] = {"type": "string"}
    said = text_values(message, wanted, setting, note)
    if said is not None:
        yield _when(conditions, message.name, said)


def _when(conditions: dict[Path, Any], name: str, then: Piece) -> Piece:
    """`if` the values at these paths are such (a list: one of), `then` the member `name` is as `then` says."""
    condition: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for path, wanted in conditions.items():
        schema = wanted if isinstance(wanted, dict) else _one_of(wanted)
        inner = condition
        for step in path[:-1]:
            inner["required"].append(step)
            inner = inner["properties"].setdefault(step, {"type": "object", "properties": {}, "required": []})
        inner["required"].append(path[-1])
        inner["properties"][path[-1]] = schema
    piece = Piece({"if": condition})
    piece.nest(("then", "properties", name), then)
    return piece


def _one_of(values: list[Any]) -> dict[str, Any]:
    return {"const": values[0]} if len(values) == 1 else {"enum": values}
