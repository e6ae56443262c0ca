"""A plain HTTP/1.1 reverse proxy that passes everything on as it is, and has what comes back checked.

The checks are made beside the traffic, never before an answer; nothing that was seen is lost, for where they cannot keep
up, whoever asks next waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schemagen.live.listening import Address, listen
from schemagen.live.proxy.backlog import Backlog
from schemagen.live.proxy.relay import Relay, Session
from schemagen.live.proxy.upstream import Upstream, parse_upstream

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemagen.errors import OutputError
    from schemagen.live.checker import Checker
    from schemagen.report import Report
    from schemagen.saving import Recorder

__all__ = ["Patience", "Proxy", "Upstream", "parse_upstream"]

_GRACE = 5.0  # seconds that requests under way are given when the proxy ends
_SWITCH = 0.0005  # seconds after which a check lets the traffic go on


@dataclasses.dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds the server may take: to be connected to, and between two bytes."""

    connect: float = 5.0
    read: float = 60.0


class Proxy:
    """Passes requests on to `upstream`; what comes back goes to `checker` and `recorders`.

    `body_bytes` is how much of a body is kept to be checked.
    """

    def __init__(
        self,
        upstream: Upstream,
        checker: Checker,
        *,
        recorders: Sequence[Recorder] = (),
        patience: Patience = Patience(),
        body_bytes: int,
    ) -> None:
        self._checker = checker
        self._backlog = Backlog(checker, recorders, broken=self.stop)
        self._relay = Relay(upstream, self._backlog, patience, body_bytes, itertools.count(1))
        self._sessions: dict[asyncio.Task[None], Session] = {}
        self._stopped = asyncio.Event()
        self._bug: BaseException | None = None

    @property
    def lost(self) -> OutputError | None:
        """Why something could not be recorded."""
        return self._backlog.lost

    @property
    def unanswered(self) -> int:
        """How many requests got no response from the server."""
        return self._backlog.unanswered

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now."""
        return self._checker.report(complete=complete)

    async def run(self, address: Address, ready: Callable[[Address], None]) -> None:
        """Serves at `address` until it is told to stop by SIGINT or SIGTERM or `stop`; `ready` is told where it listens.

        Raises:
            OutputError: nothing can listen there.
        """
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        asyncio.get_running_loop().set_exception_handler(self._fail)
        try:
            with self._signals():
                await self._serve(address, ready)
        finally:
            sys.setswitchinterval(switch)
        if self._bug is not None:
            raise self._bug

    def stop(self) -> None:
        """Ends the proxy, once what is under way is done; a second time, at once."""
        for task, session in self._sessions.items():
            task.cancel() if self._stopped.is_set() else session.end()
        self._stopped.set()

    async def _serve(self, address: Address, ready: Callable[[Address], None]) -> None:
        async with self._backlog:
            server, bound = await listen(self._accept, address)
            ready(bound)
            await self._stopped.wait()
            server.close()
            if self._sessions:
                _, late = await asyncio.wait(self._sessions, timeout=_GRACE)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        session = self._sessions[task] = Session(self._relay, reader, writer)
        try:
            await session.serve()
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            del self._sessions[task]

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # noqa: ARG002 - a handler
        """A mistake of the program ends it, so that nothing is lost without a word."""
        problem = context.get("exception")
        if problem is not None and not isinstance(
            problem, OSError
        ):  # a connection that broke while it was made
            self._bug = self._bug or problem
            self.stop()

    def _signals(self) -> contextlib.ExitStack:
        loop = asyncio.get_running_loop()
        stack = contextlib.ExitStack()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(
                NotImplementedError, RuntimeError, ValueError
            ):  # Windows; another thread
                loop.add_signal_handler(number, self.stop)
                stack.callback(loop.remove_signal_handler, number)
        return stack
