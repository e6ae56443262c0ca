"""What a contract says of one thing, in words: types, constraints, conditions, advice, promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from schemagen.contract import Condition, Strict
from schemagen.display import shown, shown_lines
from schemagen.reference.anchors import anchor
from schemagen.reference.context import Constraint, Link, Promise, Word

_LISTED = 40  # values of an `enum`
_NAME = re.compile(r"([A-Z][A-Za-z0-9_]{0,62})")  # of a schema; every other word of a phrase is in lower case
_URL = re.compile(r"(?:https?://|mailto:)[^\s<>\"'`\\^{}|]+", re.IGNORECASE)
_RELATIONS = {
    "const": "is",
    "pattern": "matches",
    "format": "has the format",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "minimum": "at least",
    "maximum": "at most",
    "multipleOf": "a multiple of",
}
_AMOUNTS = {
    "Length": ("character", "characters"),
    "Items": ("item", "items"),
    "Properties": ("member", "members"),
}
CONSTRAINTS = frozenset(
    [*_RELATIONS, "enum", "uniqueItems", *(f"{end}{what}" for end in ("min", "max") for what in _AMOUNTS)]
)
_ADVICE = {
    "yes": "Trying again may help.",
    "no": "Trying again does not help.",
    "after": "Try again after the time that the response names.",
    "": "",
}
_PROMISES = {
    "responses": (
        "The listed statuses are all there are; any other is an error.",
        "The listed statuses are those that are documented; any other is drift.",
        "The listed statuses are some of those there are.",
    ),
    "codes": (
        "The listed codes are all there are; any other is an error.",
        "The listed codes are those that are documented; any other is drift.",
        "The listed codes are some of those there are.",
    ),
    "messages": (
        "A code that lists texts has no other; any other is an error.",
        "A code that lists texts has those that are documented; any other is drift.",
        "The listed texts are some of those there are.",
    ),
    "members": (
        "An object has the listed members and no other; any other is an error.",
        "An object has the members that are documented; any other is drift.",
        "An object may have further members.",
    ),
}


def type_of(schema: dict[str, Any]) -> str:
    """What a schema that the compiler made of a shape says, in the words of the language: `list of Error or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(type_of(option) for option in schema["anyOf"])
    types = schema.get("type")
    if isinstance(types, list):
        rest = [type_of({**schema, "type": one}) for one in types if one != "null"]
        return " or ".join([*rest, "null"])
    if types == "array":
        return f"list of {_inside(schema.get('items', {}))}"
    if types == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map of {_inside(schema['additionalProperties'])}"
    if types == "string" and "not" in schema:
        return "digits"
    return str(schema.get("format") or types or "any")


def _inside(schema: dict[str, Any]) -> str:
    text = type_of(schema)
    return f"({text})" if " or " in text else text


def words(phrase: str) -> tuple[Word, ...]:
    """A type as it is written in the language, cut where it names a schema."""
    return tuple(
        Word(piece, anchor("schema", piece) if _NAME.fullmatch(piece) else "")
        for piece in _NAME.split(phrase)
        if piece
    )


def constraint(keyword: str, value: Any, *, guaranteed: bool) -> Constraint:
    """A constraint of JSON Schema in words."""
    if keyword == "enum":
        values = [as_json(one) for one in value[:_LISTED]]
        more = f" … and {len(value) - _LISTED} more" if len(value) > _LISTED else ""
        return Constraint("one of", ", ".join(values) + more, guaranteed)
    if keyword == "uniqueItems":
        return Constraint("no item twice" if value else "items may be equal", "", guaranteed)
    if keyword in _RELATIONS:
        text = shown(value) if keyword == "pattern" else as_json(value)
        return Constraint(_RELATIONS[keyword], text, guaranteed)
    for end, (one, many) in _AMOUNTS.items():
        if keyword.endswith(end):
            relation = "at least" if keyword.startswith("min") else "at most"
            return Constraint(f"{relation} {value} {one if value == 1 else many}", "", guaranteed)
    return Constraint(keyword, as_json(value), guaranteed)


def as_json(value: Any, indent: int | None = None) -> str:
    """`value` as JSON that can be shown, and copied: what could not be shown is written as an escape."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    return text if shown_lines(text) == text else shown_lines(json.dumps(value, indent=indent))


def conditions(when: Iterable[Condition]) -> tuple[str, ...]:
    """When a response is an error: one sentence for each condition of which one must hold."""
    return tuple("; ".join(_condition(one)) for one in when)


def _condition(condition: Condition) -> Iterator[str]:
    if condition.statuses:
        ranges = (str(a) if a == b else f"{a}–{b}" for a, b in condition.statuses)
        yield f"the status is {', '.join(ranges)}"
    if condition.body is not None:
        yield f"the body holds {as_json(condition.body)}"
    if condition.has is not None:
        yield f"the body has the member {shown(condition.has)}"
    if condition.unless is not None:
        yield f"the body does not hold {as_json(condition.unless)}"


def advice(retry: str | None) -> str:
    """Whether to try again, in a sentence; empty where nothing is said."""
    return _ADVICE[retry or ""]


def promises(rules: Strict) -> tuple[Promise, ...]:
    """What each of the definition's rules means for who reads responses."""
    said = {about: getattr(rules, about) for about in _PROMISES}
    order = ("closed", "open", "any")
    return tuple(Promise(about, rule, _PROMISES[about][order.index(rule)]) for about, rule in said.items())


def link(text: str | None) -> Link:
    """A text, with the address that it is or that it begins with, if that is one to follow."""
    text = shown(text or "")
    found = _URL.match(text)
    is_address = found is not None and (found.end() == len(text) or text[found.end()] == " ")
    return Link(text, found[0] if found and is_address else "")
