"""Compressed recordings: what is in them, unpacked in pieces, so that a bomb is noticed in time.

They are told by their first bytes: gzip, zstd, zlib (mitmproxy's `.zhar`). What a stream gives before it breaks off is
read.
"""

from __future__ import annotations

import importlib
import importlib.util
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from schemagen.findings import Finding
from schemagen.limits import option
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Recording

_PIECES = {"gzip": 4096, "zlib": 4096, "zstd": 128}  # so many bytes unpack to a few MiB at the most
_ZIP, _GZIP, _ZSTD = b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # RFC 1950, section 2.2
_UNREAD = {b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR"}


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


def unpack(recording: Recording, room: int | None = None) -> Iterator[Recording | Finding]:
    """The recording in a compressed one, if that has at most `room` bytes, and findings where it is damaged, too large, or
    cannot be unpacked here.
    """
    codec = name_codec(recording.data)
    most = recording.limits.recording_bytes if room is None else room
    if _DECODERS[codec]() is None:
        yield recording.find("missing-package", what=codec, want="zstandard")
        return
    output, why = bytearray(), ""
    try:
        for piece in unpack_stream(iter([recording.data]), codec):
            output += piece
            if len(output) > most:
                yield too_large(recording)
                return
    except BrokenError as problem:
        why = problem.why
    if output or not why:
        yield recording._replace(data=bytes(output))
    if why:
        yield broken(recording, codec, why)


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


def too_large(recording: Recording) -> Finding:
    """The finding that a recording has more bytes than may be in memory."""
    limit = recording.limits.recording_bytes
    return recording.find("too-large", want=limit, option=option("recording_bytes"))


def broken(recording: Recording, got: str, why: str) -> Finding:
    """The finding that a recording packed as `got` is damaged."""
    return recording.find("unpackable", got=got, why=why[:120])
