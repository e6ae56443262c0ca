"""Which exchanges of a recording are meant: by host, path and status.

A term is `host=api.example.com`, `path=/v2/*` or `status=404`; hosts and paths may hold `*` and `?`, a status may be a
class (`4XX`) or a range (`400-499`).
"""

from __future__ import annotations

import dataclasses
import fnmatch
import re
import urllib.parse
from collections.abc import Iterable, Sequence

from schemagen import statuses
from schemagen.display import shown
from schemagen.errors import SettingsError
from schemagen.exchanges import Exchange, host_of
from schemagen.nearest import nearest

KINDS = {"host": "host=api.example.com", "path": "path=/v2/*", "status": "status=4XX"}
"""The kinds of terms, each with an example."""

_STATUS = re.compile(
    r"(?P<key>[1-5]([0-9]{2}|XX))|(?P<first>[1-5][0-9]{2})-(?P<last>[1-5][0-9]{2})", re.ASCII
)


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """One condition: `pattern` of hosts or paths, or `span`, the first and the last status."""

    kind: str
    pattern: str = ""
    span: tuple[int, int] = (0, 0)

    def holds(self, exchange: Exchange) -> bool:
        """Whether the exchange meets it; one without URL meets none about hosts or paths."""
        if self.kind == "status":
            return self.span[0] <= exchange.response.status <= self.span[1]
        url = exchange.request.url if exchange.request else ""
        if self.kind == "host":
            return bool(host_of(url)) and fnmatch.fnmatchcase(host_of(url), self.pattern)
        return bool(url) and fnmatch.fnmatchcase(_path_of(url), self.pattern)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """What an exchange must be (terms of one kind are alternatives, and each kind must be met), and must not be."""

    only: tuple[Term, ...] = ()
    exclude: tuple[Term, ...] = ()

    @property
    def are_none(self) -> bool:
        """Whether nothing is left out."""
        return not self.only and not self.exclude

    def admits(self, exchange: Exchange) -> bool:
        """Whether the exchange is meant."""
        if self.are_none:
            return True
        for kind in KINDS:
            terms = [term for term in self.only if term.kind == kind]
            if terms and not any(term.holds(exchange) for term in terms):
                return False
        return not any(term.holds(exchange) for term in self.exclude)


EVERYTHING = Filters()
"""Leaves nothing out."""


def parse(only: str | Sequence[str] = (), exclude: str | Sequence[str] = ()) -> Filters:
    """The filters of the texts that `--only` and `--exclude` take; one alone needs no list.

    Raises:
        SettingsError: one of them is no term.
    """
    return Filters(tuple(_terms("only", only)), tuple(_terms("exclude", exclude)))


def _terms(option: str, texts: str | Sequence[str]) -> Iterable[Term]:
    for text in [texts] if isinstance(texts, str) else texts:
        kind, _, pattern = text.partition("=")
        where = f"--{option} {shown(text, 60)}"
        if kind not in KINDS:
            close = nearest(kind, KINDS)
            hint = f"did you mean '{close}='?" if close else f"say {', '.join(KINDS.values())}"
            raise SettingsError(f"{where}: there is no '{shown(kind, 30)}' to select by; {hint}")
        if not pattern:
            raise SettingsError(f"{where}: which {kind}? (as in {KINDS[kind]})")
        if kind == "path" and pattern[0] not in "/*":
            raise SettingsError(f"{where}: a path begins with / (as in {KINDS[kind]})")
        if kind == "host" and "/" in pattern:
            raise SettingsError(f"{where}: a host, not a URL (as in {KINDS[kind]})")
        if kind == "status":
            yield Term(kind, span=_span(where, pattern))
        else:
            yield Term(kind, pattern.lower() if kind == "host" else pattern)


def _span(where: str, text: str) -> tuple[int, int]:
    match = _STATUS.fullmatch(text.upper())
    if match is None:
        raise SettingsError(f"{where}: no status (as in 404, 4XX or 400-499)")
    if match["key"]:
        return statuses.span(match["key"])
    first, last = int(match["first"]), int(match["last"])
    if first > last:
        raise SettingsError(f"{where}: {first} is above {last}")
    return first, last


def _path_of(url: str) -> str:
    try:
        return urllib.parse.urlsplit(url).path
    except ValueError:
        return ""
