"""What is in a recording that the user names, one exchange after the other, with no more of it in memory than must be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from schemagen import recordings
from schemagen.api.files import join, read_pieces, seekable
from schemagen.limits import Limits
from schemagen.recordings import streams
from schemagen.recordings.compression import is_archive
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.parts import SIZE
from schemagen.recordings.streams import Stream
from schemagen.scale import remote

NO_RECORDING = ("recording/unrecognised-form", "recording/missing-status", "recording/empty")
"""Rules that say of a file that it is no recording, which is no mistake where it was found in a folder."""


def open_file(
    source: str, path: str, form: str | None, status: int | None, limits: Limits
) -> Stream | Iterator[Item]:
    """The recording at `path` (a file, a URL, `-` for standard input), called `source`: its stream, if it is read in
    parts, else what is in it. `form` is its format, `status` that of a single body.

    Raises:
        InputError: it cannot be read, now or later on.
    """
    pieces = read_pieces(path, SIZE)
    head = next(pieces, b"")
    stream = None if status else streams.open_stream(source, head, pieces, form, limits)
    return stream or _items(source, path, head, pieces, form, status, limits)


def _items(
    source: str,
    path: str,
    head: bytes,
    pieces: Iterator[bytes],
    form: str | None,
    status: int | None,
    limits: Limits,
) -> Iterator[Item]:
    is_file = path != "-" and not remote.is_url(path) and Path(path).is_file()
    neighbour = beside(Path(path), limits) if is_file else None
    recording = Recording(source, b"", None, limits, neighbour)
    items = None if status else streams.read_pieces(recording, head, pieces, form)
    if items is not None:
        yield from items
        return
    if not status and is_archive(head):
        with seekable(path) as file:
            if file is not None:
                from schemagen.recordings.archives import read_archive

                yield from read_archive(recording, file, form)
                return
    data = join(path, itertools.chain([head], pieces), limits)
    yield from recordings.read(source, data, form=form, status=status, limits=limits, neighbour=neighbour)
