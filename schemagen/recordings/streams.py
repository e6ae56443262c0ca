"""Recordings as they come, piece by piece: which of them can be taken apart, unpacked or not, and into which parts."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from schemagen.findings import Finding
from schemagen.limits import Limits, option
from schemagen.recordings import FORMS, compression, detect
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Form, Item, Partition, Proof, Recording
from schemagen.recordings.parts import SIZE, EndlessError, Part, part_of, read_part, split


class Stream(NamedTuple):
    """A recording that can be taken apart: its form, and how it is packed (empty: it is not). `split` gives its parts, once;
    see `parts.split` for what may prove where they end.

    When all parts were taken, `troubles` are the findings that say why there were not more.
    """

    form: Form
    codec: str
    split: Callable[[Proof | None], Iterator[Part]]
    troubles: list[Finding]

    @property
    def is_plain(self) -> bool:
        """Whether parts are ranges of the file."""
        return not self.codec


def open_stream(
    source: str, head: bytes, rest: Iterator[bytes], form: str | None, limits: Limits
) -> Stream | None:
    """The stream of the recording `source`, whose first piece is `head`; None if it is not read in parts.

    In that case nothing was taken from `rest`. `form` is the name of its form, else it is detected.
    """
    found, codec = _tell(head, form)
    if found is None or found.partition is None:
        return None
    recording = Recording(source, b"", None, limits)
    troubles: list[Finding] = []
    pieces: Iterator[bytes] = itertools.chain([head], rest)
    if codec:
        pieces = _unpacked(recording, pieces, codec, troubles)
    return Stream(found, codec, partial(_parts, recording, pieces, found.partition, troubles), troubles)


def read_stream(recording: Recording, stream: Stream) -> Iterator[Item]:
    """What is in a stream, with its numbers in the whole `recording`, whose own data does not count."""
    entries = lines = 0
    for part in stream.split(None):
        here = part_of(recording, stream.form, part.data, part.role)
        last = 0
        for entry, item in read_part(here, stream.form, part.role):
            last = entry
            yield item.behind(entries, lines)
        entries += last
        lines += part.data.count(b"\n")
    yield from stream.troubles


def read_pieces(
    recording: Recording, head: bytes, rest: Iterator[bytes], form: str | None
) -> Iterator[Item] | None:
    """What is in the recording whose first piece is `head`, read piece by piece; None if its form is not read so.

    In that case nothing was taken from `rest`. The data of `recording` does not count.
    """
    found, codec = _tell(head, form)
    if found is None:
        return None
    if found.partition is not None:
        stream = open_stream(recording.source, head, rest, form, recording.limits)
        return read_stream(recording, stream) if stream else None
    return None if found.stream is None else _stream(recording, itertools.chain([head], rest), found, codec)


def _stream(recording: Recording, pieces: Iterator[bytes], form: Form, codec: str) -> Iterator[Item]:
    troubles: list[Finding] = []
    if codec:
        pieces = _unpacked(recording, pieces, codec, troubles)
    if form.stream is not None:
        yield from form.stream(recording, pieces)
    yield from troubles


def endless(source: str, limits: Limits) -> Finding:
    """Says that an entry of the recording `source` is larger than anything that may be in memory."""
    want, told = limits.recording_bytes, option("recording_bytes")
    return Recording(source, b"", None, limits).find("endless-entry", want=want, option=told)


def _unpacked(
    recording: Recording, pieces: Iterator[bytes], codec: str, troubles: list[Finding]
) -> Iterator[bytes]:
    """What the pieces unpack to, as far as they do."""
    try:
        yield from compression.unpack_stream(pieces, codec)
    except BrokenError as problem:
        troubles.append(recording.find("unpackable", got=codec, why=problem.why[:120]))


def _parts(
    recording: Recording,
    pieces: Iterator[bytes],
    how: Partition,
    troubles: list[Finding],
    proof: Proof | None,
) -> Iterator[Part]:
    """The parts, as far as they have an end."""
    try:
        yield from split(pieces, how, recording.limits, proof=proof)
    except EndlessError:
        troubles.append(endless(recording.source, recording.limits))


def _begin(head: bytes, codec: str) -> bytes:
    """What the first compressed piece unpacks to, as much of it as a form is told by."""
    begin = b""
    with contextlib.suppress(BrokenError):  # it goes on behind the piece
        for piece in compression.unpack_stream(iter([head]), codec):
            begin += piece
            if len(begin) >= SIZE:
                break
    return begin


def _tell(head: bytes, form: str | None) -> tuple[Form | None, str]:
    """The form of a recording that begins with `head`, and how it is packed (empty: it is not, or its form unpacks it).

    `form` is the name of its form, else it is detected.
    """
    if compression.is_archive(head):
        return None, ""
    codec = compression.name_codec(head)
    if codec == "gzip" and FORMS["warc"].detects(head):
        codec = ""
    if form:
        return FORMS.get(form), codec
    return detect(_begin(head, codec) if codec else head), codec
