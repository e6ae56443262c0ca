"""A proxy passes everything on as it is, whatever happens, and says what it saw."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from acme import BODY as ACME_BODY
from answering import ACME
from certificates import certificates
from misbehaving import Misbehaving

from schemagen import api, saving
from schemagen.errors import InputError, SettingsError
from schemagen.exchanges import Exchange
from schemagen.live.checker import Checker
from schemagen.live.listening import Address
from schemagen.live.proxy import Patience, Proxy, parse_upstream
from schemagen.recordings import read

ANY = Address("127.0.0.1", 0)
BODY = b'{"code": 1300, "message": "Not found", "errorId": "df618605-4f64-4035-9d9f-07ac360f6cae", "timestamp": "2026-11-19T00:46:00.87Z"}'
ANSWER = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    + BODY
)


@dataclasses.dataclass
class Running:
    """A proxy at work: its port, what it has found, and how it is stopped."""

    port: int
    proxy: Proxy
    loop: asyncio.AbstractEventLoop
    thread: threading.Thread

    def stop(self) -> None:
        """Ends it, with everything checked."""
        with contextlib.suppress(RuntimeError):  # it has ended
            self.loop.call_soon_threadsafe(self.proxy.stop)
        self.thread.join(30)
        assert not self.thread.is_alive()

    def rules(self) -> set[str]:
        """The codes of what was found, when all is checked."""
        self.stop()
        return {item.rule.code for group in self.proxy.report().groups for item in group.findings}


@contextlib.contextmanager
def proxy(upstream: str, definitions: tuple[str, ...] = (), **options: Any) -> Iterator[Running]:
    """A proxy before a server."""
    checker = Checker(definitions, command="proxy", anywhere=True)
    ready = threading.Event()
    made: dict[str, Any] = {}

    async def main() -> None:
        options.setdefault("patience", Patience(2, 1))
        made["proxy"] = Proxy(parse_upstream(upstream), checker, body_bytes=16 * 1024**2, **options)
        made["loop"] = asyncio.get_running_loop()
        await made["proxy"].run(ANY, lambda address: (made.__setitem__("port", address.port), ready.set()))

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    assert ready.wait(10)
    running = Running(made["port"], made["proxy"], made["loop"], thread)
    try:
        yield running
    finally:
        running.stop()


@contextlib.contextmanager
def server(*answers: bytes, keep: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A server that sends the answers, one to each request, and keeps what it was sent."""
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        left = list(answers)
        with contextlib.suppress(OSError):
            while left or keep:
                connection, _ = listener.accept()
                with connection:
                    while left or keep:
                        data = _whole_request(connection)
                        if not data:
                            break
                        heard.append(data)
                        connection.sendall(left.pop(0) if left else answers[-1])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _whole_request(connection: socket.socket) -> bytes:
    """A request as its bytes came, to its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    while (length and len(body) < int(length[1])) or (
        b"chunked" in head.lower() and not re.search(rb"\r\n0\r\n(.+\r\n)*\r\n$|^0\r\n", body)
    ):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def ask(port: int, request: bytes, most: int = 3_000_000) -> tuple[bytes, str]:
    """What comes back to a request, and how the connection ends."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(request)
        try:
            while len(got) < most:
                piece = client.recv(65536)
                if not piece:
                    return got, "closed"
                got += piece
        except ConnectionResetError:
            return got, "reset"
    return got, "endless"


def get(target: str, *headers: str) -> bytes:
    """A request that asks for the end of the connection, too."""
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: x", *headers, "Connection: close", "", ""]).encode()


# ---- What is right by HTTP passes as it is


