"""Which part of a reference a piece tells, what its template gets beside the whole, and which anchors stand in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias, get_args

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.nearest import nearest
from schemagen.reference.anchors import anchor
from schemagen.reference.context import Reference, as_data

Piece: TypeAlias = Literal[
    "page",
    "all",
    "about",
    "body",
    "schema",
    "responses",
    "response",
    "codes",
    "code",
    "examples",
    "promises",
    "problem",
    "sources",
]

PIECES: tuple[Piece, ...] = get_args(Piece)
"""What `pieces` can give."""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What the template of a piece gets beside the whole reference, and the anchors that stand in it."""

    context: dict[str, Any]
    anchors: frozenset[str]


def select(reference: Reference, what: str, name: str) -> Part:
    """The part that is meant; for `codes` and `examples`, `name` is a status key, or empty for all.

    Raises:
        InputError: there is no such piece, or nothing of that name.
    """
    if what not in PIECES:
        raise InputError(_unknown("piece", what, PIECES))
    schemas, responses = reference.schemas, reference.responses
    codes, examples = reference.codes, reference.examples
    if what == "schema":
        schemas = (_find(reference, "schema", anchor("schema", name), schemas, name, "name"),)
    elif what == "response":
        responses = (_find(reference, "response", anchor("status", name), responses, name, "status"),)
    elif what == "code":
        codes = (_find(reference, "code", anchor("code", name), codes, name, "code"),)
    elif name and what in ("codes", "examples"):
        key = anchor("status", name)
        response = _find(reference, "response", key, responses, name, "status")
        tied = {code.anchor for code in response.codes}
        codes = tuple(code for code in codes if code.anchor in tied)
        examples = tuple(example for example in examples if example.status_anchor == key)
    parts: dict[str, tuple[Any, ...]] = {
        "schemas": schemas,
        "responses": responses,
        "codes": codes,
        "examples": examples,
    }
    told = _TOLD.get(what, tuple(parts))
    context: dict[str, Any] = {kind: tuple(map(as_data, part)) for kind, part in parts.items()}
    for single in ("schema", "response", "code"):
        if what == single:
            context[single] = context[f"{single}s"][0]
    anchors = frozenset(one.anchor for kind in told for one in parts[kind])
    return Part(context, anchors)


_TOLD: dict[str, tuple[str, ...]] = {
    "about": (),
    "body": ("schemas",),
    "schema": ("schemas",),
    "responses": ("responses",),
    "response": ("responses",),
    "codes": ("codes",),
    "code": ("codes",),
    "examples": ("examples",),
    "promises": (),
    "problem": (),
    "sources": (),
}


def _find(reference: Reference, kind: str, wanted: str, parts: Iterable[Any], name: str, named: str) -> Any:
    names = []
    for part in parts:
        if part.anchor == wanted:
            return part
        names.append(getattr(part, named))
    raise InputError(f"{reference.id}: {_unknown(kind, name, names)}")


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    known = tuple(known)
    close = nearest(name, known)
    listed = ", ".join(known[:20]) + (" …" if len(known) > 20 else "")
    hint = f"did you mean '{close}'?" if close else f"there are: {listed}" if known else "it has none"
    return f"there is no {kind} '{shown(name, 60)}'; {hint}"
