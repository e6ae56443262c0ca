"""A run of entries of a recording: what is to be judged, and what came of it. Both can be sent to another process."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.recordings import FORMS
from schemagen.recordings.form import Item, Partition, Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.parts import Role
from schemagen.tally import Tally


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """Whole entries of the recording `source`, of the form of that name: `data`, or else that range of the file `path`.

    `role` is that of the part. `path` is empty where there is no file.
    """

    source: str
    form: str
    role: Role
    path: str = ""
    start: int = 0
    size: int = 0
    data: bytes | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in a run, as if nothing came before it, and how many entries and lines it has."""

    tally: Tally
    entries: int
    lines: int


def judge_run(run: Run, judge: Judge) -> Outcome:
    """Judges the exchanges of a run.

    Raises:
        OSError: the file of the run cannot be read any more.
    """
    data = run.data if run.data is not None else _read(run)
    neighbour = beside(Path(run.path), judge.limits) if run.path else None
    recording = Recording(run.source, data, None, judge.limits, neighbour)
    partition = FORMS[run.form].partition
    if partition is None:
        raise ValueError(f"recordings of the form {run.form} are not taken apart")
    tally = Tally()
    entries = 0
    if run.role == "whole":
        take_all(FORMS[run.form].read(recording), judge, tally)
    elif run.role == "last":
        take_all(partition.finish(recording), judge, tally)
    else:
        entries = _judge_entries(recording, partition, judge, tally)
    return Outcome(tally, entries, data.count(b"\n"))


def take_all(items: Iterable[Item], judge: Judge, tally: Tally) -> None:
    """Counts in `tally` what a recording amounts to: exchanges, which are judged, and findings about itself."""
    for item in items:
        if isinstance(item, Exchange):
            judge.take(item, tally)
        else:
            tally.add([item], _about_nothing)


def _judge_entries(recording: Recording, partition: Partition, judge: Judge, tally: Tally) -> int:
    """Judges a run entry by entry, and gives their number."""
    data, line, behind, entry = recording.data, 1, 0, 0
    for entry, piece in enumerate(partition.entries(data), start=1):
        line += data.count(b"\n", behind, piece.start)
        behind = piece.start
        alone = dataclasses.replace(recording, data=data[piece.start : piece.end])
        origin = recording.origin(entry, partition.pointer(entry), line)
        take_all(partition.read(alone, origin), judge, tally)
    return entry


def _read(run: Run) -> bytes:
    with Path(run.path).open("rb") as file:
        file.seek(run.start)
        return file.read(run.size)


def _about_nothing() -> None:
    """Findings about a recording itself are about no exchange."""