def test_a_request_and_its_response_pass_unchanged() -> None:
    """Target, repeats, order and case of headers, odd bytes, the phrase; what is for one hop is left out."""
    request = (
        b"PURGE /a%2Fb//c/../d?x=%zz&&y=1? HTTP/1.1\r\nHOST: client.example\r\nX-A: 1\r\nx-a: 2\r\nX-Odd: \xe9\x01 a\r\n"
        b"Empty:\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nKeep-Alive: 5\r\nAccept-Encoding: zz\r\n\r\n"
    )
    answer = b"HTTP/1.1 299 Odd  phrase\xe9\r\nSet-Cookie: a=1\r\nset-COOKIE: b=2\r\nX-Odd: \xff\r\nConnection: x-hop\r\nX-Hop: 1\r\nContent-Encoding: zz\r\nContent-Length: 3\r\n\r\n\0\xff\n"
    with server(answer) as (url, heard), proxy(url) as running:
        got, end = ask(running.port, request)
    host = url.removeprefix("http://").encode()
    assert heard == [
        b"PURGE /a%2Fb//c/../d?x=%zz&&y=1? HTTP/1.1\r\nHOST: "
        + host
        + b"\r\nX-A: 1\r\nx-a: 2\r\nX-Odd: \xe9\x01 a\r\n"
        b"Empty: \r\nAccept-Encoding: zz\r\n\r\n"
    ]
    assert (got, end) == (
        (
            b"HTTP/1.1 299 Odd  phrase\xe9\r\nSet-Cookie: a=1\r\nset-COOKIE: b=2\r\nX-Odd: \xff\r\nContent-Encoding: zz\r\n"
            b"Content-Length: 3\r\nConnection: close\r\n\r\n\0\xff\n"
        ),
        "closed",
    )


@pytest.mark.parametrize(
    ("sent", "heard_as"),
    [
        (b"Content-Length: 5\r\n\r\n\0\r\n\xff1", b"Content-Length: 5\r\n\r\n\0\r\n\xff1"),
        (b"Content-Length: 0\r\n\r\n", b"Content-Length: 0\r\n\r\n"),
        (
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 9\r\n\r\n",
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nx-sum: 9\r\n\r\n",
        ),
    ],
)
def test_the_body_of_a_request_passes_as_it_is_framed(sent: bytes, heard_as: bytes) -> None:
    """By its length or in chunks, with trailers."""
    with server(ANSWER) as (url, heard), proxy(url) as running:
        ask(
            running.port,
            b"POST / HTTP/1.1\r\nHost: x\r\n"
            + sent
            + b"GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            1,
        )
    assert (
        heard[0].lower()
        == b"post / http/1.1\r\nhost: " + url.removeprefix("http://").encode() + b"\r\n" + heard_as.lower()
    )


def test_trailers_and_interim_responses_pass() -> None:
    """103 comes before the response, trailers behind it; both stay away from a client of HTTP/1.0."""
    answer = (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
        b"2\r\n{}\r\n0\r\nX-Sum: 9\r\n\r\n"
    )
    with server(answer, answer) as (url, _), proxy(url) as running:
        new, _ = ask(running.port, get("/"))
        old, _ = ask(running.port, b"GET / HTTP/1.0\r\n\r\n")
    assert new.startswith(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 No\r\n")
    assert new.lower().endswith(b"2\r\n{}\r\n0\r\nx-sum: 9\r\n\r\n")
    assert old.startswith(b"HTTP/1.1 404 No\r\n")
    assert old.endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("HEAD", b"HTTP/1.1 404 No\r\nContent-Length: 99\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No\r\nX: 1\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 No\r\nContent-Length: 99\r\n\r\n"),
    ],
)
def test_a_response_without_a_body_has_none(method: str, answer: bytes) -> None:
    """Whatever its headers say; the connection goes on."""
    with server(answer, answer) as (url, heard), proxy(url) as running:
        request = f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        got, _ = ask(running.port, request + get("/").replace(b"GET", method.encode()))
        assert running.rules() <= {"response/unrecognised"}
    assert got.replace(b"Connection: close\r\n", b"") == answer * 2
    assert len(heard) == 2


