"""Which JSON type a value has for which several schemas hold: null seldom, and something flat where anything goes."""

from __future__ import annotations

import random

from schemagen.sampling.leaves import Node

_TYPES = ("string", "integer", "boolean", "number", "object", "array", "null")
_OF_TYPE = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "maxProperties"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


def choose_kind(nodes: list[Node], chance: random.Random) -> str | None:
    """The JSON type of a value, one of those that all nodes allow; None if there is none."""
    left = list(_TYPES)
    for node in nodes:
        declared = node.schema.get("type")
        if declared is not None:
            named = {declared} if isinstance(declared, str) else set(declared)
            left = [kind for kind in left if kind in named or (kind == "integer" and "number" in named)]
    if not left:
        return None
    spoken = [
        kind
        for kind in left
        for node in nodes
        if any(keyword in node.schema for keyword in _OF_TYPE.get(kind, ()))
    ]
    if len(left) == len(_TYPES) and not spoken:  # anything goes: something flat does
        left = ["string", "integer", "boolean", "null"]
    rare = [kind for kind in spoken or left if kind != "null" or len(left) == 1]
    return "null" if "null" in left and (not rare or chance.random() < 0.15) else chance.choice(rare)
