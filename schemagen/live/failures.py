"""Why there was no response, or not the whole of one: the exceptions of aiohttp as findings.

Nothing that the server sent is quoted.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import re

import aiohttp

from schemagen.display import shown
from schemagen.findings import Finding, Place, finding

_LONGEST = 160  # characters of a reason
_PLAIN = "perhaps the port is one for http://"


@dataclasses.dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds are waited: for a connection, for the next bytes, and for the whole response."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0

    def for_client(self) -> aiohttp.ClientTimeout:
        """The same, as aiohttp takes it."""
        return aiohttp.ClientTimeout(total=self.total, connect=self.connect, sock_read=self.read)


PATIENCE = Patience()
PROBLEMS = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What a request can fail with; a ValueError says that its host can be none."""


def explain(
    problem: Exception, place: Place, host: str, patience: Patience, got: int | None = None
) -> Finding:
    """The finding for one of `PROBLEMS`; `got` is how many bytes of the body had come, if the response had begun."""
    host = shown(host, 100)
    if isinstance(problem, aiohttp.ConnectionTimeoutError):
        why = f"it did not come about within {patience.connect:g} s; --connect-timeout raises it"
        return finding("live/no-connection", place, host=host, why=why)
    if isinstance(problem, TimeoutError):
        return _late(problem, place, patience)
    if got is not None or isinstance(problem, aiohttp.ClientPayloadError):
        return finding("live/cut-off", place, got=got or 0, why=_cut(problem))
    if isinstance(problem, aiohttp.ClientConnectorDNSError):
        return finding("live/unknown-host", place, host=host, why=_reason(problem.os_error))
    if isinstance(problem, aiohttp.ClientSSLError):
        is_certificate = isinstance(problem, aiohttp.ClientConnectorCertificateError)
        hint = "--ca FILE names an authority of your own" if is_certificate else _PLAIN

        return finding("live/insecure", place, hint=hint, host=host, why=_reason_of_tls(problem))
    if isinstance(problem, aiohttp.ClientConnectorError) and _is_broken_handshake(problem):
        why = "it was closed when TLS was to begin"
        return finding("live/insecure", place, hint=_PLAIN, host=host, why=why)
    if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError):
        os_error = getattr(problem, "os_error", problem)
        return finding("live/no-connection", place, host=host, why=_reason(os_error))
    if isinstance(problem, aiohttp.ClientResponseError):
        return finding("live/not-http", place, why=_first_words(problem.message))
    if isinstance(problem, ValueError):
        return finding("live/unknown-host", place, host=host, why="no host can have that name")
    return finding("live/no-response", place, why=_cut(problem))


def _late(problem: TimeoutError, place: Place, patience: Patience) -> Finding:
    """What took too long: the next bytes, or everything."""
    if isinstance(problem, aiohttp.ServerTimeoutError):
        what, want, option = "the next byte", patience.read, "--read-timeout"
    else:
        what, want, option = "the whole response", patience.total, "--timeout"
    return finding("live/timeout", place, what=what, want=f"{want:g}", option=f"{option} raises it")


def _is_broken_handshake(problem: aiohttp.ClientConnectorError) -> bool:
    """Whether there was a connection, which the other side closed when it was to become a secure one: it is asyncio that
    says so, not the system, whose reasons have a number.
    """
    return isinstance(problem.os_error, ConnectionResetError) and problem.os_error.errno is None


def _cut(problem: Exception) -> str:
    if isinstance(problem, aiohttp.ClientPayloadError):
        cause = str(problem.__cause__ or problem)
        if "chunk" in cause or "transfer" in cause.lower():
            return "the last chunk is missing"
        wanted = re.search(r"of (\d+) bytes", cause)
        return f"Content-Length says {wanted[1]}" if wanted else "it is not whole"
    number = getattr(problem, "errno", None)
    return _reason(OSError(number, "")) if number else "it was closed"


def _reason(problem: BaseException | None) -> str:
    """A system's reason, in its words."""
    number = getattr(problem, "errno", None)
    if isinstance(number, int) and number in errno.errorcode:
        return os.strerror(number)
    text = getattr(problem, "strerror", None) or str(problem)
    return shown(_first_words(str(text)), _LONGEST)


def _reason_of_tls(problem: aiohttp.ClientSSLError) -> str:
    inner = getattr(problem, "certificate_error", None) or getattr(problem, "os_error", None) or problem
    text = getattr(inner, "verify_message", "") or getattr(inner, "reason", "") or str(inner)
    return shown(str(text).replace("_", " ").lower() if str(text).isupper() else str(text), _LONGEST)


def _first_words(text: str) -> str:
    """What the parser complains about, without the piece of the response that it quotes."""
    return shown(re.split(r":\s|:?\n", text)[0].removesuffix(":"), _LONGEST)
