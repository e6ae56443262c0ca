"""Values that the compiler itself asks of a member: a status, a code, a text."""

from __future__ import annotations

from typing import Any

from schemagen import contract, statuses
from schemagen.compiler.catalogue import match_texts
from schemagen.compiler.pieces import Piece
from schemagen.compiler.setting import Setting
from schemagen.compiler.shapes import wire_types
from schemagen.contract import Note
from schemagen.model import Many, Member, Scalar


def status_values(member: Member, keys: tuple[str, ...], setting: Setting, note: Note) -> Piece | None:
    """What a status member may hold under these keys; None when they do not bind it (`default`).

    Exact statuses are a `const` or an `enum`, a class is a range; a status that is a string reads `"404"`.
    """
    if statuses.DEFAULT in keys:
        return None
    types = wire_types(member.shape, setting.schemas)
    classes = [key for key in keys if key.endswith("XX")]
    exact = [int(key) for key in keys if not key.endswith("XX")]
    if classes and (exact or len(classes) > 1):
        exact += [
            status for key in classes for status in range(statuses.span(key)[0], statuses.span(key)[1] + 1)
        ]
        classes = []
    piece = Piece({}, {(): note})
    if classes:
        first, last = statuses.span(classes[0])
        piece.constrain("type", _type_keyword(types))
        if "integer" in types or "number" in types:
            piece.constrain("minimum", first, note)
            piece.constrain("maximum", last, note)
        if "string" in types:
            piece.constrain("pattern", f"^{classes[0][0]}[0-9][0-9]$", note)
            piece.constrain("maxLength", 3, note)
        return piece
    values: list[Any] = sorted(set(exact)) if {"integer", "number"} & set(types) else []
    values += [str(status) for status in sorted(set(exact))] if "string" in types else []
    _one_of(piece, values, types, note)
    return piece


def code_values(member: Member, codes: tuple[contract.Code, ...], setting: Setting, note: Note) -> Piece:
    """One of these codes, or null where the member may be null."""
    piece = Piece({}, {(): note})
    _one_of(piece, [code.value for code in codes], wire_types(member.shape, setting.schemas), note)
    return piece


def text_values(
    member: Member, texts: tuple[contract.Text, ...], setting: Setting, note: Note
) -> Piece | None:
    """One of these texts, or null where the member may be null: null is no text. In a list, each item is one.

    Of a member that may hold something else as well only the texts are compared. None where it holds no text.
    """
    if isinstance(member.shape, Many) and member.shape.of == Scalar("string"):
        piece = Piece({"type": "array" if member.shape.kind == "list" else "object"})
        inner = _text(texts, ("string",), note)
        piece.nest(("items" if member.shape.kind == "list" else "additionalProperties",), inner)
        return piece
    types = wire_types(member.shape, setting.schemas)
    return _text(texts, types, note) if "string" in types else None


def _text(texts: tuple[contract.Text, ...], types: tuple[str, ...], note: Note) -> Piece:
    piece = Piece({}, {(): note})
    keyword, value = match_texts(texts)
    if isinstance(value, list):
        _one_of(piece, value, types, note, always_list=True)
    else:
        piece.constrain("type", _type_keyword(types))
        piece.constrain(keyword, value, note)
    return piece


def _one_of(
    piece: Piece, values: list[Any], types: tuple[str, ...], note: Note, *, always_list: bool = False
) -> None:
    if "null" in types:
        values = [*values, None]
    if len(values) == 1 and not always_list:
        piece.constrain("const", values[0], note)
    else:
        piece.constrain("enum", values, note)


def _type_keyword(types: tuple[str, ...]) -> str | list[str]:
    return types[0] if len(types) == 1 else list(types)
