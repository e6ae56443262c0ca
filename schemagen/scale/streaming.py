"""A recording taken apart, its runs judged, and what came of them put together again."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.judging import Judge
from schemagen.recordings.streams import Stream
from schemagen.scale.runs import Run
from schemagen.scale.workers import judge_runs
from schemagen.tally import Tally


def judge_stream(source: str, stream: Stream, judge: Judge, jobs: int = 1) -> Iterator[Tally]:
    """What is found in the recording `source`, part by part, with its numbers in the whole recording.

    Raises:
        OSError: the recording cannot be read any more.
    """
    runs = _Runs(source, stream)
    entries = 0
    lines = 0
    for outcome in judge_runs(iter(runs), judge, jobs):
        outcome.tally.move(entries, runs.head + lines)
        entries += outcome.entries
        lines += outcome.lines
        yield outcome.tally


class _Runs:
    """The runs of a recording; `head` is the number of lines before the first."""

    def __init__(self, source: str, stream: Stream) -> None:
        self.head = 0
        self._source = source
        self._stream = stream

    def __iter__(self) -> Iterator[Run]:
        path = "" if self._source == "-" else self._source
        is_plain = bool(path) and self._stream.is_plain
        for part in self._stream.parts:
            if part.role == "head":
                self.head = part.data.count(b"\n")
            else:
                data = None if is_plain else part.data
                yield Run(
                    self._source, self._stream.form.name, part.role, path, part.start, len(part.data), data
                )
