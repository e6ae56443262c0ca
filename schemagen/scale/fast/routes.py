"""URL → the contracts that a response may belong to, found once for all URLs with the same beginning."""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Iterable, Sequence

from schemagen.contract import Contract
from schemagen.exchanges import host_of
from schemagen.recognition import Candidates, candidates

# Whatever follows, the host of such a URL is clear, and the path begins behind it.
_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=/)")
_MOST = 50_000  # routes that are kept as known
_LONGEST = 300  # characters of a URL before the slash behind its host
_PATH = re.compile(r"/[A-Za-z0-9]")
_REMOVED = re.compile(r"[\t\r\n]")  # by which nobody can count characters: `urlsplit` takes them out


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Route:
    """The contracts that may judge a response; `url` stands for all of the route when filters are asked."""

    candidates: Candidates
    url: str


class Routes:
    """The routes of URLs, as `recognition` finds them. `by_host`: URLs of other hosts go another route."""

    def __init__(self, contracts: Sequence[Contract], *, named: bool, anywhere: bool, by_host: bool) -> None:
        self._contracts = tuple(contracts)
        self._named = named
        self._anywhere = anywhere
        self._by_host = by_host
        paths = [urllib.parse.urlsplit(server).path for each in contracts for server in each.servers]
        self._path = max(map(len, paths), default=0) + 1
        self._routes: dict[tuple[object, ...], Route] = {}

    def beginnings(self, urls: Iterable[str]) -> list[str]:
        """Of each URL as much as tells its route."""
        path = self._path
        return [
            url[: slash + path] if (slash := url.find("/", 8, _LONGEST)) > 0 else url[: _LONGEST + 1]
            for url in urls
        ]

    def find(self, beginning: str) -> Route | None:
        """The route of all URLs that begin so; None: the usual way finds it."""
        slash = beginning.find("/", 8, _LONGEST)
        if (slash > 0 or len(beginning) > _LONGEST) and not _PATH.match(beginning):
            host = _HOST.match(beginning)
            if host is None or host.end() != slash or _REMOVED.search(beginning):
                return None
        return self._route(beginning)

    def _route(self, url: str) -> Route:
        """The route of a URL of which at least the host and as much of the path as any base URL has is there."""
        found = candidates(self._contracts, url, named=self._named, anywhere=self._anywhere)
        example = url if self._by_host and host_of(url) else ""
        host = _HOST.match(example)
        example = f"{host[0]}/" if host else example
        key = (tuple(map(id, found.contracts)), found.evidence, found.out_of_scope, example)
        if len(self._routes) > _MOST:
            self._routes.clear()
        return self._routes.setdefault(key, Route(found, example))
