"""What a message beside a code is: told for many messages, so patterns are run only where they may match."""

from __future__ import annotations

import functools
import re

from schemagen.contract import Code
from schemagen.engine import Column

_MOST = 500  # messages that are kept as known, of one code; most are new where there are more
_PLAIN = re.compile(r"(?:[^\\^$.*+?()\[\]{}|/]|\\[\\^$.*+?()\[\]{}|/])*")
_ESCAPED = re.compile(r"\\(.)")


class Texts:
    """The documented texts of one code."""

    def __init__(self, code: Code) -> None:
        self._plain = {text.text: position for position, text in enumerate(code.texts)}
        self._patterns = [
            (position, _piece(text.pattern), _column(text.pattern))
            for position, text in enumerate(code.texts)
            if text.pattern is not None
        ]
        self._known: dict[object, tuple[int, ...]] = {}

    def meant(self, message: object) -> tuple[int, ...]:
        """The positions of the texts that a message is; none of what is no text."""
        meant = self._known.get(message)
        if meant is None:
            meant = self.find(message)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[message] = meant
        return meant

    def find(self, message: object) -> tuple[int, ...]:
        """The same for messages most of which are new: none is kept as known."""
        if not isinstance(message, str) or not message:
            return ()
        found = [
            position
            for position, piece, column in self._patterns
            if piece in message and column.accepts(message)
        ]
        if message in self._plain:
            found = sorted({*found, self._plain[message]})
        return tuple(found)


@functools.lru_cache(maxsize=1024)
def _column(pattern: str) -> Column:
    return Column({"pattern": pattern}, ((),))


def _piece(pattern: str) -> str:
    """The longest text that is in whatever matches the pattern, as far as that is plain to see."""
    pieces = pattern.removeprefix("^").removesuffix("$").split("[\\s\\S]*")
    if not all(map(_PLAIN.fullmatch, pieces)):
        return ""
    return max((_ESCAPED.sub(r"\1", piece) for piece in pieces), key=len)
