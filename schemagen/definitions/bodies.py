"""Bodies and named schemas: members written under `body` become schemas of their own, with generated names."""

from __future__ import annotations

import re

from schemagen.definitions.members import check_repeated, read_object, read_schema, read_shape
from schemagen.definitions.spots import Reading, Spot, cut
from schemagen.model import Body, Choice, ObjectSchema, Reference, Schema, Shape

OWN = "body"  # in a response's alternatives: the definition's own body
NOTHING = "none"  # as a response's body: no content
_GENERATED = re.compile(r"Body([0-9]+|[1-5]XX|Default)?(Alternative[0-9]+)?")


def read_schemas(root: Spot) -> Reading[list[Schema]]:
    """The schemas under `schemas`."""
    found: list[Schema] = []
    for name, spot in root["schemas"].members():
        if _GENERATED.fullmatch(name):
            yield spot.finding("reserved-name", on_key=True, name=name)
        schema = yield from read_schema(name, spot)
        if schema is not None:
            found.append(schema)
    return found


def read_own_body(root: Spot) -> Reading[tuple[Body | None, list[ObjectSchema]]]:
    """The body of the definition, and the schemas that its members became."""
    if not root.has("body"):
        return None, []
    return (yield from _read_body(root["body"], "Body", "Body", None))


def read_response_body(
    spot: Spot, key: str, own: Body | None
) -> Reading[tuple[Body | None, list[ObjectSchema]]]:
    """The body of the response `key`, and the schemas that its members became."""
    name = f"Body{key[0].upper()}{key[1:]}"
    return (yield from _read_body(spot, name, f"{name}Alternative", own))


def _read_body(
    spot: Spot, name: str, alternative: str, own: Body | None
) -> Reading[tuple[Body | None, list[ObjectSchema]]]:
    if isinstance(spot.value, list):
        return (yield from _read_alternatives(spot, alternative, own))
    if isinstance(spot.value, dict):
        schema = yield from read_object(name, spot)
        return Body(Reference(name), name, spot.pointer), [schema]
    shape = yield from read_shape(spot)
    if shape is None:
        return None, []
    return Body(shape, "null" if spot.value is None else spot.value, spot.pointer), []


def _read_alternatives(
    spot: Spot, alternative: str, own: Body | None
) -> Reading[tuple[Body | None, list[ObjectSchema]]]:
    options: dict[Shape, None] = {}
    phrases: list[str] = []
    schemas: list[ObjectSchema] = []
    yield from check_repeated(spot)
    for number, item in enumerate(spot.items(), start=1):
        shape: Shape | None
        if isinstance(item.value, dict):
            schemas.append((yield from read_object(f"{alternative}{number}", item)))
            shape = Reference(schemas[-1].name)
            phrases.append(schemas[-1].name)
        elif item.value == OWN and spot.pointer[0] == "responses":
            shape = own.shape if own else None
            phrases.append(own.phrase if own else OWN)
        else:
            shape = yield from read_shape(item)
            phrases.append("null" if item.value is None else cut(item.value))
        for option in shape.options if isinstance(shape, Choice) else (shape,):
            if option is not None:
                options[option] = None
    if not options:
        return None, schemas
    shape = next(iter(options)) if len(options) == 1 else Choice(tuple(options))
    return Body(shape, " or ".join(phrases), spot.pointer), schemas
