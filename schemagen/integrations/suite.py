"""What the tests of a run have had judged: which definitions there are for them, what was seen of these, what is recorded.

Light to import: whatever is heavy is imported when the first response comes. Judges nothing, and knows no test runner.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import itertools
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from schemagen.api.definitions import Definition, Name
    from schemagen.api.validation import Validation
    from schemagen.exchanges import Exchange
    from schemagen.settings import Settings

Sums: TypeAlias = dict[str, Any]
"""What a suite has counted, as plain data that can be sent to another process."""


class Suite:
    """The tests of one process. Their project is that of the first of `folders` that is in one (`[tool.schemagen]`).

    `keep` is given each exchange once: those that are asserted, and those that `see` is told of.
    """

    def __init__(self, *folders: Path, keep: Callable[[Exchange], object] | None = None) -> None:
        self.keep = keep
        self.counts: collections.Counter[str] = collections.Counter()
        self.seen: collections.Counter[tuple[str, ...]] = collections.Counter()
        self.sources: dict[str, str] = {}
        self._folders = folders
        self._read: dict[Name | None, tuple[Definition, ...]] = {}
        self._kept: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._entries = itertools.count(1)
        self._lock = threading.RLock()

    @functools.cached_property
    def settings(self) -> Settings:
        """What the project has set; with `no-values`, its limits show none.

        Raises:
            SettingsError: it has set something that cannot be.
        """
        settings = self._project()[1]
        limits = settings.limits
        return dataclasses.replace(
            settings, limits=dataclasses.replace(limits, value_characters=0) if settings.no_values else limits
        )

    def definitions(self, name: Name | None = None) -> tuple[Definition, ...]:
        """The definition of that name (an id or a file), else all that the project knows, as the command finds them.

        Raises:
            TypeError: it is no name.
            DefinitionError: a definition has mistakes; the message tells the first ones.
            SchemagenError: there is no such definition, or it cannot be read.
        """
        from schemagen.api.arguments import NAME, check_kind

        if name is not None:
            check_kind("definition", name, NAME)
        with self._lock:
            if name not in self._read:
                self._read[name] = self._find(name)
            return self._read[name]

    def see(self, response: object, *, body: bytes | None = None, decoded: bool = False) -> Exchange:
        """A response as an exchange, which is kept if that is wished, its body is there, and it was not seen before. The
        arguments are those of `exchange_of`.

        Raises:
            TypeError: it is no response.
        """
        from schemagen.exchanges import Origin
        from schemagen.live.responses import exchange_of

        origin = Origin("tests", next(self._entries))
        exchange = exchange_of(response, origin=origin, body=body, decoded=decoded)
        if self.keep is not None and exchange.response.body is not None and self._is_new(response):
            self.keep(exchange)
        return exchange

    def count(self, run: Validation) -> None:
        """Adds what one response has shown."""
        tally = run.found.tally
        with self._lock:
            self.counts.update(tally.counts)
            self.counts.update({severity.word: count for severity, count in tally.severities.items()})
            self.seen.update(tally.seen)

    def take(self) -> Sums:
        """What was counted since it was last asked for; empty, if nothing was."""
        with self._lock:
            if not self.counts:
                return {}
            seen = [[list(sighting), count] for sighting, count in self.seen.items()]
            sums = {"counts": dict(self.counts), "seen": seen, "sources": dict(self.sources)}
            self.counts.clear()
            self.seen.clear()
            return sums

    def add(self, sums: Sums) -> None:
        """Adds what another suite has counted, as its `take` gives it."""
        with self._lock:
            self.counts.update(sums.get("counts", {}))
            self.seen.update({tuple(sighting): count for sighting, count in sums.get("seen", ())})
            self.sources.update(sums.get("sources", {}))

    def _find(self, name: Name | None) -> tuple[Definition, ...]:
        from schemagen.api import collect
        from schemagen.settings import definitions_folder

        path, settings = self._project()
        folder = definitions_folder(path, settings) if path else None
        found = collect([] if name is None else [name], folder, settings.limits, contract_only=True)
        mistaken = [each for each in found if not each.is_sound]
        if mistaken:
            raise _mistakes(mistaken)
        self.sources.update({each.id: str(each.source.path.resolve()) for each in found})
        return tuple(found)

    def _project(self) -> tuple[Path | None, Settings]:
        """Its pyproject.toml and what that sets, with folders as seen from the current one."""
        from schemagen.settings import Settings, find, read

        for folder in self._folders:
            path = find(folder)
            if path is not None:
                return path, read(path)
        return None, Settings()

    def _is_new(self, response: object) -> bool:
        with self._lock:
            if self._kept.get(id(response)) is response:
                return False
            with contextlib.suppress(
                TypeError
            ):  # a tuple or a mapping, which are seen when they are asserted only
                self._kept[id(response)] = response
            return True


_suites: list[Suite] = []


def begin(suite: Suite) -> None:
    """Makes it the one that `current` gives, until its `end`."""
    _suites.append(suite)


def end(suite: Suite) -> None:
    """It is over."""
    _suites.remove(suite)


def current() -> Suite:
    """The suite that runs; where no plugin has begun one, that of the current folder."""
    if not _suites:
        begin(Suite(Path.cwd()))
    return _suites[-1]


def _mistakes(mistaken: list[Definition]) -> Exception:
    from schemagen.errors import DefinitionError
    from schemagen.report import Report, shorten, singly
    from schemagen.reporters import Look, render

    findings = tuple(item for each in mistaken for item in each.findings)
    told = render("text", shorten(Report("check", singly(findings)), 3), Look(totals=False)).strip()
    names = ", ".join(each.source.name for each in mistaken)
    return DefinitionError(f"mistakes in {names}: nothing was checked\n{told}", findings)
