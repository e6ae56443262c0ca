"""Entries of a HAR → columns of URL, status, headers and the text of the body, by a type that is learned from them.

What is read has its type; what else stands in an entry, by the names that were seen there, is any JSON. As with lines,
nothing is skipped. An entry without a text, with one in base64, or without a media type is left to the usual way.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec
import orjson

from schemagen.scale.fast.batches import FAILURES, decode_each
from schemagen.scale.fast.entries import Items
from schemagen.scale.fast.envelopes import Records, Status, object_type
from schemagen.scale.fast.headers import Media
from schemagen.scale.fast.shapes import any_json, can_be_named

_LEARNED = 8  # entries of a run that are learned from
_MISSES = 4  # runs that are not read at once before that is not tried any more
_NAMES = 200  # in all of them
_MOST = 20_000  # names of headers that are kept as known

_MEDIA = "content-type"
_ENCODED = "content-encoding"
_PIECES = '["'  # what a body begins with that was compressed and is kept in pieces

_ANY = any_json(3)
_Text = Annotated[str, msgspec.Meta(min_length=1)]
_read_url = operator.attrgetter("request.url")
_read_status = operator.attrgetter("response.status")
_read_text = operator.attrgetter("response.content.text")


@dataclasses.dataclass(frozen=True, slots=True)
class _Others:
    """The names that were seen beside those that are read."""

    entry: frozenset[str] = frozenset()
    request: frozenset[str] = frozenset()
    response: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()
    header: frozenset[str] = frozenset()

    @property
    def all(self) -> tuple[frozenset[str], ...]:
        """The names in each place."""
        return self.entry, self.request, self.response, self.content, self.header

    def __or__(self, other: _Others) -> _Others:
        return _Others(*map(operator.or_, self.all, other.all))

    @property
    def type(self) -> Any:
        """The type of an entry in which no other names stand."""

        def made(title: str, others: frozenset[str], **parts: Any) -> Any:
            kinds: dict[str, Any] = dict.fromkeys(others, _ANY)
            if title == "content" and "encoding" in kinds:
                kinds["encoding"] = Literal["", None]
            return object_type(title, {name: (name, kind) for name, kind in parts.items()}, kinds)

        header = made("header", self.header, name=str, value=str)
        content = made("content", self.content, text=_Text)
        response = made(
            "response",
            self.response,
            status=Status,
            headers=list[header],  # type: ignore[valid-type]
            content=content,
        )
        return made("entry", self.entry, request=made("request", self.request, url=str), response=response)


def _others_in(text: Any) -> _Others:
    """The other names in an entry; none if it is not built as entries are."""
    try:
        entry = orjson.loads(memoryview(text))
        request, response = entry["request"], entry["response"]
        content, headers = response["content"], response["headers"]
        found = _Others(
            frozenset(entry.keys() - {"request", "response"}),
            frozenset(request.keys() - {"url"}),
            frozenset(response.keys() - {"status", "headers", "content"}),
            frozenset(content.keys() - {"text"}),
            frozenset(name for header in headers for name in header.keys() - {"name", "value"}),
        )
    except (LookupError, TypeError, AttributeError, ValueError):
        return _Others()
    return found if all(can_be_named(name) for names in found.all for name in names) else _Others()


class Archive:
    """Reads entries. `media` knows which headers matter."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._matters: dict[str, bool] = {}
        self._calm: dict[tuple[str, str], bool] = {}
        self._others = _Others()
        self._prepare()

    def _prepare(self) -> None:
        entry = self._others.type
        self._decode: Callable[[Any], Any] = msgspec.json.Decoder(entry).decode
        self._decode_all: Callable[[bytes], list[Any]] = msgspec.json.Decoder(list[entry]).decode  # type: ignore[valid-type]
        self._misses = 0  # in a row

    def read(self, entries: Items) -> tuple[list[Records], list[int]]:
        """The records in entries, and the positions of those that are not read.

        Raises:
            msgspec.DecodeError: an entry is no JSON.
        """
        read, rest = self._read(entries)
        calm: list[int] = []
        others: list[int] = []
        headers: list[dict[str, str]] = []
        for position, entry in enumerate(read):
            if entry is None:
                continue
            named = self._those_that_matter(entry.response)
            if named is None:
                rest.append(position)
            elif named:
                others.append(position)
                headers.append(named)
            else:
                calm.append(position)
        records = [(calm, None)] * bool(calm) + [(others, headers)] * bool(others)
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
        matters = self._matters
        try:
            found = [header for header in response.headers if matters[header.name]]
        except KeyError:
            self._know({header.name for header in response.headers})
            return self._those_that_matter(response)
        if len(found) == 1 and self._calm.get((found[0].name, found[0].value)):
            return {}
        named = {header.name.lower(): header.value for header in found}
        if len(named) < len(found) or _MEDIA not in named:
            return None
        if named.pop(_ENCODED, None) is not None and self._may_be_packed(response.content.text):
            return None
        is_calm = len(named) == 1 and bool(self._media.find(named))
        if is_calm and len(found) == 1:
            _make_room(self._calm)
            self._calm[found[0].name, found[0].value] = True
        return {} if is_calm else named

    def _may_be_packed(self, text: str) -> bool:
        return text.startswith(_PIECES) or self._media.matters(_ENCODED)

    def _know(self, names: set[str]) -> None:
        """Finds out which of these headers matter."""
        _make_room(self._matters)
        self._matters.update((name, name.lower() == _ENCODED or self._media.matters(name)) for name in names)

    def _learn(self, texts: Sequence[Any]) -> bool:
        """Whether there was something to learn in entries that are not read."""
        known = self._others
        for text in texts:
            more = self._others | _others_in(text)
            if sum(map(len, more.all)) <= _NAMES:
                self._others = more
        if self._others != known:
            self._prepare()
        return self._others != known


def _columns(read: Sequence[Any], positions: list[int], headers: list[dict[str, str]] | None) -> Records:
    """The columns of the entries at these positions."""
    entries = [read[position] for position in positions]
    urls, statuses, bodies = (
        list(map(read_one, entries)) for read_one in (_read_url, _read_status, _read_text)
    )
    return Records(positions, urls, statuses, bodies, headers, is_bare=False)


def _make_room(known: dict[Any, bool]) -> None:
    if len(known) > _MOST:
        known.clear()
