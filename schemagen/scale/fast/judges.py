"""Responses that one contract makes errors of, many at once: proven to be without any finding, and counted.

What does not depend on the single body (the status, the headers) is asked of the validator itself, once for each
status and set of values; what a code shows is asked of the coverage, once for each code with its message.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from schemagen.bodies import Body
from schemagen.contract import Contract, Selection
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import Limits
from schemagen.scale.fast.batches import Examination
from schemagen.scale.fast.groups import Bodies, Group, decode_bodies
from schemagen.scale.fast.headers import SEVERAL, Headers, column_of, read
from schemagen.scale.fast.lanes import Lane
from schemagen.scale.fast.repeats import Repeats
from schemagen.scale.fast.schemas import Shapes
from schemagen.scale.fast.shapes import Shape, UntypableError, merge
from schemagen.scale.fast.shown import Row, Shown
from schemagen.tally import Tally
from schemagen.validator.case import Case
from schemagen.validator.headers import check_headers
from schemagen.validator.transport import check_content, check_status

_MOST = 20_000  # sets of headers that are kept as known
_PAUSES = 15  # groups in a row that are left without a look, where next to nothing is taken
_MANY = 20  # responses, in one group or several, of which something should be taken
_FEW = 10  # less than one in so many is next to nothing


class _Status(NamedTuple):
    """What is known of one status: what judges it, and the names of the headers that matter."""

    selection: Selection
    names: tuple[str, ...]
    code_names: frozenset[str]


class Judge:
    """Knows what must hold for responses that `contract` makes errors of, at the statuses that were added."""

    def __init__(self, contract: Contract, shapes: Shapes, evidence: str, limits: Limits) -> None:
        self.contract = contract
        self._shapes_of = shapes
        self.shapes: dict[int, Shape] = {}
        self._match = contract.id, evidence
        self._limits = limits
        self._statuses: dict[int, _Status] = {}
        self._not_calm: set[int] = set()  # where a media type alone is not enough of headers
        self._names: tuple[str, ...] = ()
        self._decode: Any = None
        self._lane: Lane | None = None
        self._shown = Shown(contract, limits)
        self._repeats = Repeats(self._prove)
        self._good_headers: dict[tuple[Any, ...], bool] = {}
        self._pauses = 0  # after the next group of which next to nothing is taken
        self._paused = 0
        self._asked = self._good = 0  # since that was last told

    def add(self, status: int) -> None:
        """Takes responses with this status, too.

        Raises:
            UntypableError: they are built otherwise than those that it has, or must all be judged the usual way.
        """
        shapes = {**self.shapes, status: self._shapes_of.of(status)}
        merge(shapes)
        known = self._statuses[status] = _known_of(self.contract, status)
        if self._finds_in(status, ()):
            raise UntypableError("something to find whatever the body is")
        response = known.selection.response
        media = ((response.media if response else ()) or self.contract.media)[:1]
        if self._finds_in(status, tuple(("content-type", each) for each in media)):
            self._not_calm.add(status)
        self.shapes = shapes
        names = itertools.chain.from_iterable(self._statuses[each].names for each in shapes)
        self._names = tuple(dict.fromkeys(names))
        self._good_headers.clear()
        self._lane = None

    def count(self, group: Group, tally: Tally) -> Collection[int]:
        """Counts what is proven to be without any finding; gives the positions of the others. What is seen in them is held
        back until `settle`. As long as it takes next to nothing, it looks at one group of some only.
        """
        every = range(len(group.statuses))
        if group.bodies is None or self._paused:
            self._paused -= bool(self._paused)
            return every
        rows = self._repeats.rows(group.statuses, group.bodies)
        if group.headers is not None:
            _strike(rows, self._with_findings(group.statuses, group.headers))
        elif self._not_calm and not group.is_bare:
            _strike(rows, itertools.compress(every, map(self._not_calm.__contains__, group.statuses)))
        bad = [position for position, row in enumerate(rows) if row is None]
        good = len(every) - len(bad)
        self._rest_if_of_no_use(len(every), good)
        if good:
            self._shown.count(rows)
            for name in ("exchanges", "error_responses", "checked"):
                tally.counts[name] += good
            tally.matches[self._match] += good
        return bad

    def _prove(self, statuses: Sequence[int], bodies: Bodies) -> list[Row | None]:
        """The row of each response of which it is proven that there is nothing to find in its body."""
        lane = self._lane or self._prepare()
        found = Examination(statuses)
        decoded = decode_bodies(self._decode, bodies, found.bad)
        if len(found.bad) == len(decoded):
            return [None] * len(decoded)
        lane.look(found, decoded, range(len(decoded)))
        rows = lane.rows(statuses, decoded)
        self._shown.add_further(rows, found.told)
        _strike(rows, found.bad)
        return rows

    def _rest_if_of_no_use(self, asked: int, good: int) -> None:
        self._asked += asked
        self._good += good
        if self._asked >= _MANY:
            is_of_use = _FEW * self._good >= self._asked
            self._pauses = 0 if is_of_use else min(_PAUSES, 2 * self._pauses + 1)
            self._paused, self._asked, self._good = self._pauses, 0, 0

    def settle(self, tally: Tally) -> None:
        """Puts into `tally` what was seen since the last time."""
        self._shown.settle(tally.seen)

    def _prepare(self) -> Lane:
        shape = merge(self.shapes)
        self._decode = msgspec.json.Decoder(shape.type).decode
        self._lane = Lane(shape, self._shown)
        return self._lane

    def _with_findings(self, statuses: Sequence[int], headers: Headers) -> Iterator[int]:
        """The positions of responses whose headers give something to find. Where there are none, nothing is said."""
        columns = [column_of(headers.values, headers.spellings.get(name, ())) for name in self._names]
        keys = list(zip(statuses, *columns, strict=True))
        wrong = {key for key in set(keys) if not self._is_good(key)}
        if wrong:
            yield from (
                position for position, key in enumerate(keys) if key in wrong and headers.values[position]
            )

    def _is_good(self, key: tuple[Any, ...]) -> bool:
        good = self._good_headers.get(key)
        if good is None:
            status, *values = key
            named = {
                name: value for name, value in zip(self._names, values, strict=True) if value is not None
            }
            good = SEVERAL not in values
            if good:  # without a media type, it depends on the others whether there are headers at all
                headers = read(named)
                good = "content-type" in dict(headers) and not self._finds_in(status, headers)
            if len(self._good_headers) < _MOST:
                self._good_headers[key] = good
        return good

    def _finds_in(self, status: int, headers: tuple[tuple[str, str], ...]) -> bool:
        """Whether the validator finds something in the status and the headers, whatever the body is."""
        known = self._statuses[status]
        exchange = Exchange(Origin(""), Response(status, headers, b"{}", decoded=True), Request())
        case = Case(self.contract, exchange, Body(b"{}", {}, is_json=True), known.selection, self._limits)
        found = itertools.chain(check_status(case), check_content(case), check_headers(case))
        return any(True for _ in found) or any(name in known.code_names for name, _ in headers)


def _strike(rows: list[Row | None], bad: Iterable[int]) -> None:
    for position in bad:
        rows[position] = None


def _known_of(contract: Contract, status: int) -> _Status:
    selection = contract.select(status)
    documented = selection.response.headers if selection.response else contract.headers
    names = dict.fromkeys(("content-type", *(header.name.lower() for header in documented)))
    codes = frozenset(header.name.lower() for header in documented if header.role == "code")
    return _Status(selection, tuple(names), codes)
