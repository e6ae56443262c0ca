"""What a message beside a code is: told for many messages, so patterns are run only where they may match."""

from __future__ import annotations

import collections
import dataclasses
import functools
import re
from collections.abc import Callable, Sequence

import msgspec

from schemagen.contract import Code
from schemagen.engine import Column

_MOST = 500  # messages that are kept as known, of one code; most are new where there are more
_FIRST = 4  # characters by which patterns are looked up

_BEGINNING = re.compile(r"\^((?:[A-Za-z0-9 ,:;'\"_-](?![*+?{]))*)")


class Texts:
    """The documented texts of one code."""

    def __init__(self, code: Code) -> None:
        self._plain = {text.text: position for position, text in enumerate(code.texts)}
        self._patterns: dict[str, list[tuple[int, str, Column]]] = collections.defaultdict(list)
        for position, text in enumerate(code.texts):
            if text.pattern is not None:
                beginning = _beginning(text.pattern)
                first = beginning[:_FIRST] if len(beginning) >= _FIRST else ""
                self._patterns[first].append((position, beginning, _column(text.pattern)))
        self._known: dict[object, tuple[int, ...]] = {}

    def meant(self, message: object) -> tuple[int, ...]:
        """The positions of the texts that a message is; none of what is no text."""
        meant = self._known.get(message)
        if meant is None:
            meant = self._find(message) if isinstance(message, str) and message else ()
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[message] = meant
        return meant

    def _find(self, message: str) -> tuple[int, ...]:
        found = {self._plain[message]} if message in self._plain else set()
        found.update(
            position
            for first in (message[:_FIRST], "")
            for position, beginning, column in self._patterns.get(first, ())
            if message.startswith(beginning) and column.accepts(message)
        )
        return tuple(sorted(found))


@dataclasses.dataclass(frozen=True, slots=True, eq=False)  # there is one of each: quicker to count
class Meaning:
    """Which of its code's documented texts a message is, by position, and whether it may stand there."""

    meant: tuple[int, ...]
    is_taken: bool


class Messages(dict[object, Meaning]):
    """What the messages beside one code are, found out when it is asked for: which of its documented `texts`, and whether
    all `columns` take them. Of no message, every column is content. `make_room` is called before one is kept.
    """

    def __init__(self, texts: Texts | None, columns: Sequence[Column], make_room: Callable[[], None]) -> None:
        super().__init__()
        self._texts = texts
        self._columns = columns
        self._make_room = make_room
        self._meanings: dict[tuple[tuple[int, ...], bool], Meaning] = {}

    def __missing__(self, message: object) -> Meaning:
        meant = self._texts.meant(message) if self._texts else ()
        is_taken = message is msgspec.UNSET or all(each.accepts(message) for each in self._columns)
        meaning = self._meanings.get((meant, is_taken))
        if meaning is None:
            self._meanings[meant, is_taken] = meaning = Meaning(meant, is_taken)
        self._make_room()
        self[message] = meaning
        return meaning


@functools.lru_cache(maxsize=1024)
def _column(pattern: str) -> Column:
    return Column({"pattern": pattern}, ((),))


def _beginning(pattern: str) -> str:
    """The characters that whatever matches the pattern begins with, as far as that is plain to see."""
    found = _BEGINNING.match(pattern)
    return found[1] if found and "|" not in pattern else ""
