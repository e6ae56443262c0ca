"""A recording taken apart, its runs judged, and what came of them put together again."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.recordings.form import Item
from schemagen.recordings.parts import SIZE
from schemagen.recordings.streams import Stream
from schemagen.scale.runs import Run, judge_runs
from schemagen.tally import Tally

_ITEM = 1000  # bytes of an item beside its body, about


def judge_stream(source: str, stream: Stream, judge: Judge, jobs: int = 1, path: str = "") -> Iterator[Tally]:
    """What is found in the recording `source`, part by part, with its numbers in the whole recording.

    `path` is that of its file, if it is one. However it ends, `runs.settle` gives what is held back.

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


def judge_items(source: str, items: Iterator[Item], judge: Judge, jobs: int) -> Iterator[Tally]:
    """What is found in the recording `source`, of which `items` are read here, with their numbers in it, and judged by at
    most `jobs` processes.

    Raises:
        InputError: a process was ended from outside.
    """
    for outcome in judge_runs(_bundles(source, items), judge, jobs):
        yield outcome.tally


def _bundles(source: str, items: Iterator[Item]) -> Iterator[Run]:
    """Runs of so many items as are worth being sent to another process."""
    bundle: list[Item] = []
    size = 0
    for item in items:
        bundle.append(item)
        size += _ITEM + (len(item.response.body or b"") if isinstance(item, Exchange) else 0)
        if size > SIZE:
            yield Run(source, "", "whole", items=tuple(bundle))
            bundle, size = [], 0
    if bundle:
        yield Run(source, "", "whole", items=tuple(bundle))


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
