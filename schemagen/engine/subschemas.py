"""A schema document taken apart: where its schemas are, what they refer to, and a copy that an engine can trust."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

from schemagen import pointers
from schemagen.engine.violations import SchemaError
from schemagen.pointers import Pointer

_MAPS = ("properties", "patternProperties", "$defs", "definitions", "schemas", "responses")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = ("items", "then", "else")
_DATA = ("const", "enum", "default", "example", "examples")


def _subschemas(schema: dict[str, Any]) -> Iterator[tuple[Pointer, Any]]:
    for keyword, value in schema.items():
        if isinstance(value, dict) and keyword in _MAPS:
            yield from (((keyword, name), inner) for name, inner in value.items())
        elif isinstance(value, list) and keyword in _LISTS:
            yield from (((keyword, index), inner) for index, inner in enumerate(value))
        elif keyword in _SCHEMAS or (isinstance(value, dict) and keyword not in _DATA):
            yield (keyword,), value


def copied(schema: dict[str, Any]) -> dict[str, Any]:
    """A copy in which no two schemas are one object, and `false` in a schema's place is `{"not": {}}`."""
    copy: dict[Any, Any] = {
        keyword: value.copy() if isinstance(value, (dict, list)) else value
        for keyword, value in schema.items()
        if keyword != "$schema"  # else jsonschema would go on with its own validator from here
    }
    for path, inner in _subschemas(schema):
        holder: Any = copy[path[0]] if len(path) == 2 else copy
        if isinstance(inner, dict):
            holder[path[-1]] = copied(inner)
        elif inner is False:
            holder[path[-1]] = {"not": {}}
    return copy


def schemas(schema: dict[str, Any], at: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Each schema object in `schema`, itself first, with its place."""
    yield at, schema
    for path, inner in _subschemas(schema):
        if isinstance(inner, dict):
            yield from schemas(inner, (*at, *path))


def referred(reference: str, document: dict[str, Any], base: str) -> dict[str, Any]:
    """The schema object in the `document`, which is called `base`, to which `reference` leads.

    Raises:
        SchemaError: it leads out of the document or nowhere.
    """
    where, _, fragment = reference.partition("#")
    try:
        if where not in ("", base):
            raise LookupError(reference)
        found = pointers.resolve(document, pointers.parse(urllib.parse.unquote(fragment), document))
        if not isinstance(found, dict):
            raise LookupError(reference)
    except (LookupError, ValueError):
        raise SchemaError(f"there is no schema at {reference}") from None
    return found
