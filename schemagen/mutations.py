"""Bodies that are nearly an example: the same ones on every run, small changes first.

Two forms of a schema that agree on all of these agree, as far as anybody will notice.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from schemagen.contract import Contract

UNKNOWN = "schemagenUnknownMember"
_MOST = 200  # mutants of one example
_BUDGET = 100_000  # nodes in all mutants of a contract: a bound for definitions with giant examples


def share(count: int, body: Any) -> int:
    """How many mutants each of `count` examples gets when it is as large as `body`."""
    return min(_MOST, _BUDGET // (max(count, 1) * _size(body)))


def mutate(body: Any, contract: Contract, most: int) -> Iterator[Any]:
    """At most `most` changed copies of `body`, each with one change, outer places first; `body` stays as it is."""
    codes: list[Any] = [code.value for code in contract.codes]
    texts: list[Any] = [text.text for code in contract.codes for text in code.texts]
    return itertools.islice(_mutants(body, codes, texts), most)


def _mutants(body: Any, codes: list[Any], texts: list[Any]) -> Iterator[Any]:
    yield from _instead(body, codes, texts)
    waiting: list[tuple[Any, ...]] = [()]
    while waiting:
        place = waiting.pop(0)
        value = _at(body, place)
        for step in _steps(value):
            inner = value[step]
            for other in _instead(inner, codes, texts):
                yield _with(body, (*place, step), other)
            if isinstance(value, dict):
                yield _with(body, place, {name: part for name, part in value.items() if name != step})
            waiting.append((*place, step))


def _instead(value: Any, codes: list[Any], texts: list[Any]) -> Iterator[Any]:
    """What could stand in place of `value`: null, other types, neighbours, other codes and texts."""
    yield None
    if isinstance(value, dict):
        yield {**value, UNKNOWN: 1}
        yield from ([], [value], {})
    elif isinstance(value, list):
        yield from ({}, [], [*value, *value[:1]], [*value, None])
    elif isinstance(value, bool) or value is None:
        yield from (not value, "true", 1)
    elif isinstance(value, int | float):
        yield from (value + 1, -1, str(value), 0.5, [value])
        yield from _others(value, codes)
    else:
        yield from (value + "!", value + "\n", "", 7, {}, [value], value.upper())
        yield from _others(value, codes)
        yield from _others(value, texts)


def _others(value: Any, known: list[Any]) -> list[Any]:
    """Two other values of a list that holds `value`: the ones after it, going round."""
    if value not in known:
        return []
    position = known.index(value)
    return [known[(position + ahead) % len(known)] for ahead in (1, 2) if len(known) > ahead]


def _steps(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []


def _at(body: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        body = body[step]
    return body


def _with(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy of `body` with `value` at `place`."""
    if not place:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[place[0]] = _with(body[place[0]], place[1:], value)
    return copy


def _size(body: Any) -> int:
    children = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return 1 + sum(_size(child) for child in children)
