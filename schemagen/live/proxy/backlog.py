"""What was seen and is still to be checked and recorded: in order, by a thread of its own, and never lost.

It is bounded by how much may wait. Whoever adds to a full one waits, and so does the connection it serves.
"""

from __future__ import annotations

import asyncio
import collections
import concurrent.futures
import dataclasses
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from schemagen.errors import OutputError
from schemagen.exchanges import Exchange, Request
from schemagen.findings import Finding
from schemagen.live.checker import Checker
from schemagen.saving import Recorder

_MOST = 512  # exchanges that wait
_MOST_BYTES = 64 * 1024 * 1024  # of their bodies
_AT_ONCE = 32  # are checked before the loop is asked again


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A request and what came of it: an exchange, a trouble, or both."""

    request: Request
    exchange: Exchange | None
    trouble: Finding | None = None

    @property
    def size(self) -> int:
        """How many bytes of a body are kept for it."""
        return len(self.exchange.response.body or b"") if self.exchange else 0


class Backlog:
    """Gives what is added to `checker` and `recorders`; to be used as a context, which ends when all is done.

    `lost` is why something could not be recorded; from then on nothing is, but all is checked. `unanswered` is how many
    requests got no response. A mistake of the program ends the work, which `broken` is told of, and is raised in the end.
    """

    def __init__(
        self, checker: Checker, recorders: Sequence[Recorder] = (), broken: Callable[[], None] = lambda: None
    ) -> None:
        self.lost: OutputError | None = None
        self.unanswered = 0
        self._checker = checker
        self._recorders = list(recorders)
        self._broken = broken
        self._waiting: collections.deque[Seen] = collections.deque()
        self._bytes = 0
        self._changed = asyncio.Condition()
        self._is_ending = False
        self._worker: asyncio.Task[None] | None = None

    async def add(self, seen: Seen) -> None:
        """Takes what was seen, as soon as there is room."""
        async with self._changed:
            await self._changed.wait_for(self._has_room)
            self._waiting.append(seen)
            self._bytes += seen.size
            self._changed.notify_all()

    def _has_room(self) -> bool:
        """Also where nobody works any more, since then the run ends with what has stopped it."""
        is_broken = self._worker is None or self._worker.done()
        return is_broken or (len(self._waiting) < _MOST and self._bytes <= _MOST_BYTES)

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work())
        self._worker.add_done_callback(self._end)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        if self._worker is not None:
            await self._worker

    def _end(self, worker: asyncio.Task[None]) -> None:
        if worker.cancelled() or worker.exception() is not None:
            self._broken()

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1, "checks") as thread:
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self._waiting or self._is_ending)
                    batch = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
                if not batch:
                    return
                await loop.run_in_executor(thread, self._check, batch)
                async with self._changed:
                    self._bytes -= sum(seen.size for seen in batch)
                    self._changed.notify_all()

    def _check(self, batch: list[Seen]) -> None:
        for seen in batch:
            if seen.exchange is not None:
                self._checker.check(seen.exchange, [seen.trouble] if seen.trouble else [])
                self._record(seen.exchange)
            elif seen.trouble is not None:
                self.unanswered += 1
                self._checker.miss(seen.trouble, seen.request)

    def _record(self, exchange: Exchange) -> None:
        for recorder in list(self._recorders):
            try:
                recorder.add(exchange)
            except OutputError as problem:
                self.lost = self.lost or problem
                self._recorders.remove(recorder)
