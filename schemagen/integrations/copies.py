"""A copy of a body, made while its owner reads it: nothing is read that nobody asks for, and nothing is held back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from schemagen.limits import DEFAULTS

See: TypeAlias = Callable[..., object]
"""What is told of a response, with the arguments of `exchange_of`: `Watch.see`, or somebody else's."""

_ENOUGH = DEFAULTS.body_bytes + 1  # bytes, one more than are looked at


class Copy:
    """What of the body of `response` has been read; `see` is told when it has come to its end."""

    def __init__(self, see: See, response: object, *, decoded: bool) -> None:
        self._see = see
        self._response = response
        self._decoded = decoded
        self._body = bytearray()

    def add(self, piece: bytes) -> None:
        """Takes a piece; of an endless body no more than it needs to be told as one."""
        if len(self._body) < _ENOUGH:
            self._body += piece

    def end(self) -> None:
        """The body is whole; what `see` raises is raised."""
        self._see(self._response, body=bytes(self._body), decoded=self._decoded)

    def of(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, as they are."""
        for piece in pieces:
            self.add(piece)
            yield piece
        self.end()
