"""ASGI middleware that checks the error responses of the application inside it, after they were sent.

    app = ErrorFormatMiddleware(app, "errors.yaml", sample=0.1)

Messages pass as they are and at once; of an error, a copy is kept. Needs no framework. Source: ASGI 3.0, HTTP 2.5.
"""

from __future__ import annotations

import functools
import urllib.parse
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from schemagen.exchanges import Request
from schemagen.integrations.answers import Answers
from schemagen.integrations.arguments import check_application
from schemagen.integrations.sent import Answer

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

_UNSEEN = ("http.response.pathsend", "http.response.zerocopysend")


class ErrorFormatMiddleware(Answers):
    """Checks what `app` answers; the other arguments, and what is raised, are those of `Answers`."""

    def __init__(self, app: App, definition: Name | Contract, **options: Any) -> None:
        check_application(app, "ASGI", "scope", "receive", "send")
        super().__init__(definition, **options)
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves one connection; whatever is no HTTP request passes untouched."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, self._flushing(send))
        else:
            await self.app(scope, receive, send)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        answer = Answer()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = _with_lasting_headers(message)
            await send(message)
            self._see(answer, scope, message)

        try:
            await self.app(scope, receive, sending)
        finally:
            self.end(answer)

    def _see(self, answer: Answer, scope: Message, message: Message) -> None:
        """Takes what was sent."""
        kind = message["type"]
        if kind == "http.response.start":
            headers = _texts(message.get("headers", ()))
            self.start(answer, message["status"], headers, functools.partial(_request, scope))
        elif kind == "http.response.body":
            if answer.is_chosen and not answer.is_ended:
                self.add(answer, message.get("body", b""))
            if not message.get("more_body", False):
                answer.finish(is_whole=True)
                self.end(answer)
        elif kind in _UNSEEN:
            answer.lacks = "unseen"

    def _flushing(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                self.flush()
            await send(message)

        return sending


def _with_lasting_headers(message: Message) -> Message:
    """The message with headers that may be read twice; ASGI allows what can be read once."""
    headers = message.get("headers", ())
    return message if isinstance(headers, list | tuple) else {**message, "headers": list(headers)}


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield name.decode("latin-1"), value.decode("latin-1")


def _request(scope: Message) -> Request:
    """The request in origin form (RFC 9112, section 3.2.1): whatever host this runs at, the definition is its own."""
    path = scope.get("raw_path") or urllib.parse.quote(scope["path"]).encode()
    query = scope.get("query_string") or b""
    return Request(scope["method"], (path + (b"?" + query if query else b"")).decode("latin-1"))
