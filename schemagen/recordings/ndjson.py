"""One exchange a line, in JSON: `{"request": {…}, "response": {…}}`, or flat `{"method", "url", "status", "headers", "body"}`.

`body` is a text, or a JSON value other than a text; null says that there was none, a missing one was not recorded.
Lines end in a line feed, with or without a carriage return, and in nothing else; blank lines do not count.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Origin, Response
from schemagen.recordings.fields import (
    BrokenError,
    read_headers,
    read_json,
    read_object,
    read_request,
    read_status,
)
from schemagen.recordings.form import Form, Item, Recording

_LOOKED_AT = 20  # lines that are looked at to tell the form
_CUT_WORD = 6  # bytes after the break: `fals` and `\\u12` are cut-off words, too
_FLAT = frozenset({"method", "url", "headers", "body"})


def _detects(data: bytes) -> bool:
    looked_at = itertools.islice(_lines(data), _LOOKED_AT)
    return any(_is_record(data[start:end]) for _, start, end in looked_at)


def _is_record(line: bytes) -> bool:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(record, dict):
        return False
    return isinstance(record.get("response"), dict) or ("status" in record and not _FLAT.isdisjoint(record))


def _read(recording: Recording) -> Iterator[Item]:
    count = 0
    for entry, (number, start, end) in enumerate(_lines(recording.data), start=1):
        origin = recording.origin(entry, line=number)
        line = recording.data[start:end]
        try:
            yield _read_record(recording, line, origin)
            count += 1
        except BrokenError as problem:
            is_last = end == len(recording.data)
            if is_last and problem.offset is not None and len(line.rstrip()) - problem.offset <= _CUT_WORD:
                where = f"in the middle of entry {entry}"
                yield recording.find("truncated", origin, where=where, read=count)
            else:
                yield recording.broken(origin, problem.why, start, problem.offset)


def _lines(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each line that is not blank: its number, and where it begins and ends. The end of the data is no line feed."""
    number, start = 1, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        if data[start:end].strip():
            yield number, start, end
        number, start = number + 1, end + 1


def _read_record(recording: Recording, line: bytes, origin: Origin) -> Exchange:
    record = read_object(read_json(line, recording.limits), "it")
    response = read_object(record["response"], "its response") if "response" in record else record
    body, decoded = _read_body(response)
    read = Response(read_status(response), read_headers(response.get("headers")), body, decoded)
    return Exchange(origin, read, read_request(record.get("request") if "response" in record else record))


def _read_body(response: dict[str, Any]) -> tuple[bytes | None, bool]:
    if "body" not in response:
        return None, False
    body = response["body"]
    if body is None:
        return b"", True
    return (body.encode() if isinstance(body, str) else orjson.dumps(body)), True


FORM = Form("ndjson", "one exchange a line, in JSON", _detects, _read)
