"""What a shape of the definition may hold, looking through named phrases: JSON types, and a JSON Schema to try values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemagen.model import Choice, Many, ObjectSchema, PhraseSchema, Reference, Scalar, Schema, Shape
from schemagen.phrases import FORMATS, references

ALL_TYPES = frozenset({"string", "integer", "number", "boolean", "object", "array", "null"})

Schemas = Mapping[str, Schema]


def alternatives(shape: Shape, schemas: Schemas) -> Iterator[Scalar | Many | ObjectSchema]:
    """The alternatives of a shape with named phrases resolved; a name that is not known counts as `any`."""
    pending: list[Shape] = [shape]
    seen: set[str] = set()
    while pending:
        part = pending.pop(0)
        if isinstance(part, Choice):
            pending = [*part.options, *pending]
        elif not isinstance(part, Reference):
            yield part
        elif part.name not in schemas:
            yield Scalar("any")
        elif part.name not in seen:
            seen.add(part.name)
            schema = schemas[part.name]
            if isinstance(schema, PhraseSchema):
                pending = [schema.shape, *pending]
            else:
                yield schema


def json_types(shape: Shape, schemas: Schemas) -> frozenset[str]:
    """The JSON types that a value of this shape may have."""
    return frozenset(name for part in alternatives(shape, schemas) for name in _types(part))


def _types(part: Scalar | Many | ObjectSchema) -> frozenset[str]:
    if isinstance(part, Many):
        return frozenset({"array" if part.kind == "list" else "object"})
    if isinstance(part, ObjectSchema):
        return frozenset({"object"})
    if part.name == "any":
        return ALL_TYPES
    return frozenset({"string"} if part.name == "digits" or part.name in FORMATS else {part.name})


def trial_schema(shape: Shape, schemas: Schemas) -> dict[str, Any]:
    """A JSON Schema that accepts what has this shape, with objects as any object."""
    reached: dict[str, Any] = {}
    looping = phrase_loops(schemas)
    pending = [shape]
    while pending:
        for reference in references(pending.pop()):
            name = reference.name
            if name in reached:
                continue
            schema = schemas.get(name)
            if isinstance(schema, PhraseSchema) and name not in looping:
                reached[name] = _trial(schema.shape)
                pending.append(schema.shape)
            else:
                reached[name] = {"type": "object"} if isinstance(schema, ObjectSchema) else {}
    return {**_trial(shape), "$defs": reached}


def _trial(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Reference):
        return {"$ref": f"#/$defs/{shape.name}"}
    if isinstance(shape, Choice):
        return {"anyOf": [_trial(option) for option in shape.options]}
    if isinstance(shape, Many):
        if shape.kind == "list":
            return {"type": "array", "items": _trial(shape.of)}
        return {"type": "object", "additionalProperties": _trial(shape.of)}
    if shape.name == "any":
        return {}
    if shape.name == "digits":
        return {"type": "string", "pattern": "^[0-9]+$"}
    return {"type": "string", "format": shape.name} if shape.name in FORMATS else {"type": shape.name}


def phrase_loops(schemas: Schemas) -> dict[str, str]:
    """Named phrases that lead back to themselves without a list or map between, or lead to one that does.

    What they hold is never said. The value is the next name on the way.
    """
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
