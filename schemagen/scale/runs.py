"""A run of entries of a recording: what is to be judged, and what came of it. Both can be sent to another process."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.recordings import FORMS
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.parts import Role, part_of, read_entries, read_part
from schemagen.scale import fast, remote
from schemagen.tally import FIRST, MOST, GroupKey, Tally

_KEPT = 2 << 20  # bytes; twice that is kept, about what a run takes


class Run(NamedTuple):
    """Whole entries of the recording `source`, of the form of that name: `data`, or else that range of the file `path`.

    `role` is that of the part. `path` is empty where there is no file. Or what was read already: `items`, with their
    numbers in the whole recording. With `is_over`, nothing behind it is read.
    """

    source: str
    form: str
    role: Role
    path: str = ""
    start: int = 0
    size: int = 0
    data: bytes | None = None
    items: tuple[Item, ...] = ()
    is_over: bool = False


class Outcome(NamedTuple):
    """What was found in a run, as if nothing came before it, and how many entries and lines it has. With `is_over`,
    nothing behind it is read.
    """

    tally: Tally
    entries: int
    lines: int
    is_over: bool = False


class Runner:
    """Judges runs of one recording in their order, with help of the fast path where there are many entries."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._given: collections.Counter[GroupKey] = collections.Counter()
        _keep_memory()

    def judge_each(self, runs: Iterable[Run]) -> Iterator[Outcome]:
        """Judges runs that follow each other, one by one. What is the same in many exchanges is held back, and put together
        once: by `settle`, when the last was judged in this thread. Where a run is not judged to its end, what was found in it up
        to then is given, as what was held back of it will be.

        Raises:
            OSError: the file of a run cannot be read any more.
            InputError: the runs cannot be read.
        """
        for run in runs:
            tally = Tally()
            try:
                outcome = self._judge_one(run, tally)
            except (KeyboardInterrupt, MemoryError):
                yield Outcome(tally, 0, 0)
                raise
            yield outcome

    def _judge_one(self, run: Run, tally: Tally) -> Outcome:
        if run.items:
            for item in run.items:
                self._take(item, tally)
            return Outcome(tally, 0, 0, run.is_over)
        data = run.data if run.data is not None else _read(run)
        if run.role == "head":
            return Outcome(tally, 0, data.count(b"\n"))
        neighbour = beside(Path(run.path), self._judge.limits) if run.path else None
        form = FORMS[run.form]
        whole = Recording(run.source, b"", None, self._judge.limits, neighbour)
        recording = part_of(whole, form, data, run.role)
        left = fast.count(self._judge, run.form, data, tally, self) if run.role == "entries" else None
        if left is None:
            entries = self._judge_all(read_part(recording, form, run.role), tally)
            return Outcome(tally, entries, data.count(b"\n"))
        self._judge_left(recording, form, left, tally)
        return Outcome(tally, left.entries, left.lines)

    def judge_together(self, runs: Iterable[Run]) -> Outcome:
        """Judges runs that follow each other, and holds nothing back. Of groups of which it has given enough findings before,
        there are only the numbers.

        Raises:
            OSError: the file of a run cannot be read any more.
            InputError: the runs cannot be read.
        """
        tally, entries, lines, is_over = Tally(), 0, 0, False
        try:
            for outcome in place(self.judge_each(runs)):
                tally.merge(outcome.tally)
                entries += outcome.entries
                lines += outcome.lines
                is_over = outcome.is_over
        finally:
            settle(self._judge, tally)  # also if it is lost
        if len(self._given) > MOST:
            self._given.clear()
        for group, kept in tally.kept.items():
            if self._given[group] >= FIRST:
                kept.first.clear()
            self._given[group] += len(kept.first)
        return Outcome(tally, entries, lines, is_over)

    def _judge_all(self, items: Iterator[tuple[int, Item]], tally: Tally) -> int:
        """Judges what is in a run; gives the number of its entries."""
        last = 0
        for entry, item in items:
            last = entry
            self._take(item, tally)
        return last

    def _judge_left(self, recording: Recording, form: Form, left: fast.Left, tally: Tally) -> None:
        """Judges what the fast path has left, each entry alone, so that it learns what comes of it."""
        if form.partition is None:
            raise ValueError("a form without entries")
        for entry, items in read_entries(recording, form.partition, left.pieces()):
            alone = Tally()
            for item in items:
                self._take(item, alone)
            left.learn(entry, alone)
            tally.merge(alone)

    def _take(self, item: Item, tally: Tally) -> None:
        if isinstance(item, Exchange):
            self._judge.take(item, tally)
        else:
            tally.add([item], _about_nothing)


def settle(judge: Judge, tally: Tally) -> None:
    """Puts into `tally` what was held back of all runs that were judged by `judge` in this thread."""
    fast.settle(judge, tally)


def place(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes of what follows each other, with their numbers in the whole, up to the one that is the last."""
    entries = lines = 0
    for outcome in outcomes:
        outcome.tally.move(entries, lines)
        entries += outcome.entries
        lines += outcome.lines
        yield outcome
        if outcome.is_over:
            return


def _read(run: Run) -> bytes:
    with Path(run.path).open("rb") as file:
        file.seek(run.start)
        data = file.read(run.size)
    if len(data) < run.size:
        raise OSError(remote.SHORTER)
    return data


def _keep_memory() -> None:
    """Has the allocator keep what a run frees for the next one, instead of giving it back and asking for it again: glibc keeps
    up to twice the largest block that was ever freed (`mallopt(3)`, M_MMAP_THRESHOLD).
    """
    bytes(_KEPT)


def _about_nothing() -> None:
    """Findings about a recording itself are about no exchange."""
