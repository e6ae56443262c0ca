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
from schemagen.limits import DEEPEST
from schemagen.pointers import Pointer

if TYPE_CHECKING:
    import jsonschema_rs

_SMALL = 65_536  # bytes of JSON: to read a larger one again would double the memory that it takes

# jsonschema-rs 0.60 splits a path at its slashes: empty names are lost in it, and names of digits become positions.
_LOST = re.compile(rb'[{,]"(?:|\+[0-9]+|0[0-9]+)":')


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
            return _is_fit(instance, _written(instance)) and self._validator.is_valid(instance)
        except ValueError:  # data that cannot be in JSON
            return False

    def violations(self, instance: Any) -> list[Violation]:
        text = _written(instance)
        if not _is_fit(instance, text):
            return refusal(unfit(instance))
        if not text or _LOST.search(text) or _is_misnamed(Identity(self._document)):
            from schemagen.engine.interpreted import reference

            return reference(self._document, self._at).violations(instance)
        return list(arranged(self._read(self._validator.iter_errors(instance), instance)))

    def _read(
        self, errors: Iterable[Any], instance: Any, place: Pointer | None = None, name: str | None = None
    ) -> Iterator[Violation]:
        """The library's `errors` as violations; below `propertyNames` they are about a `name` of the object at `place`."""
        for error in errors:
            kind = error.kind
            here = _located(error.instance_path, instance) if place is None else place
            if kind.name == "propertyNames":
                yield from self._read([kind.error], instance, here, kind.error.instance)
                continue
            path = _located(error.schema_path, self._document)
            at, keyword = (path, "not") if kind.name == "falseSchema" else (path[:-1], str(path[-1]))
            schema = pointers.resolve(self._document, at)
            wanted = schema.get(keyword) if isinstance(schema, dict) else {}
            context = getattr(kind, "context", ())
            branches = tuple(arranged(self._read(branch, instance, place, name)) for branch in context)
            for member in _members(kind) or (name,):
                yield Violation(here, at, keyword, member, branches if any(branches) else (), wanted)


def _written(instance: Any) -> bytes:
    """The text of `instance` in JSON without blanks; empty where orjson does not write it."""
    try:
        return orjson.dumps(instance)
    except orjson.JSONEncodeError:
        return b""


def _is_fit(instance: Any, text: bytes) -> bool:
    """Whether `instance`, written as `text`, is data for an engine. What has few brackets and is read again as it was, is;
    all other data is looked at. The library would end the process where data is nested deep.
    """
    is_plain = 0 < len(text) <= _SMALL and text.count(b"[") + text.count(b"{") <= DEEPEST
    return (is_plain and bool(orjson.loads(text) == instance)) or not unfit(instance)


def _members(kind: Any) -> Sequence[str]:
    if kind.name == "required":
        return (kind.property,)
    return kind.unexpected if kind.name in ("additionalProperties", "unevaluatedProperties") else ()


@functools.lru_cache(maxsize=64)
def _is_misnamed(identity: Identity[dict[str, Any]]) -> bool:
    """Whether a path in a schema document could be reported so that it cannot be told which was meant."""
    text = _written(identity.held)
    return not text or _LOST.search(text) is not None


def _located(path: Iterable[str | int], data: Any) -> Pointer:
    """The `path` with positions where `data` has lists and names where it has objects."""
    steps: list[str | int] = []
    for step in path:
        steps.append(str(step) if isinstance(data, dict) else step)
        data = data[steps[-1]]
    return tuple(steps)
