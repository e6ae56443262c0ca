"""Responses that an httpx client gets are checked.

Two lines do it:

    from schemagen.integrations.httpx import watch
    watch(client, "telecomx")

Nothing of a response is changed, and its body is copied only while it is read: of one that is streamed, when it was read
to its end. `httpx2` is the same to this.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from schemagen.findings import FailOn
from schemagen.integrations.copies import Copy, See
from schemagen.live.checker import Checker, one_checker
from schemagen.live.reactions import OnFinding
from schemagen.live.responses import exchange_of
from schemagen.live.watch import Watch

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract


def watch(
    client: Any,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    *,
    on_finding: OnFinding = "raise",
    fail_on: FailOn = "error",
    checker: Checker | None = None,
) -> Watch:
    """Checks all that an `httpx.Client` or `httpx.AsyncClient` gets from now on.

    `definitions` are those of `schemagen.validate`, or a `checker` has them; other hosts than their servers are left
    alone. `on_finding` is `raise`, `warn`, `collect` or a function, for findings at or above `fail_on`. What was seen is
    in `checker.report()` of what is returned.

    Raises:
        TypeError: it is no client of httpx.
        ValueError: definitions and a checker, or an argument that is not known.
        SchemagenError: there is no such definition, or it has mistakes.
    """
    is_async = _is_async(client)
    watching = Watch(one_checker(definitions, checker), on_finding, fail_on=fail_on, source="httpx")

    def came(response: Any) -> None:
        tell(response, watching.see, is_async=is_async)

    async def came_later(response: Any) -> None:
        came(response)

    client.event_hooks["response"].append(came_later if is_async else came)
    return watching


def tell(response: Any, see: See, *, is_async: bool) -> None:
    """Tells `see` of a response that has its body, else when that was read."""
    if (
        exchange_of(response).response.body is not None
    ):  # also of a transport that answers by itself: `MockTransport`
        see(response)
        return
    plain, awaited = _streams(type(response).__module__.partition(".")[0])
    kind = awaited if is_async else plain
    response.stream = kind(response.stream, Copy(see, response, decoded=False))


def _is_async(client: Any) -> bool:
    """Whether a client is an asynchronous one."""
    for kind in type(client).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in ("httpx", "httpx2") and kind.__name__ in ("Client", "AsyncClient"):
            return kind.__name__ == "AsyncClient"
    raise TypeError(f"{type(client).__name__} is no client of httpx")


@functools.cache
def _streams(library: str) -> tuple[Any, Any]:
    """The streams of the library, plain and asynchronous, that let a copy be made of what is read."""
    package: Any = importlib.import_module(library)

    class Plain(package.SyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any, copy: Copy) -> None:
            self._stream = stream
            self._copy = copy

        def __iter__(self) -> Iterator[bytes]:
            return self._copy.of(self._stream)

        def close(self) -> None:
            self._stream.close()

    class Awaited(package.AsyncByteStream):  # type: ignore[misc]
        def __init__(self, stream: Any, copy: Copy) -> None:
            self._stream = stream
            self._copy = copy

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in self._stream:
                self._copy.add(piece)
                yield piece
            self._copy.end()

        async def aclose(self) -> None:
            await self._stream.aclose()

    return Plain, Awaited
