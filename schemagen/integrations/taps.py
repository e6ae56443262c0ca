"""Every response that a client of this process gets is told of: by httpx, requests and aiohttp, whoever makes the client.

Methods of the libraries' own classes are replaced while it lasts, those by which all responses go; what stands below them
(transports, adapters, and so the mocks of respx and responses) is as it was. `watch` is for one client alone.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from schemagen.integrations.copies import See
from schemagen.live.responses import exchange_of


def tap(see: See) -> Callable[[], None]:
    """Has `see` told of each response whose body is read, of redirections, too; gives what ends it.

    Of a response, `see` may be told twice.
    """
    undo = contextlib.ExitStack()
    for name, taps in _TAPS.items():
        if importlib.util.find_spec(name) is not None:
            taps(importlib.import_module(name), see, undo)
    return undo.close


def _tap_httpx(library: Any, see: See, undo: contextlib.ExitStack) -> None:
    from schemagen.integrations.httpx import tell

    send, send_later = library.Client.send, library.AsyncClient.send

    @functools.wraps(send)
    def seen(self: Any, *given: Any, **named: Any) -> Any:
        response = send(self, *given, **named)
        for each in (*response.history, response):
            tell(each, see, is_async=False)
        return response

    @functools.wraps(send_later)
    async def seen_later(self: Any, *given: Any, **named: Any) -> Any:
        response = await send_later(self, *given, **named)
        for each in (*response.history, response):
            tell(each, see, is_async=True)
        return response

    _replace(library.Client, "send", seen, undo)
    _replace(library.AsyncClient, "send", seen_later, undo)


def _tap_requests(library: Any, see: See, undo: contextlib.ExitStack) -> None:
    from schemagen.integrations.requests import tell

    send = library.Session.send

    @functools.wraps(send)
    def seen(self: Any, *given: Any, **named: Any) -> Any:
        response = send(self, *given, **named)
        for each in (*response.history, response):
            tell(each, see, stream=exchange_of(each).response.body is None)
        return response

    _replace(library.Session, "send", seen, undo)


def _tap_aiohttp(library: Any, see: See, undo: contextlib.ExitStack) -> None:
    read = library.ClientResponse.read

    @functools.wraps(read)
    async def seen(self: Any) -> Any:
        body = await read(self)
        see(self)
        return body

    _replace(library.ClientResponse, "read", seen, undo)


def _replace(owner: type, name: str, method: Any, undo: contextlib.ExitStack) -> None:
    undo.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, method)


_TAPS: dict[str, Callable[[Any, See, contextlib.ExitStack], None]] = {
    "httpx": _tap_httpx,
    "httpx2": _tap_httpx,
    "requests": _tap_requests,
    "aiohttp": _tap_aiohttp,
}
