"""Keywords of jsonschema in our own version; arguments as jsonschema passes them.

They never run Python's `re`, count with the decimal digits that were written, and say which member they mean.
`unevaluatedProperties` and dynamic references are not looked after: no schema of ours has them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schemagen.engine import patterns

if TYPE_CHECKING:
    from fractions import Fraction


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A step in the path of an error that is no place in the data: the member that the error is about."""

    name: str


class Reference(str):
    """The text of a `$ref` that knows the `schema` to which it leads: looking it up again takes half of all time."""

    __slots__ = ("schema",)

    schema: dict[str, Any]


def _reference(validator: Any, reference: Reference, instance: Any, _schema: Any) -> Iterator[Any]:
    yield from validator.descend(instance, reference.schema)


def _error(*members: str) -> Any:
    import jsonschema

    return jsonschema.ValidationError("", path=[Member(name) for name in members])  # type: ignore[misc]


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "string") and not patterns.matches(pattern, instance):
        yield _error()


def _pattern_properties(
    validator: Any, schemas: dict[str, Any], instance: Any, _schema: Any
) -> Iterator[Any]:
    if validator.is_type(instance, "object"):
        for pattern, schema in schemas.items():
            for name, value in instance.items():
                if patterns.matches(pattern, name):
                    yield from validator.descend(value, schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not validator.is_type(instance, "object"):
        return
    matched = schema.get("patternProperties", {})
    for name, value in instance.items():
        if name in schema.get("properties", {}) or any(
            patterns.matches(pattern, name) for pattern in matched
        ):
            continue
        if wanted is False:
            yield _error(name)
        else:
            yield from validator.descend(value, wanted, path=name)


def _property_names(validator: Any, schema: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "object"):
        for name in instance:
            for error in validator.descend(name, schema):
                error.path.appendleft(Member(name))
                yield error


def _required(validator: Any, names: list[str], instance: Any, _schema: Any) -> Iterator[Any]:
    if validator.is_type(instance, "object"):
        yield from (_error(name) for name in names if name not in instance)


def _dependent_required(
    validator: Any, names: dict[str, list[str]], instance: Any, _schema: Any
) -> Iterator[Any]:
    if validator.is_type(instance, "object"):
        for name in names.keys() & instance.keys():
            yield from _required(validator, names[name], instance, None)


def _multiple_of(validator: Any, step: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """By the decimal digits that were written: 0.3 is a multiple of 0.1."""
    if validator.is_type(instance, "number") and (_exact(instance) / _exact(step)).denominator != 1:
        yield _error()


def _exact(number: Any) -> Fraction:
    from fractions import Fraction

    return Fraction(repr(number) if isinstance(number, float) else number)


KEYWORDS: dict[str, Any] = {
    "$ref": _reference,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "required": _required,
    "dependentRequired": _dependent_required,
    "multipleOf": _multiple_of,
}
