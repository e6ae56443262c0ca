"""Contracts of the shipped definitions, compiled before they were shipped, for those who only judge by them.

The files beside this one are written by `make docs` and proved fresh by a test. What stands there counts only for
the very bytes that it was compiled from; any other definition has to be compiled.
"""

from __future__ import annotations

import dataclasses
import functools
import zlib
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from schemagen.contract import (
    Code,
    Condition,
    Contract,
    Example,
    Header,
    Note,
    Response,
    Schema,
    Strict,
    Text,
)
from schemagen.pointers import Pointer

FOLDER = Path(__file__).resolve().parent

Lines: TypeAlias = dict[Pointer, tuple[int, int]]

# The members that hold records of ours, and those that hold plain JSON; lists in all others are tuples.
_RECORDS: dict[type, dict[str, type]] = {
    Contract: {
        "when": Condition,
        "tolerant": Schema,
        "exact": Schema,
        "responses": Response,
        "headers": Header,
        "codes": Code,
        "rules": Strict,
        "examples": Example,
    },
    Response: {"headers": Header},
    Code: {"texts": Text},
}
_JSON: dict[type, tuple[str, ...]] = {
    Schema: ("document",),
    Header: ("schema", "exact"),
    Condition: ("body", "unless"),
    Example: ("body",),
}


class Precompiled(NamedTuple):
    """A contract, and line and column (from 1) of every value of its definition."""

    contract: Contract
    lines: Lines


def find(file: str, data: bytes, name: str) -> Precompiled | None:
    """What was compiled from the bytes `data` of the definition `<file>.yaml` that findings call `name`, if anything was."""
    import orjson

    try:
        known = orjson.loads((FOLDER / f"{file}.json").read_bytes())
    except OSError:
        return None
    if known["of"] != _digest(data):
        return None
    contract: Contract = _record(Contract, {**known["contract"], "name": name})
    return Precompiled(contract, {tuple(at): (line, column) for at, line, column in known["lines"]})


def to_data(compiled: Precompiled, data: bytes) -> dict[str, Any]:
    """What the file `<id>.json` is to hold for the definition that was compiled from `data`."""
    return {
        "of": _digest(data),
        "contract": {**_plain(compiled.contract), "name": ""},
        "lines": [[at, *place] for at, place in compiled.lines.items()],
    }


def _digest(data: bytes) -> str:
    """What tells versions of a definition apart. It guards against mistakes alone: who can change the definition can change
    what was compiled from it; and hashlib takes longer to import than all definitions to read.
    """
    return f"{len(data)}-{zlib.crc32(data):08x}"


def _record(kind: Any, members: dict[str, Any]) -> Any:
    """An instance of `kind`, one of the records of `contract`."""
    records, json = _RECORDS.get(kind, {}), _JSON.get(kind, ())
    read = {}
    for name, value in members.items():
        if name in records:
            one = functools.partial(_record, records[name])
            read[name] = tuple(map(one, value)) if isinstance(value, list) else one(value)
        elif kind is Schema and name == "notes":
            read[name] = {tuple(at): _record(Note, note) for at, note in value}
        else:
            read[name] = value if name in json else _frozen(value)
    return kind(**read)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """`value` without what it has by default; records become objects, notes a list of pairs."""
    if isinstance(value, Schema):
        notes = [[at, _plain(note)] for at, note in value.notes.items()]
        return {"document": value.document, "notes": notes}
    if isinstance(value, Contract):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "_fields"):
        defaults, members = value._field_defaults, value._asdict().items()
        return {name: _plain(member) for name, member in members if member != defaults.get(name, ...)}
    return list(map(_plain, value)) if isinstance(value, tuple) else value
