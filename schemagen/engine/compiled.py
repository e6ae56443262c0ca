"""The fast engine: jsonschema-rs. Its own messages quote whole values and are never used."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from schemagen import pointers
from schemagen.engine.formats import options
from schemagen.engine.identity import Identity
from schemagen.engine.violations import (
    Engine,
    SchemaError,
    Violation,
    address,
    arranged,
    base_of,
    refusal,
    unfit,
)
from schemagen.pointers import Pointer

if TYPE_CHECKING:
    import jsonschema_rs

_LOST = re.compile(r"|\+[0-9]+|0[0-9]+")


def fast(document: dict[str, Any], at: Pointer = ()) -> Engine:
    """The schema at `at` in `document`, compiled; the dialect is the document's `$schema`, else 2020-12.

    Raises:
        SchemaError: a schema that is reached is invalid, or a reference leads nowhere or out of the document.
    """
    import jsonschema_rs

    base = base_of(document)
    dialect = {"$schema": document["$schema"]} if "$schema" in document else {}
    try:
        schema = {**dialect, "$ref": address(base, at)}
        validator = jsonschema_rs.validator_for(schema, registry=registry(Identity(document)), **options())
        return _Compiled(validator, document, at)
    except ValueError as problem:
        raise SchemaError(str(problem).partition("\n")[0]) from problem


@functools.lru_cache(maxsize=64)
def registry(identity: Identity[dict[str, Any]]) -> jsonschema_rs.Registry:
    """What knows the document by its own address."""
    import jsonschema_rs

    return jsonschema_rs.Registry([(base_of(identity.held), identity.held)])


class _Compiled:
    __slots__ = ("_at", "_document", "_validator")

    def __init__(self, validator: jsonschema_rs.Validator, document: dict[str, Any], at: Pointer) -> None:
        self._validator = validator
        self._document = document
        self._at = at

    def accepts(self, instance: Any) -> bool:
        try:
            return _is_bearable(instance) and self._validator.is_valid(instance) and not unfit(instance)
        except ValueError:  # data that cannot be in JSON
            return False

    def violations(self, instance: Any) -> list[Violation]:
        reason = unfit(instance)
        if reason:
            return refusal(reason)
        if _is_misnamed(Identity(self._document)) or _misnamed(instance):
            from schemagen.engine.interpreted import reference

            return reference(self._document, self._at).violations(instance)
        return list(arranged(self._read(self._validator.iter_errors(instance), instance)))

    def _read(
        self, errors: Iterable[Any], instance: Any, place: Pointer | None = None, name: str | None = None
    ) -> Iterator[Violation]:
        """The library's `errors` as violations; below `propertyNames` they are about a `name` of the object at `place`."""
        for error in errors:
            here = _located(error.instance_path, instance) if place is None else place
            if error.kind.name == "propertyNames":
                yield from self._read([error.kind.error], instance, here, error.kind.error.instance)
                continue
            path = _located(error.schema_path, self._document)
            at, keyword = (path, "not") if error.kind.name == "falseSchema" else (path[:-1], str(path[-1]))
            schema = pointers.resolve(self._document, at)
            wanted = schema.get(keyword) if isinstance(schema, dict) else {}
            context = getattr(error.kind, "context", ())
            branches = tuple(arranged(self._read(branch, instance, place, name)) for branch in context)
            for member in _members(error.kind) or (name,):
                yield Violation(here, at, keyword, member, branches if any(branches) else (), wanted)


def _is_bearable(instance: Any) -> bool:
    """Whether the library survives `instance`, which ends the process where data is nested deep.

    Of most data orjson says it at once: it takes no more than 254 levels. To walk a large body takes ten times as long.
    """
    try:
        orjson.dumps(instance)
    except orjson.JSONEncodeError:
        return not unfit(instance)
    return True


def _members(kind: Any) -> Sequence[str]:
    if kind.name == "required":
        return (kind.property,)
    return kind.unexpected if kind.name in ("additionalProperties", "unevaluatedProperties") else ()


# jsonschema-rs 0.60 splits a path at its slashes: empty names are lost in it, and names of digits become positions.


def _misnamed(data: Any) -> bool:
    """Whether a path in `data` could be reported so that it cannot be told which was meant."""
    level = [data]
    while level:
        if any(isinstance(item, dict) and any(map(_LOST.fullmatch, item)) for item in level):
            return True
        level = [inner for item in level for inner in _inside(item)]
    return False


@functools.lru_cache(maxsize=64)
def _is_misnamed(identity: Identity[dict[str, Any]]) -> bool:
    return _misnamed(identity.held)


def _inside(item: Any) -> Iterable[Any]:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list) else ()


def _located(path: Iterable[str | int], data: Any) -> Pointer:
    """The `path` with positions where `data` has lists and names where it has objects."""
    steps: list[str | int] = []
    for step in path:
        steps.append(str(step) if isinstance(data, dict) else step)
        data = data[steps[-1]]
    return tuple(steps)
