"""Entries of a HAR → columns of URL, status, headers and the text of the body, by a type that is learned from them.

What is read has its type; what else stands in an entry is as it was in others. As with lines, nothing is skipped. An entry
without a text, with one in base64, or without a media type is left to the usual way.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec
import orjson

from schemagen.scale.fast.batches import FAILURES, decode_each
from schemagen.scale.fast.entries import Items
from schemagen.scale.fast.envelopes import Records, Status
from schemagen.scale.fast.headers import Media
from schemagen.scale.fast.learned import Seen, UnlearnableError, look_at

_LEARNED = 8  # entries of a run that are learned from
_MISSES = 4  # runs that are not read at once before that is not tried any more
_NAMES = 1000  # in all places together
_MOST = 20_000  # names of headers that are kept as known, and media types

_MEDIA = "content-type"
_ENCODED = "content-encoding"
_PIECES = '["'  # what a body begins with that was compressed and is kept in pieces

_SEVERAL = msgspec.defstruct("Header", ["name", "value"])("", "")  # stands for more than one header

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_ENCODING = {"encoding": Literal["", None]}


def _entry_type(seen: Seen) -> Any:
    """The type of an entry with nothing in it but what is read and what was seen."""
    content = seen.at("response", "content").object_type("Content", _parts(text=_Text), _ENCODING)
    in_header = seen.at("response", "headers").items or Seen()
    header: Any = in_header.object_type("Header", _parts(name=str, value=str))
    in_response = _parts(status=Status, headers=list[header], content=content)
    response = seen.at("response").object_type("Response", in_response)
    request = seen.at("request").object_type("Request", _parts(url=str))
    return seen.object_type("Entry", _parts(request=request, response=response))


def _parts(**kinds: Any) -> dict[str, tuple[str, Any]]:
    return {name: (name, kind) for name, kind in kinds.items()}


class Archive:
    """Reads entries. `media` knows which headers matter."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._idle: set[str] = set()  # names of headers that do not matter
        self._codings: set[str] = set()  # names of the one for content codings, if it matters to no contract
        self._calm: set[tuple[str, str]] = set()  # headers with a media type that every contract takes
        self._seen = Seen()
        self._prepare()

    def _prepare(self) -> None:
        entry = _entry_type(self._seen)
        self._decode: Callable[[Any], Any] = msgspec.json.Decoder(entry).decode
        self._decode_all: Callable[[bytes], list[Any]] = msgspec.json.Decoder(list[entry]).decode  # type: ignore[valid-type]
        self._misses = 0  # in a row

    def read(self, entries: Items) -> tuple[list[Records], list[int]]:
        """The records in entries, and the positions of those that are not read.

        Raises:
            msgspec.DecodeError: an entry is no JSON.
        """
        read, rest = self._read(entries)
        idle, calm, codings = self._idle, self._calm, self._codings
        without: list[int] = []
        others: list[int] = []
        headers: list[dict[str, str]] = []
        for position, entry in enumerate(read):
            if entry is None:
                continue
            response = entry.response
            only: Any = None  # the one header that may matter
            for header in response.headers:
                name = header.name
                if name not in idle and (name not in codings or response.content.text.startswith(_PIECES)):
                    only = header if only is None else _SEVERAL
            if only is not None and (only.name, only.value) in calm:
                without.append(position)
            elif (named := self._those_that_matter(response)) is None:
                rest.append(position)
            elif named:
                others.append(position)
                headers.append(named)
            else:
                without.append(position)
        records = [(without, None)] * bool(without) + [(others, headers)] * bool(others)
        return [_columns(read, positions, named) for positions, named in records], rest

    def _read(self, entries: Items) -> tuple[list[Any], list[int]]:
        """All entries at once; or each alone if that fails, None for those that fail, whose positions are given, too."""
        if self._misses < _MISSES:
            try:
                read = self._decode_all(entries.all)
            except FAILURES:
                self._misses += 1
            else:
                self._misses = 0
                return read, []
        read, rest = decode_each(self._decode, entries.texts)
        if self._learn([entries.texts[position] for position in rest[:_LEARNED]]):
            read, rest = decode_each(self._decode, entries.texts)
        return read, rest

    def _those_that_matter(self, response: Any) -> dict[str, str] | None:
        """The headers of a response that matter; none where it is only a media type that every contract takes; None where
        the response is left to the usual way.
        """
        found = [header for header in response.headers if self._matters(header.name)]
        named = {header.name.lower(): header.value for header in found}
        if len(named) < len(found) or _MEDIA not in named:
            return None
        if _ENCODED in named:
            if response.content.text.startswith(_PIECES) or self._media.matters(_ENCODED):
                return None
            del named[_ENCODED]
        if len(named) > 1 or not self._media.find(named):
            return named
        _make_room(self._calm)
        self._calm.update((header.name, header.value) for header in found if header.name.lower() == _MEDIA)
        return {}

    def _matters(self, name: str) -> bool:
        """Whether a header of that name says something of any response."""
        lower = name.lower()
        does_matter = self._media.matters(name)
        if not does_matter:
            known = self._codings if lower == _ENCODED else self._idle
            _make_room(known)
            known.add(name)
        return does_matter or lower == _ENCODED

    def _learn(self, texts: Sequence[Any]) -> bool:
        """Whether there was something to learn in entries that are not read."""
        known = self._seen
        for text in texts:
            with contextlib.suppress(orjson.JSONDecodeError, UnlearnableError):
                more = self._seen | look_at(orjson.loads(memoryview(text)))
                if more.size <= _NAMES:
                    self._seen = more
        if self._seen != known:
            self._prepare()
        return self._seen != known


def _columns(read: Sequence[Any], positions: list[int], headers: list[dict[str, str]] | None) -> Records:
    """The columns of the entries at these positions."""
    entries = read if len(positions) == len(read) else [read[position] for position in positions]
    urls = [entry.request.url for entry in entries]
    statuses = [entry.response.status for entry in entries]
    bodies = [entry.response.content.text for entry in entries]
    return Records(positions, urls, statuses, bodies, headers, is_bare=False)


def _make_room(known: set[Any]) -> None:
    if len(known) > _MOST:
        known.clear()
