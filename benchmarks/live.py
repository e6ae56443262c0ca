"""What a proxy adds: requests a second, and how long one takes, with it and without; and that it loses none.

    python -m benchmarks.live [--requests 1000]

A server that answers at once, the proxy as a process of its own, and clients, all on loopback. The table is the one in
docs/proxy.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.loading import last, load, median

BODY = (
    b'{"code": 1300, "message": "Not found", "errorId": "df618605-4f64-4035-9d9f-07ac360f6cae", '
    b'"timestamp": "2026-11-19T00:46:00.87Z"}'
)
ANSWER = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    + BODY
)
_WARM = 100  # requests before the clock starts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1000)
    asyncio.run(measure(parser.parse_args().requests))


async def measure(requests: int) -> None:
    """Prints the table, and what the proxy says that it saw."""
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        line = ["proxy", "--upstream", f"http://127.0.0.1:{port}", "-d", "8x8", "--listen", "127.0.0.1:0"]
        kept = ["--save", f"ndjson={folder}/seen.ndjson", "-f", f"json={report}"]
        child = subprocess.Popen(
            [sys.executable, "-m", "schemagen", *line, *kept], stderr=subprocess.PIPE, text=True
        )
        assert child.stderr
        said = await asyncio.to_thread(child.stderr.readline)
        found = re.search(r"127\.0\.0\.1:(\d+) passes on", said)
        assert found, said
        print("| | requests in a second | median | 99 of 100 within |\n| --- | --- | --- | --- |")
        await load(int(found[1]), 1, _WARM)
        for clients, name in ((1, "one client"), (8, "eight clients")):
            print(_row(f"{name}, no proxy", *await load(port, clients, requests)))
            print(_row(f"{name}, with the proxy", *await load(int(found[1]), clients, requests)))
        child.terminate()
        await asyncio.to_thread(child.wait)
        child.stderr.close()
        counts = json.loads(report.read_text(encoding="utf-8"))["counts"]
        lines = (Path(folder) / "seen.ndjson").read_bytes().count(b"\n")
        asked = _WARM + requests // 1 + requests // 8 * 8
        print(f"asked {asked}, checked {counts['checked']}, recorded {lines}")
    server.close()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWER)
    writer.close()


def _row(name: str, seconds: float, times: list[float]) -> str:
    return f"| {name} | {len(times) / seconds:,.0f} | {median(times):.2f} ms | {last(times):.2f} ms |"


if __name__ == "__main__":
    main()