def test_a_client_that_waits_for_100_gets_it_from_the_server() -> None:
    """`Expect: 100-continue` passes, and so does what comes of it: the body after 100, or no body after an error."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            assert b"\r\nExpect: 100-continue\r\n" in connection.recv(65536)
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            assert connection.recv(65536) == b"abc"
            connection.sendall(ANSWER)

    thread = threading.Thread(target=serve)
    thread.start()
    with listener, proxy(f"http://127.0.0.1:{listener.getsockname()[1]}") as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
            client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            client.sendall(b"abc")
            assert client.recv(65536).startswith(b"HTTP/1.1 404 Not Found\r\n")
        thread.join(10)


def test_bodies_are_streamed_both_ways() -> None:
    """The first piece arrives before the last is sent, and 40 MB pass although 16 MiB are kept."""
    listener = socket.create_server(("127.0.0.1", 0))
    go = threading.Event()
    piece, times = b"x" * 1_000_000, 40

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nfirst" % (5 + len(piece) * times)
            )
            go.wait(10)
            for _ in range(times):
                connection.sendall(piece)

    thread = threading.Thread(target=serve)
    thread.start()
    with listener, proxy(f"http://127.0.0.1:{listener.getsockname()[1]}") as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
            client.sendall(get("/"))
            data = b""
            while not data.endswith(b"first"):
                data += client.recv(65536)
            go.set()
            size = 0
            while more := client.recv(1 << 20):
                size += len(more)
        assert size == len(piece) * times
    thread.join(10)


def test_a_connection_is_used_again_on_both_sides() -> None:
    """Two requests of one client share one connection to the server."""
    with server(ANSWER, ANSWER) as (url, heard), proxy(url) as running:
        got, _ = ask(running.port, b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" + get("/2"))
    assert got.count(b"HTTP/1.1 404") == 2
    assert [request.split()[1] for request in heard] == [b"/1", b"/2"]


def test_a_websocket_is_tunnelled() -> None:
    """After 101, bytes pass both ways until one side ends."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            head = connection.recv(65536)
            assert b"Upgrade: websocket" in head
            assert b"Connection: Upgrade" in head
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello"
            )
            assert connection.recv(100) == b"\x81\0?"
            connection.sendall(b"bye")

    thread = threading.Thread(target=serve)
    thread.start()
    with listener, proxy(f"http://127.0.0.1:{listener.getsockname()[1]}") as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as client:
            client.sendall(
                b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n"
            )
            data = b""
            while not data.endswith(b"\r\n\r\nhello"):
                data += client.recv(1000)
            client.sendall(b"\x81\0?")
            assert client.recv(100) == b"bye"
            assert client.recv(100) == b""
        thread.join(10)


# ---- What goes wrong


@pytest.mark.parametrize(
    ("way", "status", "end", "rule"),
    [
        ("closed", 502, "closed", "live/no-response"),
        ("reset", 502, "closed", "live/no-response"),
        ("silent", 504, "closed", "live/timeout"),
        ("silent-in-head", 504, "closed", "live/timeout"),
        ("drip-head", 504, "closed", "live/timeout"),
        ("cut-head", 502, "closed", "live/not-http"),
        ("endless-head", 502, "closed", "live/not-http"),
        ("endless-continue", 100, "closed", "live/not-http"),
        ("ssh", 502, "closed", "live/not-http"),
        ("bare-body", 502, "closed", "live/not-http"),
        ("bad-status", 502, "closed", "live/not-http"),
        ("huge-status", 502, "closed", "live/not-http"),
        ("long-header", 502, "closed", "live/not-http"),
        ("nul-header", 502, "closed", "live/not-http"),
        ("two-lengths", 502, "closed", "live/not-http"),
        ("bad-length", 502, "closed", "live/not-http"),
        ("half-body", 404, "closed", "live/cut-off"),
        ("reset-in-body", 404, "reset", "live/cut-off"),
        ("silent-in-body", 404, "closed", "live/cut-off"),
        ("cut-chunks", 404, "closed", "live/cut-off"),
        ("bad-chunk", 404, "closed", "live/cut-off"),
        ("short-length", 404, "closed", "live/left-over"),
        ("endless-chunks", 404, "endless", ""),
        ("endless-body", 404, "endless", ""),
        ("gzip-bomb", 404, "closed", "body/too-large"),
        ("cut-gzip", 404, "closed", "body/undecodable"),
        ("not-utf8", 404, "closed", "body/not-utf8"),
        ("deep", 404, "closed", "body/too-deep"),
        ("empty", 404, "closed", "response/missing-content"),
        ("html", 404, "closed", "response/wrong-media-type"),
        ("escapes", 404, "closed", "response/wrong-type"),
    ],
)
def test_whatever_a_server_does_the_client_sees_and_the_report_says(
    way: str, status: int, end: str, rule: str
) -> None:
    """A response that did not come is 502 or 504 from the proxy; one that broke off ends as it did; each is a finding."""
    with Misbehaving() as bad, proxy(bad.url(way).removesuffix(f"/{way}"), ("8x8",)) as running:
        got, ended = ask(running.port, get(f"/{way}"))
        rules = running.rules()
    assert got.startswith(b"HTTP/1.1 %d " % status)
    assert ended == end
    assert not rule or rule in rules
    if status in (502, 504):
        said = json.loads(got.partition(b"\r\n\r\n")[2])
        assert said["detail"].startswith("schemagen proxy: ")
        assert b"\r\nProxy-Status: schemagen; error=" in got


