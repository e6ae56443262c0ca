"""A recording taken apart, its parts judged by one process or several, and what came of them put together again."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from schemagen.display import shown
from schemagen.errors import InputError, LostProcessError
from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.recordings.form import Item, Proof
from schemagen.recordings.parts import SIZE
from schemagen.recordings.streams import Stream
from schemagen.scale import fast, remote
from schemagen.scale.ranges import Range, can_be_cut, spans
from schemagen.scale.runs import Outcome, Run, Runner, place, settle
from schemagen.scale.stretches import Stretch, UnprovenError, cut_har
from schemagen.tally import Tally

_ITEM = 1000  # bytes of an item beside its body, about
_MUCH = 64 << 20  # bytes that are always worth several processes
_TELLING = 2  # shares that tell how much there is
_WORTH = 2.0  # seconds for what is left that are
_RUNS = 8  # that a process is given at once; a recording that has no more is judged by this one alone


class Bundle(NamedTuple):
    """Runs that follow each other."""

    content: tuple[Run, ...]

    def runs(self, judge: Judge) -> Iterator[Run]:  # noqa: ARG002 - others are judged as they are read
        """The runs."""
        return iter(self.content)


Share: TypeAlias = Range | Stretch | Bundle


def judge_stream(source: str, stream: Stream, judge: Judge, jobs: int = 1, path: str = "") -> Iterator[Tally]:
    """What is found in the recording `source`, part by part, with its numbers in the whole recording, judged by at most
    `jobs` processes.

    `path` is that of its file, if it is one. However it ends, `runs.settle` gives what is held back.

    Raises:
        OSError: the recording cannot be read any more.
        InputError: it cannot be read, or a process was ended from outside.
    """
    shares = _cut(source, stream, judge, jobs, path) if path and stream.is_plain else []
    if shares:
        outcomes = _judge_shares(source, shares, judge, jobs)
    else:
        proof = partial(fast.proves, judge) if jobs == 1 else None  # it keeps what it reads in this process
        runs = _runs(source, stream, path, proof)
        outcomes = _judge(source, runs, judge, jobs, _RUNS, is_file=bool(path) and stream.is_plain)
    for outcome in place(outcomes):
        yield outcome.tally


def judge_items(source: str, items: Iterator[Item], judge: Judge, jobs: int) -> Iterator[Tally]:
    """What is found in the recording `source`, of which `items` are read here, with their numbers in it, and judged by at
    most `jobs` processes.

    Raises:
        InputError: a process was ended from outside.
    """
    for outcome in _judge(source, _runs_of(source, items), judge, jobs, 1):
        yield outcome.tally


def _cut(source: str, stream: Stream, judge: Judge, jobs: int, path: str) -> Sequence[Range | Stretch]:
    """The shares of a large file; none if it has to be read in its order."""
    if can_be_cut(stream, judge.limits):
        return [Range(source, path, start, end) for start, end in spans(remote.measure(path), jobs)]
    return cut_har(source, path, judge.limits, jobs) if stream.form.name == "har" and jobs > 1 else []


def _judge_shares(
    source: str, shares: Sequence[Range | Stretch], judge: Judge, jobs: int
) -> Iterator[Outcome]:
    """The outcomes of shares, or as far as they are that what they are of runs."""
    if len(shares) == 1:
        yield from Runner(judge).judge_each(shares[0].runs(judge))
        return
    done = 0
    try:
        for outcome in _judge_together(source, shares, judge, jobs):
            yield outcome
            done += 1
    except UnprovenError:
        rest = dataclasses.replace(shares[done], end=shares[-1].end)
        yield from Runner(judge).judge_each(rest.runs(judge))


def _judge_together(
    source: str, shares: Sequence[Range | Stretch], judge: Judge, jobs: int
) -> Iterator[Outcome]:
    """The outcomes of shares. If there is not very much, the speed of the second one tells whether it is worth it to begin other
    processes: the first one is slow, as everything in it is new.
    """
    runner = Runner(judge)
    work, last = _worker(judge, runner), shares[-1]
    alone = shares[:_TELLING] if last.end <= _MUCH else ()
    left = _WORTH
    for share in alone:
        begun = time.perf_counter()
        outcome = work(share)
        left = (time.perf_counter() - begun) / (share.end - share.start) * (last.end - share.end)
        yield outcome
    shares = shares[len(alone) :]
    if left >= _WORTH:
        yield from _share(source, judge, runner, shares, jobs)
    elif shares:
        yield from runner.judge_each(dataclasses.replace(shares[0], end=last.end).runs(judge))


def _judge(
    source: str, runs: Iterator[Run], judge: Judge, jobs: int, many: int, *, is_file: bool = False
) -> Iterator[Outcome]:
    """The outcomes of runs: so `many` are judged at once by a process, and the first ones by this one, one by one. With `is_file`,
    others read the bytes of runs themselves.
    """
    runner = Runner(judge)
    yield from runner.judge_each(itertools.islice(runs, many if jobs > 1 else None))
    more = next(runs, None)
    if more is not None:
        held = Tally()
        settle(judge, held)
        yield Outcome(held, 0, 0)
        bundles = _bundles(itertools.chain([more], runs), many, is_file=is_file)
        yield from _share(source, judge, runner, bundles, jobs)


def _share(
    source: str, judge: Judge, runner: Runner, shares: Iterable[Share], jobs: int
) -> Iterator[Outcome]:
    """The outcomes of shares, judged by `runner` in this process and by others."""
    from schemagen import processes

    begin = partial(_begin, judge)
    try:
        yield from processes.share(_worker(judge, runner), begin, shares, jobs)
    except LostProcessError as problem:
        raise InputError(f"{shown(source)}: {problem}") from problem
    finally:
        settle(judge, Tally())  # what is held back of a share that is lost


def _begin(judge: Judge) -> Callable[[Share], Outcome]:
    return _worker(judge, Runner(judge))


def _worker(judge: Judge, runner: Runner) -> Callable[[Share], Outcome]:
    return lambda share: runner.judge_together(share.runs(judge))


def _bundles(runs: Iterable[Run], many: int, *, is_file: bool) -> Iterator[Bundle]:
    """So many runs each; with `is_file`, without their bytes."""
    runs = (run._replace(data=None) for run in runs) if is_file else iter(runs)
    while content := tuple(itertools.islice(runs, many)):
        yield Bundle(content)


def _runs(source: str, stream: Stream, path: str, proof: Proof | None) -> Iterator[Run]:
    """The runs of a recording."""
    for part in stream.split(proof):
        yield Run(source, stream.form.name, part.role, path, part.start, len(part.data), part.data)
    if stream.troubles:
        yield Run(source, "", "whole", items=tuple(stream.troubles))


def _runs_of(source: str, items: Iterator[Item]) -> Iterator[Run]:
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
