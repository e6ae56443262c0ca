"""What a reader of recordings is given, and what a form of recordings is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from schemagen.exchanges import Exchange, Origin
from schemagen.findings import Fact, Finding, Place, finding
from schemagen.limits import Limits
from schemagen.pointers import Pointer
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.slices import Slice
from schemagen.redaction import redact_text

_LONGEST_LINE = 10_000  # bytes; no column is counted in longer ones

Item: TypeAlias = Exchange | Finding
Proof: TypeAlias = Callable[[bytes], bool]
"""What says of bytes whether they are whole entries, each with what parts it from the next."""

Neighbour: TypeAlias = Callable[[str, str, str], bytes]  # see `neighbours.beside`


class Recording(NamedTuple):
    """A recording to be read: its name as the user gave it, its bytes, and the status of a single body if one was said.

    `neighbour` reads files beside it, where it is a file itself. `indent` are the characters before its bytes on their first
    line; None: they are a part, and that is not known.
    """

    source: str
    data: bytes
    status: int | None
    limits: Limits
    neighbour: Neighbour | None = None
    indent: int | None = 0

    def origin(self, entry: int, pointer: Pointer = (), line: int | None = None) -> Origin:
        """Where an exchange stands: `entry` and `line` count from 1."""
        return Origin(self.source, entry, pointer, line)

    def find(self, slug: str, origin: Origin | None = None, **facts: Fact) -> Finding:
        """A finding of this stage, on the whole recording or on the exchange at `origin`."""
        where = origin or Origin(self.source, 0)
        place = Place(where.source, where.pointer, where.entry or None, where.line)
        return dataclasses.replace(finding(f"recording/{slug}", place), facts=tuple(sorted(facts.items())))

    def read_neighbour(
        self, origin: Origin, name: str, folder: str = "", within: str = ""
    ) -> bytes | Finding:
        """The body of the exchange at `origin`, which is in another file; see `neighbours.beside`. A finding: it is not."""
        try:
            if self.neighbour is None:
                raise BrokenError("only the recording itself is at hand")
            return self.neighbour(name, folder, within)
        except BrokenError as problem:
            return self.find("missing-body", origin, name=redact_text(name[:4096])[:100], why=problem.why)

    def broken(self, origin: Origin, problem: BrokenError, start: int) -> Finding:
        """The finding that the entry at `origin` cannot be used. It begins at byte `start`."""
        item, offset = self.find("broken-entry", origin, why=problem.told(self.limits)), problem.offset
        if offset is None:
            return item
        line = (origin.line or 1) + self.data.count(b"\n", start, start + offset)
        before = self._before(start, start + offset)
        column = None if before is None else before + 1
        return dataclasses.replace(item, place=dataclasses.replace(item.place, line=line, column=column))

    def alone(self, start: int, end: int) -> Recording:
        """The entry at these bytes, as a recording."""
        return self._replace(data=self.data[start:end], indent=self._before(start, start))

    def _before(self, start: int, end: int) -> int | None:
        """How many characters stand on the line before byte `end`, which is in the entry that begins at byte `start`. None: too many,
        or in a part they are not known wherever it is cut.
        """
        begin = self.data.rfind(b"\n", max(0, end - _LONGEST_LINE - 1), end) + 1
        if begin == 0 and (self.indent is None or end > _LONGEST_LINE):
            return None
        if self.indent is None and self.data[begin:start].strip():
            return None
        return (0 if begin else self.indent or 0) + len(self.data[begin:end].decode("utf-8", "replace"))


class Partition(NamedTuple):
    """How a form is taken apart, so that a recording of any size can be read: into runs of whole entries.

    `begin` gives the offset of the first entry, None if it is not to be seen yet. `cut` is given data that begins at an
    entry, and gives as much of it as is proven to be whole entries: nothing if there is none, or if no entry follows, so
    that all the rest belongs together. It has a proof of its own if it is given none. `entries` are those of a run, `read`
    what one of them amounts to, which is all the data of the recording that it is given. `finish` reads the last run with
    what closes the recording. `pointer` is the place of an entry in the recording, by its number from 1. With
    `begins_lines`, each run begins a line.
    """

    begin: Callable[[bytes], int | None]
    cut: Callable[[bytes, Proof | None], bytes]
    entries: Callable[[bytes], Iterator[Slice]]
    read: Callable[[Recording, Origin], Iterator[Item]]
    finish: Callable[[Recording], Iterator[Item]]
    pointer: Callable[[int], Pointer]
    begins_lines: bool = False


class Form(NamedTuple):
    """A form of recordings: its name for `--recording-format`, whether data looks like it, and its reader.

    `detects` is given the data without a byte order mark. `read` yields the exchanges in their order, and findings
    where something could not be read; it never raises, whatever the bytes. A recording of any size is read in parts, if
    `partition` says how it is taken apart, or piece by piece by `stream`; by `read` alone if there is neither.
    """

    name: str
    title: str
    detects: Callable[[bytes], bool]
    read: Callable[[Recording], Iterator[Item]]
    partition: Partition | None = None
    stream: Callable[[Recording, Iterator[bytes]], Iterator[Item]] | None = None
