"""What the middleware adds to a request, in ASGI behind uvicorn and in WSGI behind wsgiref.

    python -m benchmarks.middleware [--requests 3000]

Each application is served twice, bare and with the middleware, each time by a process of its own, and is asked on loopback
by one client: fifty requests with, fifty without, and so on; first without a pause, so that each check meets the next
request, and then with pauses of 5 ms. All errors are checked. The table is the one in docs/servers.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from benchmarks import machine
from benchmarks.live import BODY
from benchmarks.loading import last, load, median
from schemagen.integrations import asgi, wsgi

ANSWERS = {
    "/200": (200, b'{"messages": []}'),
    "/documented": (404, BODY),
    "/drifting": (404, BODY[:-1] + b', "since": "2026-11-29"}'),
}
NAMES = {"/200": "200", "/documented": "an error as documented", "/drifting": "an error that drifts"}
_BLOCK = 50  # requests before it is the other one's turn


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=3000, help="of each kind, to each server")
    parser.add_argument("--serve", choices=SERVERS, help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        SERVERS[options.serve](is_bare=options.bare)
    else:
        asyncio.run(measure(options.requests))


async def measure(requests: int) -> None:
    """Prints the machine and the table, and sees that all was checked."""
    before = machine.load()
    print(
        "| median / 99 of 100 within | bare | with the middleware | with pauses: bare | with the middleware |"
    )
    print("| --- | --- | --- | --- | --- |")
    for kind in SERVERS:
        with served(kind, is_bare=True) as bare, served(kind, is_bare=False) as watched:
            for target, name in NAMES.items():
                times = await _interleaved(bare, watched, target, requests)
                times += await _interleaved(bare, watched, target, max(requests // 3, _BLOCK), pause=0.005)
                cells = [f"{median(each):.2f} / {last(each):.2f} ms" for each in times]
                print(f"| {kind.upper()}, {name} | {' | '.join(cells)} |")
    for name, text in machine.description(before).items():
        print(f"{name}: {text}")


async def _interleaved(
    bare: int, watched: int, target: str, requests: int, *, pause: float = 0.0
) -> tuple[list[float], ...]:
    """The times of the bare application, and with the middleware; the first block of each is not counted."""
    times: dict[int, list[float]] = {bare: [], watched: []}
    for block in range(requests // _BLOCK + 1):
        for port in (bare, watched) if block % 2 else (watched, bare):
            _, taken = await load(port, 1, _BLOCK, target, pause=pause)
            times[port] += taken if block else []
    return times[bare], times[watched]


@contextlib.contextmanager
def served(kind: str, *, is_bare: bool) -> Iterator[int]:
    """The port of an application that is served by a process of its own; with the middleware, all it has seen is counted."""
    line = [sys.executable, "-m", "benchmarks.middleware", "--serve", kind, *(["--bare"] if is_bare else [])]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout
        try:
            yield int(child.stdout.readline())
        finally:
            child.send_signal(signal.SIGINT)
            said = child.stdout.read()
    if not is_bare:
        counts = json.loads(said)
        assert counts["candidates"] == counts["checked"] > 0, said


def _serve_asgi(*, is_bare: bool) -> None:
    """Serves by uvicorn."""
    import uvicorn

    async def app(
        scope: dict[str, Any], _: object, send: Callable[[dict[str, Any]], Awaitable[None]]
    ) -> None:
        status, body = ANSWERS[scope["path"]]
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    watched = None if is_bare else asgi.ErrorFormatMiddleware(app, "8x8")
    config = uvicorn.Config(watched or app, log_level="error", access_log=False, lifespan="off")
    # With its protocol named, asyncio sets TCP_NODELAY, as it does where uvicorn makes the socket.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(listening.getsockname()[1], flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    _tell(watched)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _serve_wsgi(*, is_bare: bool) -> None:
    """Serves by the server of the standard library."""

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        status, body = ANSWERS[environ["PATH_INFO"]]
        start_response(f"{status} Status", [("Content-Type", "application/json")])
        return [body]

    watched = None if is_bare else wsgi.ErrorFormatMiddleware(app, "8x8")
    with make_server("127.0.0.1", 0, watched or app, handler_class=_Quiet) as server:
        print(server.server_port, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever(poll_interval=0.05)
    _tell(watched)


def _tell(watched: Any) -> None:
    """Prints what a middleware has counted."""
    if watched is not None:
        watched.flush(60)
        print(json.dumps(dataclasses.asdict(watched.counts())), flush=True)


SERVERS = {"asgi": _serve_asgi, "wsgi": _serve_wsgi}

if __name__ == "__main__":
    main()