@pytest.mark.parametrize(
    "way", ["good", "drift", "by-close", "chunked", "gzip", "half-body", "no-gzip", "utf-16", "redirect-away"]
)
def test_the_client_gets_what_the_server_has_sent(way: str) -> None:
    """The body is the same as without the proxy, byte for byte, whatever is in it."""
    with Misbehaving() as bad, proxy(bad.url(way).removesuffix(f"/{way}")) as running:
        direct, passed = (
            ask(port, get(f"/{way}"))[0].partition(b"\r\n\r\n") for port in (bad.port, running.port)
        )
    assert passed[0].split(b"\r\n")[0] == direct[0].split(b"\r\n")[0]
    chunked = re.sub(rb"(?m)^[0-9a-f]+\r\n|\r\n", b"", passed[2]) if b"chunked" in passed[0] else passed[2]
    assert chunked == (
        re.sub(rb"(?m)^[0-9a-f]+\r\n|\r\n", b"", direct[2]) if b"chunked" in direct[0] else direct[2]
    )


@pytest.mark.parametrize(
    ("upstream", "rule", "why"),
    [
        ("http://127.0.0.1:9", "live/no-connection", "Connection refused"),
        ("http://no-such-host.invalid", "live/unknown-host", "there is no host"),
    ],
)
def test_a_server_that_is_not_there_is_502(upstream: str, rule: str, why: str) -> None:
    """The reason stands in the response and in the report, and the next request is tried anew."""
    with proxy(upstream) as running:
        for _ in range(2):
            got, _ = ask(running.port, get("/"))
            assert got.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
            assert why in json.loads(got.partition(b"\r\n\r\n")[2])["detail"]
        assert running.rules() == {rule}
        assert running.proxy.unanswered == 2


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\r\n\r\n\x16\x03\x01", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 300_000, 400),
        (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ],
)
def test_what_is_no_request_is_refused(sent: bytes, status: int) -> None:
    """The answer says that it is from the proxy; the server hears nothing of it."""
    with server(ANSWER) as (url, heard), proxy(url) as running:
        got, _ = ask(running.port, sent)
        assert got.startswith(b"HTTP/1.1 %d " % status), got
        assert b"schemagen proxy: " in got
        assert running.rules() == set()
    assert heard == []


def test_a_client_that_goes_away_is_no_finding() -> None:
    """What it had asked is let go, and the others are served."""
    with Misbehaving() as bad, proxy(f"http://127.0.0.1:{bad.port}") as running:
        for way in ("endless-body", "silent"):
            with socket.create_connection(("127.0.0.1", running.port)) as client:
                client.sendall(get(f"/{way}"))
                client.recv(10) if way == "endless-body" else None
        assert ask(running.port, get("/good"))[0].startswith(b"HTTP/1.1 404")


def test_a_client_may_take_its_time() -> None:
    """The server's time is counted from the end of the request: an upload that takes longer is none of its faults."""
    with (
        server(ANSWER) as (url, _),
        proxy(url, patience=Patience(2, 0.3)) as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as client,
    ):
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n")
        for byte in b"slow":
            time.sleep(0.25)
            client.sendall(bytes([byte]))
        assert client.recv(100).startswith(b"HTTP/1.1 404")


def test_what_a_server_did_is_told_though_the_client_has_gone() -> None:
    """Nobody is left to be answered, but the finding stays."""
    with Misbehaving() as bad, proxy(f"http://127.0.0.1:{bad.port}") as running:
        with socket.create_connection(("127.0.0.1", running.port)) as client:
            client.sendall(get("/silent"))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(1.5)
        assert running.rules() == {"live/timeout"}


