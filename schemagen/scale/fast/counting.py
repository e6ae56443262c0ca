"""Counts of a run what is proven, by what is known of the entries before, and learns from those that were left."""

from __future__ import annotations

import collections
import contextlib
import gc
import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any, TypeAlias

import msgspec

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.judging import Judge
from schemagen.limits import DEEPEST
from schemagen.recordings.slices import Slice
from schemagen.scale.fast import Left
from schemagen.scale.fast.alike import Alike, Read, Taken
from schemagen.scale.fast.entries import Items, Lines
from schemagen.scale.fast.envelopes import Envelopes, Records
from schemagen.scale.fast.groups import Group, pick
from schemagen.scale.fast.har import Archive
from schemagen.scale.fast.headers import Headers, Media
from schemagen.scale.fast.plans import Plan, Plans
from schemagen.scale.fast.routes import Route, Routes
from schemagen.scale.fast.values import values_of
from schemagen.tally import Tally

_DEEPEST = 32  # levels that any line has at most which is accepted here
_MOST = 50_000  # beginnings of URLs with a status that are kept as known
_GROWS = 8  # a value may be written longer than it was: 1e15 as 1000000000000000.0


_Read: TypeAlias = tuple[list[Records], list[int]]

_here = threading.local()  # a thread of a worker judges alone


def counting(judge: Judge) -> Counting:
    """What counts for `judge` in this thread; it is made once, as long as no other judge is asked for."""
    if getattr(_here, "judge", None) is not judge:
        _here.judge, _here.counting = judge, Counting(judge)
    found: Counting = _here.counting
    return found


