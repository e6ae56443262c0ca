"""Stretches of a large HAR file, which begin and end where two entries seem to be parted; who judges one proves its end.

The first begins with the file. Where one holds nothing but whole entries, its end is between two entries, so the next one
begins at an entry, too. Where one does not, the file has to be read in its order from there on.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from schemagen.judging import Judge
from schemagen.limits import Limits
from schemagen.recordings import FORMS
from schemagen.recordings.form import Partition
from schemagen.recordings.parts import SIZE, EndlessError, Part, Role, split
from schemagen.recordings.streams import endless
from schemagen.scale import fast, remote
from schemagen.scale.ranges import MOST, spans
from schemagen.scale.runs import Run

_NAME = re.compile(rb'\s*\{\s*("[^"\\]{1,100}")')
_WINDOW = 1 << 16  # bytes that are looked at, at once
_OVERLAP = 400  # of them in two windows: an end, a beginning, and blanks between
_FAR = 4 << 20  # bytes in which there must be an end of an entry


class UnprovenError(Exception):
    """A stretch does not end between two entries."""


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of the HAR `source`, at `path`, from the first end of an entry behind `start` to the first one behind
    `end`; with what stands before and behind all entries, if it begins and ends with the file.

    `name` is that of the first member of entries, with its quotes: an end is a comma before such a one.
    """

    source: str
    path: str
    start: int
    end: int
    name: bytes

    def __str__(self) -> str:
        return f": bytes {self.start} to {self.end}"

    def runs(self, judge: Judge) -> Iterator[Run]:
        """The entries.

        Raises:
            InputError: the file cannot be read, or not to the end.
            UnprovenError: they are no whole entries.
        """
        with remote.opened(self.path, str(self)) as file:
            begin = self._edge(file, self.start) if self.start else 0
            end = self._edge(file, self.end)
            if begin is None and file.seek(0, io.SEEK_END) < self.end:
                raise OSError(remote.SHORTER)
            if begin is None or begin == end:
                return
            how = _partition()
            if begin:
                how = how._replace(begin=lambda _: 0)
            proof = partial(fast.proves, judge)
            try:
                for part in split(_pieces(file, begin, end), how, judge.limits, proof=proof):
                    role = part.role if end is None else _role_of_proven(part, judge)
                    yield Run(self.source, "har", role, self.path, data=part.data)
            except EndlessError:
                yield Run(self.source, "", "whole", items=(endless(self.source, judge.limits),), is_over=True)

    def _edge(self, file: BinaryIO, position: int) -> int | None:
        """Where the first end of an entry behind `position` seems to be; None: there is none up to the end of the file."""
        between = re.compile(rb"\}\s*(,)\s*\{\s*" + re.escape(self.name))
        for start in range(position, position + _FAR, _WINDOW - _OVERLAP):
            file.seek(start)
            window = file.read(_WINDOW)
            if found := between.search(window):
                return start + found.end(1)
            if len(window) < _WINDOW:
                return None
        raise UnprovenError


def cut_har(source: str, path: str, limits: Limits, jobs: int) -> list[Stretch]:
    """The stretches of a large HAR file for so many processes; none if it is better read in its order.

    Raises:
        InputError: it cannot be read.
    """
    found = spans(remote.measure(path), jobs) if limits.recording_bytes > 4 * MOST else []
    if len(found) < 2:
        return []
    with remote.opened(path) as file:
        head = file.read(SIZE)
    begin = _partition().begin(head)
    name = None if begin is None else _NAME.match(head, begin)
    return [Stretch(source, path, start, end, name[1]) for start, end in found] if name else []


def _role_of_proven(part: Part, judge: Judge) -> Role:
    """The role of a part where nothing ends but a stretch: behind the last entry with a known end there is one more."""
    if part.role == "last" and (not part.data or fast.proves(judge, part.data)):
        return "entries"
    if part.role in ("last", "whole"):
        raise UnprovenError
    return part.role


def _pieces(file: BinaryIO, begin: int, end: int | None) -> Iterator[bytes]:
    """The bytes from `begin` to `end`, or all that follow."""
    file.seek(begin)
    while piece := file.read(SIZE if end is None else min(SIZE, end - begin)):
        yield piece
        begin += len(piece)
    if end is not None and begin < end:
        raise OSError(remote.SHORTER)


def _partition() -> Partition:
    found = FORMS["har"].partition
    if found is None:
        raise ValueError("entries are not taken apart")
    return found
