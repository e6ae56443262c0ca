"""Shapes as JSON Schema: types, formats, lists, maps, references and alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemagen.compiler.pieces import Piece
from schemagen.contract import Note
from schemagen.model import Choice, Many, PhraseSchema, Reference, Scalar, Schema, Shape

PLAIN_TYPES = ("string", "integer", "number", "boolean", "object", "null")
DIGITS: dict[str, Any] = {"type": "string", "minLength": 1, "not": {"pattern": "[^0-9]"}}


def reference_to(name: str) -> dict[str, Any]:
    """The `$ref` to a named schema of the same document."""
    return {"$ref": f"#/$defs/{name}"}


def compile_shape(shape: Shape) -> Piece:
    """The schema of a shape. A choice carries its phrase as a note, so that "fits none of" can be said."""
    if isinstance(shape, Scalar):
        return Piece(_scalar(shape.name))
    if isinstance(shape, Reference):
        return Piece(reference_to(shape.name))
    if isinstance(shape, Many):
        piece = Piece({"type": "array" if shape.kind == "list" else "object"})
        piece.nest(("items" if shape.kind == "list" else "additionalProperties",), compile_shape(shape.of))
        return piece
    nullable = _nullable(shape)
    if nullable is not None:
        return Piece(nullable)
    piece = Piece({}, {("anyOf",): Note(phrase=describe(shape))})
    for option in shape.options:
        piece.append("anyOf", compile_shape(option))
    return piece


def _scalar(name: str) -> dict[str, Any]:
    if name == "any":
        return {}
    if name == "digits":
        return {**DIGITS, "not": dict(DIGITS["not"])}
    if name in PLAIN_TYPES:
        return {"type": name}
    return {"type": "string", "format": name}


def _nullable(shape: Choice) -> dict[str, Any] | None:
    """`T or null` as one schema with two types, where T has no keyword that would refuse null."""
    others = [option for option in shape.options if option != Scalar("null")]
    if len(others) != 1 or len(shape.options) != 2 or not isinstance(others[0], Scalar):
        return None
    schema = _scalar(others[0].name)
    if "type" not in schema or "not" in schema:
        return None
    return {**schema, "type": [schema["type"], "null"]}


def describe(shape: Shape, *, inside: bool = False) -> str:
    """The shape in the words of the language: `list of (string or integer)`."""
    if isinstance(shape, Scalar | Reference):
        return shape.name
    if isinstance(shape, Many):
        return f"{shape.kind} of {describe(shape.of, inside=True)}"
    text = " or ".join(describe(option) for option in shape.options)
    return f"({text})" if inside else text


def options(shape: Shape) -> tuple[Shape, ...]:
    """The alternatives of a choice; any other shape is its own only alternative."""
    return shape.options if isinstance(shape, Choice) else (shape,)


def wire_types(shape: Shape, schemas: Mapping[str, Schema]) -> tuple[str, ...]:
    """The JSON types that a value of this shape may have, in the order of the shape, looking through named phrases."""
    return tuple(dict.fromkeys(_wire_types(shape, schemas, frozenset())))


def _wire_types(shape: Shape, schemas: Mapping[str, Schema], seen: frozenset[str]) -> Iterator[str]:
    for option in options(shape):
        if isinstance(option, Scalar):
            declared = _scalar(option.name).get("type")
            yield from PLAIN_TYPES[:-1] if declared is None else (declared,)
        elif isinstance(option, Many):
            yield "array" if option.kind == "list" else "object"
        elif isinstance(option, Reference) and option.name not in seen:
            schema = schemas[option.name]
            if isinstance(schema, PhraseSchema):
                yield from _wire_types(schema.shape, schemas, seen | {option.name})
            else:
                yield "object"
