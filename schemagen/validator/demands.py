"""What a keyword asks of a value, in words: the same for members and for headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from schemagen.engine import Violation
from schemagen.findings import Fact
from schemagen.validator.case import to_text

LENGTHS = {
    "minLength": ("characters", "at least"),
    "maxLength": ("characters", "at most"),
    "minItems": ("items", "at least"),
    "maxItems": ("items", "at most"),
    "minProperties": ("members", "at least"),
    "maxProperties": ("members", "at most"),
}
"""The keywords that count: what they count, and what they say of the number."""

RANGES = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}
"""The keywords that bound a number, and what they say of it."""

# What stands before what is wanted: of a constraint, and of what is only documented (`expect`).
_OPENINGS = {
    "pattern": ("wanted a text that matches", "the documented pattern is"),
    "format": ("wanted", "the documented format is"),
    "const": ("wanted", "the documented value is"),
    "enum": ("wanted", "the documented values are"),
    "uniqueItems": ("wanted", "documented are"),
}
_LISTED = 10  # values in one message; the definition has the rest


class Demand(NamedTuple):
    """What is wanted, and the half of a sentence that says so."""

    want: Fact
    sentence: str


def keyword_of(violation: Violation, schema: dict[str, Any]) -> str:
    """The keyword to speak of; `digits` is two keywords in a schema, of which the empty text breaks the other one."""
    return "not" if violation.keyword == "minLength" and "not" in schema else violation.keyword


def demand_of(keyword: str, wanted: Any, cut: Callable[[str], str], *, expected: bool) -> Demand:
    """What `keyword` with the value `wanted` asks for. `cut` shortens what comes from the definition."""
    want = _want(keyword, wanted, cut)
    opening = _OPENINGS.get(keyword, ("wanted", "documented is"))[expected]
    return Demand(want, f"{opening} {', '.join(want) if isinstance(want, tuple) else want}")


def demand_shape(shape: str) -> Demand:
    """What is wanted where there is nothing: a value of this shape."""
    return Demand(shape, "it may hold anything" if shape == "any" else f"wanted {shape}")


def listed(values: list[Any], cut: Callable[[str], str], most: int = _LISTED) -> tuple[str, ...]:
    """The first values as JSON texts, and how many more there are."""
    shown = tuple(cut(to_text(value)) for value in values[:most])
    return shown if len(values) <= most else (*shown, f"{len(values) - most} more")


def _want(keyword: str, wanted: Any, cut: Callable[[str], str]) -> Fact:
    if keyword == "enum":
        return listed(wanted, cut)
    if keyword in LENGTHS:
        return f"{LENGTHS[keyword][1]} {wanted}"
    if keyword in RANGES:
        return f"{RANGES[keyword]} {wanted}"
    simple = {
        "const": to_text(wanted),
        "pattern": str(wanted),
        "format": str(wanted),
        "not": "digits",
        "uniqueItems": "items that all differ",
    }
    return cut(simple.get(keyword, f"{keyword} {to_text(wanted)}"))
