"""What a reader of recordings is given, and what a form of recordings is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TypeAlias

from schemagen.exchanges import Exchange, Origin
from schemagen.findings import Fact, Finding, Place, finding
from schemagen.limits import Limits
from schemagen.pointers import Pointer

_LONGEST_LINE = 10_000  # bytes; no column is counted in longer ones

Item: TypeAlias = Exchange | Finding


@dataclasses.dataclass(frozen=True, slots=True)
class Recording:
    """A recording to be read: its name as the user gave it, its bytes, and the status of a single body if one was said."""

    source: str
    data: bytes
    status: int | None
    limits: Limits

    def origin(self, entry: int, pointer: Pointer = (), line: int | None = None) -> Origin:
        """Where an exchange stands: `entry` and `line` count from 1."""
        return Origin(self.source, entry, pointer, line)

    def find(self, slug: str, origin: Origin | None = None, **facts: Fact) -> Finding:
        """A finding of this stage, on the whole recording or on the exchange at `origin`."""
        where = origin or Origin(self.source, 0)
        place = Place(where.source, where.pointer, where.entry or None, where.line)
        return dataclasses.replace(finding(f"recording/{slug}", place), facts=tuple(sorted(facts.items())))

    def broken(self, origin: Origin, why: str, offset: int | None = None) -> Finding:
        """The finding that the entry at `origin` cannot be used; `offset` is the byte of the recording where it breaks."""
        item = self.find("broken-entry", origin, why=why)
        start = -1 if offset is None else self.data.rfind(b"\n", max(0, offset - _LONGEST_LINE), offset) + 1
        if offset is None or (start == 0 and offset > _LONGEST_LINE):
            return item
        column = len(self.data[start:offset].decode("utf-8", "replace")) + 1
        line = self.data.count(b"\n", 0, offset) + 1
        return dataclasses.replace(item, place=dataclasses.replace(item.place, line=line, column=column))


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """A form of recordings: its name for `--recording-format`, whether data looks like it, and its reader.

    `detects` is given the data without a byte order mark. `read` yields the exchanges in their order, and findings
    where something could not be read; it never raises, whatever the bytes.
    """

    name: str
    title: str
    detects: Callable[[bytes], bool]
    read: Callable[[Recording], Iterator[Item]]
