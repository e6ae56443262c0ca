"""Zip archives: each file in one is a recording of its own, read piece by piece where its form can be read so.

The files of an archive are named `archive!file`; each can read the others as its neighbours. An archive in an archive is
not opened. Other files than recordings are no mistake where there is a recording among them.
"""

from __future__ import annotations

import itertools
import os
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from schemagen import recordings
from schemagen.recordings import compression
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Item, Neighbour, Recording
from schemagen.recordings.parts import SIZE
from schemagen.recordings.streams import read_pieces

_MOST_FILES = 10_000
# zipfile raises these on damaged archives, on encrypted ones and on methods that it does not know
_FAILURES = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, LookupError)


def read_archive(recording: Recording, file: BinaryIO, form: str | None) -> Iterator[Item]:
    """What is in the recordings in an archive, and findings where one is damaged, or none is in it.

    `recording` gives its name and limits, `file` its bytes; `form` is the name of the form of what is in it, if it should
    not be detected.
    """
    reading = _Reading(recording, form)
    try:
        with zipfile.ZipFile(file) as archive:
            yield from reading.read(archive, file)
    except _FAILURES as problem:
        yield compression.broken(recording, "zip", str(problem))
        return
    if reading.others and reading.is_used:
        names = tuple(reading.others[:3])
        yield recording.find("other-files", got=len(reading.others), names=names)
    elif not reading.is_used:
        yield recording.find("unrecognised-form", want=tuple(recordings.FORMS))


class _Reading:
    """How far an archive was read: `others` are the names of files in it that are no recordings, and `is_used` says
    whether there was anything else.
    """

    def __init__(self, recording: Recording, form: str | None) -> None:
        self.others: list[str] = []
        self.is_used = False
        self._recording = recording
        self._form = form
        self._room = (
            recording.limits.recording_bytes
        )  # for all files together that are not read piece by piece

    def read(self, archive: zipfile.ZipFile, file: BinaryIO) -> Iterator[Item]:
        """What is in the files of the archive."""
        files = [info for info in archive.infolist() if not info.is_dir()]
        why = ""
        if len(files) > _MOST_FILES:
            why = f"more than {_MOST_FILES} files are in it"
        elif sum(info.compress_size for info in files) > file.seek(0, os.SEEK_END):
            why = "its files overlap"  # so a small archive could unpack to anything
        if why:
            self.is_used = True
            yield compression.broken(self._recording, "zip", why)
            return
        for info in files:
            yield from self._read_file(archive, info)
            if self._room < 0:
                yield compression.too_large(self._recording)
                return

    def _read_file(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Item]:
        """What is in one file."""
        limits = self._recording.limits
        neighbour = _neighbour(archive, info.filename, limits.body_bytes + 1)
        source = f"{self._recording.source}!{info.filename}"
        recording = Recording(source, b"", None, limits, neighbour)
        troubles: list[Item] = []
        pieces = _unpack(recording, archive, info, troubles)
        head = next(pieces, b"")
        if compression.is_archive(head):
            self.is_used = True
            yield compression.broken(recording, "zip", "it is an archive in an archive")
            return
        if not head and troubles:
            items: Iterator[Item] | None = iter(())
        else:
            items = read_pieces(recording, head, pieces, self._form)
        if items is None:
            yield from self._read_whole(recording, itertools.chain([head], pieces), troubles)
        else:
            self.is_used = True
            yield from items
            yield from troubles

    def _read_whole(
        self, recording: Recording, pieces: Iterator[bytes], troubles: list[Item]
    ) -> Iterator[Item]:
        """What is in a file whose form must be in memory."""
        data = bytearray()
        for piece in pieces:
            data += piece
            if len(data) > self._room:
                self._room = -1
                self.is_used = True
                return
        self._room -= len(data)
        recording = recording._replace(data=bytes(data))
        is_packed = bool(compression.name_codec(recording.data))
        for found in compression.unpack(recording, self._room) if is_packed else [recording]:
            if isinstance(found, Recording):
                self._room -= len(found.data) if is_packed else 0
                yield from self._read_found(found)
            else:
                self.is_used = True
                yield found
        self.is_used |= bool(troubles)
        yield from troubles

    def _read_found(self, found: Recording) -> Iterator[Item]:
        unknown = (None, recordings.FORMS["body"])
        if self._form is None and recordings.detect(found.data) in unknown:
            self.others.append(found.source)
            return
        self.is_used = True
        yield from recordings.read(
            found.source, found.data, form=self._form, limits=found.limits, neighbour=found.neighbour
        )


def _unpack(
    recording: Recording, archive: zipfile.ZipFile, info: zipfile.ZipInfo, troubles: list[Item]
) -> Iterator[bytes]:
    """What a file in an archive unpacks to, as far as it does; the rest of the story goes to `troubles`."""
    try:
        with archive.open(info) as stream:
            while piece := stream.read(SIZE):
                yield piece
    except _FAILURES as problem:
        troubles.append(compression.broken(recording, "zip", str(problem)))


def _neighbour(archive: zipfile.ZipFile, owner: str, most: int) -> Neighbour:
    """The neighbours of the file `owner` in an archive: names are entries, and nothing else is ever looked at."""
    home = owner.rpartition("/")[0].split("/")

    def read(name: str, folder: str, within: str) -> bytes:
        above = len(home) - home[::-1].index(within) - 1 if within in home else len(home)
        path = "/".join(part for part in (*home[:above], folder, name) if part)
        try:
            with archive.open(path) as stream:
                return stream.read(most)
        except KeyError:
            raise BrokenError("it is not in the archive") from None
        except _FAILURES:
            raise BrokenError("it cannot be unpacked") from None

    return read
