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
from schemagen.recordings.streams import Stream, open_lines, open_stream
from schemagen.scale import remote
from schemagen.scale.runs import Outcome, Run, Runner, place, settle
from schemagen.tally import Tally

SIZE = 64 << 20  # bytes of a range
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


def cut(source: str, path: str, form: str | None, limits: Limits) -> list[Range]:
    """The ranges of a recording; none if it is not cut, since it is small, packed, or no NDJSON (`form`: its name).

    Raises:
        InputError: it cannot be read.
    """
    size = remote.measure(path)
    if (
        size <= SIZE or limits.recording_bytes <= 2 * PIECE
    ):  # where lines become too long would depend on the cuts
        return []
    with remote.opened(path) as file:
        stream = open_stream(source, file.read(PIECE), iter(()), form, limits)
        if stream is None or not stream.is_plain or stream.form.name != "ndjson" or not file.seekable():
            return []
    return [Range(source, path, start, min(start + SIZE, size)) for start in range(0, size, SIZE)]


def judge_range(range_: Range, judge: Judge) -> Outcome:
    """Judges the exchanges of a range. Nothing behind it is read if there is a line in it that is too large to be read.

    Raises:
        InputError: what it is in cannot be read.
    """
    tally, entries, line_feeds, runner = Tally(), 0, 0, Runner(judge)
    with remote.opened(range_.path, str(range_)) as file:
        lines = _Lines(file, range_)
        stream = open_lines(range_.source, iter(lines), judge.limits)
        for outcome in place(map(runner.judge, _runs(range_.source, stream, lines))):
            tally.merge(outcome.tally)
            entries += outcome.entries
            line_feeds += outcome.lines
    settle(judge, tally)
    tally.add(stream.troubles, lambda: None)
    return Outcome(tally, entries, line_feeds, is_over=bool(stream.troubles))


def _runs(source: str, stream: Stream, lines: _Lines) -> Iterator[Run]:
    for part in stream.parts:
        is_last = part.role != "entries" and lines.are_last
        yield Run(source, stream.form.name, "last" if is_last else "entries", data=part.data)


class _Lines:
    """The bytes of the lines of a range, piece by piece; `are_last`: there are no more in the file, which is known when
    all pieces were given.
    """

    def __init__(self, file: BinaryIO, range_: Range) -> None:
        self.are_last = False
        self._file = file
        self._range = range_

    def __iter__(self) -> Iterator[bytes]:
        position = self._begin()
        if position is None:
            return
        end = self._range.end
        while piece := self._file.read(PIECE):
            feed = piece.find(b"\n", max(0, end - position)) if position + len(piece) > end else -1
            if feed >= 0:
                yield piece[: feed + 1]
                return
            yield piece
            position += len(piece)
        self.are_last = True

    def _begin(self) -> int | None:
        """Where the first line begins, which is where the file then stands; None: there is none."""
        position, end = self._range.start, self._range.end
        self._file.seek(position)
        if position == 0:
            begin = len(_MARK) if self._file.read(len(_MARK)) == _MARK else 0
            return self._file.seek(begin)
        while position < end and (piece := self._file.read(min(PIECE, end - position))):
            feed = piece.find(b"\n")
            if feed >= 0:
                return self._file.seek(position + feed + 1)
            position += len(piece)
        return None
