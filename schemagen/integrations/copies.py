"""A copy of a body, made while its owner reads it: nothing is read that nobody asks for, and nothing is held back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen.limits import DEFAULTS
from schemagen.live.watch import Watch

_ENOUGH = DEFAULTS.body_bytes + 1  # bytes, one more than are looked at


class Copy:
    """What of the body of `response` has been read; told to `watch` when it has come to its end."""

    def __init__(self, watch: Watch, response: object, *, decoded: bool) -> None:
        self._watch = watch
        self._response = response
        self._decoded = decoded
        self._body = bytearray()

    def add(self, piece: bytes) -> None:
        """Takes a piece; of an endless body no more than it needs to be told as one."""
        if len(self._body) < _ENOUGH:
            self._body += piece

    def end(self) -> None:
        """The body is whole: it is checked.

        Raises:
            MismatchError: so says `on_finding` of the watch.
        """
        self._watch.see(self._response, body=bytes(self._body), decoded=self._decoded)

    def of(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, as they are."""
        for piece in pieces:
            self.add(piece)
            yield piece
        self.end()
