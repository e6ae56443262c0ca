"""Content codings undone (RFC 9110, section 8.4), in pieces, so that a bomb is noticed before it is unpacked.

A coding that is declared over text is no mistake: most recorders undo codings and keep the header.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from schemagen.bodies.unreadable import UnreadableError
from schemagen.limits import Limits, option

_PIECE = 65536
# so many bytes at once unpack to a few MiB at the most: deflate packs 1032 to 1, a block of zstd 128 KiB to 4 bytes
_PIECES = {"gzip": 4096, "deflate": 4096, "zstd": 128}
_NOT_ZERO = re.compile(rb"[^\0]")
_NOT_ENCODED = ("body/undecodable", "body/missing-decoder", "body/unknown-encoding")
_KNOWN = ("gzip", "deflate", "br", "zstd")


def undo(data: bytes, headers: Iterable[str], limits: Limits) -> bytes:
    """`data` without the codings of all `Content-Encoding` headers, the last one undone first.

    Raises:
        UnreadableError: a coding is not known, cannot be undone here, is broken, or a limit is passed.
    """
    codings = [coding.strip().lower() for header in headers for coding in header.split(",")]
    codings = [coding for coding in codings if coding not in ("", "identity")]
    if len(codings) > limits.encodings:
        raise UnreadableError(
            "body/too-many-encodings", got=len(codings), want=limits.encodings, option=option("encodings")
        )
    for coding in reversed(codings):
        if data:
            data = _undo(data, coding, limits)
    return data


def _undo(data: bytes, coding: str, limits: Limits) -> bytes:
    decode = _DECODERS.get(coding)
    try:
        if decode is None:
            shown = coding[: min(40, limits.value_characters)] or "…"
            raise UnreadableError("body/unknown-encoding", got=shown, want=_KNOWN)
        return decode(data, limits)
    except UnreadableError as problem:
        if problem.rule in _NOT_ENCODED and _is_text(data):
            return data
        raise


def _gzip(data: bytes, limits: Limits) -> bytes:
    return _unpack(data, "gzip", lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error, limits)


def _deflate(data: bytes, limits: Limits) -> bytes:
    """The zlib format, or the bare deflate stream that some servers send (RFC 9110, section 8.4.1.2)."""
    try:
        return _unpack(data, "deflate", zlib.decompressobj, zlib.error, limits)
    except UnreadableError as problem:
        if problem.rule != "body/undecodable":
            raise
    return _unpack(data, "deflate", lambda: zlib.decompressobj(-zlib.MAX_WBITS), zlib.error, limits)


def _zstd(data: bytes, limits: Limits) -> bytes:
    zstandard = _imported("zstd", "zstandard")
    start = zstandard.ZstdDecompressor().decompressobj
    return _unpack(data, "zstd", start, zstandard.ZstdError, limits)


def _unpack(
    data: bytes, coding: str, start: Callable[[], Any], failure: type[Exception], limits: Limits
) -> bytes:
    """The members of `data`, one after the other, by decoders with the interface of zlib's."""
    output = _Output(limits)
    members = 0
    position = 0
    while _NOT_ZERO.search(data, position):  # gzip itself reads over padding with zeros
        members += 1
        if members > limits.gzip_members:
            raise UnreadableError(
                "body/too-many-members", want=limits.gzip_members, option=option("gzip_members")
            )
        decoder = start()
        while not decoder.eof and position < len(data):
            piece = data[position : position + _PIECES[coding]]
            try:
                output.add(decoder.decompress(piece))
            except failure as problem:
                raise _broken(coding, str(problem)) from None
            position += len(piece) - len(decoder.unused_data)
        if not decoder.eof:
            raise _broken(coding, "the data ends too early")
    return output.bytes()


def _br(data: bytes, limits: Limits) -> bytes:
    brotli = _imported("br", "brotli")
    decoder = brotli.Decompressor()
    if not hasattr(decoder, "can_accept_more_data"):  # older ones unpack without bounds
        raise UnreadableError("body/missing-decoder", got="br", want="brotli>=1.2")
    output = _Output(limits)
    try:
        unpacked = decoder.process(data, output_buffer_limit=_PIECE)
        while unpacked or not decoder.is_finished():
            output.add(unpacked)
            if not unpacked and decoder.can_accept_more_data():
                raise _broken("br", "the data ends too early")
            unpacked = decoder.process(b"", output_buffer_limit=_PIECE)
    except brotli.error as problem:
        raise _broken("br", str(problem)) from None
    return output.bytes()


_DECODERS: dict[str, Callable[[bytes, Limits], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _br,
    "zstd": _zstd,
}


class _Output:
    """What was unpacked, up to the limit."""

    def __init__(self, limits: Limits) -> None:
        self._pieces: list[bytes] = []
        self._limit = limits.body_bytes
        self.room = self._limit + 1

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.room -= len(piece)
        if self.room <= 0:
            raise too_large(self._limit)

    def bytes(self) -> bytes:
        return b"".join(self._pieces)


def too_large(limit: int) -> UnreadableError:
    """A body that has more than `limit` bytes when decoded."""
    return UnreadableError("body/too-large", want=limit, option=option("body_bytes"))


def _broken(coding: str, why: str) -> UnreadableError:
    return UnreadableError("body/undecodable", got=coding, why=why.rpartition(": ")[2][:80])


def _imported(coding: str, package: str) -> Any:
    if importlib.util.find_spec(package) is None:
        raise UnreadableError("body/missing-decoder", got=coding, want=package)
    return importlib.import_module(package)


def _is_text(data: bytes) -> bool:
    try:
        return not any(byte < 9 for byte in data[:512]) and bool(data.decode() or 1)
    except UnicodeDecodeError:
        return False
