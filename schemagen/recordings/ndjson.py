"""One exchange a line, in JSON, as gateways and test tools write it.

Nested: `{"request": {…}, "response": {…}}`; or flat: `{"method", "url", "status", "headers", "body"}`; or the request
nested and the response flat. The members go by many names; see the tables. A body is a text, or a JSON value other than
a text; null says that there was none, a missing one was not recorded. Lines end in a line feed, with or without a
carriage return, and in nothing else; blank lines do not count.
"""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recordings.fields import (
    BoundsError,
    BrokenError,
    read_base64,
    read_headers,
    read_object,
    read_status,
    write_json,
)
from schemagen.recordings.form import Form, Item, Partition, Proof, Recording
from schemagen.recordings.portions import read_portions
from schemagen.recordings.slices import Slice, cut_document

_LOOKED_AT = 20  # lines that are looked at to tell the form
_CUT_WORD = 6  # bytes after the break: `fals` and `\\u12` are cut-off words, too

# By which names a member goes; the first that is there counts.
RESPONSES = ("response", "res", "http_response", "httpResponse")
REQUESTS = ("request", "req", "http_request", "httpRequest")
STATUSES = ("status", "status_code", "statusCode", "http_status", "httpStatus", "response_code", "code")
HEADERS = ("response_headers", "responseHeaders", "resp_headers", "headers", "header", "multiValueHeaders")
BODIES = ("response_body", "responseBody", "resp_body", "body")
NESTED_BODIES = (*BODIES, "content", "text", "payload")
METHODS = ("method", "request_method", "requestMethod", "http_method", "httpMethod", "verb")
URLS = ("url", "full_url", "request_url", "requestUrl", "uri", "request_uri", "requestUri", "path")
HOSTS = ("host", "authority", "http_host", "hostname")
_SAYS_ERROR = frozenset(
    {"message", "error", "errors"}
)  # bodies of errors have a status, a method and a path, too


def _detects(data: bytes) -> bool:
    looked_at = [data[start:end] for _, start, end in itertools.islice(split_lines(data), _LOOKED_AT)]
    return bool(looked_at) and not _is_opening(looked_at[0]) and any(map(_is_record, looked_at))


def _is_opening(line: bytes) -> bool:
    """Whether the first line only begins a document, whose parts could look like records."""
    return line.lstrip().startswith((b"{", b"[")) and not cut_document(line).whole


def _is_record(line: bytes) -> bool:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(record, dict):
        return False
    if any(isinstance(record.get(name), dict) for name in RESPONSES):
        return True
    return any(name in record for name in STATUSES[:-1]) and _is_flat(record)


def _is_flat(record: dict[str, Any]) -> bool:
    """Whether a record with a status is an exchange, and not the body of one."""
    names = record.keys()
    request = _first(record, REQUESTS)
    if isinstance(request, dict) and not request.keys().isdisjoint((*METHODS, *URLS)):
        return True
    if not names.isdisjoint((*HEADERS, *BODIES)) or ("status" in names and names & {"method", "url"}):
        return True
    is_asked = not names.isdisjoint(METHODS) and not names.isdisjoint(URLS)
    return is_asked and names.isdisjoint(_SAYS_ERROR)


def _read(recording: Recording) -> Iterator[Item]:
    for entry, (number, start, end) in enumerate(split_lines(recording.data), start=1):
        origin = recording.origin(entry, line=number)
        try:
            yield _read_record(recording, recording.data[start:end], origin)
        except BrokenError as problem:
            if is_cut_off(recording.data, start, end, problem):
                yield recording.find("truncated", origin, where="in the middle of this entry")
            else:
                yield recording.broken(origin, problem, start)


def _begin(data: bytes) -> int:
    return len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0


def _cut(data: bytes, _: Proof | None) -> bytes:
    return data[: data.rfind(b"\n") + 1]


def _entries(data: bytes) -> Iterator[Slice]:
    return (Slice(start, end) for _, start, end in split_lines(data))


def _read_entry(recording: Recording, origin: Origin) -> Iterator[Item]:
    try:
        yield _read_record(recording, recording.data, origin)
    except BrokenError as problem:
        yield recording.broken(origin, problem, 0)


def split_lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each line that is not blank: its number, and where it begins and ends. The end of the data is no line feed."""
    number, start = 1, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if data[start:end].strip():
            yield number, start, end
        number, start = number + 1, end + 1


def is_cut_off(data: bytes, start: int, end: int, problem: BrokenError) -> bool:
    """Whether the line from `start` to `end` is the last one and breaks off, rather than being broken before its end."""
    if end < len(data) or problem.offset is None or isinstance(problem, BoundsError):
        return False
    return len(data[start:end].rstrip()) - problem.offset <= _CUT_WORD


def _read_record(recording: Recording, line: bytes, origin: Origin) -> Exchange:
    with read_portions(line, recording.limits) as record:
        return _read_exchange(read_object(record, "it"), origin)


def _read_exchange(record: dict[str, Any], origin: Origin) -> Exchange:
    name = next((name for name in RESPONSES if name in record), None)
    response = read_object(record[name], "its response") if name else record
    body, decoded = _read_body(response, NESTED_BODIES if name else BODIES)
    read = Response(_read_status(response), read_headers(_first(response, HEADERS)), body, decoded)
    request = _first(record, REQUESTS)
    is_flat = name is None and not isinstance(request, dict)
    return Exchange(origin, read, _read_request(record if is_flat else request))


def _first(holder: dict[str, Any], names: tuple[str, ...]) -> Any:
    """The first of the members `names` that is there."""
    for name in names:
        value = holder.get(name)
        if value is not None:
            return value
    return None


def _read_status(response: dict[str, Any]) -> int:
    """The status under any of its names; beside `code` or `status_code`, `status` may be the phrase."""
    problem = BrokenError("it has no status")
    for number, name in enumerate(name for name in STATUSES if name in response):
        try:
            return read_status({"status": response[name]})
        except BrokenError as error:
            problem = problem if number else error
    raise problem


def _read_body(response: dict[str, Any], names: tuple[str, ...]) -> tuple[bytes | None, bool]:
    """The body, and whether content codings are undone: bytes in base64 may be as they came."""
    name = next((name for name in names if name in response), None)
    if name is None:
        return None, False
    body = response[name]
    if name == "content" and isinstance(body, dict) and "mimeType" in body:  # as in a HAR
        return _read_body(body, ("text",))
    is_base64 = response.get("isBase64Encoded") is True or response.get("encoding") == "base64"
    if isinstance(body, dict) and body.keys() == {"$base64"}:
        body, is_base64 = body["$base64"], True
    if body is None:
        return b"", True
    if is_base64:
        if not isinstance(body, str):
            raise BrokenError("its body is {}, not base64", got=body)
        return read_base64(body), response.get("decoded") is True
    return (body.encode() if isinstance(body, str) else write_json(body)), True


def _read_request(value: Any) -> Request | None:
    """Method and URL under any of their names; a path is put behind the host where that is known."""
    if not isinstance(value, dict):
        return None
    method, url, host = (_first(value, names) for names in (METHODS, URLS, HOSTS))
    method, url, host = (each if isinstance(each, str) else "" for each in (method, url, host))
    if host and url.startswith("/"):
        scheme = value.get("scheme")
        url = f"{scheme if isinstance(scheme, str) else 'https'}://{host}{url}"
    return Request(method, url) if method or url else None


_PARTITION = Partition(_begin, _cut, _entries, _read_entry, _read, lambda _: (), begins_lines=True)
FORM = Form("ndjson", "one exchange a line, in JSON", _detects, _read, _PARTITION)
