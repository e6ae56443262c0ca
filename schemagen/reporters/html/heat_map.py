"""Coverage as a table: codes against statuses, each cell with its count, how strong it is to be and whether it was due.

A status stands in the column of the documented response that covers it: its own, its class or `default`; where there
is none, it gets a column of its own, which is marked.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping

from schemagen import statuses
from schemagen.display import shown
from schemagen.report import CodeCoverage, Coverage, Sightings

SHADES = 6
OTHER = "other"
_COLUMNS = 40  # statuses that no response covers; a recording may hold any number
_ROWS = 500  # codes of the catalogue
_UNKNOWN = 100  # codes that are not in it
_LONGEST = 120  # characters of a code


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A documented status key, or a status that was seen and is not covered by any."""

    key: str
    title: str
    is_documented: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """How often, as a shade from 0 (never) to `SHADES`; `state` is `due` (documented, never seen), `odd` (seen, not
    documented), `seen` or empty.
    """

    count: int
    shade: int
    state: str


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A code with its cells, one for each column."""

    name: str
    meaning: str
    count: int
    cells: tuple[Cell, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class HeatMap:
    """All rows of a definition: `responses` whatever their code, `codes` of the catalogue, `unknown` ones.

    `more_codes` and `more_unknown` were left out.
    """

    columns: tuple[Column, ...]
    responses: tuple[Row, ...]
    codes: tuple[Row, ...]
    unknown: tuple[Row, ...]
    more_codes: int
    more_unknown: int

    @property
    def has_meanings(self) -> bool:
        """Whether the catalogue says what a code means."""
        return any(row.meaning for row in self.codes)


def draw(coverage: Coverage) -> HeatMap:
    """The table of what was seen of a definition."""
    plan = _Plan(coverage)
    codes, more_codes = _chosen(coverage.codes, _ROWS)
    unknown, more_unknown = _chosen(coverage.unknown, _UNKNOWN)
    return HeatMap(
        plan.columns,
        tuple(plan.responses(coverage)),
        tuple(plan.row(code, code.documented or None) for code in codes),
        tuple(plan.row(code, None) for code in unknown),
        more_codes,
        more_unknown,
    )


class _Plan:
    """The columns, which status belongs in which, and how strong the strongest cell is."""

    def __init__(self, coverage: Coverage) -> None:
        tied = {key for code in coverage.codes for key in code.documented}
        self._keys = sorted({*(part.key for part in coverage.responses), *tied}, key=statuses.sort_key)
        seen = _all_seen(coverage)
        strange = {status: count for status, count in seen.items() if not self._covering(status)}
        kept = sorted(sorted(strange, key=lambda status: (-strange[status], status))[:_COLUMNS])
        self._column = {status: self._covering(status) or str(status) for status in seen}
        self._column |= dict.fromkeys(strange.keys() - set(kept), OTHER)
        self.columns = tuple(self._columns(coverage, kept, has_more=len(strange) > len(kept)))
        self._most = max((n for part in _parts(coverage) for n in self._counts(part).values()), default=1)

    def responses(self, coverage: Coverage) -> Iterator[Row]:
        """The row of all responses, and that of those in which no code stands."""
        keys = tuple(response.key for response in coverage.responses)
        seen = (*itertools.chain(*(response.seen for response in coverage.responses)), *coverage.undocumented)
        yield self.row(CodeCoverage("all responses", seen=seen), keys)
        if coverage.without_code:
            yield self.row(CodeCoverage("without a code", seen=coverage.without_code), None)

    def row(self, code: CodeCoverage, documented: tuple[str, ...] | None) -> Row:
        """The row of a code that is documented under these keys; None where any will do."""
        counts = self._counts(code.seen)
        cells = tuple(self._cell(counts[column.key], column, documented) for column in self.columns)
        return Row(shown(code.code, _LONGEST), shown(code.meaning, 2 * _LONGEST), code.count, cells)

    def _columns(self, coverage: Coverage, kept: Iterable[int], *, has_more: bool) -> Iterator[Column]:
        described = {response.key: response.description for response in coverage.responses}
        for key in self._keys:
            title = described.get(key) or statuses.phrase(key)
            yield Column(key, shown(title, _LONGEST), is_documented=True)
        for status in kept:
            yield Column(str(status), "seen, but not documented", is_documented=False)
        if has_more:
            yield Column(OTHER, "further statuses that are not documented", is_documented=False)

    def _cell(self, count: int, column: Column, documented: tuple[str, ...] | None) -> Cell:
        if not count:
            return Cell(0, 0, "due" if documented and column.key in documented else "")
        is_known = documented is None or any(_covers(key, column.key) for key in documented)
        return Cell(count, self._shade(count), "seen" if is_known else "odd")

    def _shade(self, count: int) -> int:
        """On a logarithmic scale: 1 is the lightest, the largest count of the table the darkest."""
        return 1 if self._most == 1 else 1 + round((SHADES - 1) * math.log(count) / math.log(self._most))

    def _counts(self, seen: Sightings) -> Mapping[str, int]:
        counts: collections.Counter[str] = collections.Counter()
        for status, count in seen:
            counts[self._column[status]] += count
        return counts

    def _covering(self, status: int) -> str:
        """The narrowest documented key that covers the status; empty if none does."""
        return next((key for key in self._keys if _covers(key, str(status))), "")


def _covers(key: str, column: str) -> bool:
    if column == OTHER:
        return False
    (first, last), (low, high) = statuses.span(key), statuses.span(column)
    return first <= low and high <= last


def _parts(coverage: Coverage) -> Iterator[Sightings]:
    """All that was seen of a definition."""
    yield from (response.seen for response in coverage.responses)
    yield from (code.seen for code in (*coverage.codes, *coverage.unknown))
    yield from (coverage.undocumented, coverage.without_code)


def _all_seen(coverage: Coverage) -> Mapping[int, int]:
    """How often each status was met, in anything."""
    seen: collections.Counter[int] = collections.Counter()
    for status, count in itertools.chain(*_parts(coverage)):
        seen[status] += count
    return seen


def _chosen(codes: tuple[CodeCoverage, ...], most: int) -> tuple[list[CodeCoverage], int]:
    """The codes that are shown, in their order, those seen most before those never seen; and how many are not."""
    first = sorted(range(len(codes)), key=lambda index: (-codes[index].count, index))[:most]
    return [codes[index] for index in sorted(first)], len(codes) - len(first)