class Counting:
    """What is known of the entries that one judge is given. It grows with them, within bounds, and nothing that it counts
    depends on it. Filters on paths leave it nothing to do.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self._filters = judge.filters
        self._limits = limits = judge.limits
        terms = (*self._filters.only, *self._filters.exclude)
        by_host = any(term.kind == "host" for term in terms)
        self._routes = Routes(judge.contracts, named=judge.named, anywhere=judge.anywhere, by_host=by_host)
        self._media = Media(judge.contracts, limits)
        self._envelopes = Envelopes(self._media.find)
        self._archive = Archive(self._media)
        self._plans = Plans(limits)
        self._known: dict[str, Route | None] = {}
        self._plans_of: dict[tuple[str, int], Plan | None] = {}
        self._alike = Alike(limits)
        self._reader: object = None
        self._proven: tuple[Items, _Read] | None = None
        is_read = min(limits.json_depth, DEEPEST) >= _DEEPEST
        self._is_of_use = is_read and all(term.kind != "path" for term in terms)

    def proves(self, data: bytes) -> bool:
        """Whether these bytes are entries of a HAR; see `fast.proves`."""
        entries = Items(data)
        with _no_collector():
            try:
                if not self._may_count(data):
                    return bool(entries.texts)
                self._proven = entries, self._archive.read(entries)
            except (msgspec.MsgspecError, RecursionError):
                return False
        return True

    def count(self, form: str, data: bytes, tally: Tally, reader: object) -> Left | None:
        """Counts and leaves as `fast.count` says."""
        if not self._may_count(data):
            return None
        if reader is not self._reader:
            self._reader = reader
            self._alike.begin()
        with _no_collector():
            try:
                entries, (found, rest) = self._read(form, data)
            except (msgspec.MsgspecError, RecursionError):
                return None
            number = sum(len(records.numbers) for records in found) + len(rest)
            kept: dict[int, Read] = {}
            for records in found:
                rest += self._count(records, tally, kept)
        rest.sort()
        numbered: dict[int, int] = {}

        def pieces() -> Iterator[tuple[int, int, Slice]]:
            for position, (number, line, piece) in entries.slices(rest):
                if self._is_alike(kept.get(position), tally):  # of what was learned since
                    continue
                numbered[number] = position
                yield number, line, piece

        def learn(number: int, outcome: Tally) -> None:
            self._alike.learn(kept.get(numbered[number]), outcome)

        if isinstance(entries, Lines):
            number -= entries.blank(rest)
        return Left(number, entries.feeds, pieces, learn)

    def settle(self, tally: Tally) -> None:
        """Puts into `tally` what was held back since the last time."""
        self._plans.settle(tally)
        self._alike.settle(tally)
        tally.note(())

    def _may_count(self, data: bytes) -> bool:
        return self._is_of_use and _GROWS * len(data) <= self._limits.body_bytes

    def _read(self, form: str, data: bytes) -> tuple[Lines | Items, _Read]:
        """The entries, with the records in them and the positions of those that are not read."""
        if form == "ndjson":
            lines = Lines(data)
            return lines, self._envelopes.read(lines)
        proven, self._proven = self._proven, None
        if proven is not None and proven[0].data is data:
            return proven
        items = Items(data)
        return items, self._archive.read(items)

    def _count(self, records: Records, tally: Tally, kept: dict[int, Read]) -> list[int]:
        """Counts what is proven; gives the positions of the other entries, and keeps what may be like others."""
        headers = None
        if records.headers is not None:
            spellings: dict[str, list[str]] = collections.defaultdict(list)
            for name in set().union(*records.headers):
                spellings[name.lower()].append(name)
            headers = Headers(records.headers, spellings)
        whole = Group(records.statuses, records.bodies, headers, records.is_bare)
        keys = list(zip(self._routes.beginnings(records.urls), records.statuses, strict=True))
        left: list[int] = []
        for planned, positions in self._planned(keys).items():
            some = (
                planned.count(whole.only(positions), tally) if planned is not None else range(len(positions))
            )
            left += map(positions.__getitem__, some)
        new: list[tuple[int, Taken]] = []
        rest: list[int] = []
        for position, taken in self._taken(left, keys, whole):
            if taken is None:
                rest.append(records.numbers[position])
            elif self._alike.count_again(taken):
                tally.counts["exchanges"] += 1
            else:
                new.append((records.numbers[position], taken))
        values = values_of([taken[3] for _, taken in new], self._limits)
        for (number, taken), value in zip(new, values, strict=True):
            read = taken, value
            if not self._is_alike(read, tally):
                rest.append(number)
                kept[number] = read
        return rest

    def _is_alike(self, read: Read | None, tally: Tally) -> bool:
        """Whether a response is counted as others like it were, which need not be shown."""
        if read is None or not self._alike.count(read):
            return False
        tally.counts["exchanges"] += 1
        return True

    def _taken(
        self, left: list[int], keys: list[tuple[str, int]], whole: Group
    ) -> Iterator[tuple[int, Taken | None]]:
        """The responses at these positions, as far as they may be like others."""
        if whole.bodies is None or not left:
            yield from ((position, None) for position in left)
            return
        headers: Hashable = whole.is_bare
        copy: Callable[[Any], bytes | str] = str if isinstance(whole.bodies[0], str) else bytes
        for position, body in zip(left, map(copy, pick(left, whole.bodies)), strict=True):
            beginning, status = keys[position]
            route = self._known[beginning]
            if whole.headers is not None:
                headers = self._media.those_that_matter(whole.headers.values[position])
            if route is None or headers is None:
                yield position, None
            else:
                yield position, (route.candidates, status, headers, body)

    def _planned(self, keys: list[tuple[str, int]]) -> dict[Plan | None, list[int]]:
        """The positions of records by what is to be done with them."""
        if len(self._plans_of) > _MOST:
            self._plans_of.clear()
            self._known.clear()
        try:
            plans = list(map(self._plans_of.__getitem__, keys))
        except KeyError:
            for key in set(keys).difference(self._plans_of):
                self._plans_of[key] = self._plan(*key)
            plans = list(map(self._plans_of.__getitem__, keys))
        planned: dict[Plan | None, list[int]] = collections.defaultdict(list)
        for position, plan in enumerate(plans):
            planned[plan].append(position)
        return planned

    def _plan(self, beginning: str, status: int) -> Plan | None:
        """The plan for responses with this status of URLs that begin so."""
        if beginning not in self._known:
            self._known[beginning] = self._routes.find(beginning)
        route = self._known[beginning]
        if route is None:
            return None
        request = Request("", route.url) if route.url else None
        if not self._filters.admits(Exchange(Origin(""), Response(status), request)):
            return self._plans.skip("filtered")
        return self._plans.find(route.candidates, status)


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Nothing here refers to itself, and the collector would go through all that is decoded, again and again."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()
