"""What a shape of the definition may hold, looking through named phrases: JSON types, and a JSON Schema to try values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemagen.model import Choice, Many, ObjectSchema, PhraseSchema, Reference, Scalar, Schema, Shape
from schemagen.phrases import FORMATS

ALL_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})


class Shapes:
    """The named schemas of one definition, and questions about shapes that refer to them."""

    __slots__ = ("_looping", "schemas")

    def __init__(self, schemas: Iterable[Schema]) -> None:
        self.schemas: dict[str, Schema] = {schema.name: schema for schema in schemas}
        self._looping: dict[str, str] | None = None

    def alternatives(self, shape: Shape) -> Iterator[Scalar | Many | ObjectSchema]:
        """The alternatives of a shape with named phrases resolved; a name that is not known counts as `any`."""
        pending: list[Shape] = [shape]
        seen: set[str] = set()
        while pending:
            part = pending.pop()
            if isinstance(part, Choice):
                pending += reversed(part.options)
            elif not isinstance(part, Reference):
                yield part
            elif part.name not in self.schemas:
                yield Scalar("any")
            elif part.name not in seen:
                seen.add(part.name)
                schema = self.schemas[part.name]
                if isinstance(schema, ObjectSchema):
                    yield schema
                else:
                    pending.append(schema.shape)

    def json_types(self, shape: Shape) -> frozenset[str]:
        """The JSON types that a value of this shape may have."""
        return frozenset(name for part in self.alternatives(shape) for name in _types(part))

    def holds_objects(self, shape: Shape) -> bool:
        """Whether a value of this shape may be an object, or a list or map of objects."""
        pending, seen = [shape], set()
        while pending:
            part = pending.pop()
            for alternative in self.alternatives(part):
                if isinstance(alternative, ObjectSchema) or alternative in (Scalar("object"), Scalar("any")):
                    return True
                if isinstance(alternative, Many) and alternative not in seen:
                    seen.add(alternative)
                    pending.append(alternative.of)
        return False

    def trial_schemas(self) -> dict[str, Any]:
        """For each named schema a JSON Schema that accepts its values, with objects as any object."""
        return {
            name: {"type": "object"} if isinstance(schema, ObjectSchema) else self.trial_schema(schema.shape)
            for name, schema in self.schemas.items()
        }

    def trial_schema(self, shape: Shape) -> dict[str, Any]:
        """A JSON Schema that accepts what has this shape, where the named ones stand under `$defs`."""
        if isinstance(shape, Reference):
            can_be_tried = shape.name in self.schemas and shape.name not in self.looping()
            return {"$ref": f"#/$defs/{shape.name}"} if can_be_tried else {}
        if isinstance(shape, Choice):
            return {"anyOf": [self.trial_schema(option) for option in shape.options]}
        if isinstance(shape, Many):
            inner = self.trial_schema(shape.of)
            if shape.kind == "list":
                return {"type": "array", "items": inner}
            return {"type": "object", "additionalProperties": inner}
        if shape.name == "any":
            return {}
        if shape.name == "digits":
            return {"type": "string", "pattern": "^[0-9]+$"}
        return {"type": "string", "format": shape.name} if shape.name in FORMATS else {"type": shape.name}

    def looping(self) -> dict[str, str]:
        """Named phrases that lead back to themselves without a list or map between, or lead to one that does.

        What they hold is never said. The value is the next name on the way.
        """
        if self._looping is None:
            self._looping = _find_loops(self.schemas)
        return self._looping


def _types(part: Scalar | Many | ObjectSchema) -> frozenset[str]:
    if isinstance(part, Many):
        return frozenset({"array" if part.kind == "list" else "object"})
    if isinstance(part, ObjectSchema):
        return frozenset({"object"})
    if part.name == "any":
        return ALL_TYPES
    return frozenset({"string"} if part.name == "digits" or part.name in FORMATS else {part.name})


def _find_loops(schemas: Mapping[str, Schema]) -> dict[str, str]:
    steps = {
        name: [part.name for part in _options(schema.shape) if isinstance(part, Reference)]
        for name, schema in schemas.items()
        if isinstance(schema, PhraseSchema)
    }
    waiting = {name: {step for step in ways if step in steps} for name, ways in steps.items()}
    users: dict[str, list[str]] = {name: [] for name in steps}
    for name, ways in waiting.items():
        for step in ways:
            users[step].append(name)
    settled = [name for name, ways in waiting.items() if not ways]
    while settled:
        name = settled.pop()
        for user in users[name]:
            waiting[user].discard(name)
            if not waiting[user]:
                settled.append(user)
    return {name: min(ways) for name, ways in waiting.items() if ways}


def _options(shape: Shape) -> tuple[Shape, ...]:
    return shape.options if isinstance(shape, Choice) else (shape,)
