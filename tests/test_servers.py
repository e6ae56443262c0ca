"""The examples for servers, as their page shows them: real frameworks behind real servers, with and without the middleware."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import dataclasses
import http.client
import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import wsgiref.simple_server
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from answering import ACME, GOOD, JSON, WRONG

from schemagen.integrations import asgi, wsgi
from schemagen.integrations.answers import Answers, Counts
from schemagen.limits import Limits

pytestmark = pytest.mark.tools

FOLDER = Path(__file__).parents[1] / "docs" / "examples" / "servers"
SERVE = """
from wsgiref.simple_server import make_server
import django_app
with make_server("127.0.0.1", 0, django_app.application) as server:
    print(f"Running on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.01)
"""
SERVERS = {
    "fastapi": ["-m", "uvicorn", "--port", "0", "fastapi_app:served"],
    "flask": ["-m", "flask", "--app", "flask_app", "run", "--port", "0"],
    "django": ["-c", SERVE],
}
RIGHT = [("GET", "/parcels/17", 200), ("GET", "/parcels/18", 404)]
DRIFTING = ("DELETE", "/parcels/18", 409)
UNHANDLED = ("DELETE", "/parcels/16", 500)
UNKNOWN = ("GET", "/nothing?key=secret", 404)
every_framework = pytest.mark.parametrize("framework", SERVERS)


@dataclasses.dataclass
class Running:
    """An example that serves: its port, and all that it has printed, once it has stopped."""

    port: int
    process: subprocess.Popen[bytes]
    output: Path

    def ask(self, method: str, target: str, status: int) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body of the answer, which has this status."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, target)
            response = connection.getresponse()
            assert response.status == status
            return [pair for pair in response.getheaders() if pair[0].lower() != "date"], response.read()

    def stop(self, number: signal.Signals = signal.SIGINT) -> str:
        """Ends it as Ctrl-C does; what it has printed."""
        self.process.send_signal(number)
        self.process.wait(60)
        return self.output.read_text()


@contextlib.contextmanager
def serving(framework: str, share: str) -> Iterator[Running]:
    """The example of a framework at work, with so many of its errors checked."""
    pytest.importorskip(framework)
    if framework == "fastapi":
        pytest.importorskip("uvicorn")
    environment = {**os.environ, "CHECK_ERRORS": share, "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, *SERVERS[framework]],
                cwd=FOLDER,
                env=environment,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Running(_port(process, output), process, output)
        finally:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], output: Path) -> int:
    """Where a server listens, when it says so."""
    while process.poll() is None:
        found = re.search(r"running on http://127\.0\.0\.1:(\d+)", output.read_text(), re.IGNORECASE)
        if found:
            return int(found[1])
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    raise AssertionError(output.read_text())


@every_framework
def test_right_answers_pass_in_silence(framework: str) -> None:
    """Of an answer that is no error, and of errors as they are documented, nothing is printed."""
    with serving(framework, "1") as server:
        for request in RIGHT:
            server.ask(*request)
        printed = server.stop()
    assert "is not as parcels documents it" not in printed
    assert "checked" not in printed


@every_framework
@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        (DRIFTING, '/since: the body has a member "since" that is not documented [response/unknown-member]'),
        (UNHANDLED, "response/"),
        (UNKNOWN, "response/"),
    ],
    ids=["drift", "unhandled exception", "unknown path"],
)
def test_an_answer_that_is_not_as_documented_is_found(
    framework: str, request_: tuple[str, str, int], rule: str
) -> None:
    """What the program says itself, and what its framework says instead of it; it stands in the log once the server has stopped."""
    method, target, status = request_
    with serving(framework, "1") as server:
        for _ in range(3):
            server.ask(method, target, status)
        printed = server.stop()
    path = target.partition("?")[0]
    heads = re.findall(
        rf"{method} {path}\S*: the {status} response is not as parcels documents it\n  .*",
        printed,
    )
    assert len(heads) == 1, printed
    assert rule in heads[0]
    assert "secret" not in heads[0]


def test_what_waits_is_checked_when_the_server_is_told_to_stop() -> None:
    """Uvicorn ends by the signal itself, but tells the application before."""
    with serving("fastapi", "1") as server:
        server.ask(*DRIFTING)
        assert "DELETE /parcels/18: the 409 response is not as parcels" in server.stop(signal.SIGTERM)


@every_framework
def test_no_byte_of_an_answer_is_changed(framework: str) -> None:
    """Headers and bodies are those of the same program without the middleware, whatever is found in them."""
    requests = [*RIGHT, DRIFTING, UNHANDLED, UNKNOWN]
    with serving(framework, "1") as watched, serving(framework, "") as bare:
        for request in requests:
            assert watched.ask(*request) == bare.ask(*request)
        assert "is not as parcels documents it" not in bare.stop()


def test_the_page_shows_what_the_examples_do() -> None:
    """Each fragment of code stands in an example, and each example is linked to."""
    page = (FOLDER.parents[1] / "servers.md").read_text(encoding="utf-8")
    fragments = re.findall(r"^```python fragment\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    examples = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
    assert len(fragments) == len(examples) == 3
    assert [
        fragment for fragment in fragments if not any(fragment in text for text in examples.values())
    ] == []
    assert [name for name in examples if f"](examples/servers/{name})" not in page] == []


# ---- A thousand requests

LARGE = b" " * 5000 + GOOD
ANSWERS = [
    (200, b"{}"),
    (404, GOOD),
    (404, WRONG),
    (404, LARGE),
    (404, GOOD),
    (409, WRONG),
    (404, b"<html>"),
    (500, b""),
]


def path_of(number: int) -> str:
    """One of ten is for a path that is not meant."""
    return f"/health/{number}" if number % 10 == 9 else f"/parcels/{number}"


def answer_to(path: str) -> tuple[int, bytes]:
    """The same for the same path."""
    return ANSWERS[int(path.rpartition("/")[2]) % len(ANSWERS)]


async def asgi_app(scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
    """Answers in two parts."""
    status, body = answer_to(scope["path"])
    headers = [tuple(each.encode() for each in JSON)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body[:5], "more_body": True})
    await send({"type": "http.response.body", "body": body[5:]})


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers in one part, or in two."""
    status, body = answer_to(environ["PATH_INFO"])
    start_response(f"{status} Status", [JSON])
    return [body] if len(body) % 2 else iter([body[:5], body[5:]])


@contextlib.contextmanager
def by_uvicorn(app: Any) -> Iterator[int]:
    """The port of an application behind uvicorn, which stops as usual."""
    uvicorn = pytest.importorskip("uvicorn")
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(60)


class _Threaded(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    request_queue_size = 100


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def by_wsgiref(app: Any) -> Iterator[int]:
    """The port of an application behind the server of the standard library, with a thread for each request."""
    with wsgiref.simple_server.make_server("127.0.0.1", 0, app, _Threaded, _Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


Serving = Callable[[Any], contextlib.AbstractContextManager[int]]


@pytest.mark.parametrize(
    ("middleware", "app", "behind"),
    [(asgi, asgi_app, by_uvicorn), (wsgi, wsgi_app, by_wsgiref)],
    ids=["asgi", "wsgi"],
)
def test_each_of_a_thousand_answers_is_judged_or_told_why_not(
    middleware: Any, app: Any, behind: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten clients at once, a sample, a filter, bodies that are too large, and a callback that holds up all until 900 have passed."""
    monkeypatch.setattr("schemagen.integrations.answers._WAITING", 30)
    gate, told = threading.Event(), []

    def on_finding(exchange: Any, findings: Any) -> None:
        gate.wait(60)
        told.append(exchange.request.url)

    watched: Answers = middleware.ErrorFormatMiddleware(
        app, ACME, sample=0.7, exclude="path=/health/*", on_finding=on_finding, limits=Limits(body_bytes=4096)
    )

    def ask(number: int) -> bool:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", path_of(number))
            response = connection.getresponse()
            return (response.status, response.read()) == answer_to(path_of(number))

    with behind(watched) as port, concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert all(pool.map(ask, range(900)))
        gate.set()
        assert watched.flush(60)
        assert all(pool.map(ask, range(900, 1000)))
    assert watched.flush(60)
    counts = watched.counts()
    no_errors = sum(answer_to(path_of(number))[0] == 200 for number in range(1000))
    filtered = sum(answer_to(path_of(number))[0] != 200 for number in range(9, 1000, 10))
    assert (counts.answers, counts.candidates, counts.filtered) == (1000, 1000 - no_errors, filtered)
    assert no_errors + counts.filtered + counts.not_chosen + counts.left_out + counts.checked == 1000
    assert min(counts.not_chosen, counts.too_many, counts.too_large, counts.checked) > 0
    assert (counts.unfinished, counts.unseen, counts.failed) == (0, 0, 0)
    assert watched.report().counts.checked == counts.checked
    assert len(set(told)) == len(told) == sum(answer_to(url)[1] not in (GOOD, LARGE) for url in told)


async def endless_asgi(scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
    """Answers until the client has gone."""
    await receive()
    await send({"type": "http.response.start", "status": 404, "headers": []})
    gone = asyncio.ensure_future(receive())
    while not gone.done():
        await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await asyncio.sleep(0.01)


def endless_wsgi(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
    """The same."""
    start_response("404 Not Found", [JSON])
    while True:
        yield b"x"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("middleware", "app", "behind"),
    [(asgi, endless_asgi, by_uvicorn), (wsgi, endless_wsgi, by_wsgiref)],
    ids=["asgi", "wsgi"],
)
def test_an_answer_whose_client_has_gone_is_not_judged(middleware: Any, app: Any, behind: Serving) -> None:
    """It was begun and is not whole, and that is counted."""
    told: list[object] = []
    watched: Answers = middleware.ErrorFormatMiddleware(app, ACME, on_finding=lambda *each: told.append(each))
    with behind(watched) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(b"GET /parcels/17 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(1) == b"H"
        until = time.monotonic() + 60
        while not watched.counts().answers and time.monotonic() < until:
            time.sleep(0.01)
    assert watched.counts() == Counts(answers=1, candidates=1, chosen=1, unfinished=1)
    assert told == []
