"""Large recordings in parts: runs of whole entries, so that only one part is ever in memory.

A part is read without knowing what comes before it, and its entries and lines count from 1. Who puts the parts together
again adds up the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from schemagen.exchanges import Exchange
from schemagen.limits import Limits
from schemagen.recordings.form import Form, Item, Partition, Proof, Recording
from schemagen.recordings.slices import Slice

Role: TypeAlias = Literal["whole", "head", "entries", "last"]
SIZE = 1 << 19  # bytes of a part, more where one entry is larger
_FIRST = 8  # what is so many times smaller is not taken apart


class EndlessError(Exception):
    """One entry is larger than anything that may be in memory."""


class Part(NamedTuple):
    """Bytes of a recording from the offset `start`: the `whole` of it; or its `head` before the first entry, `entries`,
    and the `last` of them with what closes the recording.
    """

    data: bytes
    start: int
    role: Role


def split(
    pieces: Iterator[bytes], how: Partition, limits: Limits, size: int = SIZE, *, proof: Proof | None = None
) -> Iterator[Part]:
    """The parts of the recording that `pieces` are, in their order; each is taken before the next is looked for.

    Raises:
        EndlessError: an entry, or what stands before the first, is larger than `limits.recording_bytes`.
    """
    data, start, wanted = b"", 0, size // _FIRST
    is_begun = False
    more: list[bytes] = []
    taken = 0
    for piece in pieces:
        more.append(piece)
        taken += len(piece)
        if len(data) + taken < wanted:
            continue
        data, more, taken = b"".join([data, *more]), [], 0
        if not is_begun and (begin := how.begin(data)) is not None:
            is_begun = True
            yield Part(data[:begin], 0, "head")
            data, start = data[begin:], begin
        run = how.cut(data[: limits.recording_bytes], proof) if is_begun else b""
        if run:
            data = data[len(run) :]
            yield Part(run, start, "entries")
            start, wanted = start + len(run), size
        elif len(data) > limits.recording_bytes:
            raise EndlessError
        else:
            wanted = min(2 * len(data), limits.recording_bytes + 1)
    data = b"".join([data, *more])
    run = how.cut(data, proof) if is_begun else b""
    if run:
        data = data[len(run) :]
        yield Part(run, start, "entries")
        start += len(run)
    yield Part(data, start, "last" if is_begun else "whole")


def part_of(recording: Recording, form: Form, data: bytes, role: Role) -> Recording:
    """A part of a recording, of which only the name and the like count."""
    is_cut = role != "whole" and form.partition is not None and not form.partition.begins_lines
    return recording._replace(data=data, indent=None if is_cut else 0)


def read_part(recording: Recording, form: Form, role: Role) -> Iterator[tuple[int, Item]]:
    """What is in the part of a recording that is all its data, with the number of the entry in the part.

    Lines and entries of the items count from the beginning of the part.
    """
    partition = form.partition
    if partition is None or role == "whole":
        yield from _numbered(form.read(recording))
    elif role == "last":
        yield from _numbered(partition.finish(recording))
    elif role == "entries":
        pieces = locate(recording.data, partition.entries(recording.data))
        for entry, items in read_entries(recording, partition, pieces):
            yield from ((entry, item) for item in items)


def locate(data: bytes, pieces: Iterable[Slice]) -> Iterator[tuple[int, int, Slice]]:
    """Pieces of data with their numbers, and those of the lines in which they begin."""
    line, behind = 1, 0
    for entry, piece in enumerate(pieces, start=1):
        line += data.count(b"\n", behind, piece.start)
        behind = piece.start
        yield entry, line, piece


def read_entries(
    recording: Recording, partition: Partition, pieces: Iterable[tuple[int, int, Slice]]
) -> Iterator[tuple[int, Iterator[Item]]]:
    """What is in some entries of such a part, each with its number; they are given as `locate` gives them."""
    for entry, line, piece in pieces:
        origin = recording.origin(entry, partition.pointer(entry), line)
        yield entry, partition.read(recording.alone(piece.start, piece.end), origin)


def _numbered(items: Iterator[Item]) -> Iterator[tuple[int, Item]]:
    for item in items:
        yield (item.origin if isinstance(item, Exchange) else item.place).entry or 0, item
