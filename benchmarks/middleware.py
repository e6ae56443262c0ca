"""What the middleware adds to a request, in ASGI and in WSGI.

    python -m benchmarks.middleware [--requests 3000]

The first table: each application is served twice, bare and with the middleware, each time by a process of its own, and is
asked on loopback by one client: fifty requests with, fifty without, and so on; first without a pause, so that each check
meets later requests, and then with pauses of 5 ms. The second: time of the processor that a request takes in its own
thread, without a server. All errors are checked. The tables are those in docs/servers.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from wsgiref.util import setup_testing_defaults

from benchmarks import machine
from benchmarks.applications import BARE, watched
from benchmarks.loading import last, load, median

NAMES = {"/200": "200", "/documented": "an error as documented", "/drifting": "an error that drifts"}
_BLOCK = 50  # requests before it is the other one's turn


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=3000, help="of each kind, to each server")
    requests = parser.parse_args().requests
    before = machine.load()
    asyncio.run(measure_served(requests))
    asyncio.run(measure_own(requests))
    for name, text in machine.description(before).items():
        print(f"{name}: {text}")


async def measure_served(requests: int) -> None:
    """Prints the first table, and sees that all was checked."""
    _head("bare", "with the middleware", "with pauses: bare", "with the middleware")
    for kind in BARE:
        with served(kind, "bare") as bare, served(kind, "watched") as other:
            for target in NAMES:
                times = await _interleaved(bare, other, target, requests)
                times += await _interleaved(bare, other, target, max(requests // 3, _BLOCK), pause=0.005)
                _row(kind, target, [f"{median(each):.2f} / {last(each):.2f} ms" for each in times])


async def measure_own(requests: int) -> None:
    """Prints the second table."""
    _head("bare", "with the middleware")
    for kind, ask in (("asgi", _own_asgi), ("wsgi", _own_wsgi)):
        bare, other = BARE[kind], watched(kind)
        for target in NAMES:
            pairs = [(await ask(bare, target), await ask(other, target)) for _ in range(requests)]
            other.flush(60)
            times = zip(*pairs[requests // 10 :], strict=True)
            _row(kind, target, [f"{median(each) * 1e3:.0f} / {last(each) * 1e3:.0f} µs" for each in times])


def _head(*names: str) -> None:
    print("\n" + " | ".join(["| median / 99 of 100 within", *names]) + " |")
    print("| --- " * (len(names) + 1) + "|")


def _row(kind: str, target: str, cells: list[str]) -> None:
    print(f"| {kind.upper()}, {NAMES[target]} | {' | '.join(cells)} |")


async def _interleaved(
    bare: int, other: int, target: str, requests: int, *, pause: float = 0.0
) -> tuple[list[float], ...]:
    """The times of the bare application, and with the middleware; the first block of each is not counted."""
    times: dict[int, list[float]] = {bare: [], other: []}
    for block in range(requests // _BLOCK + 1):
        for port in (bare, other) if block % 2 else (other, bare):
            _, taken = await load(port, 1, _BLOCK, target, pause=pause)
            times[port] += taken if block else []
    return times[bare], times[other]


@contextlib.contextmanager
def served(kind: str, way: str) -> Iterator[int]:
    """The port of an application that is served by a process of its own; with the middleware, all of its errors are checked."""
    line = [sys.executable, "-m", "benchmarks.applications", kind, way]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout
        try:
            yield int(child.stdout.readline())
        finally:
            child.send_signal(signal.SIGINT)
            said = child.stdout.read()
    if way == "watched":
        counts = json.loads(said)
        assert counts["candidates"] == counts["checked"] > 0, said


async def _own_asgi(app: Any, target: str) -> float:
    """Seconds of the processor."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": target,
        "raw_path": target.encode(),
        "query_string": b"",
    }
    began = time.thread_time()
    await app(scope, None, _ignored)
    return time.thread_time() - began


async def _ignored(_: object) -> None:
    """What is sent to a server that there is none of."""


async def _own_wsgi(app: Any, target: str) -> float:
    """Seconds of the processor."""
    environ: dict[str, Any] = {"PATH_INFO": target}
    setup_testing_defaults(environ)
    began = time.thread_time()
    for _ in app(environ, lambda *_: None):
        pass
    return time.thread_time() - began


if __name__ == "__main__":
    main()
