"""The applications that the middleware is measured around: each answers at once, by ASGI behind uvicorn or by WSGI behind wsgiref.

    python -m benchmarks.applications {asgi,wsgi} {bare,watched}

serves one on a free port, whose number it prints, until Ctrl-C; then it prints what the middleware has counted.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from benchmarks.live import BODY
from schemagen.integrations import asgi, wsgi

ANSWERS = {
    "/200": (200, b'{"messages": []}'),
    "/documented": (404, BODY),
    "/drifting": (404, BODY[:-1] + b', "since": "2026-11-29"}'),
}


async def asgi_app(
    scope: dict[str, Any], _: object, send: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    """What an application of ASGI does at the least."""
    status, body = ANSWERS[scope["path"]]
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """What an application of WSGI does at the least."""
    status, body = ANSWERS[environ["PATH_INFO"]]
    start_response(f"{status} Status", [("Content-Type", "application/json")])
    return [body]


BARE: dict[str, Any] = {"asgi": asgi_app, "wsgi": wsgi_app}


def watched(kind: str) -> Any:
    """An application with the middleware around it, which checks all of its errors."""
    if kind == "asgi":
        return asgi.ErrorFormatMiddleware(asgi_app, "8x8")
    return wsgi.ErrorFormatMiddleware(wsgi_app, "8x8")


def serve(kind: str, app: Any) -> None:
    """Serves an application until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        _serve_asgi(app) if kind == "asgi" else _serve_wsgi(app)
    if app is not BARE[kind]:
        app.flush(60)
        print(json.dumps(dataclasses.asdict(app.counts())), flush=True)


def _serve_asgi(app: Any) -> None:
    import uvicorn

    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    # With its protocol named, asyncio sets TCP_NODELAY, as it does where uvicorn makes the socket.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(config).run(sockets=[listening])


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


def _serve_wsgi(app: Any) -> None:
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    serve(sys.argv[1], watched(sys.argv[1]) if sys.argv[2] == "watched" else BARE[sys.argv[1]])
