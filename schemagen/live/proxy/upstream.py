"""The server that is asked: its URL, a connection to it, and what stands in the way of one."""

from __future__ import annotations

import asyncio
import dataclasses
import ssl
import urllib.parse

import h11

from schemagen.display import shown
from schemagen.errors import SettingsError
from schemagen.live.proxy.wire import Wire
from schemagen.live.trust import trust
from schemagen.redaction import redact_url

_PORTS = {"http": 80, "https": 443}
_OF_A_PATH = "/%!$&'()*+,;=:@"  # RFC 3986, section 3.3; what is encoded stays so


@dataclasses.dataclass(frozen=True, slots=True)
class Upstream:
    """A server: its host and port, whom TLS trusts (None: there is none), and the path of its URL, without a slash at the end."""

    host: str
    port: int
    context: ssl.SSLContext | None
    path: str = ""

    @property
    def scheme(self) -> str:
        """The scheme of its URL."""
        return "http" if self.context is None else "https"

    @property
    def authority(self) -> str:
        """Host and port as URLs and `Host` have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _PORTS[self.scheme]
        return host if usual else f"{host}:{self.port}"

    @property
    def root(self) -> str:
        """Its URL without the path."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """Its URL."""
        return self.root + self.path

    def target(self, asked: bytes) -> bytes:
        """The target of a request as the server is asked: as it came, behind the path of its URL.

        Of a client that takes this for a forward proxy (`GET http://host/path`), the path counts.
        """
        if asked == b"*":
            return asked
        if not asked.startswith(b"/"):
            rest = asked.partition(b"://")[2]
            slash = rest.find(b"/")
            asked = rest[slash:] if slash >= 0 else b"/"
        return self.path.encode() + asked

    async def connect(self) -> Wire:
        """A new connection.

        Raises:
            OSError: there is none; an `ssl.SSLError` where it is not secure.
        """
        reader, writer = await asyncio.open_connection(self.host, self.port, ssl=self.context)
        return Wire(h11.CLIENT, reader, writer)


def parse_upstream(text: str, ca: str | None = None) -> Upstream:
    """The server that a URL names; by HTTPS the system's authorities are trusted, or those in the file `ca` alone.

    Raises:
        SettingsError: it names none.
        InputError: there is no certificate in the file.
    """
    if not text.strip():
        raise SettingsError("--upstream: the URL is empty; write one, such as https://api.example.com")
    try:
        parts = urllib.parse.urlsplit(text)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in _PORTS or not host:
        raise SettingsError(
            f"--upstream {shown(redact_url(text), 100)}: write a URL, such as https://api.example.com"
        )
    if parts.query or parts.fragment or parts.username is not None:
        raise SettingsError(
            "--upstream: a URL without a query, a fragment and credentials; the requests have their own"
        )
    context = trust(ca) if scheme == "https" else None
    if context is not None:
        context.set_alpn_protocols(["http/1.1"])
    path = urllib.parse.quote(parts.path.rstrip("/"), safe=_OF_A_PATH, errors="surrogateescape")
    return Upstream(host, port or _PORTS[scheme], context, path)
