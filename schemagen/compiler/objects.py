"""Named schemas: objects with their members, and phrases that have a name."""

from __future__ import annotations

from typing import Any

from schemagen.compiler import conditions
from schemagen.compiler.pieces import Piece
from schemagen.compiler.setting import Setting
from schemagen.compiler.shapes import compile_shape, describe, wire_types
from schemagen.compiler.values import code_values
from schemagen.contract import Note
from schemagen.model import Member, ObjectSchema, PhraseSchema, Schema


def compile_schema(schema: Schema, setting: Setting) -> Piece:
    """What stands under `$defs` for a named schema of the definition."""
    if isinstance(schema, PhraseSchema):
        piece = compile_shape(schema.shape)
        piece.notes[()] = Note(phrase=describe(schema.shape), origin=schema.origin)
        return piece
    return _compile_object(schema, setting)


def _compile_object(schema: ObjectSchema, setting: Setting) -> Piece:
    piece = Piece({"type": "object"}, {(): Note(origin=schema.origin)})
    if schema.description:
        piece.schema["description"] = schema.description
    for member in schema.members:
        piece.nest(("properties", member.name), _compile_member(member, setting))
    required = [member.name for member in schema.members if _is_required(member, setting)]
    if required:
        piece.constrain("required", required, Note("presence", origin=schema.origin))
    _compile_at_least_one(piece, schema)
    _compile_others(piece, schema, setting)
    for condition in (*conditions.ties(schema, setting), *conditions.texts(schema, setting)):
        piece.append("allOf", condition)
    return piece


def _is_required(member: Member, setting: Setting) -> bool:
    return member.presence == "always" or (member.presence == "usually" and setting.variant == "exact")


def _compile_at_least_one(piece: Piece, schema: ObjectSchema) -> None:
    if schema.at_least_one:
        for name in schema.at_least_one:
            piece.append("anyOf", Piece({"required": [name]}))
        phrase = ", ".join(schema.at_least_one)
        piece.notes[("anyOf",)] = Note("presence", phrase=phrase, origin=(*schema.origin, "$any"))


def _compile_others(piece: Piece, schema: ObjectSchema, setting: Setting) -> None:
    if schema.closed:
        piece.constrain("additionalProperties", False, Note("members", origin=(*schema.origin, "$closed")))  # noqa: FBT003
    elif schema.others is not None:
        piece.nest(("additionalProperties",), compile_shape(schema.others))
    elif setting.holds(setting.form.rules.members):
        piece.constrain("additionalProperties", False, Note("members", origin=schema.origin))  # noqa: FBT003


def _compile_member(member: Member, setting: Setting) -> Piece:
    piece = compile_value(member, setting)
    note = Note(
        role=member.role, phrase=describe(member.shape), presence=member.presence, origin=member.origin
    )
    piece.notes[()] = note
    if member.role == "code" and setting.codes and setting.holds(setting.form.rules.codes):
        listed = code_values(member, setting.codes, setting, Note("codes", role="code", origin=("codes",)))
        for keyword, value in listed.schema.items():
            piece.constrain(keyword, value, listed.notes[()])
    return piece


def compile_value(member: Member, setting: Setting) -> Piece:
    """The schema of a member's value: its shape, its keywords, in exact also what is expected."""
    piece = compile_shape(member.shape)
    nullable = "null" in wire_types(member.shape, setting.schemas)
    for keyword, wanted in member.keywords.items():
        _constrain(
            piece, keyword, wanted, Note("keywords", origin=(*member.origin, keyword)), nullable=nullable
        )
    if setting.variant == "exact":
        for keyword, wanted in member.expected.items():
            origin = (*member.origin, "expect", keyword)
            _constrain(piece, keyword, wanted, Note("expected", origin=origin), nullable=nullable)
    piece.schema.update(member.annotations)
    return piece


def _constrain(piece: Piece, keyword: str, wanted: Any, note: Note, *, nullable: bool) -> None:
    """A keyword of the definition; where the member may be null, `const` and `enum` let null pass as well."""
    if nullable and keyword == "const" and wanted is not None:
        piece.constrain("enum", [wanted, None], note)
    elif nullable and keyword == "enum" and None not in wanted:
        piece.constrain("enum", [*wanted, None], note)
    else:
        piece.constrain(keyword, wanted, note)
