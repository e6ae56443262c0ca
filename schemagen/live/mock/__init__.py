"""A server that answers every request with an error of a definition, so that clients can be tried with it.

It stands on the standard library alone: it is for tests on one machine, where nobody means harm, and needs nothing more.
"""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

from schemagen.contract import Contract
from schemagen.live.listening import Address, refusal
from schemagen.live.mock.answers import Answer, Answers
from schemagen.statuses import PHRASES

__all__ = ["Mock"]

_MOST = 16 * 1024 * 1024  # bytes of a request's body that are read
_IDLE = 60  # seconds that a connection may be idle
_SIZE = re.compile(rb"[0-9a-fA-F]{1,16}")  # of a chunk; RFC 9112, section 7.1
_RESET = struct.pack("ii", 1, 0)


class Mock(http.server.ThreadingHTTPServer):
    """Answers at `address` with errors of `contract`; `log` is told of each request, with its answer.

    The same `seed` gives the same answers. `delay` is how many seconds an answer takes unless a request says it.

    Raises:
        OutputError: nothing can listen there.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        contract: Contract,
        address: Address,
        *,
        seed: int = 0,
        delay: float = 0.0,
        log: Callable[[str, str, int], None] | None = None,
    ) -> None:
        self.answers = Answers(contract, seed=seed, delay=delay)
        self.log = log or (lambda method, target, status: None)  # noqa: ARG005 - nobody listens
        self.stopped = threading.Event()
        self.problem: BaseException | None = None
        self.address_family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        try:
            super().__init__((address.host, address.port), _Handler)
        except (OSError, UnicodeError) as problem:
            raise refusal(address, problem) from problem
        self.address = Address(address.host, self.server_address[1])

    def server_bind(self) -> None:
        """Binds without asking the resolver who we are, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def server_close(self) -> None:
        """Ends it; answers that are waited for end, too."""
        self.stopped.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature
        """A client that has gone is no mistake; anything else ends the mock, which has it as its `problem`."""
        problem = sys.exception()
        if not isinstance(problem, OSError):
            self.problem = self.problem or problem
            threading.Thread(
                target=self.shutdown, daemon=True
            ).start()  # which waits for the thread that serves


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Mock
    protocol_version = "HTTP/1.1"
    timeout = _IDLE

    def answer(self) -> None:
        """Answers one request."""
        self._drain()
        answer = self.server.answers.to(self.path, self.headers.get_all("Prefer") or [])
        self.server.log(self.command, self.path, answer.status)
        if answer.delay and self.server.stopped.wait(answer.delay):
            self.close_connection = True
            return
        if answer.fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = True
            self.connection.close()
            return
        self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815 - so they are called

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status, PHRASES.get(answer.status, ""))
        for name, value in answer.headers:
            self.send_header(name, value.encode().decode("latin-1"))  # texts are in UTF-8
        has_body = answer.status >= 200 and answer.status not in (204, 304)
        if has_body:
            self.send_header("Content-Length", str(len(answer.body)))
        if answer.fault:
            self.send_header("Connection", "close")
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if answer.fault else answer.body)

    def _drain(self) -> None:
        """Reads the body of the request, so that the next one begins where it ends."""
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            size = -1
            while size:
                line = self.rfile.readline(100).partition(b";")[0].strip()
                if not _SIZE.fullmatch(line):
                    self.close_connection = True
                    return
                size = int(line, 16)
                self._skip(size + 2)
            return
        length = self.headers.get("Content-Length") or "0"
        self._skip(int(length) if length.isascii() and length.isdigit() and len(length) < 12 else 0)

    def _skip(self, size: int) -> None:
        if size > _MOST:
            self.close_connection = True
        self.rfile.read(min(size, _MOST))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What is no request is answered without a page."""
        with contextlib.suppress(OSError):
            self.close_connection = True
            self.send_response_only(code, message)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so it is called
        """Nothing: `log` is told."""
