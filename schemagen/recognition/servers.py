"""Which contracts a URL belongs to, by the base URLs they name (RFC 3986)."""

from __future__ import annotations

import functools
import re
import urllib.parse
from collections.abc import Sequence
from typing import TypeAlias

from schemagen.contract import Contract

_PORTS = {"http": 80, "https": 443}
# Hosts are few, and split once each; of what `urlsplit` does to a path, nothing is left to do to such a one.
_PLAIN = re.compile(r"(https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)(/[^?#\t\r\n]*)(?=[?#]|\Z)")

_Host: TypeAlias = tuple[str, str, int | None]
_Split: TypeAlias = tuple[_Host, str]


def served(contracts: Sequence[Contract], url: str) -> list[Contract]:
    """The contracts with the longest base URL that `url` is below."""
    target = _split(url)
    if target is None:
        return []
    host, path = target
    below = [
        (len(prefix), number)
        for prefix, number in _by_host(tuple([each.servers for each in contracts])).get(host, ())
        if not prefix or path == prefix or path.startswith(f"{prefix}/")
    ]
    longest = max(below, default=(0, 0))[0]
    return [contracts[number] for number in sorted({number for length, number in below if length == longest})]


@functools.lru_cache(maxsize=64)
def _by_host(servers: tuple[tuple[str, ...], ...]) -> dict[_Host, list[tuple[str, int]]]:
    """The paths of base URLs by their hosts, each with the number of the contract that names it."""
    found: dict[_Host, list[tuple[str, int]]] = {}
    for number, bases in enumerate(servers):
        for host, path in filter(None, map(_split, bases)):
            found.setdefault(host, []).append((path.rstrip("/"), number))
    return found


def is_absolute(url: str) -> bool:
    """Whether a URL names its host, so that it can be told which server it belongs to."""
    return _split(url) is not None


def _split(url: str) -> _Split | None:
    """Scheme, host and port, and the path of an absolute URL (RFC 3986, section 6.2), or None if it is none."""
    plain = _PLAIN.match(url)
    if plain is None:
        return _split_any(url)
    split = _split_any(plain[1])
    return split and (split[0], plain[2])


@functools.lru_cache(maxsize=4096)
def _split_any(url: str) -> _Split | None:
    try:
        parts = urllib.parse.urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    return ((scheme, host, port or _PORTS.get(scheme)), parts.path) if scheme and host else None
