"""Which contracts a URL belongs to, by the base URLs they name (RFC 3986)."""

from __future__ import annotations

import functools
import urllib.parse
from collections.abc import Sequence
from typing import TypeAlias

from schemagen.contract import Contract

_PORTS = {"http": 80, "https": 443}

_Split: TypeAlias = tuple[str, str, int | None, str]


def served(contracts: Sequence[Contract], url: str) -> list[Contract]:
    """The contracts with the longest base URL that `url` is below."""
    target = _split(url)
    if target is None:
        return []
    lengths = [
        (max((_match(server, target) for server in each.servers), default=-1), each) for each in contracts
    ]
    longest = max((length for length, _ in lengths), default=-1)
    return [each for length, each in lengths if length == longest and length >= 0]


def _match(server: str, target: _Split) -> int:
    """The number of path characters of `server` if the URL that was split is below it, else -1."""
    base = _split(server)
    if base is None or base[:3] != target[:3]:
        return -1
    prefix = base[3].rstrip("/")
    return len(prefix) if target[3] == prefix or target[3].startswith(prefix + "/") or not prefix else -1


def is_absolute(url: str) -> bool:
    """Whether a URL names its host, so that it can be told which server it belongs to."""
    return _split(url) is not None


@functools.lru_cache(maxsize=4096)
def _split(url: str) -> _Split | None:
    """Scheme, host, port and path of an absolute URL (RFC 3986, section 6.2), or None if it is none."""
    try:
        parts = urllib.parse.urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    return (scheme, host, port or _PORTS.get(scheme), parts.path) if scheme and host else None
