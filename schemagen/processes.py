"""Work shared out to processes of this machine; what comes of it is given in the order of the work."""

from __future__ import annotations

import collections
import contextlib
import multiprocessing
import pickle
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, TypeVar

from schemagen.errors import LostProcessError
from schemagen.interruptions import STOPS, undisturbed

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 3  # tasks for each process that wait or are done: so many are in memory

_work: Callable[[Any], Any] | None = None  # of this worker process


def share(
    begin: Callable[[], Callable[[Task], Result]],
    tasks: Iterable[Task],
    jobs: int,
    modules: Sequence[str] = (),
) -> Iterator[Result]:
    """What comes of each of the `tasks` in `jobs` processes. Each process calls `begin` once, for what does the work.

    All of these are pickled, and so is what work raises: it is raised here, when the turn of its task has come.
    `modules` are some that take long to import: where the system can do that, they are imported once for all processes.

    Raises:
        LostProcessError: a process was ended from outside.
    """
    # What a process is begun with is in a file: it would go through a pipe, and where that is full and the process is
    # killed, the one that began it waits for ever.
    with tempfile.TemporaryDirectory(prefix="schemagen-") as folder:
        file = Path(folder) / "work"
        file.write_bytes(pickle.dumps(begin))
        pool = ProcessPoolExecutor(jobs, _context(modules), initializer=_begin, initargs=(str(file),))
        yield from _in_pool(pool, tasks, _AHEAD * jobs)


def _context(modules: Sequence[str]) -> BaseContext:
    """How processes begin: as new ones, or as copies of a new one that has imported `modules`. Never as copies of this one,
    which may have threads.
    """
    if not modules or "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    return context


def _in_pool(pool: ProcessPoolExecutor, tasks: Iterable[Any], ahead: int) -> Iterator[Any]:
    others = set(multiprocessing.active_children())
    waiting: collections.deque[Future[Any]] = collections.deque()
    is_done = False
    try:
        for task in tasks:
            with (
                undisturbed()
            ):  # also a worker that begins: it would say in a traceback that it is interrupted
                waiting.append(pool.submit(_do, task))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        is_done = True
    except BrokenProcessPool as problem:
        raise LostProcessError(
            "a process that took a share was ended, perhaps for want of memory; --jobs 1 needs least"
        ) from problem
    except KeyboardInterrupt:
        # what was found so far is wanted; who stops a whole group stops workers in the middle, too
        while waiting and waiting[0].done() and waiting[0].exception() is None:
            yield waiting.popleft().result()
        raise
    finally:
        if not is_done:  # nobody wants the rest
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
        # waits, as two threads that end the pool at once may part what they share (`OSError: handle is closed`)
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(file: str) -> None:
    """Prepares a worker; who is asked to stop is the process that waits for it."""
    global _work  # noqa: PLW0603 - one in each worker, so that what it begins with is sent once
    with contextlib.suppress(FileNotFoundError):  # nobody waits for it any more
        _work = pickle.loads(Path(file).read_bytes())()  # noqa: S301 - written by the process that waits
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _do(task: Any) -> Any:
    if _work is None:
        raise RuntimeError("a worker without work")
    return _work(task)
