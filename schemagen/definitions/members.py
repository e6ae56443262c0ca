"""Members: a phrase, or a phrase with keywords; and objects made of them. Headers are written the same way."""

from __future__ import annotations

from typing import Any

from schemagen.definitions.heading import check_pattern
from schemagen.definitions.spots import Reading, Spot, cut
from schemagen.findings import Finding
from schemagen.model import Member, ObjectSchema, PhraseSchema, Reference, Scalar, Schema, Shape
from schemagen.nearest import nearest
from schemagen.phrases import FORMATS, TYPES, Phrase, PhraseError, few, parse, references

CONSTRAINTS = (
    "const",
    "enum",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
)
ANNOTATIONS = ("title", "description", "default", "examples", "deprecated")
_LISTED = 20  # schemas that a hint lists
_RANGES = (
    ("minLength", "maxLength"),
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


def read_phrase(spot: Spot) -> Reading[Phrase | None]:
    """The phrase at a place, where `null` is a phrase, too; None if it is none."""
    if spot.value is None:
        return Phrase("always", Scalar("null"), None)
    names = spot.scope.names
    try:
        phrase = parse(spot.value, names)
    except PhraseError as error:
        yield spot.finding(
            "phrase", hint=error.hint, phrase=cut(spot.value), problem=error.message, at=error.offset + 1
        )
        return None
    for reference in dict.fromkeys(references(phrase.shape)):
        if reference.name not in names:
            yield _unknown_schema(spot, reference)
    return phrase


def _unknown_schema(spot: Spot, reference: Reference) -> Finding:
    names = spot.scope.names
    close = nearest(reference.name, {*few(names), *TYPES, *FORMATS})
    if close:
        hint = f"did you mean '{close}'?"
    elif 0 < len(names) <= _LISTED:
        hint = f"the schemas are {', '.join(sorted(names))}"
    else:
        hint = "name it under schemas"
    return spot.finding("unknown-schema", hint=hint, name=cut(reference.name))


def read_shape(spot: Spot) -> Reading[Shape | None]:
    """A phrase in a place that has neither presence nor role."""
    phrase = yield from read_phrase(spot)
    if phrase is None:
        return None
    if phrase.presence != "always":
        yield spot.finding("phrase-part", name=spot.name, part=f"'{phrase.presence}'")
    if phrase.role is not None:
        yield spot.finding("phrase-part", name=spot.name, part=f"'as {phrase.role}'")
    return phrase.shape


def read_member(name: str, spot: Spot) -> Reading[Member | None]:
    """The member `name`, or None if its phrase cannot be read."""
    line = spot["type"] if isinstance(spot.value, dict) else spot
    if isinstance(spot.value, dict) and not spot.has("type"):
        return None
    keywords = yield from _read_constraints(spot)
    expected = yield from _read_constraints(spot["expect"])
    phrase = yield from read_phrase(line)
    if phrase is None:
        return None
    annotations = {key: part.value for key, part in spot.members() if key in ANNOTATIONS}
    return Member(
        name=name,
        shape=phrase.shape,
        presence=phrase.presence,
        role=phrase.role,
        keywords=keywords,
        expected=expected,
        annotations=annotations,
        phrase="null" if line.value is None else line.value,
        origin=spot.pointer,
    )


def _read_constraints(spot: Spot) -> Reading[dict[str, object]]:
    found: dict[str, object] = {}
    for key, part in spot.members():
        if key not in CONSTRAINTS:
            continue
        if key == "pattern" and not (yield from check_pattern(part)):
            continue
        if key == "enum":
            yield from check_repeated(part)
        found[key] = part.value
    for low, high in _RANGES:
        lowest, highest = found.get(low), found.get(high)
        if isinstance(lowest, int | float) and isinstance(highest, int | float) and lowest > highest:
            yield spot[low].finding("empty-range", low=low, high=high, least=str(lowest), most=str(highest))
    return found


def check_repeated(spot: Spot) -> Reading[None]:
    """The values of a list stand in it once; `1` and `true` are two values, `1` and `1.0` are one."""
    seen: set[str] = set()
    for item in spot.items():
        key = _identity(item.value)
        if key in seen:
            yield item.finding("said-twice", name=cut(item.written))
        seen.add(key)


def _identity(value: Any) -> str:
    """A text that is equal for values that are equal as JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return f"[{','.join(map(_identity, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key!r}:{_identity(value[key])}' for key in sorted(value))}}}"
    return repr(value)


def read_object(name: str, spot: Spot) -> Reading[ObjectSchema]:
    """An object from a mapping of members; keys that begin with `$` are about the object, `$$` is a member's `$`."""
    found: list[Member] = []
    for key, part in spot.members():
        if not key.startswith("$") or key.startswith("$$"):
            member = yield from read_member(_plain(key), part)
            if member is not None:
                found.append(member)
    others = None
    if spot.has("$others"):
        others = yield from read_shape(spot["$others"])
        if spot["$closed"].value:
            yield spot["$closed"].finding("closed-with-others", on_key=True)
    if not any(key == "$others" or not key.startswith("$") or key.startswith("$$") for key in spot.value):
        yield spot.finding("no-members", name=spot.name)
    at_least_one = yield from _read_any(spot, found)
    return ObjectSchema(
        name=name,
        members=tuple(found),
        at_least_one=at_least_one,
        closed=bool(spot["$closed"].value),
        others=others,
        description=spot["$description"].value or "",
        origin=spot.pointer,
    )


def _plain(key: str) -> str:
    return key[1:] if key.startswith("$$") else key


def _read_any(spot: Spot, found: list[Member]) -> Reading[tuple[str, ...]]:
    presences = {member.name: member.presence for member in found}
    written = {_plain(key) for key in spot.value if not key.startswith("$") or key.startswith("$$")}
    yield from check_repeated(spot["$any"])
    for item in spot["$any"].items():
        name = _plain(item.value)
        if name not in written:
            close = nearest(name, written)
            hint = f"did you mean '{close}'?" if close else ""
            yield item.finding("any-member", hint=hint, name=cut(name), problem="is no member of this object")
        elif presences.get(name) == "always":
            yield item.finding(
                "any-member",
                hint="write 'optional' before its type",
                name=cut(name),
                problem="is always there",
            )
    return tuple(_plain(item.value) for item in spot["$any"].items())


def read_schema(name: str, spot: Spot) -> Reading[Schema | None]:
    """A named schema: members, or a phrase."""
    if isinstance(spot.value, dict):
        return (yield from read_object(name, spot))
    shape = yield from read_shape(spot)
    if shape is None:
        return None
    return PhraseSchema(name, shape, phrase="null" if spot.value is None else spot.value, origin=spot.pointer)


def read_headers(spot: Spot) -> Reading[tuple[Member, ...]]:
    """Response headers; a name stands once, whatever its case (RFC 9110, section 5.1)."""
    found: list[Member] = []
    seen: set[str] = set()
    for name, part in spot.members():
        if name.lower() in seen:
            yield part.finding(
                "said-twice", on_key=True, hint="case does not count in header names", name=cut(name)
            )
        seen.add(name.lower())
        member = yield from read_member(name, part)
        if member is not None:
            found.append(member)
    return tuple(found)
