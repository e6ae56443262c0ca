"""Bodies that come again as they were: many APIs write the same few, and what was proven of one holds for the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schemagen.scale.fast.groups import Bodies, pick
from schemagen.scale.fast.shown import Row

_MOST = 2000  # bodies that are kept as known
_LONGEST = 1000  # bytes of one
_TRIED = 2000  # responses before it is told whether enough of them repeat a body
_FEW = 4  # one in so many is enough


class Repeats:
    """The rows of responses, by status and body. `prove` is asked for those of which none is kept."""

    def __init__(self, prove: Callable[[Sequence[int], Bodies], list[Row | None]]) -> None:
        self._prove = prove
        self._known: dict[tuple[int, bytes | str], Row] = {}
        self._asked = self._found = 0

    def rows(self, statuses: Sequence[int], bodies: Bodies) -> list[Row | None]:
        """The row of each response; None: it is not proven."""
        if self._asked > _TRIED and self._asked > _FEW * self._found:
            self._known.clear()
            return self._prove(statuses, bodies)
        if len(self._known) > _MOST:
            self._known.clear()
        known = self._known
        copy: Callable[[Any], bytes | str] = str if isinstance(bodies[0], str) else bytes
        rows = list(map(known.get, zip(statuses, map(copy, bodies), strict=True)))
        new = [position for position, row in enumerate(rows) if row is None]
        self._asked += len(rows)
        self._found += len(rows) - len(new)
        if new:
            proven = self._prove(pick(new, statuses), pick(new, bodies))
            for position, row in zip(new, proven, strict=True):
                rows[position] = row
                body = copy(bodies[position])
                if row is not None and len(body) <= _LONGEST:
                    known[statuses[position], body] = row
        return rows
