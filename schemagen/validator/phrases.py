"""The phrases that the compiler left beside the schemas, in the words of findings."""

from __future__ import annotations

import functools
from typing import Any

_TYPES = {"array": "list"}


@functools.lru_cache(maxsize=4096)
def shape_of(phrase: str) -> str:
    """What a phrase says of the value: `optional list of Issue as children` is `list of Issue`."""
    for presence in ("optional ", "usually "):
        phrase = phrase.removeprefix(presence)
    shape, _, role = phrase.rpartition(" as ")
    return shape if role and shape else phrase


def alternatives_of(phrase: str) -> tuple[str, ...]:
    """The alternatives of a phrase, the outermost ones: `A or list of (B or C)` is `A`, `list of (B or C)`."""
    parts, depth = [""], 0
    for word in shape_of(phrase).split(" "):
        if word == "or" and depth == 0:
            parts.append("")
            continue
        depth += word.count("(") - word.count(")")
        parts[-1] += (" " if parts[-1] else "") + word
    return tuple(part for part in parts if part)


def describe(schema: dict[str, Any], *, inside: bool = False) -> str:
    """What a schema without a phrase asks for, in the words of the language: `list of string`, `uuid`, `object`."""
    declared, inner = schema.get("type"), schema.get("items") or schema.get("additionalProperties")
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema and declared is None:
        text = " or ".join(describe(branch) for branch in schema["anyOf"])
        return f"({text})" if inside else text
    if declared in ("array", "object") and isinstance(inner, dict) and "properties" not in schema:
        return f"{'list' if declared == 'array' else 'map'} of {describe(inner, inside=True)}"
    if declared == "string" and ("format" in schema or "not" in schema):
        return str(schema.get("format", "digits"))
    return types_of(declared) if declared else "any"


def types_of(declared: Any) -> str:
    """The value of the keyword `type` in the words of the language: `["string", "null"]` is `string or null`."""
    names = [declared] if isinstance(declared, str) else list(declared)
    return " or ".join(_TYPES.get(name, name) for name in names)


def kind_of(value: Any) -> str:
    """The JSON type of a value in the words of the language."""
    names = {type(None): "null", bool: "boolean", str: "string", list: "list", dict: "object", int: "integer"}
    return names.get(type(value), "number")
