"""The items of one list in a large JSON document, one after the other, as slices of its bytes.

Only strings and brackets are looked at. So a document that is cut off, or broken in one place, still gives the items
that are whole, each with its exact position, and no more than one item is ever parsed at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?(?:\s*:)?|[\[{]|[\]}]', re.DOTALL)
_SCALAR = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^\s,"]+', re.DOTALL)
_COMMA = re.compile(rb"\s*,")
_OBJECT = re.compile(rb"\s*\{")
_OPEN, _CLOSE, _QUOTE = b"[{", b"]}", ord('"')


class Slice(NamedTuple):
    """The bytes of an item, `data[start:end]`; `whole` is false for what is left when the document is cut off.

    An empty slice that is not whole: the document is cut off after the item before.
    """

    start: int
    end: int
    whole: bool = True


def find_list(data: bytes, *path: str) -> int | None:
    """Where the list at `path`, by the names of members, begins: the offset behind its bracket. None: there is none."""
    wanted = [f'"{name}"'.encode() for name in path]
    if not all(name in data for name in wanted):  # quicker than going through the brackets
        return None
    depth = found = 0
    expected = False
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first == _QUOTE:
            at_step = depth == found + 1 and token.end() - token.start() < 100
            expected = at_step and token[0].rstrip(b" \t\r\n:") == wanted[found] and token[0].endswith(b":")
        elif first in _OPEN:
            depth += 1
            if expected:
                found += 1
                if found == len(wanted):
                    return token.end() if first == _OPEN[0] else None
            expected = False
        else:
            depth -= 1
            if depth < 1:
                return None
            found = min(found, depth - 1)
            expected = False
    return None


def find_members(data: bytes) -> dict[str, int]:
    """The members of the object that the document is, as far as it goes: by name, the offset behind the colon."""
    members: dict[str, int] = {}
    depth = 0
    for token in _TOKEN.finditer(data if _OBJECT.match(data) else b""):
        first = data[token.start()]
        if first == _QUOTE and depth == 1 and token[0].endswith(b":"):
            members[token[0][:-1].rstrip()[1:-1].decode("utf-8", "replace")] = token.end()
        elif first != _QUOTE:
            depth += 1 if first in _OPEN else -1
            if depth < 1:
                break
    return members


def cut_document(data: bytes) -> Slice:
    """The first JSON document in `data`, which must be an object or a list; all the rest where it is cut off."""
    depth = begin = 0
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first == _QUOTE:
            continue
        begin = begin if depth else token.start()
        depth += 1 if first in _OPEN else -1
        if depth < 1:
            return Slice(begin, token.end())
    return Slice(begin, len(data), whole=False)


def cut_items(data: bytes, start: int, depth: int) -> Iterator[Slice]:
    """The items of the list that begins at `start` and is `depth` brackets inside of the document."""
    inside = 0
    behind = begin = start
    for token in _TOKEN.finditer(data, start):
        first = data[token.start()]
        if first in _OPEN:
            if inside == 0:
                yield from _scalars(data, behind, token.start())
                begin = token.start()
            inside += 1
        elif first in _CLOSE:
            inside -= 1
            if inside < 0:
                yield from _scalars(data, behind, token.start())
                if not _is_closed(data, token.end(), depth):
                    yield Slice(len(data), len(data), whole=False)
                return
            if inside == 0:
                behind = token.end()
                yield Slice(begin, behind)
    rest = begin if inside else behind
    is_between = not data[rest:].strip(b" \t\r\n,")
    yield Slice(len(data) if is_between else rest, len(data), whole=False)


def find_whole(data: bytes) -> tuple[int, bool]:
    """The offset behind the last whole item, with its comma, of the list that `data` is the inside of, and
    whether the list is closed behind it.
    """
    inside = end = 0
    for token in _TOKEN.finditer(data):
        first = data[token.start()]
        if first in _OPEN:
            inside += 1
        elif first in _CLOSE:
            inside -= 1
            if inside < 0:
                return end, True
        if inside == 0 and (comma := _COMMA.match(data, token.end())):
            end = comma.end()
    return end, False


def _is_closed(data: bytes, start: int, depth: int) -> bool:
    """Whether `depth` brackets are closed from `start` on."""
    if depth == 0:
        return True
    for token in _TOKEN.finditer(data, start):
        first = data[token.start()]
        depth += (first in _OPEN) - (first in _CLOSE)
        if depth == 0:
            return True
    return False


def _scalars(data: bytes, start: int, end: int) -> Iterator[Slice]:
    """Items between others that are no object and no list."""
    for scalar in _SCALAR.finditer(data, start, end):
        yield Slice(scalar.start(), scalar.end())
