"""What the filling of a template may cost, counted while it is filled: a stranger's template ends with one line, not with the memory.

Steps are what is counted: for each turn of a loop, each call of a function, a macro or a filter, each item of a list that
one of them goes through, and each few characters of text. How long a text becomes is known before it is made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError

STEPS = 5_000_000  # a page of 6,000 codes takes two millions
MORE = 1_000  # steps for each thing that a page is about
LONGEST = 64 * 1024 * 1024  # characters of a text
LARGEST = 100_000  # of a number that a template multiplies by, or hands to a filter, a method or `range`
_STEP = 16  # characters that are made or looked at in a step
_TURN = _CALL = 5  # steps of a turn of a loop, and of a call
_SIZED = (list, tuple, dict, range)


class Budget:
    """The steps that are left to one filling; `endless` is that of templates that are our own."""

    def __init__(self, *, endless: bool) -> None:
        self._endless = endless
        self.renew(0)

    def renew(self, things: int) -> None:
        """Begins another filling, of a page that is about so many things: codes, responses and the like."""
        self._steps = STEPS + MORE * things
        self._left = math.inf if self._endless else self._steps

    def spend(self, steps: int) -> None:
        """Takes steps away.

        Raises:
            SecurityError: there are not so many left.
        """
        self._left -= steps
        if self._left < 0:
            raise SecurityError(f"loops, calls and texts of more than {self._steps:,} steps in all")

    def call(self) -> None:
        """Takes the steps of a call."""
        self.spend(_CALL)

    def look(self, value: Any) -> Any:
        """`value`, for which is paid what it costs to compare all of it."""
        self.spend(1 + self.length(value) // _STEP)
        return value

    def pass_through(self, value: Any) -> None:
        """Takes the steps of going through `value` once."""
        if isinstance(value, str):
            self.spend(1 + len(value) // _STEP)
        elif isinstance(value, _SIZED):
            self.spend(1 + len(value))
        elif isinstance(value, int):
            self.spend(1 + abs(value) // _STEP)

    def turns(self, iterable: Any) -> Any:
        """`iterable` as a loop takes it, of which each turn is a step."""
        if isinstance(iterable, (str, *_SIZED)):
            self.spend(_TURN * (1 + len(iterable)))
            return iterable
        return self._counted(iterable)

    def length(self, value: Any) -> int:
        """How long `value` is as a text, at least; of lists and mappings with all that is in them."""
        if isinstance(value, str):
            return len(value)
        if isinstance(value, TemplateModule):
            raise SecurityError("a template that was imported is no text")
        if isinstance(value, dict):
            self.spend(1 + len(value))
            return sum(self.length(key) + self.length(one) for key, one in value.items())
        if isinstance(value, (list, tuple)):
            self.spend(1 + len(value))
            return sum(map(self.length, value))
        return 1

    def reserve(self, characters: int) -> None:
        """Takes the steps of a text that is to be made.

        Raises:
            SecurityError: it would be too long, or there are not so many steps left.
        """
        if characters > LONGEST:
            raise SecurityError(f"a text of more than {LONGEST:,} characters")
        self.spend(1 + characters // _STEP)

    def join(self, pieces: Iterable[str]) -> str:
        """The pieces as one text."""
        done: list[str] = []
        length = 0
        for piece in pieces:
            done.append(piece)
            length += len(piece)
            if length > LONGEST:
                break
        self.reserve(length)
        return "".join(done)

    def _counted(self, iterable: Iterable[Any]) -> Iterator[Any]:
        for item in iterable:
            self.spend(_TURN)
            yield item


def refuse_large(values: Iterable[Any]) -> None:
    """Refuses numbers that are too large.

    Raises:
        SecurityError: one is.
    """
    if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
        raise SecurityError(f"a number above {LARGEST:,}")
