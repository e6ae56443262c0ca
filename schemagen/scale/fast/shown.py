"""What responses of one contract show: the responses, codes and texts that coverage counts.

Responses are counted by their rows, and what that comes to is put together when all is read, as there are a thousand
responses to a row.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec

from schemagen.contract import Contract
from schemagen.coverage import sightings, sightings_of_code
from schemagen.limits import Limits
from schemagen.scale.fast.batches import Told
from schemagen.scale.fast.texts import Texts
from schemagen.tally import Sighting

_MOST = 20_000  # rows, and codes with what stands beside them, that are kept as known

Code: TypeAlias = tuple[Any, tuple[int, ...], Any]
"""A code, which of its texts the message beside it is, by position, and the status beside it."""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)  # each is itself: quick to count
class Row:
    """What responses with a status count as, in which all values that decide are the same: `codes` is what these show."""

    status: int
    codes: frozenset[Sighting]


class Shown:
    """Counts responses by what they show."""

    def __init__(self, contract: Contract, limits: Limits) -> None:
        self.texts = {code.value: Texts(code) for code in contract.codes if code.texts}
        self._counted: collections.Counter[Row | None] = collections.Counter()
        self._seen: collections.Counter[Sighting] = collections.Counter()
        kept = functools.lru_cache(_MOST)
        self._of_any = kept(functools.partial(_of_any, contract))
        self._of_code = kept(functools.partial(_of_code, contract, limits.value_characters))
        self._with_code = kept(self._add_code)

    def row(self, status: int, codes: Iterable[Code]) -> Row:
        """A row for responses with this status and these codes."""
        return Row(status, frozenset[Sighting]().union(*[self._of_code(status, *code) for code in codes]))

    def count(self, rows: Iterable[Row | None]) -> None:
        """Counts responses by their rows; those without one are left out."""
        if len(self._counted) > _MOST:
            self._put_together()
        self._counted.update(rows)
        self._counted.pop(None, None)

    def settle(self, seen: collections.Counter[Sighting]) -> None:
        """Puts into `seen` what was counted since the last time."""
        self._put_together()
        seen.update(self._seen)
        self._seen.clear()

    def _put_together(self) -> None:
        seen = self._seen
        for row, number in self._counted.items():
            if row is not None:
                every, bare = self._of_any(row.status)
                for sighting in (every, *(row.codes or (bare,))):
                    seen[sighting] += number
        self._counted.clear()

    def add_further(self, rows: list[Row | None], told: Iterable[Told]) -> None:
        """Puts other rows in the place of those of bodies that have codes in lists and the like, too."""
        texts, with_code = self.texts, self._with_code
        for owners, codes in told:
            for owner, (code, message, said) in zip(owners, codes, strict=True):
                meant = texts[code].meant(message) if code in texts else ()
                rows[owner] = with_code(rows[owner], code, meant, said)

    def _add_code(self, row: Row | None, code: Any, meant: tuple[int, ...], said: Any) -> Row | None:
        """The row for what has this row, and this code, too."""
        if row is None or code is msgspec.UNSET:
            return row
        return Row(row.status, row.codes | self._of_code(row.status, code, meant, said))


def _of_code(
    contract: Contract, characters: int, status: int, code: Any, meant: tuple[int, ...], said: Any
) -> frozenset[Sighting]:
    """What a code shows beside a message that is these of its texts, and a status."""
    text = str(said)
    under = int(text) if len(text) == 3 and text.isascii() and text.isdigit() else status
    return frozenset(sightings_of_code(contract, code, meant, under, characters))


def _of_any(contract: Contract, status: int) -> tuple[Sighting, Sighting]:
    """What is seen in any response with this status, and what is where there is no code."""
    every, bare = sorted(sightings(contract, status), key=lambda sighting: sighting[1] != "response")
    return every, bare
