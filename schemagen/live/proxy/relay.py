"""Requests of one client, one after the other, to the server and back: streamed both ways, and kept as far as is checked.

A connection of a client has a connection to the server of its own. Where that breaks, the client's ends in the same way.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import h11

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding, Place, finding
from schemagen.live.proxy import excuses, heads
from schemagen.live.proxy.backlog import Backlog, Seen
from schemagen.live.proxy.troubles import cut_off, unanswered, unreachable
from schemagen.live.proxy.upstream import Upstream
from schemagen.live.proxy.wire import Event, Wire

if TYPE_CHECKING:
    from schemagen.live.proxy import Patience

_SOURCE = "proxy"
_FRESH = 1.0  # seconds that a connection to the server may be idle and is used again
_INTERIM = 100  # interim responses to one request


class AwayError(Exception):
    """The client has gone, or says something that is no HTTP."""


@dataclasses.dataclass(slots=True)
class _Answer:
    """What has come of a response so far: its head, and of its body as much as is kept. `size` counts all of it."""

    head: h11.Response | None = None
    pieces: list[bytes] = dataclasses.field(default_factory=list)
    kept: int = 0
    size: int = 0
    is_whole: bool = False

    def keep(self, data: bytes, most: int) -> None:
        """Counts a piece of the body, and keeps it as long as there is room for one byte more than `most`."""
        self.size += len(data)
        if self.kept <= most:
            self.pieces.append(data[: most + 1 - self.kept])
            self.kept += len(self.pieces[-1])


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
            if self._server is not None:
                await self._server.drop()

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
        place, answer = Place(_SOURCE, entry=entry), _Answer()
        target = self._relay.upstream.target(request.target)
        asked = Request(request.method.decode("ascii"), self._relay.upstream.root + target.decode("ascii"))
        trouble: Finding | None = None
        goes_on = False
        try:
            server = await self._connected(place)
            if isinstance(server, Finding):
                trouble = server
                await self._apologise(request, trouble)
            else:
                goes_on, trouble = await self._pass(request, target, server, answer, place)
        finally:
            exchange = self._seen(answer, asked, Origin(_SOURCE, entry))
            if exchange is not None or trouble is not None:
                await self._relay.backlog.add(Seen(asked, exchange, trouble))
        return goes_on

    def _seen(self, answer: _Answer, asked: Request, origin: Origin) -> Exchange | None:
        """The exchange, if there was a response. A body that is not whole, or was not asked for, was not recorded."""
        if answer.head is None:
            return None
        body = b"".join(answer.pieces) if answer.is_whole and asked.method != "HEAD" else None
        headers = heads.texts(answer.head.headers.raw_items())
        return Exchange(origin, Response(answer.head.status_code, headers, body), asked)

    async def _connected(self, place: Place) -> Wire | Finding:
        """A connection to the server, the one of the last request if it is still good."""
        now = asyncio.get_running_loop().time()
        if self._server is not None and (self._server.is_gone or now - self._used > _FRESH):
            await self._server.drop()
            self._server = None
        if self._server is None:
            try:
                async with asyncio.timeout(self._relay.patience.connect):
                    self._server = await self._relay.upstream.connect()
            except (OSError, UnicodeError) as problem:
                return unreachable(problem, self._relay.upstream, place)
        self._server.received = False
        return self._server

    async def _pass(
        self, request: h11.Request, target: bytes, server: Wire, answer: _Answer, place: Place
    ) -> tuple[bool, Finding | None]:
        """Passes the request and the response; whether the connection may go on, and what went wrong."""
        patience = self._relay.patience.read
        sending = asyncio.create_task(self._pass_request(request, target, server))
        answering = asyncio.create_task(self._pass_response(server, answer, sending))
        trouble: Finding | None = None
        try:
            await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and not answering.done():
                sending.result()
            await answering
        except (h11.RemoteProtocolError, OSError) as problem:
            if answer.head is None:
                trouble = unanswered(problem, place, is_begun=server.received, seconds=patience)
                await self._apologise(request, trouble)
            else:
                trouble = cut_off(problem, place, got=answer.size, seconds=patience)
                self._client.reset() if isinstance(problem, ConnectionResetError) else self._client.hang_up()
        finally:
            is_sent = sending.done() and not sending.cancelled() and sending.exception() is None
            for task in (sending, answering):
                task.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)
        left_over = len(server.http.trailing_data[0])
        if answer.is_whole and left_over:
            trouble = finding("live/left-over", place, got=left_over)
        self._used = asyncio.get_running_loop().time()
        if not (is_sent and answer.is_whole and not left_over and server.next_cycle()):
            await server.drop()
            self._server = None
        return is_sent and answer.is_whole, trouble

    async def _pass_request(self, request: h11.Request, target: bytes, server: Wire) -> None:
        """Passes on the request, and its body as it comes.

        Raises:
            AwayError: the client did not send all of it.
        """
        try:
            await server.send(
                heads.request_for(request, target, self._relay.upstream.authority.encode("idna"))
            )
            while True:
                try:
                    event = await self._client.receive()
                except (h11.RemoteProtocolError, OSError) as problem:
                    raise AwayError from problem
                if not isinstance(event, h11.Data | h11.EndOfMessage):
                    raise AwayError
                await server.send(event)
                if isinstance(event, h11.EndOfMessage):
                    return
        except OSError:  # what the server answers, or does not, says why
            return

    async def _next(self, server: Wire, sending: asyncio.Task[None]) -> Event | type[h11.PAUSED]:
        """The next event from the server, which is given its time once it has all of the request.

        Raises:
            h11.RemoteProtocolError: what comes is no HTTP, or ends too early.
            OSError: the connection to the server broke, or it took too long.
        """
        while True:
            try:
                async with asyncio.timeout(self._relay.patience.read):
                    return await server.receive()
            except TimeoutError:
                if sending.done():
                    raise

    async def _pass_response(self, server: Wire, answer: _Answer, sending: asyncio.Task[None]) -> None:
        """Passes on the response, and its body as it comes.

        Raises:
            AwayError: the client does not take it.
            h11.RemoteProtocolError: what comes is no HTTP, or ends too early.
            OSError: the connection to the server broke, or it took too long.
        """
        interim = 0
        while not answer.is_whole:
            event = await self._next(server, sending)
            if isinstance(event, h11.InformationalResponse):
                interim += 1
                if interim > _INTERIM:
                    raise h11.RemoteProtocolError(f"more than {_INTERIM} interim responses came")
                await self._pass_interim(event, server)
            elif isinstance(event, h11.Response):
                answer.head = event
                await self._to_client(heads.response_for(event))
            elif isinstance(event, h11.Data):
                answer.keep(bytes(event.data), self._relay.body_bytes)
                await self._to_client(h11.Data(data=event.data))
            elif isinstance(event, h11.EndOfMessage):
                answer.is_whole = True
                await self._to_client(
                    h11.EndOfMessage(headers=event.headers if self._has_trailers(answer) else [])
                )
            else:
                raise h11.RemoteProtocolError("it ends without a body")

    async def _pass_interim(self, event: h11.InformationalResponse, server: Wire) -> None:
        if self._client.http.their_http_version == b"1.0":
            return
        await self._to_client(heads.interim_for(event))
        if event.status_code == 101:
            await self._client.tunnel(server)
            raise AwayError

    def _has_trailers(self, answer: _Answer) -> bool:
        assert answer.head is not None
        return heads.is_chunked(answer.head) and self._client.http.their_http_version != b"1.0"

    async def _to_client(self, event: h11.Event) -> None:
        try:
            await self._client.send(event)
        except OSError as problem:
            raise AwayError from problem

    async def _apologise(self, request: h11.Request, trouble: Finding) -> None:
        """Answers in the place of the server, and says so, if the client is still there."""
        with contextlib.suppress(AwayError):
            for event in excuses.excuse(trouble, with_body=request.method != b"HEAD"):
                await self._to_client(event)
