"""Where schemas stand inside a schema (JSON Schema 2020-12), so that no walk takes data (`const`, `enum`) for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemagen.pointers import Pointer

_ONE = frozenset(["not", "if", "then", "else", "items", "additionalProperties"])
_LISTS = frozenset(["allOf", "anyOf", "oneOf"])
_MAPS = frozenset(["properties", "$defs"])


def replace_subschemas(schema: dict[str, Any], change: Callable[[Any, Pointer], Any]) -> dict[str, Any]:
    """A copy of `schema` with `change(subschema, its place in schema)` where each direct subschema stood."""
    copy: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _ONE:
            copy[keyword] = change(value, (keyword,))
        elif keyword in _LISTS:
            copy[keyword] = [change(item, (keyword, index)) for index, item in enumerate(value)]
        elif keyword in _MAPS:
            copy[keyword] = {name: change(item, (keyword, name)) for name, item in value.items()}
        else:
            copy[keyword] = value
    return copy
