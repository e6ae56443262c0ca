"""Where a run of entries in a large JSON list may be cut, by a guess that is then proved.

Between two brackets with a comma, before the name that entries begin with, is a good guess. It is right if what stands
before it is a list when brackets are put around it: the run begins at an entry, so a JSON reader is outside of all
strings and brackets again where that list ends.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemagen.recordings.form import Proof
from schemagen.recordings.slices import Slice, cut_items, find_whole

if TYPE_CHECKING:
    import msgspec

_NAME = re.compile(rb'\s*\{\s*("[^"\\]{1,100}")')
_BETWEEN = re.compile(rb"\}(\s*,)\s*\{\s*\Z")
_GUESSES = 8
_BLANKS = 200  # bytes between two entries, at the most, for a guess


def find_run(data: bytes, proof: Proof | None) -> bytes:
    """The entries that are whole in `data`, which begins at an entry, with the comma behind the last; nothing if there are
    none, or if the list ends in `data`.
    """
    for guess in _guesses(data):
        run = data[:guess]
        if proof(run) if proof else _entries(run[:-1]) is not None:
            return run
    end, is_closed = find_whole(data)
    return b"" if is_closed else data[:end]


def cut_run(data: bytes) -> Iterator[Slice]:
    """The entries of a run, which ends behind an entry or its comma."""
    entries = _entries(data.rstrip().removesuffix(b","))
    if entries is None:  # one of them is broken
        yield from (item for item in cut_items(data, 0, 0) if item.whole)
        return
    behind = 0
    for entry in entries:
        raw = bytes(entry)
        begin = data.index(raw, behind)
        behind = begin + len(raw)
        yield Slice(begin, behind)


def _entries(run: bytes) -> list[msgspec.Raw] | None:
    try:
        return _decoder().decode(b"[" + run + b"]")
    except (ValueError, RecursionError):
        return None


@functools.cache
def _decoder() -> msgspec.json.Decoder[list[msgspec.Raw]]:
    """What takes a list apart without reading what is in it; small recordings do not need it."""
    import msgspec

    return msgspec.json.Decoder(list[msgspec.Raw])


def _guesses(data: bytes) -> Iterator[int]:
    """Offsets behind a comma that may stand between two entries, the last ones first."""
    name = _NAME.match(data)
    position = len(data)
    for _ in range(_GUESSES if name else 0):
        position = data.rfind(name[1], 1, position) if name else -1
        if position < 0:
            return
        found = _BETWEEN.search(data, max(0, position - _BLANKS), position)
        if found:
            yield found.end(1)
