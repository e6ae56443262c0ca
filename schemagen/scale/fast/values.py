"""Bodies as they stand in a recording → their values, of those that may be alike to others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from schemagen.limits import DEEPEST, Limits

_LARGEST = 16_384  # bytes of a body that may be alike to others

UNLIKE = object()  # what stands for a body that is alike to none


class Unread(NamedTuple):
    """A body that is a text, and no JSON."""

    text: bytes


def values_of(bodies: Sequence[bytes | str], limits: Limits) -> list[Any]:
    """The value of each body, `UNLIKE` or `Unread`. All are JSON values, or all are texts that were decoded."""
    deepest = min(limits.json_depth, DEEPEST)
    json = [each for each in bodies if isinstance(each, bytes)]
    if len(json) < len(bodies):
        return [_read_text(each.encode(), deepest) for each in bodies if isinstance(each, str)]
    fit = [text if _is_fit(text, deepest) else b"null" for text in json]
    return [_value_of(value, deepest) for value in _read_all(fit)]


def _read_all(texts: Sequence[bytes]) -> list[Any]:
    """The values of JSON texts, read at once if that can be; None where one is not in UTF-8."""
    try:
        values: list[Any] = orjson.loads(b"[%b]" % b",".join(texts))
    except orjson.JSONDecodeError:
        read = [_read_text(text, DEEPEST) for text in texts]
        return [None if isinstance(value, Unread) else value for value in read]
    return values


def _value_of(value: Any, deepest: int) -> Any:
    """What a value that stands for a body is: itself, or the value of a text; or none was recorded, or in base64."""
    if type(value) is str:
        return _read_text(value.encode(), deepest)
    return UNLIKE if value is None or (type(value) is dict and value.keys() == {"$base64"}) else value


def _read_text(text: bytes, deepest: int) -> Any:
    if not _is_fit(text, deepest):
        return UNLIKE
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return Unread(text)


def _is_fit(text: bytes, deepest: int) -> bool:
    """Whether a text is short, and certainly not nested too deep."""
    if len(text) <= 2 * deepest:
        return True
    return len(text) <= _LARGEST and text.count(b"[") + text.count(b"{") <= deepest
