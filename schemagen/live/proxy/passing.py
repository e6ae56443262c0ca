"""One request on its way to the server, and its response on the way back: streamed both ways, and kept as far as is checked.

What breaks on one side breaks on the other in the same way.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses

import h11

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding, Place, finding
from schemagen.live.proxy import excuses, heads
from schemagen.live.proxy.troubles import cut_off, unanswered
from schemagen.live.proxy.wire import Event, Wire

_INTERIM = 100  # interim responses to one request


class AwayError(Exception):
    """The client has gone, or says something that is no HTTP."""


@dataclasses.dataclass(slots=True)
class Answer:
    """What has come of a response so far: its head, and of its body one byte more than `most` at the most. `size` counts all of it."""

    most: int
    head: h11.Response | None = None
    pieces: list[bytes] = dataclasses.field(default_factory=list)
    kept: int = 0
    size: int = 0
    is_whole: bool = False

    def keep(self, data: bytes) -> None:
        """Counts a piece of the body, and keeps it as long as there is room."""
        self.size += len(data)
        if self.kept <= self.most:
            self.pieces.append(data[: self.most + 1 - self.kept])
            self.kept += len(self.pieces[-1])

    def exchange(self, asked: Request, origin: Origin) -> Exchange | None:
        """The exchange, if there was a response. A body that is not whole, or was not asked for, was not recorded."""
        if self.head is None:
            return None
        body = b"".join(self.pieces) if self.is_whole and asked.method != "HEAD" else None
        headers = heads.texts(self.head.headers.raw_items())
        return Exchange(origin, Response(self.head.status_code, headers, body), asked)


class Passing:
    """Passes `request` to `server`, and into `answer` and to `client` what comes back, within `seconds` between two bytes.

    Afterwards `is_done` says whether all of both has passed, and `is_clean` whether the server can be asked again.
    """

    def __init__(
        self, client: Wire, server: Wire, request: h11.Request, answer: Answer, seconds: float
    ) -> None:
        self._client = client
        self._server = server
        self._request = request
        self._answer = answer
        self._seconds = seconds
        self.is_done = False
        self.is_clean = False

    async def run(self, head: h11.Request, place: Place) -> Finding | None:
        """Does so, `head` being the request as the server gets it; what went wrong.

        Raises:
            AwayError: the client has gone.
        """
        answer = self._answer
        sending = asyncio.create_task(self._pass_request(head))
        answering = asyncio.create_task(self._pass_response(sending))
        trouble: Finding | None = None
        try:
            await asyncio.wait({sending, answering}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and not answering.done():
                sending.result()
            await answering
        except (h11.RemoteProtocolError, OSError) as problem:
            trouble = await self._break(problem, place)
        finally:
            is_sent = sending.done() and not sending.cancelled() and sending.exception() is None
            for task in (sending, answering):
                task.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)
        left_over = len(self._server.http.trailing_data[0])
        if answer.is_whole and left_over:
            trouble = finding("live/left-over", place, got=left_over)
        self.is_done = is_sent and answer.is_whole
        self.is_clean = self.is_done and not left_over and self._server.next_cycle()
        return trouble

    async def _break(self, problem: h11.RemoteProtocolError | OSError, place: Place) -> Finding:
        """Lets the client see that the server has failed."""
        if self._answer.head is None:
            begun, seconds = self._server.received, self._seconds
            trouble = unanswered(problem, place, is_begun=begun, seconds=seconds)
            await apologise(self._client, self._request, trouble)
            return trouble
        self._client.reset() if isinstance(problem, ConnectionResetError) else self._client.hang_up()
        return cut_off(problem, place, got=self._answer.size, seconds=self._seconds)

    async def _pass_request(self, head: h11.Request) -> None:
        """Passes on the request, and its body as it comes.

        Raises:
            AwayError: the client did not send all of it.
        """
        try:
            await self._server.send(head)
            while True:
                try:
                    event = await self._client.receive()
                except (h11.RemoteProtocolError, OSError) as problem:
                    raise AwayError from problem
                if not isinstance(event, h11.Data | h11.EndOfMessage):
                    raise AwayError
                await self._server.send(event)
                if isinstance(event, h11.EndOfMessage):
                    return
        except OSError:  # what the server answers, or does not, says why
            return

    async def _next(self, sending: asyncio.Task[None]) -> Event | type[h11.PAUSED]:
        """The next event from the server, which is given its time once it has all of the request.

        Raises:
            h11.RemoteProtocolError: what comes is no HTTP, or ends too early.
            OSError: the connection to the server broke, or it took too long.
        """
        while True:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._server.receive()
            except TimeoutError:
                if sending.done():
                    raise

    async def _pass_response(self, sending: asyncio.Task[None]) -> None:
        """Passes on the response, and its body as it comes.

        Raises:
            AwayError: the client does not take it.
            h11.RemoteProtocolError: what comes is no HTTP, or ends too early.
            OSError: the connection to the server broke, or it took too long.
        """
        answer = self._answer
        interim = 0
        while not answer.is_whole:
            event = await self._next(sending)
            if isinstance(event, h11.InformationalResponse):
                interim += 1
                if interim > _INTERIM:
                    raise h11.RemoteProtocolError(f"more than {_INTERIM} interim responses came")
                await self._pass_interim(event)
            elif isinstance(event, h11.Response):
                answer.head = event
                await self._to_client(heads.response_for(event))
            elif isinstance(event, h11.Data):
                answer.keep(bytes(event.data))
                await self._to_client(h11.Data(data=event.data))
            elif isinstance(event, h11.EndOfMessage):
                answer.is_whole = True
                await self._to_client(h11.EndOfMessage(headers=event.headers if self._has_trailers() else []))
            else:
                raise h11.RemoteProtocolError("it ends without a body")

    async def _pass_interim(self, event: h11.InformationalResponse) -> None:
        if self._client.http.their_http_version == b"1.0":
            return
        await self._to_client(heads.interim_for(event))
        if event.status_code == 101:
            await self._client.tunnel(self._server)
            raise AwayError

    def _has_trailers(self) -> bool:
        assert self._answer.head is not None
        return heads.is_chunked(self._answer.head) and self._client.http.their_http_version != b"1.0"

    async def _to_client(self, event: h11.Event) -> None:
        try:
            await self._client.send(event)
        except OSError as problem:
            raise AwayError from problem


async def apologise(client: Wire, request: h11.Request, trouble: Finding) -> None:
    """Answers in the place of the server, and says so, if the client is still there."""
    with contextlib.suppress(OSError):
        await client.send(*excuses.excuse(trouble, with_body=request.method != b"HEAD"))
