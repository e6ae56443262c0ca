"""One connection: h11, which knows HTTP/1.1, over the streams of asyncio, which know sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TypeAlias

import h11

Event: TypeAlias = (
    h11.Request
    | h11.InformationalResponse
    | h11.Response
    | h11.Data
    | h11.EndOfMessage
    | h11.ConnectionClosed
)

_PIECE = 65536
_LONGEST_HEAD = 256 * 1024  # bytes
_RESET = struct.pack("ii", 1, 0)


class Wire:
    """A connection to a client (`h11.SERVER` is our part in it) or to a server. `received`: whether any byte came."""

    def __init__(
        self,
        role: type[h11.CLIENT] | type[h11.SERVER],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.http = h11.Connection(role, max_incomplete_event_size=_LONGEST_HEAD)
        self.received = False
        self._reader = reader
        self._writer = writer

    @property
    def is_gone(self) -> bool:
        """Whether the other side has closed, or sent what nobody asked for."""
        return self._reader.at_eof() or self._writer.is_closing() or bool(self.http.trailing_data[0])

    async def receive(self) -> Event | type[h11.PAUSED]:
        """The next event; what is in between is waited for.

        Raises:
            h11.RemoteProtocolError: what came is no HTTP.
            OSError: the connection broke.
        """
        while True:
            event = self.http.next_event()
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]  # all that is left
            data = await self._reader.read(_PIECE)
            self.received = self.received or bool(data)
            self.http.receive_data(data)

    async def send(self, *events: h11.Event) -> None:
        """Sends events, as fast as the other side takes them.

        Raises:
            OSError: the connection broke.
        """
        data = b"".join(self.http.send(event) or b"" for event in events)
        if data:
            self._writer.write(data)
            await self._writer.drain()

    def next_cycle(self) -> bool:
        """Whether the connection may be used for another request, and is made ready for it."""
        if self.http.our_state is h11.DONE and self.http.their_state is h11.DONE:
            self.http.start_next_cycle()
            return True
        return False

    async def close(self) -> None:
        """Ends the connection after what was sent; what still comes is read for a moment, so that nothing sent is lost."""
        with contextlib.suppress(OSError, TimeoutError):
            if self._writer.can_write_eof():
                self._writer.write_eof()
                async with asyncio.timeout(1):
                    while await self._reader.read(_PIECE):
                        pass
        await self.drop()

    async def drop(self) -> None:
        """Ends the connection after what was sent."""
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    def hang_up(self) -> None:
        """Ends the connection after what was sent, without waiting."""
        self._writer.close()

    def reset(self) -> None:
        """Ends the connection as a crash does (RST)."""
        raw = self._writer.get_extra_info("socket")
        with contextlib.suppress(OSError, AttributeError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._writer.transport.abort()

    async def tunnel(self, other: Wire) -> None:
        """Passes bytes both ways until one side ends, once both have left HTTP."""
        mine, theirs = self.http.trailing_data[0], other.http.trailing_data[0]
        copies = [
            asyncio.create_task(_copy(mine, self._reader, other._writer)),
            asyncio.create_task(_copy(theirs, other._reader, self._writer)),
        ]
        try:
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for copy in copies:
                copy.cancel()
            await asyncio.gather(*copies, return_exceptions=True)


async def _copy(first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    data = first
    with contextlib.suppress(OSError):
        while True:
            if data:
                writer.write(data)
                await writer.drain()
            data = await reader.read(_PIECE)
            if not data:
                return
