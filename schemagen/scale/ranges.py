"""Ranges of the bytes of a large NDJSON file, judged wherever the file can be read; each finds its own lines.

A line belongs to the range in which the line feed before it stands; the first line belongs to the first range. So every
line is in one range, wherever the file is cut, and nobody has to look for line feeds beforehand.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import BinaryIO

from schemagen.judging import Judge
from schemagen.limits import Limits
from schemagen.recordings.parts import SIZE as PIECE
from schemagen.recordings.streams import Stream, endless, open_stream
from schemagen.scale import remote
from schemagen.scale.runs import Run

SIZE = 64 << 20  # bytes of a range for a cluster
_SMALL = 4 << 20  # bytes of a file that is read from its beginning to its end
LEAST, MOST = 1 << 20, 16 << 20  # of one for a process of this machine
_ROUNDS = 4  # ranges for each process in what is left
_BEHIND = 1 << 14  # bytes in which the end of a line is looked for at first
_MARK = b"\xef\xbb\xbf"  # UTF-8's byte order mark


@dataclasses.dataclass(frozen=True, slots=True)
class Range:
    """The lines of the recording `source` whose line feed before them stands in the bytes from `start` to `end` of what
    is at `path`, a file or a URL.
    """

    source: str
    path: str = dataclasses.field(repr=False)  # may hold secrets; workers log what they were given
    start: int
    end: int

    def __str__(self) -> str:
        return f": bytes {self.start} to {self.end}"

    def runs(self, judge: Judge) -> Iterator[Run]:
        """The lines. There is nothing behind one that is too large to be read.

        Raises:
            InputError: what they are in cannot be read, or not to the end.
        """
        with remote.opened(self.path, str(self)) as file:
            yield from _read(file, self, judge.limits)


def cut(source: str, path: str, form: str | None, limits: Limits) -> list[Range]:
    """The ranges of a recording for a cluster; none if it is not cut, since it is small, packed, or no NDJSON (`form`: its
    name).

    Raises:
        InputError: it cannot be read.
    """
    size = remote.measure(path)
    if size <= SIZE:
        return []
    with remote.opened(path) as file:
        stream = open_stream(source, file.read(PIECE), iter(()), form, limits)
        if stream is None or not can_be_cut(stream, limits) or not file.seekable():
            return []
    return [Range(source, path, start, min(start + SIZE, size)) for start in range(0, size, SIZE)]


def can_be_cut(stream: Stream, limits: Limits) -> bool:
    """Whether there are ranges of a recording, so far as its form is concerned."""
    # below that, where lines become too long would depend on the cuts
    return stream.is_plain and stream.form.name == "ndjson" and limits.recording_bytes > 2 * PIECE


def spans(size: int, jobs: int) -> list[tuple[int, int]]:
    """A large file of that size cut for so many processes: into pieces that become smaller to its end, so that all of them end at
    once. None: it is small.
    """
    if size <= _SMALL or jobs == 1:
        return [(0, size)] if size > _SMALL else []
    found, start = [], 0
    while start < size:
        end = min(start + max(LEAST, min((size - start) // (_ROUNDS * jobs), MOST)), size)
        found.append((start, end))
        start = end
    return found


def _read(file: BinaryIO, range_: Range, limits: Limits) -> Iterator[Run]:
    """The lines of a range, as runs of whole ones."""
    rest: list[bytes] = []  # of a line that is not whole
    for piece in _pieces(file, range_):
        first, feed = piece.find(b"\n") + 1, piece.rfind(b"\n") + 1
        if sum(map(len, rest)) + (first or len(piece)) > limits.recording_bytes:
            yield Run(range_.source, "", "whole", items=(endless(range_.source, limits),), is_over=True)
            return
        if feed:
            lines = b"".join([*rest, memoryview(piece)[:feed]])
            yield Run(range_.source, "ndjson", "entries", data=lines)
            rest = []
        rest.append(piece[feed:])
    if last := b"".join(rest):  # the file ends without a line feed
        yield Run(range_.source, "ndjson", "last", data=last)


def _pieces(file: BinaryIO, range_: Range) -> Iterator[bytes]:
    """The bytes of the lines of a range."""
    position, end = _begin(file, range_), range_.end
    if position is None:
        return
    while piece := file.read(min(PIECE, max(0, end - position) + _BEHIND)):
        feed = piece.find(b"\n", max(0, end - position)) + 1
        if feed:
            yield piece[:feed]
            return
        yield piece
        position += len(piece)
    if position < end:
        raise OSError(remote.SHORTER)


def _begin(file: BinaryIO, range_: Range) -> int | None:
    """Where the first line begins, which is where the file then stands; None: there is none."""
    position, end = range_.start, range_.end
    file.seek(position)
    if position == 0:
        return file.seek(len(_MARK) if file.read(len(_MARK)) == _MARK else 0)
    while piece := file.read(min(_BEHIND, end - position)):
        feed = piece.find(b"\n")
        if feed >= 0:
            return file.seek(position + feed + 1)
        position += len(piece)
    if position < end:
        raise OSError(remote.SHORTER)
    return None