# ---- What is kept


def test_everything_is_recorded_and_checked(tmp_path: Path) -> None:
    """Of a thousand requests of eight clients at once none is lost, in the report, in NDJSON and in HAR."""
    with contextlib.ExitStack() as stack:
        paths = {form: tmp_path / f"seen.{form}" for form in saving.FORMS}
        kept = [stack.enter_context(saving.create(form, path)) for form, path in paths.items()]
        url = stack.enter_context(_many())
        running = stack.enter_context(proxy(url, ("8x8",), recorders=kept))

        def client(number: int) -> None:
            with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
                stream = connection.makefile("rb")
                for each in range(125):
                    connection.sendall(f"GET /{number}/{each} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    while stream.readline() != b"\r\n":
                        pass
                    assert stream.read(len(BODY)) == BODY

        clients = [threading.Thread(target=client, args=(number,)) for number in range(8)]
        for thread in clients:
            thread.start()
        for thread in clients:
            thread.join()
        running.stop()
        counts = running.proxy.report().counts
        assert (counts.exchanges, counts.checked) == (1000, 1000)
        wanted = {f"{url}/{number}/{each}" for number in range(8) for each in range(125)}
        for path in paths.values():
            found = list(read("seen", path.read_bytes()))
            assert len(found) == 1000
            assert {
                each.request.url for each in found if isinstance(each, Exchange) and each.request
            } == wanted


@contextlib.contextmanager
def _many() -> Iterator[str]:
    """A server that answers any number of clients."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(ANSWER)
        writer.close()

    loop, made, ready = asyncio.new_event_loop(), [], threading.Event()

    async def start() -> None:
        made.append(await asyncio.start_server(accept, "127.0.0.1", 0))
        ready.set()

    def run() -> None:
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield f"http://127.0.0.1:{made[0].sockets[0].getsockname()[1]}"
    finally:
        made[0].close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()


def test_a_recording_that_cannot_go_on_stops_nothing(tmp_path: Path) -> None:
    """The traffic passes, all is checked, and why it was not recorded is said."""
    recorder = saving.create("ndjson", tmp_path / "seen.ndjson")
    recorder.close()  # as a full disk would
    with server(ANSWER, ANSWER) as (url, _), proxy(url, ("8x8",), recorders=[recorder]) as running:
        for _ in range(2):
            assert ask(running.port, get("/"))[0].startswith(b"HTTP/1.1 404")
        running.stop()
    assert running.proxy.report().counts.checked == 2
    assert "seen.ndjson: " in str(running.proxy.lost)


# ---- The command


@contextlib.contextmanager
def command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`schemagen proxy` at work, and its port."""
    line = [sys.executable, "-m", "schemagen", "proxy", "--listen", "127.0.0.1:0", *arguments]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr
        try:
            said = child.stderr.readline()
            port = re.match(r"http://127\.0\.0\.1:(\d+) passes on to https?://\S+; Ctrl-C ends it", said)
            assert port, said + child.stderr.read()
            yield child, int(port[1])
        finally:
            child.kill()


@pytest.mark.parametrize(("way", "code"), [("good", 0), ("wrong", 1)])
def test_a_server_that_speaks_tls_is_asked_by_it(tmp_path: Path, way: str, code: int) -> None:
    """With its authority in `--ca`: the client, which speaks none, gets the same bytes, and they are checked."""
    ca, contexts = certificates(tmp_path)
    with (
        Misbehaving(contexts["good"]) as server,
        command("--upstream", server.url("good").removesuffix("/good"), "--ca", ca, "-d", ACME) as (
            child,
            port,
        ),
    ):
        got, _ = ask(port, get(f"/{way}"))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert got.startswith(b"HTTP/1.1 404 ")
    assert got.endswith(b"\r\n\r\n" + ACME_BODY.replace(b"404", b"404" if way == "good" else b"400"))
    assert b"GET /%s HTTP/1.1\r\n" % way.encode() in server.requests[0]
    assert (child.returncode, "[response/body-status]" in out) == (code, way == "wrong"), (out, err)


@pytest.mark.parametrize(
    ("name", "is_trusted", "why"),
    [
        ("good", False, "unable to get local issuer certificate"),
        ("other", True, "IP address mismatch"),
        ("expired", True, "certificate has expired"),
        ("", True, "wrong version number|record layer failure"),
    ],
)
def test_a_server_that_is_not_trusted_hears_nothing(
    tmp_path: Path, name: str, is_trusted: bool, why: str
) -> None:
    """Of an unknown authority, for another name, expired, or without TLS: 502 and one line in the report say why."""
    ca, contexts = certificates(tmp_path)
    trusted = ["--ca", ca] if is_trusted else []
    with (
        Misbehaving(contexts.get(name)) as server,
        command("--upstream", f"https://127.0.0.1:{server.port}", *trusted, "-d", ACME) as (child, port),
    ):
        head, _, body = ask(port, get("/good"))[0].partition(b"\r\n\r\n")
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert head.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert b"\r\nProxy-Status: schemagen; error=tls_protocol_error\r\n" in head
    assert re.search(why, json.loads(body)["detail"])
    assert [line for line in out.splitlines() if re.search(why, line) and line.endswith("[live/insecure]")]
    assert (child.returncode, "Traceback" in err) == (2, False)
    assert not [request for request in server.requests if b"/good" in request]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("way", "code"), [("good", 0), ("wrong-body", 1), ("none", 2)])
