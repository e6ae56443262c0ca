"""What responses of one contract show: the responses, codes and texts that coverage counts.

Responses are counted by their rows, and what a row shows is asked once; what that comes to is put together when all is
read, as there are a thousand responses to a row.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import msgspec

from schemagen.contract import Contract
from schemagen.coverage import sightings, sightings_of_code
from schemagen.limits import Limits
from schemagen.scale.fast.batches import Examination, Told
from schemagen.scale.fast.lanes import Lane, Row
from schemagen.scale.fast.texts import Texts
from schemagen.tally import Sighting

_MOST = 20_000  # rows, and codes with what stands beside them, that are kept as known

_Code: TypeAlias = tuple[Any, tuple[int, ...], Any]  # a code, which of its texts, and the status beside it
_Whole: TypeAlias = tuple[Any, ...]  # the row of a lane, and then the codes that stand in none


class Shown:
    """Counts responses by what they show. Rows mean something for one lane only: `follow` another one when it changes."""

    def __init__(self, contract: Contract, limits: Limits) -> None:
        self.texts = {code.value: Texts(code) for code in contract.codes if code.texts}
        self._contract = contract
        self._limits = limits
        self._lane: Lane | None = None
        self._rows: dict[
            _Whole, tuple[Sighting, ...]
        ] = {}  # what is seen, each thing once; nothing if it is wrong
        self._counted: collections.Counter[_Whole] = collections.Counter()
        self._seen: collections.Counter[Sighting] = collections.Counter()
        self._codes: dict[tuple[int, Any, tuple[int, ...], Any], frozenset[Sighting]] = {}
        self._always: dict[int, tuple[Sighting, Sighting]] = {}

    def follow(self, lane: Lane) -> None:
        """Takes rows of another lane from now on."""
        self._put_together()
        self._rows.clear()
        self._lane = lane

    def count(self, columns: Sequence[Sequence[Any]], found: Examination) -> None:
        """Counts responses by rows of these columns, all but the bad ones; those in whose rows something is wrong are bad."""
        counted = self._counted
        columns = [*columns, self._further(found.told, len(found.statuses))]
        if len(counted) > _MOST:
            self._put_together()
        known = len(counted)
        counted.update(zip(*columns, strict=True))
        new = list(itertools.islice(reversed(counted), len(counted) - known))  # those that came last
        wrong = {row for row in new if not self._of_row(row)}
        if wrong:
            found.bad.update(
                position for position, row in enumerate(zip(*columns, strict=True)) if row in wrong
            )
            for row in wrong:
                del counted[row]
        for position in found.bad:
            row = _row(columns, position)
            if row not in wrong:
                counted[row] -= 1

    def settle(self, seen: collections.Counter[Sighting]) -> None:
        """Puts into `seen` what was counted since the last time."""
        self._put_together()
        seen.update(self._seen)
        self._seen.clear()

    def _put_together(self) -> None:
        seen = self._seen
        for row, number in self._counted.items():
            if number:
                for sighting in self._of_row(row):
                    seen[sighting] += number
        self._counted.clear()

    def _of_row(self, row: _Whole) -> tuple[Sighting, ...]:
        """What is seen in responses with this row."""
        shown = self._rows.get(row)
        if shown is None and self._lane is not None:
            status, of_lane, shown = row[0], row[:-1], ()
            if self._lane.holds(of_lane):
                every, bare = self._of_any(status)
                codes = [self._of_code(status, *each) for each in (*self._lane.codes(of_lane), *row[-1])]
                shown = every, *(frozenset[Sighting]().union(*codes) or (bare,))
            if len(self._rows) > _MOST:
                self._rows.clear()
            self._rows[row] = shown
        return shown or ()

    def _further(self, told: Iterable[Told], number: int) -> list[tuple[_Code, ...]]:
        """The codes that stand in lists and the like, of each body."""
        further: list[tuple[_Code, ...]] = [()] * number
        texts = self.texts
        for each in told:
            for owner, code, message, status in zip(
                each.owners, each.codes, each.messages, each.statuses, strict=True
            ):
                if code is not msgspec.UNSET:
                    meant = texts[code].meant(message) if code in texts else ()
                    further[owner] += ((code, meant, status),)
        return further

    def _of_code(self, status: int, code: Any, meant: tuple[int, ...], said: Any) -> frozenset[Sighting]:
        """What a code shows beside a message that is these of its texts, and a status."""
        key = status, code, meant, said
        seen = self._codes.get(key)
        if seen is None:
            text = str(said)
            under = int(text) if len(text) == 3 and text.isascii() and text.isdigit() else status
            characters = self._limits.value_characters
            seen = frozenset(sightings_of_code(self._contract, code, meant, under, characters))
            if len(self._codes) < _MOST:
                self._codes[key] = seen
        return seen

    def _of_any(self, status: int) -> tuple[Sighting, Sighting]:
        """What is seen in any response with this status, and what is where there is no code."""
        if status not in self._always:
            found = sorted(sightings(self._contract, status), key=lambda sighting: sighting[1] != "response")
            self._always[status] = found[0], found[1]
        return self._always[status]


def _row(columns: Sequence[Sequence[Any]], position: int) -> Row:
    return tuple([column[position] for column in columns])
