"""The fast path: many responses at once, of which it can be proven that there is nothing to find.

It says only "nothing is wrong with these, they count as that"; all others it gives back for the usual way, which alone
decides what is wrong. What it accepts, the usual way would accept: a test and a fuzzer compare the two. Everything works
without it.

    lines ─ envelopes ─▶ columns ─ routes ─▶ groups ─ plans (shapes, batches) ─▶ counted, or given back
"""

from __future__ import annotations

import collections
import contextlib
import gc
from collections.abc import Hashable, Iterable, Iterator, Sequence

from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.filters import Filters
from schemagen.limits import DEEPEST, DEFAULTS, Limits
from schemagen.scale.fast.alike import Alike, Outcome, Signed
from schemagen.scale.fast.envelopes import Envelopes, Records
from schemagen.scale.fast.judges import Group, Headers, Media
from schemagen.scale.fast.plans import Plan, Plans
from schemagen.scale.fast.routes import Route, Routes
from schemagen.tally import Tally

__all__ = ["Fast"]

_DEEPEST = 16  # levels that any line has at most which is accepted here
_MOST = 50_000  # beginnings of URLs with a status that are kept as known
_GROWS = 8  # a value may be written longer than it was: 1e15 as 1000000000000000.0


class Fast:
    """What is known of the lines of one run. It grows with them, within bounds, and nothing that it says depends on it.

    `named`: the user has chosen the contracts. Filters on paths make it give back everything.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        *,
        named: bool = False,
        filters: Filters | None = None,
        limits: Limits = DEFAULTS,
    ) -> None:
        self._filters = filters or Filters()
        self._limits = limits
        terms = (*self._filters.only, *self._filters.exclude)
        self._routes = Routes(contracts, named=named, by_host=any(term.kind == "host" for term in terms))
        self._media = Media(contracts, limits)
        self._envelopes = Envelopes(self._media.find)
        self._plans = Plans(limits)
        self._known: dict[str, Route | None] = {}
        self._planned_for: dict[tuple[str, int], Plan | None] = {}
        self._alike = Alike(limits)
        self._signed: dict[int, Signed | None] = {}
        self._is_of_use = min(limits.json_depth, DEEPEST) >= _DEEPEST and all(
            term.kind != "path" for term in terms
        )

    def lines(self, block: bytes, tally: Tally) -> list[tuple[int, bytes]]:
        """Counts in `tally` the records in a block of whole lines of which there is nothing to find, as a run of
        `validate` counts them. Gives the others: the number of the line in the block, from 0, and its bytes.
        """
        with _no_collector():
            return self._lines(block.split(b"\n"), len(block), tally)

    def _lines(self, lines: list[bytes], size: int, tally: Tally) -> list[tuple[int, bytes]]:
        self._signed.clear()
        if not self._is_of_use or _GROWS * size > self._limits.body_bytes:
            rest = list(range(len(lines)))
        else:
            found, rest = self._envelopes.read(lines)
            for records in found:
                rest += self._count(records, tally)
            tally.note(())
        return [(number, lines[number]) for number in sorted(rest) if lines[number].strip()]

    def _count(self, records: Records, tally: Tally) -> list[int]:
        """Counts what is proven; gives the numbers of the other lines."""
        headers = None
        if records.headers is not None:
            spellings: dict[str, list[str]] = collections.defaultdict(list)
            for name in set().union(*records.headers):
                spellings[name.lower()].append(name)
            headers = Headers(records.headers, spellings)
        whole = Group(records.statuses, records.bodies, headers, records.is_bare)
        rest: list[int] = []
        keys = list(zip(self._routes.beginnings(records.urls), records.statuses, strict=True))
        alike: list[tuple[Signed, Outcome]] = []
        for planned, positions in self._planned(keys).items():
            left: Iterable[int] = range(len(positions))
            if planned is not None:
                left = planned.count(whole.only(positions), tally)
            for position in map(positions.__getitem__, left):
                signed = self._sign(keys[position], whole, position)
                outcome = self._alike.find(signed) if signed else None
                if signed and outcome:
                    alike.append((signed, outcome))
                else:
                    rest.append(records.numbers[position])
                    self._signed[records.numbers[position]] = signed
        if alike:
            self._alike.count(alike, tally)
        return rest

    def learn(self, number: int, outcome: Tally) -> None:
        """Takes what came of a line of the last block that was given back, judged with nothing else in the tally: of
        other lines like it only the number will count. Without that, they are all given back.
        """
        self._alike.learn(self._signed.get(number), outcome)

    def begin(self) -> None:
        """Says that what follows may stand before what came up to now in a report: another recording, or another run."""
        self._alike.begin()

    def _sign(self, key: tuple[str, int], whole: Group, position: int) -> Signed | None:
        beginning, status = key
        route = self._known[beginning]
        if route is None or whole.bodies is None:
            return None
        headers: Hashable = whole.is_bare
        if whole.headers is not None:
            headers = self._media.those_that_matter(whole.headers.values[position])
            if headers is None:
                return None
        return self._alike.sign(route.candidates, status, headers, whole.bodies[position])

    def _planned(self, keys: list[tuple[str, int]]) -> dict[Plan | None, list[int]]:
        """The positions of records by what is to be done with them."""
        try:
            plans = list(map(self._planned_for.__getitem__, keys))
        except KeyError:
            self._learn(set(keys))
            plans = list(map(self._planned_for.__getitem__, keys))
        planned: dict[Plan | None, list[int]] = collections.defaultdict(list)
        for position, plan in enumerate(plans):
            planned[plan].append(position)
        return planned

    def _learn(self, keys: set[tuple[str, int]]) -> None:
        """Makes plans for responses of these beginnings of URLs and statuses."""
        if len(self._planned_for) > _MOST:
            self._planned_for.clear()
            self._known.clear()
        for beginning, status in keys.difference(self._planned_for):
            if beginning not in self._known:
                self._known[beginning] = self._routes.find(beginning)
            route = self._known[beginning]
            self._planned_for[beginning, status] = self._plan(route, status) if route else None

    def _plan(self, route: Route, status: int) -> Plan | None:
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
