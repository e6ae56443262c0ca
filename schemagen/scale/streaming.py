"""A recording taken apart, its runs judged, and what came of them put together again."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.judging import Judge
from schemagen.recordings.streams import Stream
from schemagen.scale.runs import Run
from schemagen.scale.workers import judge_runs
from schemagen.tally import Tally


def judge_stream(source: str, stream: Stream, judge: Judge, jobs: int = 1, path: str = "") -> Iterator[Tally]:
    """What is found in the recording `source`, part by part, with its numbers in the whole recording.

    `path` is that of its file, if it is one.

    Raises:
        OSError: the recording cannot be read any more.
    """
    runs = _Runs(source, stream, path, is_sent=jobs < 2)
    entries = 0
    lines = 0
    for outcome in judge_runs(iter(runs), judge, jobs):
        outcome.tally.move(entries, runs.head + lines)
        entries += outcome.entries
        lines += outcome.lines
        yield outcome.tally


class _Runs:
    """The runs of a recording; `head` is the number of lines before the first. With `is_sent`, they hold their bytes."""

    def __init__(self, source: str, stream: Stream, path: str, *, is_sent: bool) -> None:
        self.head = 0
        self._source = source
        self._stream = stream
        self._path = path
        self._is_sent = is_sent or not path or not stream.is_plain

    def __iter__(self) -> Iterator[Run]:
        for part in self._stream.parts:
            if part.role == "head":
                self.head = part.data.count(b"\n")
            else:
                data = part.data if self._is_sent else None
                size = len(part.data)
                yield Run(self._source, self._stream.form.name, part.role, self._path, part.start, size, data)
