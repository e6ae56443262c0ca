"""The reference engine: jsonschema, and on it the dialect of OpenAPI 3.0.

It works on a copy of the document, in which each schema is an object of its own and is told by its identity.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import sys
from collections.abc import Iterator
from typing import Any

from schemagen import pointers
from schemagen.engine import formats
from schemagen.engine.identity import Identity
from schemagen.engine.keywords import KEYWORDS, Member, Reference
from schemagen.engine.subschemas import copied, referred, schemas
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

_FRAMES = 10_000  # Python frames that data of DEEPEST levels needs at the most


def reference(document: dict[str, Any], at: Pointer = ()) -> Engine:
    """The schema at `at` in `document`; the dialect is the document's `$schema`, else 2020-12.

    Raises:
        SchemaError: there is no schema at `at`, or a reference leads nowhere or out of the document.
    """
    return _Interpreted(_dialect(str(document.get("$schema", ""))), document, at)


def openapi30(document: dict[str, Any], at: Pointer) -> Engine:
    """The Schema Object at `at` in an OpenAPI 3.0 `document`: `nullable` counts, what stands beside `$ref` does not.

    Raises:
        SchemaError: as `reference`.
    """
    return _Interpreted(_openapi30(), document, at)


def metaschema_problems(document: dict[str, Any]) -> list[str]:
    """What is wrong with a schema document under its metaschema, in the words of either library; empty when nothing."""
    import jsonschema
    import jsonschema_rs

    problems = []
    try:
        jsonschema_rs.meta.validate(document)
    except ValueError as problem:
        problems.append(f"jsonschema-rs: {str(problem).partition(chr(10))[0]}")
    try:
        _dialect(str(document.get("$schema", ""))).check_schema(document, format_checker=_format_checker())
    except jsonschema.SchemaError as problem:
        where = pointers.to_text(tuple(problem.absolute_path))
        problems.append(f"jsonschema: {problem.message.partition(chr(10))[0]} at {where!r}")
    return problems


@dataclasses.dataclass(frozen=True, slots=True)
class _Opened:
    """A document made ready: its copy, in which references lead somewhere, and the places of the schemas in it by identity."""

    copy: dict[str, Any]
    places: dict[int, Pointer]


@functools.lru_cache(maxsize=8)
def _open(identity: Identity[dict[str, Any]]) -> _Opened:
    copy = copied(identity.held)
    base = base_of(identity.held)
    places = {id(schema): place for place, schema in schemas(copy)}
    for _, schema in schemas(copy):
        if isinstance(schema.get("$ref"), str):
            reference = schema["$ref"] = Reference(schema["$ref"])
            reference.schema = referred(reference, copy, base)
    return _Opened(copy, places)


class _Interpreted:
    __slots__ = ("_places", "_validator")

    def __init__(self, dialect: Any, document: dict[str, Any], at: Pointer) -> None:
        opened = _open(Identity(document))
        base = base_of(document)
        target = referred(address(base, at), opened.copy, base)
        self._places = opened.places
        self._validator = dialect(target, format_checker=_format_checker())

    def accepts(self, instance: Any) -> bool:
        with _deep_stack():
            return not unfit(instance) and next(self._validator.iter_errors(instance), None) is None

    def violations(self, instance: Any) -> list[Violation]:
        reason = unfit(instance)
        if reason:
            return refusal(reason)
        with _deep_stack():
            return list(arranged(map(self._read, self._validator.iter_errors(instance))))

    def _read(self, error: Any) -> Violation:
        branches: list[list[Violation]] = [[] for _ in error.validator_value] if error.context else []
        for inner in error.context or ():
            branches[inner.relative_schema_path[0]].append(self._read(inner))
        path = error.absolute_path
        return Violation(
            tuple(step for step in path if not isinstance(step, Member)),
            self._places[id(error.schema)],
            error.validator,
            next((step.name for step in path if isinstance(step, Member)), None),
            tuple(map(arranged, branches)),
            error.validator_value,
        )


@contextlib.contextmanager
def _deep_stack() -> Iterator[None]:
    """Give jsonschema its frames: it needs some ten frames a level, and Python allows a thousand in all.

    The limit is the process's, so it is never lowered again: another thread may be deep inside.
    """
    if sys.getrecursionlimit() < _FRAMES:
        sys.setrecursionlimit(_FRAMES)
    try:
        yield
    except RecursionError:
        raise SchemaError("a schema refers to itself without end") from None


@functools.cache
def _dialect(uri: str) -> Any:
    from jsonschema import validators

    known = validators.validator_for({"$schema": uri}, default=validators.Draft202012Validator)
    return validators.extend(known, KEYWORDS)  # type: ignore[no-untyped-call]


@functools.cache
def _openapi30() -> Any:
    from jsonschema import Draft202012Validator, validators
    from openapi_schema_validator import OAS30Validator

    return validators.create(
        meta_schema=OAS30Validator.META_SCHEMA,
        validators={**OAS30Validator.VALIDATORS, **KEYWORDS},
        # draft 4, on which 3.0 stands, says that 1.0 is no integer; OpenAPI itself and its later versions do not
        type_checker=OAS30Validator.TYPE_CHECKER.redefine_many(
            {"integer": lambda _, value: Draft202012Validator.TYPE_CHECKER.is_type(value, "integer")}
        ),
        id_of=lambda _: "",
        applicable_validators=_without_siblings,
    )


def _without_siblings(schema: Any) -> Any:
    """OpenAPI 3.0.4, Reference Object: "any properties added SHALL be ignored"."""
    return [("$ref", schema["$ref"])] if "$ref" in schema else schema.items()


@functools.cache
def _format_checker() -> Any:
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    for name in formats.FORMATS:
        checker.checks(name)(functools.partial(_format_holds, name))
    return checker


def _format_holds(name: str, instance: object) -> bool:
    return not isinstance(instance, str) or formats.holds(name, instance)
