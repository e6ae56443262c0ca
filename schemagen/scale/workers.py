"""Runs of entries judged by several processes; what comes of them is given in the order of the runs."""

from __future__ import annotations

import collections
import contextlib
import itertools
import multiprocessing
import pickle
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.judging import Judge
from schemagen.scale.runs import Outcome, Run, Runner

_AHEAD = 3  # runs for each process that wait or are judged: so many are in memory

_STOPS = (signal.SIGINT, signal.SIGTERM)

_runner: Runner | None = None  # of this worker process


def judge_in_processes(begun: list[Run], runs: Iterator[Run], judge: Judge, jobs: int) -> Iterator[Outcome]:
    """The outcomes of the runs that are begun, and then of `runs`, judged by `jobs` processes.

    Raises:
        OSError: a file cannot be read any more.
        InputError: a process was ended from outside.
    """
    # The judge is in a file: what a process is begun with goes through a pipe, and where that is full and the process
    # is killed, the one that began it waits for ever.
    with tempfile.TemporaryDirectory(prefix="schemagen-") as folder:
        file = Path(folder) / "judge"
        file.write_bytes(pickle.dumps(judge))
        pool = ProcessPoolExecutor(
            jobs, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(str(file),)
        )
        yield from _in_pool(pool, begun, runs, _AHEAD * jobs)


def _in_pool(
    pool: ProcessPoolExecutor, begun: list[Run], runs: Iterator[Run], ahead: int
) -> Iterator[Outcome]:
    waiting: collections.deque[Future[Outcome]] = collections.deque()
    try:
        for run in itertools.chain(begun, runs):
            with _undisturbed():
                waiting.append(pool.submit(_work, run))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as problem:
        raise InputError(
            f"{shown(begun[0].source)}: a process that judges it was ended, perhaps for want of memory; --jobs 1 needs least"
        ) from problem
    except KeyboardInterrupt:
        # what was found so far is wanted; who stops a whole group stops workers in the middle, too
        while waiting and waiting[0].done() and waiting[0].exception() is None:
            yield waiting.popleft().result()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if waiting:  # interrupted: nobody wants the rest
            for worker in multiprocessing.active_children():
                worker.terminate()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Lets signals wait until the block is done, and until a worker that begins in it listens.

    Who is interrupted in the middle of either would say so in a traceback.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(file: str) -> None:
    """Prepares a worker; who is asked to stop is the process that waits for it."""
    global _runner  # noqa: PLW0603 - one in each worker, so that the judge is sent once
    with contextlib.suppress(FileNotFoundError):  # nobody waits for it any more
        _runner = Runner(pickle.loads(Path(file).read_bytes()))  # noqa: S301 - written by the process that waits
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)


def _work(run: Run) -> Outcome:
    if _runner is None:
        raise RuntimeError("a worker without a judge")
    return _runner.judge(run)
