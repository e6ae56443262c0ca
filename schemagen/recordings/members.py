"""The members of gzip data, one after the other, so that a damaged one does not hide those behind it (RFC 1952)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from schemagen.limits import Limits, option
from schemagen.recordings.window import Window

MARK = b"\x1f\x8b\x08"
_PIECE = 4096  # unpacks to 4 MiB at the most
_KEPT = 1 << 20  # bytes in front of a damage in which members are looked for that began before it was noticed


class Member:
    """A member that begins at `start` of the window: `unpack` gives what is in it, and then `why` says what is wrong with
    it, if anything is, and `rest` where in the window others may begin.

    That the data ends in the member is not said, unless nothing is in it.
    """

    def __init__(self, packed: Window, start: int, why: str = "") -> None:
        self.why = why
        self.rest = start
        self._packed = packed

    def unpack(self) -> Iterator[bytes]:
        """What is in the member, in pieces."""
        if self.why:
            return
        decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
        kept = position = self.rest
        self.rest, is_empty = position + 1, True
        while not decoder.eof:
            piece = self._packed.data[position : position + _PIECE]
            if len(piece) < _PIECE and not self._packed.is_all:
                behind = kept if position - kept <= 2 * _KEPT else position - _KEPT
                self._packed.move(behind)
                kept, position, self.rest = 0, position - behind, max(0, self.rest - behind)
                continue
            if not piece:
                break
            try:
                output = decoder.decompress(piece)
            except zlib.error as problem:
                self.why = f"its gzip data is damaged: {str(problem).rpartition(': ')[2]}"
                return
            position += len(piece) - len(decoder.unused_data)
            if output:
                is_empty = False
                yield output
        if decoder.eof or not is_empty:
            self.rest = position
        else:
            self.why = "its gzip data ends too early"


def find_members(pieces: Iterator[bytes], limits: Limits) -> Iterator[Member]:
    """The members of the gzip data that `pieces` are; each must be unpacked before the next is asked for.

    What looks like a member and is none takes its time, so damaged ones are counted.
    """
    packed = Window(pieces, limits.recording_bytes)
    damaged = 0
    start = _find(packed, 0)
    while start is not None:
        member = Member(packed, start)
        yield member
        damaged += bool(member.why)
        if damaged == limits.gzip_members:
            told = f"{damaged} members are damaged; the rest is not read ({option('gzip_members')})"
            yield Member(Window(iter(()), 0), 0, told)
            return
        start = _find(packed, member.rest)


def _find(packed: Window, start: int) -> int | None:
    """Where in the window the next member may begin, from `start` on; None: there is none."""
    while (begin := packed.data.find(MARK, start)) < 0:
        if not packed.move(max(start, len(packed.data) - len(MARK) + 1)):
            return None
        start = 0
    return begin
