"""Which of a code's documented texts a message is: told for many messages, so patterns are run only where they may match."""

from __future__ import annotations

import re

from schemagen import engine
from schemagen.contract import Code

_MOST = 20_000  # messages that are kept as known, of one code

_BEGINNING = re.compile(r"\^((?:[A-Za-z0-9 ,:;'\"_-](?![*+?{]))*)")


class Texts:
    """The documented texts of one code."""

    def __init__(self, code: Code) -> None:
        self._plain = {text.text: position for position, text in enumerate(code.texts)}
        self._patterns = [
            (position, _beginning(text.pattern), text.pattern)
            for position, text in enumerate(code.texts)
            if text.pattern is not None
        ]
        self._known: dict[object, tuple[int, ...]] = {}

    def meant(self, message: object) -> tuple[int, ...]:
        """The positions of the texts that a message is; none of what is no text."""
        meant = self._known.get(message)
        if meant is None:
            meant = self._find(message) if isinstance(message, str) and message else ()
            if len(self._known) < _MOST:
                self._known[message] = meant
        return meant

    def _find(self, message: str) -> tuple[int, ...]:
        found = {self._plain[message]} if message in self._plain else set()
        found.update(
            position
            for position, beginning, pattern in self._patterns
            if message.startswith(beginning) and engine.matches(pattern, message)
        )
        return tuple(sorted(found))


def _beginning(pattern: str) -> str:
    """The characters that whatever matches the pattern begins with, as far as that is plain to see."""
    found = _BEGINNING.match(pattern)
    return found[1] if found and "|" not in pattern else ""
