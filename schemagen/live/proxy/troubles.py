"""Why there was no response, or only a part of one, as findings of the stage `live`."""

from __future__ import annotations

import os
import re
import socket
import ssl

import h11

from schemagen.display import shown
from schemagen.findings import Finding, Place, finding
from schemagen.live.proxy.upstream import Upstream

_LONGEST = 160  # characters of a reason


def unreachable(problem: Exception, upstream: Upstream, place: Place) -> Finding:
    """The finding that there is no connection."""
    if isinstance(problem, TimeoutError):
        return finding("live/no-connection", place, host=upstream.authority, why="it took too long")
    if isinstance(problem, ssl.SSLError):
        return finding("live/insecure", place, host=upstream.authority, why=_reason(problem))
    if isinstance(problem, socket.gaierror | UnicodeError):
        return finding("live/unknown-host", place, host=upstream.host, why=_reason(problem))
    return finding("live/no-connection", place, host=upstream.authority, why=_reason(problem))


def unanswered(problem: Exception, place: Place, *, is_begun: bool, seconds: float) -> Finding:
    """The finding that there is no response, though there was a connection. `is_begun`: something of it came."""
    if isinstance(problem, TimeoutError):
        option = "--read-timeout raises it"
        return finding("live/timeout", place, what="a response", want=f"{seconds:g}", option=option)
    if is_begun and isinstance(problem, h11.RemoteProtocolError):
        return finding("live/not-http", place, why=_reason(problem))
    return finding("live/no-response", place, why=_reason(problem))


def cut_off(problem: Exception, place: Place, *, got: int, seconds: float) -> Finding:
    """The finding that a body did not come to its end."""
    why = f"no byte came within {seconds:g} s" if isinstance(problem, TimeoutError) else _reason(problem)
    return finding("live/cut-off", place, got=got, why=why)


def _reason(problem: Exception) -> str:
    """In the words of the system; for h11's, what it says without what it quotes."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return shown(problem.verify_message, _LONGEST)
    if isinstance(problem, ssl.SSLError):
        return shown((problem.reason or str(problem)).replace("_", " ").lower(), _LONGEST)
    if isinstance(problem, h11.RemoteProtocolError):
        return _said(str(problem))
    number = getattr(problem, "errno", None)
    if (
        isinstance(problem, OSError)
        and isinstance(number, int)
        and number > 0
        and not isinstance(problem, socket.gaierror)
    ):
        return os.strerror(number)
    return shown(getattr(problem, "strerror", None) or str(problem) or "it was closed", _LONGEST)


def _said(text: str) -> str:
    """What h11 says, without its own terms and without what it quotes of the response."""
    wanted = re.search(r"received (\d+) bytes, expected (\d+)", text)
    if wanted:
        return f"Content-Length says {wanted[2]}"
    if "without sending complete message body" in text:
        return "the last chunk is missing"
    if "ConnectionClosed" in text:
        return "it was closed"
    if "unexpectedly closed" in text:
        return "it ended in the middle of its head"
    if "too long" in text:
        return "its head does not end"
    return shown(re.split(r":\s|:?\n", text)[0], _LONGEST)
