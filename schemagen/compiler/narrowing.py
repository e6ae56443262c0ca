"""A body under one status: its status member, its codes and its texts, narrowed inside each alternative.

The body's status is bound outside of lists, maps and children only. The code nearest to the root is bound by the HTTP
status, unless a status stands beside it (`conditions.ties` binds it then).
"""

from __future__ import annotations

import dataclasses

from schemagen.compiler import conditions
from schemagen.compiler.catalogue import codes_of
from schemagen.compiler.pieces import Piece
from schemagen.compiler.setting import Setting, member_with
from schemagen.compiler.shapes import compile_shape, describe, options
from schemagen.compiler.values import code_values, status_values
from schemagen.contract import Note
from schemagen.model import Choice, Many, Member, ObjectSchema, PhraseSchema, Reference, Shape

MAX_PARTS = 10_000


class TooManyPartsError(Exception):
    """The definition refers to its schemas in so many ways that one status would need a giant schema."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """What the HTTP status still binds on the way down, and the schemas on that way."""

    status: bool = True
    codes: bool = True
    seen: frozenset[str] = frozenset()


@dataclasses.dataclass(slots=True)
class Narrowing:
    """Narrows shapes to one status key of one of the two schemas. `parts` counts what was made, against bombs."""

    key: str
    setting: Setting
    parts: int = 0

    def body(self, shape: Shape) -> Piece:
        """The whole schema of a body of this shape under the status.

        Raises:
            TooManyPartsError: more than `MAX_PARTS` narrowed objects.
        """
        return self._whole(shape, Reach())

    def _whole(self, shape: Shape, reach: Reach) -> Piece:
        narrower = self._narrower(shape, reach)
        if isinstance(shape, Choice):
            return narrower or compile_shape(shape)
        return _both(shape, narrower)

    def _alternatives(self, shape: Choice, reach: Reach) -> Piece | None:
        narrower = [self._narrower(option, reach) for option in shape.options]
        if not any(narrower):
            return None
        piece = Piece({}, {("anyOf",): Note(phrase=describe(shape))})
        for option, narrowed in zip(shape.options, narrower, strict=True):
            piece.append("anyOf", _both(option, narrowed))
        return piece

    def _narrower(self, shape: Shape, reach: Reach) -> Piece | None:
        """What holds beside the shape's own schema (for a choice: in its place); None when the status adds nothing."""
        if isinstance(shape, Choice):
            return self._alternatives(shape, reach)
        if isinstance(shape, Many):
            inner = self._narrower(shape.of, dataclasses.replace(reach, status=False))
            if inner is None:
                return None
            piece = Piece({"type": "array" if shape.kind == "list" else "object"})
            piece.nest(("items" if shape.kind == "list" else "additionalProperties",), inner)
            return piece
        if not isinstance(shape, Reference) or shape.name in reach.seen:
            return None
        schema = self.setting.schemas[shape.name]
        reach = dataclasses.replace(reach, seen=reach.seen | {shape.name})
        if isinstance(schema, PhraseSchema):
            return self._narrower(schema.shape, reach)
        return self._object(schema, reach)

    def _object(self, schema: ObjectSchema, reach: Reach) -> Piece | None:
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise TooManyPartsError
        piece = Piece({"type": "object"})
        code, status = member_with(schema, "code"), member_with(schema, "status")
        if status is not None and reach.status:
            note = Note("status", role="status", origin=status.origin)
            self._nest(piece, status, status_values(status, (self.key,), self.setting, note))
        if code is not None and status is None and reach.codes:
            self._nest(piece, code, self._codes(code))
        nearest = self._nearest(schema) if code is None and reach.codes else ()
        for member in schema.members:
            if member.role not in {"code", "status"}:
                inner = dataclasses.replace(
                    reach, status=reach.status and member.role != "children", codes=member.name in nearest
                )
                if inner.status or inner.codes:
                    self._nest(piece, member, self._narrower(member.shape, inner))
        if reach.codes and (code is None or status is None):
            for condition in conditions.texts_at(schema, self.key, self.setting):
                piece.append("allOf", condition)
        return piece if len(piece.schema) > 1 else None

    def _nest(self, piece: Piece, member: Member, inner: Piece | None) -> None:
        if inner is not None:
            piece.nest(("properties", member.name), inner)

    def _codes(self, member: Member) -> Piece | None:
        """The codes of the status; nothing where the source ties none to it, or where all codes are allowed."""
        codes = self.setting.codes
        allowed = codes_of(codes, self.key, self.setting.documented)
        if not self.setting.ties_hold or not allowed or len(allowed) == len(codes):
            return None
        note = Note("codes", role="code", origin=("codes",))
        if self.setting.form.rules.codes != "any":
            return code_values(member, allowed, self.setting, note)
        here = {code.text for code in allowed}
        elsewhere = [code.value for code in codes if code.text not in here]
        return Piece({"not": {"enum": elsewhere}}, {(): note, ("not",): note})

    def _nearest(self, schema: ObjectSchema) -> frozenset[str]:
        """The members through which the codes nearest to this object are reached."""
        level: dict[str, list[ObjectSchema]] = {
            member.name: list(_objects(member.shape, self.setting, set())) for member in schema.members
        }
        seen = {schema.name}
        while any(level.values()):
            found = [name for name, inner in level.items() if any(member_with(one, "code") for one in inner)]
            if found:
                return frozenset(found)
            here = {one.name for inner in level.values() for one in inner}
            seen |= here
            level = {
                name: [
                    target
                    for one in inner
                    for member in one.members
                    for target in _objects(member.shape, self.setting, set())
                    if target.name not in seen
                ]
                for name, inner in level.items()
            }
            level = {name: list({one.name: one for one in inner}.values()) for name, inner in level.items()}
        return frozenset()


def _both(shape: Shape, narrower: Piece | None) -> Piece:
    if narrower is None:
        return compile_shape(shape)
    piece = Piece()
    piece.append("allOf", compile_shape(shape))
    piece.append("allOf", narrower)
    return piece


def _objects(shape: Shape, setting: Setting, seen: set[str]) -> list[ObjectSchema]:
    """The objects that a value of this shape is, or is a list or a map of."""
    found: list[ObjectSchema] = []
    for option in options(shape):
        if isinstance(option, Many):
            found += _objects(option.of, setting, seen)
        elif isinstance(option, Reference) and option.name not in seen:
            seen.add(option.name)
            schema = setting.schemas[option.name]
            if isinstance(schema, PhraseSchema):
                found += _objects(schema.shape, setting, seen)
            else:
                found.append(schema)
    return found
