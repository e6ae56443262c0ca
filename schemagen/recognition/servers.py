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

_Split: TypeAlias = tuple[tuple[str, str, int | None], str]


def served(contracts: Sequence[Contract], url: str) -> list[Contract]:
    """The contracts with the longest base URL that `url` is below."""
    target = _split(url)
    if target is None:
        return []
    lengths = [_length(each.servers, target) for each in contracts]
    longest = max(lengths, default=-1)
    return [each for each, length in zip(contracts, lengths, strict=True) if length == longest >= 0]


def _length(servers: tuple[str, ...], target: _Split) -> int:
    """The number of path characters of the longest of these base URLs that the URL that was split is below, else -1."""
    host, path = target
    return max(
        (
            len(prefix)
            for base, prefix in _bases(servers)
            if base == host and (not prefix or path == prefix or path.startswith(f"{prefix}/"))
        ),
        default=-1,
    )


@functools.lru_cache(maxsize=512)
def _bases(servers: tuple[str, ...]) -> tuple[_Split, ...]:
    split = filter(None, map(_split, servers))
    return tuple((host, path.rstrip("/")) for host, path in split)


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
