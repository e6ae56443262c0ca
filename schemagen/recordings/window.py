"""What is in memory of a stream of bytes: a window that is moved along it and grows where more must be seen at once."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.recordings.parts import SIZE, EndlessError


class Window:
    """The bytes `data` of the stream that `pieces` are, from where it was moved to. With `is_all`, nothing follows them.

    What remains in it when it is moved are at most `most` bytes.
    """

    def __init__(self, pieces: Iterator[bytes], most: int) -> None:
        self.data = b""
        self.is_all = False
        self._pieces = pieces
        self.most = most

    def move(self, by: int) -> bool:
        """Leaves the first `by` bytes behind, and takes as many as remain, or more, from the stream. False: there are none.

        Raises:
            EndlessError: what remains is larger than anything that may be in memory.
        """
        data = self.data[by:]
        if len(data) > self.most:
            raise EndlessError
        taken, size = [data], max(SIZE, len(data))
        while size > 0 and (piece := next(self._pieces, None)) is not None:
            taken.append(piece)
            size -= len(piece)
        self.is_all = size > 0
        self.data = b"".join(taken)
        return len(self.data) > len(data)
