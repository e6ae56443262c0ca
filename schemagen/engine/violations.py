"""What both engines say of an instance: violations in one form, in one order, and the data that neither may see."""

from __future__ import annotations

import collections
import dataclasses
import itertools
import math
import re
import urllib.parse
from collections.abc import Iterable
from typing import Any, Protocol

from schemagen import pointers
from schemagen.limits import DEEPEST
from schemagen.pointers import Pointer

_NUMBER_BITS = 4096  # jsonschema-rs takes longer numbers for something else, Python refuses to print them
_SURROGATE = re.compile("[\ud800-\udfff]")


class SchemaError(ValueError):
    """A schema that cannot be compiled: invalid, or with a reference that leads nowhere. Says why, in one line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Violation:
    """One constraint that an instance breaks.

    `place` is in the instance, `at` the schema object that holds `keyword`, as a pointer into the whole document that
    was given. `wanted` is the keyword's value there. `member` is the one member that a `required`,
    `dependentRequired` or `additionalProperties` is about, and the name that breaks a schema under `propertyNames`.
    `branches` are, for `anyOf` and `oneOf`, the violations of each alternative.

    Two keywords are not written in the schema so: a subschema `false` counts as `not: {}`, and data that no engine
    takes (see `unfit`) breaks `json` at the root.
    """

    place: Pointer
    at: Pointer
    keyword: str
    member: str | None = None
    branches: tuple[tuple[Violation, ...], ...] = ()
    wanted: Any = dataclasses.field(default=None, compare=False)


class Engine(Protocol):
    """A compiled schema. `accepts(x)` says the same as `not violations(x)`, faster; neither raises on any data."""

    def accepts(self, instance: Any) -> bool:
        """Whether `instance`, plain JSON data, is valid."""
        ...

    def violations(self, instance: Any) -> list[Violation]:
        """All that `instance` breaks: sorted by place, schema, keyword and member, each once."""
        ...


def arranged(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """The violations in their one order, each once."""
    found = tuple(violations)
    return tuple(sorted(set(found), key=_order)) if len(found) > 1 else found


def _order(item: Violation) -> tuple[Any, ...]:
    return (pointers.sort_key(item.place), pointers.sort_key(item.at), item.keyword, item.member or "")


def unfit(instance: Any) -> str:
    """Why `instance` is no data for an engine, in words; empty when it is.

    Lone surrogates, numbers that are not finite and names that are no text cannot be in JSON (RFC 8259, sections 6
    to 8), but Python data can hold them, and each library fails on them in its own way.
    """
    level = [instance]
    for _ in range(DEEPEST + 1):
        deeper: list[Any] = []
        for kind, items in _by_type(level).items():
            if issubclass(kind, dict):
                if not _are_texts(list(itertools.chain.from_iterable(items))):
                    return "has a name that is no text"
                deeper.extend(itertools.chain.from_iterable(item.values() for item in items))
            elif issubclass(kind, list):
                deeper.extend(itertools.chain.from_iterable(items))
            elif not _are_scalars(kind, items):
                return "holds what is no JSON value, or no number of a bearable size"
        if not deeper:
            return ""
        level = deeper
    return f"is nested deeper than {DEEPEST}"


def _by_type(items: Iterable[Any]) -> dict[type, list[Any]]:
    """The items that are of one type together: a body may have millions, and many are looked at at once more quickly."""
    found: dict[type, list[Any]] = collections.defaultdict(list)
    for item in items:
        found[type(item)].append(item)
    return found


def _are_scalars(kind: type, items: list[Any]) -> bool:
    if issubclass(kind, str):
        return _are_texts(items)
    if issubclass(kind, float):
        return all(map(math.isfinite, items))
    if issubclass(kind, int):
        return max(map(int.bit_length, items)) <= _NUMBER_BITS
    return kind is type(None)


def _are_texts(texts: list[Any]) -> bool:
    if not all(issubclass(kind, str) for kind in set(map(type, texts))):
        return False
    text = "".join(texts)
    return text.isascii() or not _SURROGATE.search(text)


def refusal(reason: str) -> list[Violation]:
    """What an engine says of data that is unfit for the `reason` given."""
    return [Violation((), (), "json", wanted=reason)]


def address(base: str, at: Pointer) -> str:
    """The URI reference of the schema at `at` in the document `base` (RFC 6901, section 6)."""
    return f"{base}#{urllib.parse.quote(pointers.to_text(at), safe='/~')}"


def base_of(document: dict[str, Any]) -> str:
    """The document's own `$id`, without a fragment, or a name for the time of the evaluation."""
    return str(document.get("$id") or "urn:schemagen:document").partition("#")[0]
