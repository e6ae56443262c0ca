"""Response headers: on the wire every value is a string, so the types of the language become patterns."""

from __future__ import annotations

from typing import Any

from schemagen import contract
from schemagen.compiler.shapes import DIGITS, compile_shape, describe
from schemagen.model import Choice, Member, Scalar, Shape

_TEXT_KEYWORDS = ("const", "enum", "pattern", "format", "minLength", "maxLength")
_AS_TEXT: dict[str, dict[str, Any]] = {
    "integer": dict(DIGITS),
    "digits": dict(DIGITS),
    "number": {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
    "boolean": {"type": "string", "enum": ["true", "false"]},
    "any": {"type": "string"},
}


def compile_headers(
    general: tuple[Member, ...], special: tuple[Member, ...] = ()
) -> tuple[contract.Header, ...]:
    """The headers of a response: those of the definition, each replaced where the response says it again."""
    by_name = {member.name.lower(): member for member in (*general, *special)}
    return tuple(_compile_header(member) for member in by_name.values())


def _compile_header(member: Member) -> contract.Header:
    typed = {**compile_shape(member.shape).schema, **member.keywords}
    constraints = {keyword: value for keyword, value in member.keywords.items() if keyword in _TEXT_KEYWORDS}
    return contract.Header(
        name=member.name,
        schema={**_as_text(member.shape), **constraints},
        required=member.presence == "always",
        role=member.role,
        description=str(member.annotations.get("description", "")),
        phrase=describe(member.shape),
        origin=member.origin,
        typed=typed,
    )


def _as_text(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, Choice):
        return {"anyOf": [_as_text(option) for option in shape.options]}
    name = shape.name if isinstance(shape, Scalar) else "any"
    return dict(_AS_TEXT.get(name) or compile_shape(shape).schema)
