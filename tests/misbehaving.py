"""A server on loopback that misbehaves in every way of `WAYS`, over raw sockets: whoever talks to servers is tried with it.

with Misbehaving() as server:
    schemagen probe server.url("half-body")
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import itertools
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TypeAlias

from acme import BODY

JSON = b"Content-Type: application/json\r\n"
HEAD = b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n" + JSON
GIB = 1024**3

Way: TypeAlias = Callable[["Visit"], None]


class Visit:
    """One connection of a client, whose request has come: what it is sent, and how it ends."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self.stopped = stopped

    def send(self, *pieces: bytes) -> None:
        """Sends the pieces; that the client has gone is no mistake."""
        for piece in pieces:
            self._connection.sendall(piece)

    def drip(self, data: bytes, seconds: float) -> None:
        """Sends byte by byte, so many seconds apart."""
        for byte in data:
            self.send(bytes([byte]))
            if self.stopped.wait(seconds):
                return

    def repeat(self, piece: bytes) -> None:
        """Sends the piece again and again, as long as somebody takes it."""
        while not self.stopped.is_set():
            self.send(piece)

    def hang(self) -> None:
        """Sends nothing more, and does not close."""
        self.stopped.wait(60)

    def reset(self) -> None:
        """Ends the connection as a crash does (RST)."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


def say(*pieces: bytes) -> Way:
    """Sends the pieces and closes."""
    return lambda visit: visit.send(*pieces)


def whole(body: bytes = BODY, *headers: bytes, head: bytes = HEAD) -> bytes:
    """A response that is right by HTTP."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return head + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body


def chunk(data: bytes) -> bytes:
    """A chunk of a body (RFC 9112, section 7.1)."""
    return b"%x\r\n%s\r\n" % (len(data), data)


@functools.cache
def bomb() -> bytes:
    """A few KiB that unpack to 64 MiB."""
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(bytes(1024**2)) for _ in range(64)) + packer.flush()


def _reset(visit: Visit) -> None:
    visit.reset()


def _reset_in_body(visit: Visit) -> None:
    visit.send(HEAD + b"Content-Length: 200\r\n\r\n" + BODY[:20])
    visit.stopped.wait(0.1)  # a reset takes with it what was not read yet
    visit.reset()


def _silent(visit: Visit) -> None:
    visit.hang()


def _silent_in_head(visit: Visit) -> None:
    visit.send(HEAD)
    visit.hang()


def _silent_in_body(visit: Visit) -> None:
    visit.send(HEAD + b"Content-Length: 200\r\n\r\n" + BODY[:20])
    visit.hang()


def _drip_head(visit: Visit) -> None:
    visit.drip(HEAD + b"X: " + b"x" * 4096, 0.05)


def _drip_body(visit: Visit) -> None:
    visit.send(HEAD + b"Content-Length: 4096\r\n\r\n")
    visit.drip(b"x" * 4096, 0.05)


def _endless_chunks(visit: Visit) -> None:
    visit.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    visit.repeat(chunk(b" " * 65536))


def _endless_body(visit: Visit) -> None:
    visit.send(HEAD + b"Content-Length: %d\r\n\r\n" % (10 * GIB))
    visit.repeat(b" " * 65536)


def _endless_head(visit: Visit) -> None:
    visit.send(HEAD)
    for number in itertools.count():
        visit.send(b"X-%d: %s\r\n" % (number, b"x" * 1000))


def _endless_continue(visit: Visit) -> None:
    visit.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")


