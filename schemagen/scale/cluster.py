"""A Dask cluster that judges: the only module that knows `distributed`, an extra.

Sent to the cluster are the judge, once, and small descriptions of what to judge; what comes back are tallies. A share of
a worker that is lost is given to another one. What comes of the shares is taken in the order of the shares, so that
nothing of workers, time or order enters a report.
"""

from __future__ import annotations

import collections
import contextlib
import importlib
import importlib.util
import logging
import pickle
import uuid
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from schemagen import __version__
from schemagen.display import shown
from schemagen.errors import ClusterError, InputError
from schemagen.judging import Judge
from schemagen.redaction import redact_text

Share = TypeVar("Share")
Found = TypeVar("Found")

_PATIENCE = 60  # seconds without a worker after which there is none
_CONNECTING = 10  # seconds
_AHEAD = 3  # shares for each thread of a worker that wait or are judged
_MOST = 1_000  # shares whose outcomes wait for one before them
_RETRIES = 2  # of a share that raises something; a share whose worker is lost is given away by the scheduler
_LOGS = ("distributed", "tornado", "asyncio")


@contextlib.contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address` (`tcp://10.0.0.5:8786`). On the way out, what it still does for us ends.

    Raises:
        ClusterError: it cannot be reached, or what works there is not what works here.
    """
    if importlib.util.find_spec("distributed") is None:
        raise ClusterError("--scheduler needs the package distributed: pip install distributed")
    distributed: Any = importlib.import_module("distributed")
    with _in_silence():
        client = distributed.Client.__new__(distributed.Client)  # also closed if it does not come to be
        try:
            try:
                client.__init__(address, timeout=_CONNECTING, set_as_default=False)
            except (OSError, ValueError, TypeError) as problem:
                raise ClusterError(
                    f"{shown(address, 100)}: no scheduler there: {_line(problem)}"
                ) from problem
            yield Cluster(distributed, client, shown(address, 100))
        finally:
            client.close(timeout=_CONNECTING)


class Cluster:
    """A cluster that is connected."""

    def __init__(self, distributed: Any, client: Any, address: str) -> None:
        self._distributed = distributed
        self._client = client
        self._address = address

    def judge(
        self, work: Callable[[Share, Judge], Found], shares: Iterable[Share], judge: Judge
    ) -> Iterator[tuple[Share, Found | InputError]]:
        """Each share with what `work`, a function of a module, gives for it on some worker, in the order of the shares;
        or with why nothing came of it. More shares are only asked for when workers wait for them.

        Raises:
            ClusterError: there are no workers, not the right ones, or the scheduler is gone.
        """
        run = uuid.uuid4().hex
        # A task, and no scattered value: it is made anew when all workers that hold it are lost.
        sent = self._client.submit(pickle.loads, pickle.dumps(judge), key=f"schemagen-judge-{run}")
        waiting: collections.deque[tuple[Share, Any]] = collections.deque()
        try:
            self._require_workers()
            self._require_versions()
            width = self._width()
            for number, share in enumerate(shares):
                key = f"schemagen-{run}-{number}"
                future = self._client.submit(_work, __version__, work, share, sent, key=key, retries=_RETRIES)
                waiting.append((share, future))
                while len(open_ := _unfinished(waiting)) >= width or len(waiting) >= _MOST:
                    self._wait(open_)
                    yield from self._take(waiting)
                    width = self._width()
            while waiting:
                self._wait(_unfinished(waiting))
                yield from self._take(waiting)
        except (CancelledError, OSError) as problem:
            raise ClusterError(f"{self._address}: the scheduler is gone") from problem
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([sent, *(future for _, future in waiting)], force=True)

    def _take(self, waiting: collections.deque[tuple[Share, Any]]) -> Iterator[tuple[Share, Any]]:
        """What came of the first shares, as far as they are finished."""
        while waiting and waiting[0][1].done():
            share, future = waiting.popleft()
            if future.status == "error":
                why = self._explain(future.exception())
                yield share, why if isinstance(why, InputError) else InputError(f"{shown(str(share))}: {why}")
            else:
                yield share, future.result()

    def _explain(self, problem: BaseException) -> InputError | str:
        if isinstance(problem, InputError):
            return problem
        if isinstance(problem, self._distributed.KilledWorker):
            return "each worker that had it was lost; perhaps it needs more memory than they have"
        return f"{type(problem).__name__}: {_line(problem)}"

    def _wait(self, futures: list[Any]) -> None:
        """Until one of them is finished."""
        if not futures:
            return
        try:
            with self._client.as_current():
                self._distributed.wait(futures, timeout=_PATIENCE, return_when="FIRST_COMPLETED")
        except TimeoutError:
            self._require_workers()

    def _width(self) -> int:
        """How many shares may be unfinished at once, with the workers that there are now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, _AHEAD * sum(threads.values()))

    def _require_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as problem:
            raise ClusterError(f"{self._address}: there is no worker, after {_PATIENCE} seconds") from problem

    def _require_versions(self) -> None:
        """Sees that the workers of now have what is here; for one that comes later, see `_work`."""
        found = self._client.get_versions(packages=["schemagen"])
        here = _versions(found["client"])
        for worker, versions in found["workers"].items():
            for name, there in _versions(versions).items():
                if there != here[name]:
                    has = f"has {name} {there}" if there else f"has no {name}"
                    raise ClusterError(f"{self._address}: the worker {worker} {has}; here is {here[name]}")


def _work(version: str, work: Callable[[Share, Judge], Found], share: Share, judge: Judge) -> Found:
    """A task, on a worker."""
    if version != __version__:
        raise RuntimeError(f"a worker has schemagen {__version__}, not {version}")
    return work(share, judge)


def _versions(found: dict[str, Any]) -> dict[str, str]:
    """What must be the same everywhere, of what `Client.get_versions` says of one place."""
    packages = found["packages"]
    python = ".".join(str(packages["python"]).split(".")[:2])
    return {"schemagen": packages["schemagen"], "Python": python, "distributed": packages["distributed"]}


def _unfinished(waiting: Iterable[tuple[Any, Any]]) -> list[Any]:
    return [future for _, future in waiting if not future.done()]


def _line(problem: BaseException) -> str:
    return shown(redact_text(str(problem).partition("\n")[0]), 200)


@contextlib.contextmanager
def _in_silence() -> Iterator[None]:
    """What `distributed` logs and warns of is no report; what matters is raised."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in _LOGS]
    loggers = [logging.getLogger(name) for name in names]  # each has a level and a handler of its own
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
