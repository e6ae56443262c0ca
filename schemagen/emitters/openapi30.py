"""JSON Schema 2020-12 as OpenAPI 3.0 Schema Objects, without loss: what one accepts, the other accepts.

OAS 3.0.4, section 4.7.24. Only the keywords that a definition can give rise to are known; another one is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemagen.emitters.subschemas import replace_subschemas
from schemagen.pointers import Pointer

Piece = dict[str, Any]

NULL: Piece = {"type": "string", "nullable": True, "enum": [None]}
"""Only null: `nullable` counts beside a `type` only, and `enum` keeps the strings out."""

_SAME = frozenset(
    [
        "additionalProperties",
        "allOf",
        "anyOf",
        "default",
        "deprecated",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maxLength",
        "maxProperties",
        "maximum",
        "minItems",
        "minLength",
        "minProperties",
        "minimum",
        "multipleOf",
        "not",
        "oneOf",
        "pattern",
        "properties",
        "required",
        "title",
        "uniqueItems",
    ]
)


def lower(schema: Any) -> Piece:
    """The Schema Object that accepts what `schema` accepts, under the OAS 3.0 dialect.

    Raises:
        ValueError: a keyword that has no translation here.
    """
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    lowered: Piece = {}
    for keyword, value in replace_subschemas(schema, _lower_inner).items():
        _join(lowered, _translate(keyword, value, schema))
    if lowered.get("type") == "array":
        lowered.setdefault("items", {})
    return lowered


def _lower_inner(schema: Any, at: Pointer) -> Any:
    return schema if at == ("additionalProperties",) and isinstance(schema, bool) else lower(schema)


def _translate(keyword: str, value: Any, schema: Piece) -> Piece:
    if keyword in _SAME or keyword.startswith("x-"):
        return {keyword: value}
    if keyword not in _TRANSLATIONS:
        raise ValueError(f"no OpenAPI 3.0 for the keyword {keyword}")
    return _TRANSLATIONS[keyword](value, schema)


def _join(whole: Piece, piece: Piece) -> None:
    """Add `piece`; where one of its keywords is taken by another value, all of it goes into `allOf`."""
    if all(keyword not in whole or whole[keyword] == value for keyword, value in piece.items()):
        whole.update(piece)
    elif list(piece) == ["allOf"]:
        whole["allOf"] = [*whole["allOf"], *piece["allOf"]]
    else:
        whole["allOf"] = [*whole.get("allOf", []), piece]


def _nothing(value: Any, schema: Piece) -> Piece:  # noqa: ARG001 - every translation has this signature
    return {}


def _reference(value: str, schema: Piece) -> Piece:
    """What stands beside a `$ref` is ignored in 3.0, so the reference goes into `allOf`."""
    return {"$ref": value} if len(schema) == 1 else {"allOf": [{"$ref": value}]}


def _type(value: str | list[str], schema: Piece) -> Piece:  # noqa: ARG001 - as above
    names = [value] if isinstance(value, str) else value
    types: list[Piece] = [{"type": name} for name in names if name != "null"]
    if not types:
        return dict(NULL)
    if "null" in names:
        types[0]["nullable"] = True
    if len(types) == 1:
        return types[0]
    return {"anyOf": [{**one, "items": {}} if one["type"] == "array" else one for one in types]}


def _if(condition: Piece, schema: Piece) -> Piece:
    """`if A then B else C` is `(not A or B) and (A or C)`."""
    inner = replace_subschemas({key: schema[key] for key in ("then", "else") if key in schema}, _lower_inner)
    parts = []
    if "then" in inner:
        parts.append({"anyOf": [{"not": condition}, inner["then"]]})
    if "else" in inner:
        parts.append({"anyOf": [condition, inner["else"]]})
    return parts[0] if len(parts) == 1 else {"allOf": parts}


_TRANSLATIONS: dict[str, Callable[[Any, Piece], Piece]] = {
    "$ref": _reference,
    "type": _type,
    "const": lambda value, _: {"enum": [value]},
    "if": _if,
    "then": _nothing,  # said by `if`
    "else": _nothing,
    "exclusiveMinimum": lambda value, _: {"minimum": value, "exclusiveMinimum": True},
    "exclusiveMaximum": lambda value, _: {"maximum": value, "exclusiveMaximum": True},
    "examples": lambda value, _: {"example": value[0]} if value else {},
    "$comment": _nothing,
}
