"""A request that is to be sent, and whether it may be: what stands in it comes from the user or from a file of requests."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.redaction import redact_url

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_UNSENDABLE = re.compile(r"[\x00-\x20\x7f]")  # what would end a URL in a request line
_NO_TEXT = re.compile("[\ud800-\udfff]")  # bytes of an argument that are no UTF-8


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A request: `line` is where it is written in the file of requests, from 1."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    line: int | None = None

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key.lower() == name), None)


def checked(call: Call, where: str = "") -> Call:
    """The call, if it can be sent as it is; `where` begins the message if not.

    Raises:
        InputError: its method, its URL or one of its headers cannot stand in a request.
    """
    at = f"{where}: " if where else ""
    if not _TOKEN.fullmatch(call.method):
        raise InputError(f"{at}'{shown(call.method, 40)}' is no method of HTTP")
    if not call.url.strip():
        raise InputError(f"{at}the URL is empty; write one, such as https://api.example.com")
    why = _fault(call.url)
    if why:
        raise InputError(f"{at}{shown(redact_url(call.url), 200)}: {why}")
    if call.header("authorization") is not None and urllib.parse.urlsplit(call.url).username is not None:
        raise InputError(f"{at}both the URL and the header Authorization say who asks; leave out one")
    for name, value in call.headers:
        if not _TOKEN.fullmatch(name):
            raise InputError(f"{at}'{shown(name, 40)}' is no name of a header")
        if re.search(r"[\x00\r\n]", value):
            raise InputError(f"{at}the header {shown(name, 40)} has a line break or a NUL in it")
        if _NO_TEXT.search(value):
            raise InputError(f"{at}the header {shown(name, 40)} is not UTF-8")
    return call


def with_headers(call: Call, headers: tuple[tuple[str, str], ...]) -> Call:
    """The call with these headers instead of its own of the same names."""
    names = {name.lower() for name, _ in headers}
    kept = tuple(header for header in call.headers if header[0].lower() not in names)
    return dataclasses.replace(call, headers=kept + headers)


def parse_header(text: str) -> tuple[str, str]:
    """Name and value of `Name: value`.

    Raises:
        InputError: it is none.
    """
    name, colon, value = text.partition(":")
    if not colon or not _TOKEN.fullmatch(name.strip()):
        raise InputError(f"'{shown(text.partition(':')[0], 40)}' is no header; write Name: value")
    return name.strip(), value.strip()


def _fault(url: str) -> str:
    """What is wrong with a URL; empty if it can be asked."""
    if not re.match("https?://", url, re.IGNORECASE):
        return "a URL begins with https:// or http://"
    if _UNSENDABLE.search(url):
        return "a blank or a control character stands in the URL; write %20 for a blank"
    if _NO_TEXT.search(url):
        return "the URL is not UTF-8"
    try:
        parts = urllib.parse.urlsplit(url)
        known = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError as problem:
        return f"no URL: {problem}"
    return "" if known else "there is no host in the URL"
