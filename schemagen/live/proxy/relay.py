"""Connections of clients: one request after the other, and beside each a connection to the server of its own."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import h11

from schemagen.exchanges import Origin, Request
from schemagen.findings import Finding, Place
from schemagen.live.proxy import excuses, heads
from schemagen.live.proxy.backlog import Backlog, Seen
from schemagen.live.proxy.passing import Answer, AwayError, Passing, apologise
from schemagen.live.proxy.troubles import unreachable
from schemagen.live.proxy.upstream import Upstream
from schemagen.live.proxy.wire import Wire

if TYPE_CHECKING:
    from schemagen.live.proxy import Patience

_SOURCE = "proxy"
_FRESH = 1.0  # seconds that a connection to the server may be idle and is used again


@dataclasses.dataclass(frozen=True, slots=True)
class Relay:
    """How connections are served: all go to `upstream`, what comes back goes to `backlog`, numbered by `entries`."""

    upstream: Upstream
    backlog: Backlog
    patience: Patience
    body_bytes: int
    entries: Iterator[int]


class Session:
    """One connection of a client."""

    def __init__(self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._relay = relay
        self._client = Wire(h11.SERVER, reader, writer)
        self._server: Wire | None = None
        self._used = 0.0  # when the connection to the server was used last
        self._is_idle = True
        self._is_ending = False

    async def serve(self) -> None:
        """Serves the connection to its end, whatever comes."""
        try:
            with contextlib.suppress(AwayError, OSError):
                await self._requests()
            await self._client.close()
        finally:
            await self._drop()

    def end(self) -> None:
        """Ends the connection, after the request that is under way."""
        self._is_ending = True
        if self._is_idle:
            self._client.hang_up()

    async def _requests(self) -> None:
        while not self._is_ending:
            self._is_idle = True
            try:
                event = await self._client.receive()
            except h11.RemoteProtocolError as problem:
                await self._client.send(*excuses.refusal(400, f"this is no HTTP/1.1 request: {problem}"))
                return
            self._is_idle = False
            if not isinstance(event, h11.Request):
                return
            if event.method == b"CONNECT":
                await self._client.send(*excuses.refusal(501, "it is a reverse proxy, and opens no tunnels"))
                return
            if not (await self._exchange(event) and self._client.next_cycle()):
                return

    async def _exchange(self, request: h11.Request) -> bool:
        """Passes one request on, and what comes back; whether the connection may go on."""
        entry = next(self._relay.entries)
        place, answer = Place(_SOURCE, entry=entry), Answer(self._relay.body_bytes)
        target = self._relay.upstream.target(request.target)
        asked = Request(request.method.decode("ascii"), self._relay.upstream.root + target.decode("ascii"))
        trouble: Finding | None = None
        goes_on = False
        try:
            server = await self._connected(place)
            if isinstance(server, Finding):
                trouble = server
                await apologise(self._client, request, trouble)
            else:
                passing = Passing(self._client, server, request, answer, self._relay.patience.read)
                host = self._relay.upstream.authority.encode("idna")
                trouble = await passing.run(heads.request_for(request, target, host), place)
                goes_on = passing.is_done
                self._used = asyncio.get_running_loop().time()
                if not passing.is_clean:
                    await self._drop()
        finally:
            exchange = answer.exchange(asked, Origin(_SOURCE, entry))
            if exchange is not None or trouble is not None:
                await self._relay.backlog.add(Seen(asked, exchange, trouble))
        return goes_on

    async def _connected(self, place: Place) -> Wire | Finding:
        """A connection to the server, the one of the last request if it is still good."""
        now = asyncio.get_running_loop().time()
        if self._server is not None and (self._server.is_gone or now - self._used > _FRESH):
            await self._drop()
        if self._server is None:
            try:
                async with asyncio.timeout(self._relay.patience.connect):
                    self._server = await self._relay.upstream.connect()
            except (OSError, UnicodeError) as problem:
                return unreachable(problem, self._relay.upstream, place)
        self._server.received = False
        return self._server

    async def _drop(self) -> None:
        """Ends the connection to the server, if there is one."""
        if self._server is not None:
            await self._server.drop()
            self._server = None
