"""What a schema asks of a place, gathered from all that holds there, if nothing stands there but what is known here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.checking import applied
from schemagen.contract import Schema
from schemagen.pointers import Pointer
from schemagen.scale.fast.shapes import LARGEST, UntypableError

SILENT = frozenset(
    ("$schema", "$id", "$comment", "$defs", "$ref", "allOf", "title", "description", "examples", "deprecated")
)
OF_SCALARS = frozenset(
    (
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "not",
    )
)
_KNOWN = (
    SILENT
    | OF_SCALARS
    | frozenset(
        (
            "type",
            "const",
            "enum",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "if",
            "then",
        )
    )
)
SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
ANY = SCALARS | {"object", "array"}

Nodes: TypeAlias = list[tuple[Pointer, dict[str, Any]]]


def nodes_at(schema: Schema, starts: Sequence[Pointer]) -> Nodes:
    """All schema objects that hold at a place, if nothing but what is known here stands in them."""
    found: Nodes = []
    for start in starts:
        if not isinstance(pointers.resolve(schema.document, start), dict):
            raise UntypableError("a boolean schema")
        found += applied(schema, start)
    for _, node in found:
        if node.keys() - _KNOWN or not all(isinstance(each, dict) for each in node.get("allOf", ())):
            raise UntypableError("a keyword that has no type")
    return found


def types_of(nodes: Nodes) -> frozenset[str]:
    """The types that all of them leave."""
    types = ANY
    for _, node in nodes:
        declared = node.get("type", ANY)
        named = {declared} if isinstance(declared, str) else set(declared)
        types &= named | {"integer"} if "number" in named else named
    return types


def listed_in(nodes: Nodes) -> list[Any] | None:
    """The values that one `const` or `enum` leaves; None where there is none."""
    lists = [[node["const"]] for _, node in nodes if "const" in node]
    lists += [node["enum"] for _, node in nodes if "enum" in node]
    return min(lists, key=len, default=None)


def is_plain(value: object) -> bool:
    """Whether msgspec has a literal of it that means the same."""
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= LARGEST
    return value is None or isinstance(value, str)


def starts_of(nodes: Nodes, name: str) -> tuple[Pointer, ...]:
    """The schemas for the member `name`; the empty name stands for those that have none."""
    starts: list[Pointer] = []
    for at, node in nodes:
        if name in node.get("properties", ()):
            starts.append((*at, "properties", name))
        elif node.get("additionalProperties", True) is not True:
            starts.append((*at, "additionalProperties"))
    return tuple(starts)


def read_condition(condition: Any, then: Any) -> tuple[str, Sequence[Any], set[str]]:
    """The member of a condition, the values it asks for, and the members that it then says something of."""
    try:
        ((when, value),) = condition["properties"].items()
        values = [value["const"]] if "const" in value else value["enum"]
        is_tie = condition == {"type": "object", "properties": {when: value}, "required": [when]}
        is_tie &= value.keys() in ({"const"}, {"enum"}) and then.keys() == {"properties"}
    except (LookupError, AttributeError, TypeError, ValueError) as problem:
        raise UntypableError("a condition of another kind") from problem
    if not is_tie or not all(map(is_plain, values)):
        raise UntypableError("a condition of another kind")
    return when, values, set(then["properties"])
