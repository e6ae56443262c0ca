"""Constraints against types: a keyword has to apply to the member's type, and a value has to be one of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen import engine
from schemagen.definitions.roles import line_of
from schemagen.definitions.shapes import Shapes
from schemagen.definitions.spots import Spot, cut
from schemagen.findings import Finding
from schemagen.model import ErrorFormat, Member, ObjectSchema

_APPLIES = {
    "string": ("pattern", "format", "minLength", "maxLength"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("minItems", "maxItems", "uniqueItems"),
    "object": ("minProperties", "maxProperties"),
}
_KIND = {keyword: kind for kind, keywords in _APPLIES.items() for keyword in keywords}
_LISTED = 5  # members that a message lists
_WORDS = {"string": "strings", "number": "numbers", "array": "lists", "object": "objects and maps"}


def check_constraints(root: Spot, form: ErrorFormat, shapes: Shapes) -> Iterator[Finding]:
    """Findings about the keywords of all members and headers, and about codes that their member refuses."""
    members = [
        member for schema in form.schemas if isinstance(schema, ObjectSchema) for member in schema.members
    ]
    headers = [*form.headers, *(header for response in form.responses for header in response.headers)]
    with_keywords = [
        member for member in (*members, *headers) if line_of(root, member).pointer != member.origin
    ]
    for member in with_keywords:
        yield from _check_keywords(Spot(root.scope, member.origin, None), member, shapes)
    yield from _check_values(root, with_keywords, shapes)
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


def _check_values(root: Spot, members: list[Member], shapes: Shapes) -> Iterator[Finding]:
    """const, enum, default and examples are values of the type, and fit the other constraints."""
    values = [(place, member) for member in members for place in _values(root, member)]
    schemas = [_schema(member, shapes, without=("const", "enum")) for _, member in values]
    refused = _refused([place.value for place, _ in values], schemas, shapes)
    for place, member in (values[at] for at in refused):
        hint = ""
        if isinstance(place.value, int | float) and "string" in shapes.json_types(member.shape):
            hint = f"put quotes around it: '{cut(place.written)}'"
        yield place.finding("value-misfit", hint=hint, value=_shown(place), phrase=cut(member.phrase))


def _values(root: Spot, member: Member) -> Iterator[Spot]:
    spot = root
    for step in member.origin:
        spot = spot[step]
    for owner, keywords in (
        (spot, ("const", "enum", "default", "examples")),
        (spot["expect"], ("const", "enum")),
    ):
        for keyword in keywords:
            if owner.has(keyword):
                several = keyword in ("enum", "examples")
                yield from owner[keyword].items() if several else (owner[keyword],)


def _shown(place: Spot) -> str:
    return f"'{cut(place.value)}'" if isinstance(place.value, str) else cut(place.written)


def _check_codes(root: Spot, form: ErrorFormat, members: list[Member], shapes: Shapes) -> Iterator[Finding]:
    """A code is one that some member with role `code` may hold; what should be an integer and is none was said."""
    types = frozenset[str]().union(*(shapes.json_types(member.shape) for member in members))
    codes = [code for code in form.codes if "string" in types or not isinstance(code.value, str)]
    if not members:
        return
    schema = {"anyOf": [_schema(member, shapes) for member in members]}
    phrases = tuple(dict.fromkeys(f"{cut(member.name)}: {cut(member.phrase)}" for member in members))[
        :_LISTED
    ]
    refused = _refused([code.value for code in codes], [schema] * len(codes), shapes)
    for code in (codes[at] for at in refused):
        spot = Spot(root.scope, code.origin, None)
        yield spot.finding(
            "code-misfit", on_key=isinstance(code.origin[-1], str), code=cut(code.text), phrases=phrases
        )


def _schema(member: Member, shapes: Shapes, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """A JSON Schema for the values of a member; named schemas are expected under `$defs`."""
    constraints = {keyword: value for keyword, value in member.keywords.items() if keyword not in without}
    return {"allOf": [shapes.trial_schema(member.shape), constraints]}


def _refused(values: list[Any], schemas: list[dict[str, Any]], shapes: Shapes) -> list[int]:
    """The positions of the values that the schema at the same position refuses: all tried in one go."""
    if not values:
        return []
    names = {id(schema): f"trial-{at}" for at, schema in enumerate(schemas)}
    document = {
        "$defs": {**shapes.trial_schemas(), **{names[id(schema)]: schema for schema in schemas}},
        "properties": {
            str(at): {"$ref": f"#/$defs/{names[id(schema)]}"} for at, schema in enumerate(schemas)
        },
    }
    violations = engine.fast(document).violations({str(at): value for at, value in enumerate(values)})
    return sorted({int(item.place[0]) for item in violations})
