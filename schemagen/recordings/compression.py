"""Compressed recordings and archives: what is in them, unpacked in pieces, so that a bomb is noticed in time.

They are told by their first bytes: gzip, zstd, zlib (mitmproxy's `.zhar`), zip. What a stream gives before it breaks
off is read. An archive in an archive is not opened.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from schemagen.findings import Finding
from schemagen.limits import option
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Neighbour, Recording

_PIECES = {"gzip": 4096, "zlib": 4096, "zstd": 128}  # so many bytes unpack to a few MiB at the most
_ZIP, _GZIP, _ZSTD = b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # RFC 1950, section 2.2
_UNREAD = {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}
_MOST_FILES = 10_000  # in an archive
# zipfile raises these on damaged archives, on encrypted ones and on methods that it does not know
_ZIP_FAILURES = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError, LookupError)


def name_unread(data: bytes) -> str:
    """What the data is packed as, if that is not read here: `tar`, `bzip2` …; else empty."""
    if data[257:262] == b"ustar":
        return "tar"
    return next((name for mark, name in _UNREAD.items() if data.startswith(mark)), "")


def is_packed(data: bytes) -> bool:
    """Whether the data is compressed, or an archive."""
    return is_archive(data) or bool(name_codec(data))


def is_archive(data: bytes) -> bool:
    """Whether the data is a zip archive."""
    return data.startswith(_ZIP)


def unpack(recording: Recording) -> Iterator[Recording | Finding]:
    """The recordings in a compressed one, and findings where something is damaged, too large, or cannot be unpacked here.

    The files of an archive are named `archive!file`; each can read the others as its neighbours.
    """
    if not is_archive(recording.data):
        yield from _unpack_stream(recording, recording.limits.recording_bytes)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(recording.data)) as archive:
            yield from _unpack_archive(recording, archive)
    except _ZIP_FAILURES as problem:
        yield _broken(recording, "zip", str(problem))


def unpack_stream(pieces: Iterator[bytes], codec: str) -> Iterator[bytes]:
    """What compressed pieces unpack to, piece by piece, whatever their number.

    Raises:
        BrokenError: the data is damaged, or what unpacks it is not installed; all that came before has been given.
    """
    start = _DECODERS[codec]()
    if start is None:
        raise BrokenError("it needs the package zstandard: pip install zstandard")
    decoder: Any = None
    for piece in pieces:
        position = 0
        while position < len(piece):
            if decoder is None or decoder.eof:
                rest = piece[position:].lstrip(b"\0")  # gzip itself reads over padding
                position = len(piece) - len(rest)
                if not rest:
                    break
                decoder = start()
            part = piece[position : position + _PIECES[codec]]
            try:
                yield decoder.decompress(part)
            except Exception as problem:  # noqa: BLE001 - each decoder has its own
                raise BrokenError(f"{str(problem)[:80]}; what came before is read") from None
            position += len(part) - len(decoder.unused_data)
    if decoder is not None and not decoder.eof:
        raise BrokenError("it ends too early; what came before is read")


def _unpack_archive(recording: Recording, archive: zipfile.ZipFile) -> Iterator[Recording | Finding]:
    room = recording.limits.recording_bytes
    files = [info for info in archive.infolist() if not info.is_dir()]
    if len(files) > _MOST_FILES:
        yield _broken(recording, "zip", f"more than {_MOST_FILES} files are in it")
        return
    for info in files:
        file = dataclasses.replace(
            recording,
            source=f"{recording.source}!{info.filename}",
            data=b"",
            neighbour=_neighbour(archive, info.filename, recording.limits.body_bytes + 1),
        )
        try:
            with archive.open(info) as stream:
                data = stream.read(room + 1)
        except _ZIP_FAILURES as problem:
            yield _broken(file, "zip", str(problem))
            continue
        room -= len(data)
        if room < 0:
            yield _too_large(recording)
            return
        file = dataclasses.replace(file, data=data)
        if is_archive(data):
            yield _broken(file, "zip", "it is an archive in an archive")
        elif not name_codec(data):
            yield file
        else:
            for found in _unpack_stream(file, room):
                room -= len(found.data) if isinstance(found, Recording) else 0
                yield found


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
        except _ZIP_FAILURES:
            raise BrokenError("it cannot be unpacked") from None

    return read


def _unpack_stream(recording: Recording, room: int) -> Iterator[Recording | Finding]:
    codec = name_codec(recording.data)
    start = _DECODERS[codec]()
    if start is None:
        yield recording.find("missing-package", what=codec, want="zstandard")
        return
    output, why = bytearray(), ""
    try:
        for piece in _decode(recording.data, start, _PIECES[codec]):
            output += piece
            if len(output) > room:
                yield _too_large(recording)
                return
    except BrokenError as problem:
        why = problem.why
    if output or not why:
        yield dataclasses.replace(recording, data=bytes(output))
    if why:
        yield _broken(recording, codec, why)


def _decode(data: bytes, start: Callable[[], Any], size: int) -> Iterator[bytes]:
    """What is in the members of `data`, one after the other, by decoders with the interface of zlib's."""
    position = 0
    while data[position : position + size].strip(b"\0") or position == 0:  # gzip itself reads over padding
        decoder = start()
        while not decoder.eof:
            piece = data[position : position + size]
            if not piece:
                raise BrokenError("it ends too early; what came before is read")
            try:
                yield decoder.decompress(piece)
            except Exception as problem:  # noqa: BLE001 - each decoder has its own
                raise BrokenError(f"{str(problem)[:80]}; what came before is read") from None
            position += len(piece) - len(decoder.unused_data)


def name_codec(data: bytes) -> str:
    """How the data is compressed: `gzip`, `zstd`, `zlib`; or empty."""
    if data.startswith(_GZIP):
        return "gzip"
    if data.startswith(_ZSTD):
        return "zstd"
    return "zlib" if data.startswith(_ZLIB) else ""


def _start_zstd() -> Callable[[], Any] | None:
    if importlib.util.find_spec("zstandard"):
        return lambda: importlib.import_module("zstandard").ZstdDecompressor().decompressobj()
    if importlib.util.find_spec("compression"):  # Python 3.14
        return lambda: importlib.import_module("compression.zstd").ZstdDecompressor()
    return None


_DECODERS: dict[str, Callable[[], Callable[[], Any] | None]] = {
    "gzip": lambda: lambda: zlib.decompressobj(16 + zlib.MAX_WBITS),
    "zlib": lambda: zlib.decompressobj,
    "zstd": _start_zstd,
}


def _too_large(recording: Recording) -> Finding:
    limit = recording.limits.recording_bytes
    return recording.find("too-large", want=limit, option=option("recording_bytes"))


def _broken(recording: Recording, got: str, why: str) -> Finding:
    return recording.find("unpackable", got=got, why=why[:120])
