"""Work shared out to processes of this machine; what comes of it is given in the order of the work."""

from __future__ import annotations

import collections
import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from schemagen.errors import LostProcessError
from schemagen.interruptions import STOPS, undisturbed

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 2  # tasks for each other process that are not done: one that it works on, and one that waits
_MOST = 10  # tasks for each process whose results wait for one before them
_PAUSE = 0.005  # seconds
_LOST = "a process that took a share was ended, perhaps for want of memory; --jobs 1 needs least"

_work: Callable[[Any], Any] | None = None  # of this worker process


def share(
    work: Callable[[Task], Result],
    begin: Callable[[], Callable[[Task], Result]],
    tasks: Iterable[Task],
    jobs: int,
) -> Iterator[Result]:
    """What `work` gives for each of the `tasks`, in `jobs` processes, of which this is one: it works where the others
    have enough to do. Each other process calls `begin` once, for what does the work there.

    All but `work` is pickled, and so is what is raised elsewhere. It is raised here when the turn of its task has come.
    Where the system has no place for other processes, this one works alone.

    Raises:
        LostProcessError: a process was ended from outside, or cannot be begun.
    """
    with contextlib.ExitStack() as stack:
        pool = _made(begin, jobs, stack)
        yield from map(work, tasks) if pool is None else _in_pool(pool, work, tasks, jobs)


def _made(begin: Callable[[], Any], jobs: int, stack: contextlib.ExitStack) -> ProcessPoolExecutor | None:
    """The other processes, none of which has begun; None where there is no folder for what they are begun with (a file system
    that is only read), or where the system has nothing by which they could wait for each other.
    """
    try:
        # In a file, as it would go through a pipe: where that is full and the process is killed, the one that began it
        # waits for ever.
        file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="schemagen-"))) / "work"
        file.write_bytes(pickle.dumps(begin))
        spawn = multiprocessing.get_context("spawn")  # never copies of this process, which may have threads
        given = str(file), gc.get_threshold()
        return ProcessPoolExecutor(jobs - 1, spawn, initializer=_begin, initargs=given)
    except (OSError, NotImplementedError):
        return None


def _in_pool(
    pool: ProcessPoolExecutor, work: Callable[[Any], Any], tasks: Iterable[Any], jobs: int
) -> Iterator[Any]:
    waiting: collections.deque[Future[Any]] = collections.deque()
    is_done = False
    try:
        for task in tasks:
            if sum(not _is_done(future) for future in waiting) < _AHEAD * (jobs - 1):
                waiting.append(_given(pool, task))
            else:
                waiting.append(_done(work, task))
            while waiting and (_is_done(waiting[0]) or len(waiting) > _MOST * jobs):
                yield _result_of(waiting.popleft(), pool)
        while waiting:
            yield _result_of(waiting.popleft(), pool)
        is_done = True
    except BrokenProcessPool as problem:
        raise LostProcessError(_LOST) from problem
    except KeyboardInterrupt:
        # what was found so far is wanted; who stops a whole group stops workers in the middle, too
        while waiting and _is_found(waiting[0]):
            yield _result_of(waiting.popleft(), pool)
        raise
    finally:
        if not is_done:  # nobody wants the rest
            _end_workers(pool)
        # waits, as two threads that end the pool at once may part what they share (`OSError: handle is closed`)
        pool.shutdown(wait=True, cancel_futures=True)


def _given(pool: ProcessPoolExecutor, task: Any) -> Future[Any]:
    """A task, given to the others.

    Raises:
        LostProcessError: the system lets no more of them begin.
    """
    try:
        with undisturbed():  # also a worker that begins: it would say in a traceback that it is interrupted
            return pool.submit(_do, task)
    except OSError as problem:
        raise LostProcessError(
            f"no process that takes a share can be begun: {problem.strerror}; --jobs 1 needs none"
        ) from problem


def _end_workers(pool: ProcessPoolExecutor) -> None:
    """Ends the workers of the pool, and has it wait for no more results. A worker that was ended while it sent one has left a
    part of it, and for the rest the pool would wait as long as anybody can write, which this process can as well.
    """
    for worker in _workers(pool):
        worker.terminate()
    results = getattr(pool, "_result_queue", None)
    if results is not None:
        results._writer.close()  # noqa: SLF001 - there is no other way to tell it


def _workers(pool: ProcessPoolExecutor) -> list[BaseProcess]:
    return [*(pool._processes or {}).values()]  # noqa: SLF001


def _is_done(future: Future[Any]) -> bool:
    """Whether there is a result. Who is interrupted while he looks would keep the lock that whoever brings it waits for."""
    with undisturbed():
        return future.done()


def _is_found(future: Future[Any]) -> bool:
    """Whether there is a result, and no exception."""
    with undisturbed():
        return future.done() and future.exception() is None


def _result_of(future: Future[Any], pool: ProcessPoolExecutor) -> Any:
    """The result, waited for without a lock: see `_is_done`.

    Raises:
        LostProcessError: a worker has ended, as none does before all is done. The pool finds that out as well, but not of one
            that has sent a part of a result.
    """
    while not _is_done(future):
        if wait([worker.sentinel for worker in _workers(pool)], 0):
            raise LostProcessError(_LOST)
        time.sleep(_PAUSE)
    with undisturbed():
        return future.result()


def _done(work: Callable[[Any], Any], task: Any) -> Future[Any]:
    """What comes of a task in this process, be it an exception."""
    future: Future[Any] = Future()
    try:
        future.set_result(work(task))
    except Exception as problem:  # noqa: BLE001 - its turn has not come
        future.set_exception(problem)
    return future


def _begin(file: str, objects: tuple[int, int, int]) -> None:
    """Prepares a worker, which looks for garbage after so many `objects` as the process that waits for it, which is who is asked to
    stop.
    """
    global _work  # noqa: PLW0603 - one in each worker, so that what it begins with is sent once
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(*objects)
    with contextlib.suppress(FileNotFoundError):  # nobody waits for it any more
        _work = pickle.loads(Path(file).read_bytes())()  # noqa: S301 - written by the process that waits
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _end_with_parent() -> None:
    """Ends this worker where the process that began it is killed: it would wait for ever for another task."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Any) -> Any:
    if _work is None:
        raise RuntimeError("a worker without work")
    return _work(task)
