"""An entry that cannot be read as a whole, for a number or a depth that no reader bears, is read without that: it does no harm
in a member that nobody asks for.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from schemagen.limits import DEEPEST, Limits
from schemagen.recordings.fields import BoundsError, BrokenError, read_json

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]|-?[0-9][0-9.eE+-]{4,}+', re.DOTALL)
_QUOTE = ord('"')


class Unread:
    """Stands for a value that cannot be read. It is of no type that a reader takes."""


UNREAD: Final = Unread()


@contextlib.contextmanager
def read_portions(data: bytes, limits: Limits) -> Iterator[Any]:
    """The value of a JSON text in a recording, with `UNREAD` for numbers larger than 1.8e308 and what is nested too deep.

    Raises:
        BrokenError: it is no JSON, or larger than a body may be and cannot be read as a whole; or whoever reads the value asks
            for what cannot be read, and raises one, whichever.
    """
    try:
        value = read_json(data, limits)
    except BoundsError as problem:
        try:
            yield _read_bearable(data, limits)
        except BrokenError:
            raise problem from None
    else:
        yield value


def _read_bearable(data: bytes, limits: Limits) -> Any:
    """The value without what cannot be read.

    Raises:
        BrokenError: it is no JSON, or larger than a body may be.
    """
    if len(data) > limits.body_bytes:
        raise BrokenError("it is too large to be read without a part of it")
    most = min(limits.json_depth, DEEPEST)
    mark = os.urandom(16).hex()  # nobody can have written it
    written = orjson.dumps(mark)
    pieces: list[bytes] = []
    depth = behind = 0
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth == most + 1:
                pieces += data[behind : token.start()], written
        elif first in b"]}":
            depth -= 1
            if depth == most:
                behind = token.end()
        elif depth <= most and first != _QUOTE and _is_too_large(token[0]):
            pieces += data[behind : token.start()], written
            behind = token.end()
    return _unmarked(read_json(b"".join([*pieces, data[behind:]]), limits), mark)


def _is_too_large(number: bytes) -> bool:
    try:
        return abs(float(number)) == float("inf")
    except ValueError:  # it is none
        return False


def _unmarked(value: Any, mark: str) -> Any:
    if isinstance(value, dict):
        return {name: _unmarked(inner, mark) for name, inner in value.items()}
    if isinstance(value, list):
        return [_unmarked(inner, mark) for inner in value]
    return UNREAD if value == mark else value