def test_the_command_ends_with_the_report(
    tmp_path: Path, number: signal.Signals, way: str, code: int
) -> None:
    """A signal is its usual end: 0, 1 with findings, 2 where nothing was checked; the recording is read by `validate`."""
    answer = ANSWER if way == "good" else ANSWER.replace(b"1300", b'"13"')
    path = tmp_path / "seen.ndjson"
    with (
        server(answer, keep=True) as (url, _),
        command("--upstream", url, "-d", "8x8", "--save", f"ndjson={path}") as (child, port),
    ):
        if way != "none":
            assert ask(port, get("/v1/messages?token=abc"))[0].startswith(b"HTTP/1.1 404")
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    assert child.returncode == code, (out, err)
    assert "Traceback" not in err
    if way != "none":
        assert "1 response" in out
        assert "token=[redacted]" in path.read_text()
        report = api.validate(path, definitions="8x8")
        assert report.counts.exchanges == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "--upstream: the URL is empty; write one, such as https://api.example.com"),
        (" ", "--upstream: the URL is empty; write one, such as https://api.example.com"),
        ("api.example.com", "write a URL, such as https://api.example.com"),
        ("ftp://x", "write a URL, such as https://api.example.com"),
        ("http://x:99999", "write a URL, such as https://api.example.com"),
        ("http://u:secret@x", "a URL without a query, a fragment and credentials"),
    ],
)
def test_a_server_is_named_by_a_url(url: str, message: str) -> None:
    """What is none is refused, and a password in it is not repeated."""
    with pytest.raises(SettingsError) as caught:
        parse_upstream(url)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_mistake_of_the_checks_ends_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is passed on that nobody would check; the run says what it was."""
    monkeypatch.setattr(Checker, "check", lambda *_: 1 / 0)

    async def main(upstream: str) -> None:
        running = Proxy(parse_upstream(upstream), Checker((), anywhere=True), body_bytes=1024)
        ports: list[int] = []
        task = asyncio.create_task(running.run(ANY, lambda address: ports.append(address.port)))
        while not ports:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await reader.read()
        writer.close()
        await task

    with server(ANSWER) as (upstream, _), pytest.raises(ZeroDivisionError):
        asyncio.run(asyncio.wait_for(main(upstream), 60))


def test_the_path_of_the_server_comes_first() -> None:
    """A target is put behind it; of an absolute one the path counts."""
    upstream = parse_upstream("http://api.example:8000/v2/")
    assert upstream.target(b"/a?b") == b"/v2/a?b"
    assert upstream.target(b"http://other/a?b") == b"/v2/a?b"
    assert upstream.target(b"*") == b"*"
    assert upstream.url == "http://api.example:8000/v2"
    assert parse_upstream("http://a/\u00e9 b%20c;d=1/\udcff").target(b"/") == b"/%C3%A9%20b%20c;d=1/%FF/"
    with pytest.raises(InputError, match="there is no such file"):
        parse_upstream("https://x", "nowhere.pem")
