"""Lines of NDJSON → columns of URL, status, headers and raw body, by types that are learned from the lines themselves.

A form is made from one record: by which names its parts go, and what else stands in it. It accepts only records that
the reader of NDJSON would read by the same names: a name that would come before is refused, and so is every name that
the form has not seen. Nothing is skipped, because what a decoder skips it does not check: what is not looked at has a
type, too, with an end to its depth.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
import orjson

from schemagen.recordings import ndjson
from schemagen.scale.fast.batches import decode_each
from schemagen.scale.fast.entries import Lines
from schemagen.scale.fast.learned import Seen, UnlearnableError, look_at

_FORMS = 16
_OF_BASE64 = ("isBase64Encoded", "encoding")  # names beside a body that say how it is written
_LEARNED = 8  # lines of a block that are learned from
_NAMES = 200  # names in one record

_Text: TypeAlias = str | Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
_Header: TypeAlias = str | float | tuple[str | float | None, ...] | None
_Headers: TypeAlias = dict[str, _Text | tuple[_Text, ...]]
Status: TypeAlias = Annotated[int, msgspec.Meta(ge=100, le=999)]


@dataclasses.dataclass(frozen=True, slots=True)
class Records:
    """Records that were read: the numbers of their lines, and a column for each part.

    `headers` is None if there are none, which `is_bare` says, or none that matters but a media type that is calm.
    """

    numbers: list[int]
    urls: list[str]
    statuses: list[int]
    bodies: list[msgspec.Raw] | None
    headers: list[dict[str, Any]] | None
    is_bare: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Names:
    """By which names the parts of a record go; empty where there is none.

    `media` is how its header for the media type is written, if that is the only one that matters and what it says is calm;
    `is_listed`: its value is a list of one.
    """

    response: str = ""
    request: str = ""
    status: str = ""
    headers: str = ""
    body: str = ""
    url: str = ""
    host: str = ""
    scheme: str = ""
    media: str = ""
    is_listed: bool = False

    @property
    def of_response(self) -> dict[str, Any]:
        """The parts of a response by their names, with their types."""
        parts = {
            self.status: ("status", Status),
            self.headers: ("headers", _Headers),
            self.body: ("body", msgspec.Raw),
        }
        return {name: part for name, part in parts.items() if name}

    @property
    def of_request(self) -> dict[str, Any]:
        """The parts of a request."""
        parts = {self.url: ("url", str), self.host: ("host", str), self.scheme: ("scheme", str)}
        return {name: part for name, part in parts.items() if name}


class Form:
    """How the records of a recording are built: by which names their parts go, what was `seen` in them, and which `media`
    types, all of them calm. `use` counts those that it has read.
    """

    def __init__(self, names: Names, seen: Seen, media: frozenset[str]) -> None:
        self.names = names
        self.seen = seen
        self.media = media
        self.use = 0
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(_record_type(names, seen, media)).decode

    def with_more(self, seen: Seen, media: frozenset[str]) -> Form | None:
        """The form that reads these, too; None if this one does."""
        seen, media = self.seen | seen, self.media | media
        if seen == self.seen and media == self.media:
            return None
        form = Form(self.names, seen, media)
        form.use = self.use
        return form

    def records(self, numbers: list[int], read: list[Any]) -> Records:
        """The columns of records that this form has decoded."""
        self.use += len(read)
        names = self.names
        requests = [record.request for record in read] if names.request else read
        responses = [record.response for record in read] if names.response else read
        urls = [request.url for request in requests] if names.url else [""] * len(read)
        if names.host:
            schemes = (request.scheme for request in requests) if names.scheme else itertools.repeat("https")
            urls = list(map(_put_together, schemes, (request.host for request in requests), urls))
        are_listed = names.headers and not names.media
        return Records(
            numbers,
            urls,
            [response.status for response in responses],
            [response.body for response in responses] if names.body else None,
            [response.headers for response in responses] if are_listed else None,
            is_bare=not names.headers,
        )


class Envelopes:
    """The forms that were learned, the one that was of most use first.

    `find_media` gives the name of the header for the media type if that is the only one of these headers that matters, and
    its value is one that all contracts take; else nothing.
    """

    def __init__(self, find_media: Callable[[Mapping[str, Any]], str]) -> None:
        self._find_media = find_media
        self._forms: list[Form] = []

    def read(self, entries: Lines) -> tuple[list[Records], list[int]]:
        """The records in lines, and the numbers of the lines that no form reads."""
        lines = entries.texts
        found: list[Records] = []
        rest = list(range(len(lines)))
        for form in self._forms:
            rest = _read(form, lines, rest, found)
        for number in rest[:_LEARNED]:
            learned = self._learn(lines[number]) if number in rest else None
            rest = _read(learned, lines, rest, found) if learned is not None else rest
        self._forms.sort(key=lambda form: form.use, reverse=True)
        return found, rest

    def _learn(self, line: bytes) -> Form | None:
        """The form of the record in a line, which also reads what a form with the same names has read."""
        learned = _names_of(line, self._find_media)
        if learned is None:
            return None
        names, seen, media = learned
        known = next((form for form in self._forms if form.names == names), None)
        if known is None and len(self._forms) >= _FORMS:
            return None
        form = known.with_more(seen, media) if known else Form(names, seen, media)
        if form is None or form.seen.size + len(form.media) > _NAMES:
            return None  # it is something else that is wrong, or there is no end to it
        self._forms = [form, *(each for each in self._forms if each is not known)]
        return form


def _read(form: Form, lines: Sequence[bytes], numbers: list[int], found: list[Records]) -> list[int]:
    """Puts what `form` reads of the lines with these numbers into `found`; gives the numbers of the others."""
    if not numbers:
        return numbers
    is_all = len(numbers) == len(lines)
    read, refused = decode_each(form.decode, lines if is_all else [lines[number] for number in numbers])
    rest = [numbers[position] for position in refused]
    if rest:
        left_out = set(rest)
        numbers = [number for number in numbers if number not in left_out]
        read = [record for record in read if record is not None]
    if read:
        found.append(form.records(numbers, read))
    return rest


def _put_together(scheme: str, host: str, url: str) -> str:
    return f"{scheme}://{host}{url}" if host and url.startswith("/") else url


_Learned: TypeAlias = tuple[Names, Seen, frozenset[str]]


def _names_of(line: bytes, find_media: Callable[[Mapping[str, Any]], str]) -> _Learned | None:
    """By which names the parts of the record in `line` go, what is to be seen there, and the media type if it is calm;
    None: it is read the usual way.
    """
    try:
        record = orjson.loads(line)
        return _parts_of(record, find_media) if isinstance(record, dict) else None
    except (orjson.JSONDecodeError, _UnclearError, UnlearnableError):
        return None


class _UnclearError(Exception):
    """A record in which it is not clear by its names alone what is read."""


def _parts_of(record: dict[str, Any], find_media: Callable[[Mapping[str, Any]], str]) -> _Learned:
    named = _first(record, ndjson.RESPONSES)
    asked = _first(record, ndjson.REQUESTS)
    response = record[named] if named else record
    request = record[asked] if asked else {} if named else record
    if not isinstance(response, dict) or not isinstance(request, dict):
        raise _UnclearError
    body = _first(response, ndjson.NESTED_BODIES if named else ndjson.BODIES, may_be_null=True)
    headed = _first(response, ndjson.HEADERS)
    status = _first(response, ndjson.STATUSES)
    host = _first(request, ndjson.HOSTS)
    if not status or body == "content" or not response.keys().isdisjoint(_OF_BASE64):
        raise _UnclearError
    headers = response.get(headed)
    media = find_media(headers) if isinstance(headers, dict) else ""
    names = Names(
        named, asked, status, headed, body, _first(request, ndjson.URLS), host,
        "scheme" if host and "scheme" in request else "", media, isinstance(headers, dict) and isinstance(headers.get(media), list),
    )  # fmt: skip
    beside = {body: None, headed: headers if media else None}  # neither is any JSON
    response = {name: beside.get(name, value) for name, value in response.items()}
    said = headers[media] if media and headers else None
    calm = frozenset() if said is None else frozenset(said if names.is_listed else [said])
    return names, look_at({**record, named: response} if named else response), calm


def _first(holder: dict[str, Any], names: Sequence[str], *, may_be_null: bool = False) -> str:
    """The first of the names that is there; empty where there is none. A null in the first one is none for most."""
    name = next((name for name in names if name in holder), "")
    if name and holder[name] is None and not may_be_null:
        raise _UnclearError
    return name


def _record_type(names: Names, seen: Seen, media: frozenset[str]) -> Any:
    in_response = seen.at(names.response) if names.response else seen
    of_response = names.of_response
    if names.media:
        in_headers = in_response.at(names.headers)
        calm: Any = Literal[tuple(sorted(media))]
        of_headers = {names.media: ("media", tuple[calm] if names.is_listed else calm)}
        headers = in_headers.object_type(
            "Headers", of_headers, dict.fromkeys(in_headers.members or (), _Header)
        )
        of_response[names.headers] = ("headers", headers)
    parts: dict[str, Any] = {}
    if names.response:
        parts[names.response] = ("response", in_response.object_type("Response", of_response))
    else:
        parts |= of_response
    if names.request:
        request = seen.at(names.request).object_type("Request", names.of_request)
        parts[names.request] = ("request", request)
    elif not names.response:
        parts |= names.of_request
    return seen.object_type("Record", parts)
