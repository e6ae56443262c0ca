"""What responses of one contract show: the responses, codes and texts that coverage counts, asked once for each row."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from typing import Any, TypeAlias

from schemagen.contract import Contract
from schemagen.coverage import sightings, sightings_of_code
from schemagen.limits import Limits
from schemagen.scale.fast.batches import Told
from schemagen.scale.fast.lanes import Lane, Row
from schemagen.scale.fast.texts import Texts
from schemagen.tally import Sighting

_MOST = 20_000  # rows, and codes with what stands beside them, that are kept as known

_Code: TypeAlias = tuple[
    Any, Any, Any
]  # a code, its message if it has documented ones, and the status beside it


class Shown:
    """Knows what was seen before. Rows mean something for one `lane` only: another one begins anew."""

    def __init__(self, contract: Contract, limits: Limits) -> None:
        self.texts = {code.value: Texts(code) for code in contract.codes if code.texts}
        self._contract = contract
        self._limits = limits
        self._lane: Lane | None = None
        self._rows: dict[Row, tuple[Sighting, ...]] = {}
        self._codes: dict[tuple[Any, ...], frozenset[Sighting]] = {}
        self._together: dict[tuple[Any, ...], tuple[Sighting, ...]] = {}
        self._always: dict[int, tuple[Sighting, Sighting]] = {}

    def by_rows(self, lane: Lane, rows: Iterable[Row]) -> dict[Row, tuple[Sighting, ...]]:
        """What is seen in responses with these rows, each thing once; nothing for rows in which something is wrong."""
        known = self._rows
        if lane is not self._lane or len(known) > _MOST:
            known.clear()
            self._lane = lane
        shown: dict[Row, tuple[Sighting, ...]] = {}
        for row in rows:
            seen = known.get(row)
            if seen is None:
                seen = known[row] = self._of_row(lane, row)
            shown[row] = seen
        return shown

    def _of_row(self, lane: Lane, row: Row) -> tuple[Sighting, ...]:
        status, value = row[0], lane.named(row)
        if not lane.holds(status, value):
            return ()
        every, bare = self._of_any(status)
        seen = frozenset[Sighting]().union(*(self._of_code(status, *each) for each in lane.codes(value)))
        return every, *(seen or (bare,))

    def further(self, told: Iterable[Told]) -> dict[int, tuple[_Code, ...]]:
        """The codes that stand in lists and the like, by the positions of their bodies."""
        found: dict[int, list[_Code]] = collections.defaultdict(list)
        texts = self.texts
        for each in told:
            messages = [
                message if code in texts else None
                for code, message in zip(each.codes, each.messages, strict=True)
            ]
            codes = zip(each.codes, messages, each.statuses, strict=True)
            for owner, code in zip(each.owners, codes, strict=True):
                found[owner].append(code)
        return {owner: tuple(codes) for owner, codes in found.items()}

    def together(
        self, status: int, seen: tuple[Sighting, ...], further: tuple[_Code, ...]
    ) -> tuple[Sighting, ...]:
        """What is seen in a body with a row in which `seen` is, and with further codes; each thing once."""
        key = status, seen, further
        together = self._together.get(key)
        if together is None:
            shown = frozenset[Sighting]().union(*(self._of_code(status, *code) for code in further))
            _, bare = self._of_any(status)
            together = tuple(shown.union(seen) - ({bare} if shown else set()))
            if len(self._together) < _MOST:
                self._together[key] = together
        return together

    def _of_code(self, status: int, code: Any, message: Any, said: Any) -> frozenset[Sighting]:
        """What a code shows that stands beside a message and a status."""
        meant = self.texts[code].meant(message) if code in self.texts else ()
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
            every, bare = sorted(
                sightings(self._contract, status), key=lambda sighting: sighting[1] != "response"
            )
            self._always[status] = every, bare
        return self._always[status]
