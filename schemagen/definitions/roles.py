"""Roles: each at most once in an object, and only where the type can play it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen.definitions.shapes import Shapes
from schemagen.definitions.spots import Spot, cut
from schemagen.findings import Finding
from schemagen.model import ErrorFormat, Many, Member, ObjectSchema, Scalar
from schemagen.phrases import FORMATS

_TEXTS = frozenset({"string", "digits", *FORMATS})
# What every alternative has to be; null may stand beside it, except for a status.
_EVERY = {
    "status": (frozenset({"string", "integer", "digits"}), "integer, string or digits, without null"),
    "code": (_TEXTS | {"integer"}, "a string, a string format, digits or integer"),
}
# What one alternative at least has to be, or a list of it.
_SOME = {
    "message": (_TEXTS, "a string, or a list of strings"),
    "title": (_TEXTS, "a string"),
    "docs": (_TEXTS, "a string, such as uri"),
    "id": (_TEXTS | {"integer", "number"}, "a string or a number"),
    "timestamp": (_TEXTS | {"integer", "number"}, "a string, such as date-time, or a number"),
    "path": (_TEXTS | {"integer", "number"}, "a string, or a list of strings and integers"),
    "reason": (_TEXTS | {"integer", "number"}, "a string or a number"),
    "retry": (
        _TEXTS | {"integer", "number", "boolean"},
        "a number, a boolean or a string, such as date-time",
    ),
}
_CHILDREN = "an object, or a list or map of objects"
_HEADER_ROLES = frozenset(_SOME) - {"path"} | frozenset(_EVERY)


def check_roles(root: Spot, form: ErrorFormat, shapes: Shapes) -> Iterator[Finding]:
    """Findings about the roles of all members and headers."""
    for schema in form.schemas:
        if isinstance(schema, ObjectSchema):
            yield from _check_object(root, schema.members, shapes)
    for headers in (form.headers, *(response.headers for response in form.responses)):
        yield from _check_object(root, headers, shapes)
        for member in headers:
            yield from _check_header(root, member, shapes)


def line_of(root: Spot, member: Member) -> Spot:
    """The spot of a member's phrase."""
    value = root
    for step in member.origin:
        value = value[step]
    return value["type"] if value.has("type") else value


def _check_object(root: Spot, members: Iterable[Member], shapes: Shapes) -> Iterator[Finding]:
    first: dict[str, Member] = {}
    for member in members:
        if member.role is None:
            continue
        if member.role in first:
            before = first[member.role]
            yield line_of(root, member).finding(
                "role-twice",
                related=before.origin,
                role=member.role,
                name=cut(member.name),
                other=cut(before.name),
            )
        first.setdefault(member.role, member)
        wanted = _misfit(member, shapes)
        if wanted:
            yield line_of(root, member).finding("role-misfit", role=member.role, wanted=wanted)


def _misfit(member: Member, shapes: Shapes) -> str:
    """What the role wants instead of the member's type; empty where the type fits."""
    role = member.role or ""
    if role == "children":
        return "" if shapes.holds_objects(member.shape) else _CHILDREN
    parts = list(shapes.alternatives(member.shape))
    if any(isinstance(part, Scalar) and part.name == "any" for part in parts):
        return "" if role in _SOME else _EVERY[role][1]
    if role in _EVERY:
        allowed, wanted = _EVERY[role]
        rest = [part for part in parts if role == "status" or part != Scalar("null")]
        fits = bool(rest) and all(isinstance(part, Scalar) and part.name in allowed for part in rest)
        return "" if fits else wanted
    allowed, wanted = _SOME[role]
    pending, found = parts, []
    for part in pending:
        found += (
            list(shapes.alternatives(part.of)) if isinstance(part, Many) and part.kind == "list" else [part]
        )
    return (
        "" if any(isinstance(part, Scalar) and part.name in allowed | {"any"} for part in found) else wanted
    )


def _check_header(root: Spot, member: Member, shapes: Shapes) -> Iterator[Finding]:
    """A header's value is a text (RFC 9110, section 5.5): no objects, lists or null."""
    line = line_of(root, member)
    for part in shapes.alternatives(member.shape):
        if not isinstance(part, Scalar) or part.name in ("object", "null"):
            yield line.finding("header-misfit", name=cut(member.name))
            break
    if member.role is not None and member.role not in _HEADER_ROLES:
        yield line.finding("role-misfit", role=member.role, wanted="a member of a body")
