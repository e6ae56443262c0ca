"""Entries of a HAR → columns of URL, status, headers and the text of the body.

What is not read of an entry must be JSON, and nothing else, as for the usual way. Of a response without a text, with one in
base64, or without a media type, the body is not read: it is counted where that says nothing, else left to the usual way.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec

from schemagen.scale.fast.batches import FAILURES, decode_each
from schemagen.scale.fast.entries import Items, is_utf8
from schemagen.scale.fast.envelopes import Records
from schemagen.scale.fast.headers import Media

_MISSES = 4  # runs with what cannot be read, before it is tried no more to read a run at once
_MOST = 20_000  # names of headers that are kept as known, and media types

_MEDIA = "content-type"
_ENCODED = "content-encoding"
_PIECES = '["'  # what a body begins with that was compressed and is kept in pieces

_LEAST = 100  # of statuses; what is less says that there was no response


class _Header(msgspec.Struct, gc=False):
    name: str
    value: str


class _Content(msgspec.Struct, gc=False):
    """`file` is the name of one that holds the body."""

    text: str | None = None
    encoding: Literal["", "base64", None] = None
    file: Literal["", None] = msgspec.field(default=None, name="_file")


class _Response(msgspec.Struct, gc=False):
    status: Annotated[int, msgspec.Meta(ge=-1, le=999)]
    headers: list[_Header]
    content: _Content


class _Request(msgspec.Struct, gc=False):
    url: str


class _Entry(msgspec.Struct, gc=False):
    request: _Request
    response: _Response


_SEVERAL = _Header("", "")  # stands for more than one header

_decode = msgspec.json.Decoder(_Entry).decode
_decode_all = msgspec.json.Decoder(list[_Entry]).decode


class Archive:
    """Reads entries. `media` knows which headers matter."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._idle: set[str] = set()  # names of headers that do not matter
        self._calm: set[tuple[str, str]] = set()  # headers with a media type that every contract takes
        self._misses = 0  # in a row

    def read(self, entries: Items) -> tuple[list[Records], list[int]]:
        """The records in entries, and the positions of those that are not read.

        Raises:
            msgspec.DecodeError: an entry is no JSON.
        """
        read, rest = self._read(entries)
        idle, calm = self._idle, self._calm
        without: list[int] = []
        others: list[int] = []
        bodiless: list[int] = []
        headers: list[dict[str, str]] = []
        for position, entry in enumerate(read):
            if entry is None:
                continue
            response = entry.response
            text = response.content.text
            if response.status < _LEAST:
                rest.append(position)
                continue
            if not text or response.content.encoding or text.startswith(_PIECES):
                (bodiless if _is_sound(response.content) else rest).append(position)
                continue
            only: Any = None  # the one header that may matter
            for header in response.headers:
                if header.name not in idle:
                    only = header if only is None else _SEVERAL
            if only is not None and (only.name, only.value) in calm:
                without.append(position)
            elif (named := self._those_that_matter(response.headers)) is None:
                bodiless.append(position)
            elif named:
                others.append(position)
                headers.append(named)
            else:
                without.append(position)
        records = [
            _columns(read, without),
            _columns(read, others, headers),
            _columns(read, bodiless)._replace(bodies=None),
        ]
        return [each for each in records if each.numbers], rest

    def _read(self, entries: Items) -> tuple[Sequence[Any], list[int]]:
        """All entries at once; or each alone if that fails, None for those that fail, whose positions are given, too."""
        if self._misses < _MISSES and is_utf8(entries.data):
            try:
                read = _decode_all(entries.all)
            except FAILURES:
                self._misses += 1
            else:
                self._misses = 0
                return read, []
        texts = entries.texts
        whole = texts if is_utf8(entries.data) else [text if is_utf8(bytes(text)) else b"" for text in texts]
        decoded, rest = decode_each(_decode, whole)
        if not rest:
            self._misses = 0
        return decoded, rest

    def _those_that_matter(self, headers: Sequence[Any]) -> dict[str, str] | None:
        """The headers that matter; none where it is only a media type that every contract takes; None where they are not read."""
        found = [header for header in headers if self._matters(header.name)]
        named = {header.name.lower(): header.value for header in found}
        if len(named) < len(found) or _MEDIA not in named or _ENCODED in named:
            return None
        if len(named) > 1 or not self._media.find(named):
            return named
        _make_room(self._calm)
        self._calm.add((found[0].name, found[0].value))
        return {}

    def _matters(self, name: str) -> bool:
        if name in self._idle:
            return False
        if self._media.matters(name):
            return True
        _make_room(self._idle)
        self._idle.add(name)
        return False


def _columns(
    read: Sequence[Any], positions: list[int], headers: list[dict[str, str]] | None = None
) -> Records:
    """The columns of the entries at these positions."""
    entries = read if len(positions) == len(read) else [read[position] for position in positions]
    urls = [entry.request.url for entry in entries]
    statuses = [entry.response.status for entry in entries]
    bodies = [entry.response.content.text for entry in entries]
    return Records(positions, urls, statuses, bodies, headers, is_bare=False)


def _is_sound(content: Any) -> bool:
    """Whether the usual way reads a body that is not read here: there is none, or it is in base64."""
    text = content.text
    if not text:
        return True
    if text.startswith(_PIECES):
        return False
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _make_room(known: set[Any]) -> None:
    if len(known) > _MOST:
        known.clear()