WAYS: dict[str, Way] = {
    # none of these is wrong by HTTP
    "good": say(whole()),
    "drift": say(whole(BODY[:-1] + b', "hint": 1}')),
    "wrong": say(whole(BODY.replace(b"404", b"400"))),
    "fine": say(whole(b"{}", head=b"HTTP/1.1 200 OK\r\n" + JSON)),
    "by-close": say(HEAD + b"\r\n" + BODY),
    "chunked": say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", chunk(BODY[:9]), chunk(BODY[9:]), b"0\r\n\r\n"),
    "gzip": say(whole(gzip.compress(BODY), b"Content-Encoding: gzip")),
    # no response at all
    "closed": say(),
    "reset": _reset,
    "silent": _silent,
    "silent-in-head": _silent_in_head,
    "drip-head": _drip_head,
    "cut-head": say(HEAD),
    "endless-head": _endless_head,
    "endless-continue": _endless_continue,
    # no HTTP
    "ssh": say(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "bare-body": say(BODY),
    "bad-status": say(b"HTTP/1.1 4O4 Not Found\r\n\r\n"),
    "huge-status": say(b"HTTP/1.1 40404 Not Found\r\n\r\n"),
    "long-header": say(HEAD + b"X: " + b"x" * 1024**2 + b"\r\n\r\n" + BODY),
    "nul-header": say(HEAD + b"X: a\0b\r\nContent-Length: 0\r\n\r\n"),
    "two-lengths": say(HEAD + b"Content-Length: 2\r\nContent-Length: 72\r\n\r\n" + BODY),
    "bad-length": say(HEAD + b"Content-Length: -1\r\n\r\n" + BODY),
    "length-and-chunks": say(
        HEAD + b"Content-Length: 72\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(BODY) + b"0\r\n\r\n"
    ),
    # a body that does not end as it should
    "half-body": say(HEAD + b"Content-Length: 200\r\n\r\n" + BODY[:20]),
    "reset-in-body": _reset_in_body,
    "silent-in-body": _silent_in_body,
    "drip-body": _drip_body,
    "cut-chunks": say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(BODY[:20])),
    "bad-chunk": say(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n" + BODY),
    "endless-chunks": _endless_chunks,
    "endless-body": _endless_body,
    "short-length": say(HEAD + b"Content-Length: 20\r\n\r\n" + BODY),
    # a body that is not what it says
    "gzip-bomb": lambda visit: visit.send(whole(bomb(), b"Content-Encoding: gzip")),
    "cut-gzip": say(whole(gzip.compress(BODY)[:-12], b"Content-Encoding: gzip")),
    "no-gzip": say(whole(bytes(range(256)), b"Content-Encoding: gzip")),
    "odd-coding": say(whole(bytes(range(256)), b"Content-Encoding: lzma")),
    "not-utf8": say(whole(BODY.replace(b"parcel 17", b"parcel \xff"))),
    "utf-16": say(whole(BODY.decode().encode("utf-16"))),
    "html": say(whole(b"<html><title>Bad gateway</title></html>", head=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n")),
    "empty": say(whole(b"")),
    "deep": say(whole(b"[" * 100_000)),
    # what would act on whoever reads it
    "escapes": say(whole(b'{"code": "\\u001b[2J\\u202e", "message": 1}', head=b"HTTP/1.1 404 \x1b[2J\r\n" + JSON)),
    # elsewhere
    "redirect": say(b"HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n"),
    "redirect-loop": say(b"HTTP/1.1 302 Found\r\nLocation: /redirect-loop\r\nContent-Length: 0\r\n\r\n"),
    "redirect-away": say(b"HTTP/1.1 302 Found\r\nLocation: http://localhost:9/\r\nContent-Length: 0\r\n\r\n"),
    "redirect-file": say(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
}  # fmt: skip


class Misbehaving:
    """The server: the path of a request says the way. `requests` are the heads of those that came.

    `busy` is how often, before the way begins, a path is answered with 429 and `Retry-After: 0`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, busy: int = 0) -> None:
        self.requests: list[bytes] = []
        self._tls = tls
        self._busy = busy
        self._stopped = threading.Event()
        bomb()  # packed before anybody waits for it
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    def url(self, way: str, host: str = "127.0.0.1") -> str:
        """The URL that is answered in this way."""
        assert way.partition("?")[0] in WAYS, way
        return f"http{'s' if self._tls else ''}://{host}:{self.port}/{way}"

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._start(self._answer, connection)

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            connection.settimeout(20)
            if self._tls:
                connection = stack.enter_context(self._tls.wrap_socket(connection, server_side=True))
            head = b"".join(_head(connection))
            if not head:
                return
            self.requests.append(head)
            if len(self.requests) <= self._busy:
                connection.sendall(
                    b"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            _, _, target = head.partition(b" ")
            way = target.split(b" ")[0].decode("latin-1").partition("?")[0].strip("/")
            WAYS.get(way, say(b"HTTP/1.1 400 Bad Request\r\n\r\n"))(Visit(connection, self._stopped))
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)


def _head(connection: socket.socket) -> Iterator[bytes]:
    """The bytes of a request as far as its head ends; what is read with it of the body belongs to it here."""
    read = b""
    while b"\r\n\r\n" not in read[-100_000:]:
        piece = connection.recv(65536)
        if not piece:
            return
        read += piece
        yield piece
        if read.startswith(b"\x16"):  # the greeting of TLS
            return
