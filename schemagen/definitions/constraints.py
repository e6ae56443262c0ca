"""Constraints against types: a keyword has to apply to the member's type, and a value has to be one of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen import engine
from schemagen.definitions.members import CONSTRAINTS
from schemagen.definitions.roles import line_of
from schemagen.definitions.shapes import Shapes
from schemagen.definitions.spots import Spot, cut
from schemagen.findings import Finding
from schemagen.model import Code, ErrorFormat, Member, ObjectSchema

_APPLIES = {
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}
_KIND = {keyword: kind for kind, keywords in _APPLIES.items() for keyword in keywords}
_WORDS = {"string": "strings", "number": "numbers", "array": "lists", "object": "objects and maps"}


def check_constraints(root: Spot, form: ErrorFormat, shapes: Shapes) -> Iterator[Finding]:
    """Findings about the keywords of all members and headers, and about codes that their member refuses."""
    members = [
        member for schema in form.schemas if isinstance(schema, ObjectSchema) for member in schema.members
    ]
    headers = [*form.headers, *(header for response in form.responses for header in response.headers)]
    for member in (*members, *headers):
        spot = line_of(root, member)
        if isinstance(spot.pointer[-1], str) and spot.pointer[-1] == "type" and spot.pointer != member.origin:
            yield from _check_keywords(Spot(spot.scope, member.origin, None), member, shapes)
            yield from _check_values(root, member, shapes)
    yield from _check_codes(root, form, [member for member in members if member.role == "code"], shapes)


def _check_keywords(spot: Spot, member: Member, shapes: Shapes) -> Iterator[Finding]:
    types = shapes.json_types(member.shape)
    kinds = types | ({"number"} if "integer" in types else frozenset())
    for path, keywords in (((), member.keywords), (("expect",), member.expected)):
        for keyword in keywords:
            kind = _KIND.get(keyword)
            if kind is not None and kind not in kinds:
                place = Spot(spot.scope, (*spot.pointer, *path, keyword), None)
                yield place.finding(
                    "keyword-misfit",
                    on_key=True,
                    hint="" if "object" not in types else "nested objects are named schemas",
                    keyword=keyword,
                    kind=_WORDS[kind],
                    phrase=cut(member.phrase),
                )


def _check_values(root: Spot, member: Member, shapes: Shapes) -> Iterator[Finding]:
    """const, enum, default and examples are values of the type; the first two also fit the other constraints."""
    spot = root
    for step in member.origin:
        spot = spot[step]
    asked = [(spot, "const"), (spot, "enum"), (spot, "default"), (spot, "examples")]
    asked += [(spot["expect"], "const"), (spot["expect"], "enum")]
    places = [
        place
        for owner, keyword in asked
        if owner.has(keyword)
        for place in (owner[keyword].items() if keyword in ("enum", "examples") else [owner[keyword]])
    ]
    if not places:
        return
    judge = _judge(member, shapes, without=("const", "enum"))
    for place in places:
        if judge is not None and not judge.accepts(place.value):
            yield place.finding(
                "value-misfit",
                hint=_quote(place, member, shapes),
                value=_shown(place),
                phrase=cut(member.phrase),
            )


def _quote(place: Spot, member: Member, shapes: Shapes) -> str:
    is_text = isinstance(place.value, int | float) and "string" in shapes.json_types(member.shape)
    return f"put quotes around it: '{cut(place.written)}'" if is_text else ""


def _shown(place: Spot) -> str:
    return f"'{cut(place.value)}'" if isinstance(place.value, str) else cut(place.written)


def _judge(member: Member, shapes: Shapes, without: tuple[str, ...] = ()) -> engine.Engine | None:
    """What accepts the values of a member; None where its constraints cannot be tried."""
    constraints: dict[str, Any] = {
        keyword: value
        for keyword, value in member.keywords.items()
        if keyword in CONSTRAINTS and keyword not in without
    }
    trial = shapes.trial_schema(member.shape)
    definitions = trial.pop("$defs")
    try:
        return engine.fast({"allOf": [trial, constraints], "$defs": definitions})
    except engine.SchemaError:
        return None


def _check_codes(root: Spot, form: ErrorFormat, members: list[Member], shapes: Shapes) -> Iterator[Finding]:
    judges = [judge for member in members if (judge := _judge(member, shapes)) is not None]
    if not judges or not form.codes:
        return
    phrases = tuple(dict.fromkeys(f"{cut(member.name)}: {cut(member.phrase)}" for member in members))
    types = frozenset[str]().union(*(shapes.json_types(member.shape) for member in members))
    for code in form.codes:
        if isinstance(code.value, str) and "string" not in types:
            continue  # said where the code was read: it is no integer
        if not any(judge.accepts(code.value) for judge in judges):
            yield _spot(root, code).finding(
                "code-misfit", on_key=isinstance(code.origin[-1], str), code=cut(code.text), phrases=phrases
            )


def _spot(root: Spot, code: Code) -> Spot:
    return Spot(root.scope, code.origin, None)
