"""A run of entries of a recording: what is to be judged, and what came of it. Both can be sent to another process."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.recordings import FORMS
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.parts import Role, read_part
from schemagen.tally import Tally


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """Whole entries of the recording `source`, of the form of that name: `data`, or else that range of the file `path`.

    `role` is that of the part. `path` is empty where there is no file. Or what was read already: `items`, with their
    numbers in the whole recording.
    """

    source: str
    form: str
    role: Role
    path: str = ""
    start: int = 0
    size: int = 0
    data: bytes | None = None
    items: tuple[Item, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in a run, as if nothing came before it, and how many entries and lines it has. With `is_over`,
    nothing behind it is read.
    """

    tally: Tally
    entries: int
    lines: int
    is_over: bool = False


def judge_run(run: Run, judge: Judge) -> Outcome:
    """Judges the exchanges of a run.

    Raises:
        OSError: the file of the run cannot be read any more.
    """
    tally = Tally()
    if run.items:
        for item in run.items:
            _take(item, judge, tally)
        return Outcome(tally, 0, 0)
    data = run.data if run.data is not None else _read(run)
    neighbour = beside(Path(run.path), judge.limits) if run.path else None
    recording = Recording(run.source, data, None, judge.limits, neighbour)
    last = 0
    for entry, item in read_part(recording, FORMS[run.form], run.role):
        last = entry
        _take(item, judge, tally)
    return Outcome(tally, last, data.count(b"\n"))


def _take(item: Item, judge: Judge, tally: Tally) -> None:
    if isinstance(item, Exchange):
        judge.take(item, tally)
    else:
        tally.add([item], _about_nothing)


def _read(run: Run) -> bytes:
    with Path(run.path).open("rb") as file:
        file.seek(run.start)
        return file.read(run.size)


def _about_nothing() -> None:
    """Findings about a recording itself are about no exchange."""
