"""Lines of NDJSON → columns of URL, status, headers and raw body, by types that are learned from the lines themselves.

A form is made from one record: by which names its parts go, and which headers it has. It accepts only records that the
reader of NDJSON would read by the same names: a name that would come before is refused, and so is a header that the form
has not seen. What else stands in a record must be JSON, and nothing else, as for that reader.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import msgspec
import orjson

from schemagen.recordings import ndjson
from schemagen.scale.fast.batches import decode_each
from schemagen.scale.fast.entries import Lines, is_utf8
from schemagen.scale.fast.shapes import can_be_named

_FORMS = 16
_OF_BASE64 = ("isBase64Encoded", "encoding")  # names beside a body that say how it is written
_LEARNED = 8  # lines of a block that are learned from
_NAMES = 200  # of headers, with media types, in one form

_Text: TypeAlias = str | Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]
_Header: TypeAlias = str | float | tuple[str | float | None, ...] | None
_Headers: TypeAlias = dict[str, _Text | tuple[_Text, ...]]
Status: TypeAlias = Annotated[int, msgspec.Meta(ge=100, le=999)]
_Never: TypeAlias = Annotated[int, msgspec.Meta(gt=0, lt=0)]  # of no value
_Field: TypeAlias = tuple[str, Any, Any]


class Records(NamedTuple):
    """Records that were read: the numbers of their lines, and a column for each part.

    `headers` is None if there are none, which `is_bare` says, or none that matters but a media type that is calm.
    """

    numbers: list[int]
    urls: list[str]
    statuses: list[int]
    bodies: list[msgspec.Raw] | None
    headers: list[dict[str, Any]] | None
    is_bare: bool


class Names(NamedTuple):
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


class Form:
    """How the records of a recording are built: by which names their parts go, which `headers` they have, and which `media`
    types, all of them calm. `use` counts those that it has read.
    """

    def __init__(self, names: Names, headers: frozenset[str], media: frozenset[str]) -> None:
        self.names = names
        self.headers = headers
        self.media = media
        self.use = 0
        self.decode: Callable[[bytes], Any] = msgspec.json.Decoder(_record_type(names, headers, media)).decode

    def with_more(self, headers: frozenset[str], media: frozenset[str]) -> Form | None:
        """The form that reads these, too; None if this one does."""
        if headers <= self.headers and media <= self.media:
            return None
        form = Form(self.names, self.headers | headers, self.media | media)
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
        if not entries.is_utf8:
            lines = [line if is_utf8(line) else b"" for line in lines]
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
        names, headers, media = learned
        known = next((form for form in self._forms if form.names == names), None)
        if known is None and len(self._forms) >= _FORMS:
            return None
        form = known.with_more(headers, media) if known else Form(names, headers, media)
        if form is None or len(form.headers) + len(form.media) > _NAMES:
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


_Learned: TypeAlias = tuple[Names, frozenset[str], frozenset[str]]


def _names_of(line: bytes, find_media: Callable[[Mapping[str, Any]], str]) -> _Learned | None:
    """By which names the parts of the record in `line` go; the names of its headers, and the media type, if that is calm; None:
    it is read the usual way.
    """
    try:
        record = orjson.loads(line)
        return _parts_of(record, find_media) if isinstance(record, dict) else None
    except (orjson.JSONDecodeError, _UnclearError):
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
    if not media or not headers:
        return names, frozenset(), frozenset()
    if not all(map(can_be_named, headers)):
        raise _UnclearError
    said = headers[media]
    return names, frozenset(headers), frozenset(said if names.is_listed else [said])


def _first(holder: dict[str, Any], names: Sequence[str], *, may_be_null: bool = False) -> str:
    """The first of the names that is there; empty where there is none. A null in the first one is none for most."""
    name = next((name for name in names if name in holder), "")
    if name and holder[name] is None and not may_be_null:
        raise _UnclearError
    return name


def _record_type(names: Names, headers: frozenset[str], media: frozenset[str]) -> Any:
    """The type of records whose parts go by these names."""
    bodies = ndjson.NESTED_BODIES if names.response else ndjson.BODIES
    response = [
        *_part("status", names.status, ndjson.STATUSES, Status),
        *_part("headers", names.headers, ndjson.HEADERS, _headers_type(names, headers, media)),
        *_part("body", names.body, bodies, msgspec.Raw),
        *_refused(_OF_BASE64),
    ]
    request = [
        *_part("url", names.url, ndjson.URLS, str),
        *_part("host", names.host, ndjson.HOSTS, str),
        *(_part("scheme", names.scheme, ("scheme",), str) if names.host else ()),
    ]
    record = [
        *_part("request", names.request, ndjson.REQUESTS, _object_type("Request", request)),
        *_part("response", names.response, ndjson.RESPONSES, _object_type("Response", response)),
        *([] if names.response else response),
        *([] if names.response or names.request else request),
    ]
    return _object_type("Record", record)


def _headers_type(names: Names, headers: frozenset[str], media: frozenset[str]) -> Any:
    if not names.media:
        return _Headers
    calm: Any = Literal[tuple(sorted(media))]
    of_media = _part("media", names.media, (names.media,), tuple[calm] if names.is_listed else calm)
    others = [
        (f"other{position}", _Header, msgspec.field(name=name, default=None))
        for position, name in enumerate(sorted(headers - {names.media}))
    ]
    return msgspec.defstruct(
        "Headers", [*of_media, *others], forbid_unknown_fields=True, gc=False, kw_only=True
    )


def _part(attribute: str, name: str, names: Sequence[str], kind: Any) -> list[_Field]:
    """The field of a part that goes by one of several names; those that would be read before it are refused."""
    before = names[: names.index(name)] if name else names
    return [*([(attribute, kind, msgspec.field(name=name))] if name else []), *_refused(before)]


def _refused(names: Sequence[str]) -> list[_Field]:
    return [(f"not_{name}", _Never, msgspec.field(name=name, default=None)) for name in names]


def _object_type(title: str, fields: Sequence[_Field]) -> Any:
    """The type of objects with these fields. Those that must be there come first: so msgspec finds them soonest."""
    fields = sorted(fields, key=lambda field: field[1] is _Never)
    return msgspec.defstruct(title, fields, gc=False, kw_only=True)
