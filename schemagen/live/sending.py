"""One request sent, and what comes back: an exchange, or why there is none. Nothing of the environment goes with it.

No proxy, no `.netrc`, no cookie and no credential is used but those that are said; TLS is always checked, and a body is
read up to the limit, whatever its length says.
"""

from __future__ import annotations

import dataclasses
import ssl
import urllib.parse

import aiohttp
import yarl

from schemagen import __version__
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding, Place
from schemagen.limits import DEFAULTS, Limits
from schemagen.live.calls import Call
from schemagen.live.failures import PATIENCE, PROBLEMS, Patience, explain

_OURS = {"User-Agent": f"schemagen/{__version__}", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to: the exchange if there was a response, and the trouble if it is missing or not whole."""

    exchange: Exchange | None
    trouble: Finding | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Sender:
    """How requests are sent: by a session that is opened for as long as it is needed."""

    patience: Patience = PATIENCE
    limits: Limits = DEFAULTS
    tls: ssl.SSLContext | None = None
    proxy: str | None = None

    def session(self) -> aiohttp.ClientSession:
        """A session, which must be closed; each request has a connection of its own."""
        connector = aiohttp.TCPConnector(ssl=self.tls or True, force_close=True)
        session = aiohttp.ClientSession(
            connector=connector,
            timeout=self.patience.for_client(),
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        session._retry_connection = False  # noqa: SLF001 - else it sends again, unasked, where it got no response
        return session

    async def send(self, session: aiohttp.ClientSession, call: Call, origin: Origin) -> Answer:
        """Sends one request. Whatever the server does, nothing is raised."""
        place = Place(origin.source, entry=origin.entry, line=origin.line)
        host, request = (
            urllib.parse.urlsplit(call.url).netloc.rpartition("@")[2],
            Request(call.method, call.url),
        )
        response: Response | None = None
        body = bytearray()
        try:
            async with session.request(
                call.method,
                _url(call.url),
                headers=_headers(call),
                data=call.body,
                allow_redirects=False,
                proxy=self.proxy,
            ) as got:
                response = Response(got.status, _pairs(got.raw_headers))
                async for piece in got.content.iter_any():
                    body += piece
                    if len(body) > self.limits.body_bytes:
                        break
            whole = dataclasses.replace(response, body=bytes(body))
            return Answer(Exchange(origin, whole, request))
        except PROBLEMS as problem:
            got_bytes = None if response is None else len(body)
            trouble = explain(problem, place, host, self.patience, got_bytes)
            return Answer(None if response is None else Exchange(origin, response, request), trouble)


def _url(url: str) -> yarl.URL:
    """The URL as it is written; only characters that no URL may have are encoded."""
    return yarl.URL(url, encoded=url.isascii())


def _headers(call: Call) -> list[tuple[str, str]]:
    """The headers of the call, and our own where it has none of that name."""
    named = {name.lower() for name, _ in call.headers}
    ours = [(name, value) for name, value in _OURS.items() if name.lower() not in named]
    if call.body is not None and "content-type" not in named:
        ours.append(("Content-Type", "application/json"))
    return [*call.headers, *ours]


def _pairs(headers: aiohttp.typedefs.RawHeaders) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers)
