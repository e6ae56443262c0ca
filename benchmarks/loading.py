"""Clients on loopback that ask one thing after the other, and how long each took."""

from __future__ import annotations

import asyncio
import re
import statistics
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


async def load(
    port: int, clients: int, requests: int, target: str = "/messages", *, pause: float = 0.0
) -> tuple[float, list[float]]:
    """How many seconds `requests` took in all, shared among `clients` that `pause` before each, and how many it took.

    A connection is used for as long as the server keeps it; making the next one is not in the time of a request.
    """
    times: list[float] = []
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(requests // clients):
            if pause:
                await asyncio.sleep(pause)
            if reader.at_eof():
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            assert length, head
            await reader.readexactly(int(length[1]))
            times.append(time.perf_counter() - began)
            if head.startswith(b"HTTP/1.0"):
                await reader.read()
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return time.perf_counter() - began, times


def median(times: list[float]) -> float:
    """Half of the requests took no longer, in milliseconds."""
    return statistics.median(times) * 1e3


def last(times: list[float]) -> float:
    """99 of 100 took no longer, in milliseconds."""
    return statistics.quantiles(times, n=100)[-1] * 1e3
