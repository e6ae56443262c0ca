"""A run taken apart into entries, and where each stands in it, which is found out only for those that are asked for."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator, Sequence

import msgspec

from schemagen.recordings.slices import Slice

_COMMA = b", \t\r\n"  # between two entries

_items = msgspec.json.Decoder(list[msgspec.Raw])


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are UTF-8; of what msgspec skips, it does not see to it."""
    try:
        return data.isascii() or data.decode() is not None
    except UnicodeDecodeError:
        return False


class Lines:
    """The lines of NDJSON, each with its line feed. Blank ones are no entries, and nobody reads them. `feeds` is the number of
    line feeds.
    """

    def __init__(self, data: bytes) -> None:
        self.texts: Sequence[bytes] = io.BytesIO(data).readlines()  # quicker than `split`
        self.feeds = len(self.texts) - bool(data and not data.endswith(b"\n"))
        self.is_utf8 = is_utf8(data)

    def blank(self, left: Sequence[int]) -> int:
        """How many of the lines at these positions are no entries."""
        return sum(not self.texts[position].strip() for position in left)

    def slices(self, left: Sequence[int]) -> Iterator[tuple[int, tuple[int, int, Slice]]]:
        """Of the lines at these positions that are entries, the position, and the number and the line from 1, and where it
        stands.
        """
        start = behind = blank = 0
        for position in left:
            start += sum(map(len, self.texts[behind:position]))
            behind = position
            if self.texts[position].strip():
                end = start + len(self.texts[position].removesuffix(b"\n"))
                yield position, (position + 1 - blank, position + 1, Slice(start, end))
            else:
                blank += 1


class Items:
    """The entries of a HAR, with a comma behind each, or behind each but the last."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def all(self) -> bytes:
        """All entries, as one JSON list."""
        inner = self.data.rstrip()
        end = len(inner) - inner.endswith(b",")
        return b"".join((b"[", memoryview(inner)[:end], b"]"))

    @functools.cached_property
    def texts(self) -> Sequence[msgspec.Raw]:
        """The entries, each as it stands there.

        Raises:
            msgspec.DecodeError: one of them is no JSON.
        """
        return _items.decode(self.all)

    @functools.cached_property
    def feeds(self) -> int:
        """The number of line feeds."""
        return self.data.count(b"\n") if b"\n" in self.data else 0

    def slices(self, left: Sequence[int]) -> Iterator[tuple[int, tuple[int, int, Slice]]]:
        """Of the entries at these positions, the position, and the number and the line from 1, and where it stands."""
        data, wanted = self.data, set(left)
        line, behind, end = 1, 0, -1
        for position, length in enumerate(map(len, map(memoryview, self.texts if left else ()))):  # type: ignore[arg-type]
            begin = end + 1  # as it is if there is nothing but a comma between two
            while data[begin] in _COMMA:
                begin += 1
            end = begin + length
            if position in wanted:
                line += data.count(b"\n", behind, begin) if self.feeds else 0
                behind = begin
                yield position, (position + 1, line, Slice(begin, end))
                if position == left[-1]:
                    return
