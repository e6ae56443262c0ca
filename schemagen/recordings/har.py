"""HAR 1.1 and 1.2 (and what calls itself so), as browsers, proxies and test tools write it.

A body's text is decoded already, whatever `Content-Encoding` says; one in base64 may not be. Status 0 is a request
that got no response. Nothing outside of the file is ever read, whatever `_file` names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Response
from schemagen.recordings.fields import (
    BrokenError,
    name_value,
    read_base64,
    read_headers,
    read_json,
    read_object,
    read_request,
    read_status,
)
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.slices import Slice, cut_items, find_list

_PATH = ("log", "entries")


def _detects(data: bytes) -> bool:
    return find_list(data, *_PATH) is not None


def _read(recording: Recording) -> Iterator[Item]:
    data = recording.data
    start = find_list(data, *_PATH)
    if start is None:
        yield recording.find("no-entries", want="log.entries")
        return
    line, behind, count = 1, 0, 0
    for entry, item in enumerate(cut_items(data, start, len(_PATH)), start=1):
        line += data.count(b"\n", behind, item.start)
        behind = item.start
        origin = recording.origin(entry, (*_PATH, entry - 1), line)
        if not item.whole:
            yield recording.find("truncated", origin, where=_where(item, entry), read=count)
            return
        read = _read_entry(recording, item, origin)
        count += isinstance(read, Exchange)
        yield read


def _where(item: Slice, entry: int) -> str:
    if item.end > item.start:
        return f"in the middle of entry {entry}"
    return f"after entry {entry - 1}" if entry > 1 else "before its first entry"


def _read_entry(recording: Recording, item: Slice, origin: Origin) -> Item:
    try:
        entry = read_object(read_json(recording.data[item.start : item.end], recording.limits), "it")
        response = entry.get("response", {})
        if response is None or (isinstance(response, dict) and response.get("status") in (0, -1)):
            return recording.find("no-response", origin)
        return Exchange(
            origin, _read_response(read_object(response, "its response")), read_request(entry.get("request"))
        )
    except BrokenError as problem:
        return recording.broken(origin, problem.why, item.start, problem.offset)


def _read_response(response: dict[str, Any]) -> Response:
    status = read_status(response)
    headers = read_headers(response.get("headers"))
    content = read_object(response.get("content") or {}, "its content")
    media = content.get("mimeType")
    if isinstance(media, str) and media not in ("", "x-unknown") and "content-type" not in dict(headers):
        headers = (*headers, ("content-type", media))
    text, encoding, size = content.get("text"), content.get("encoding"), content.get("size")
    if not isinstance(text, str):
        if text is not None:
            raise BrokenError(f"the text of its body is {name_value(text)}, not a text")
        return Response(status, headers, b"" if size == 0 and size is not False else None)
    if not text and isinstance(size, int) and size > 0:  # left out by the recorder
        return Response(status, headers)
    if encoding == "base64":
        return Response(status, headers, read_base64(text))
    if encoding not in (None, ""):
        raise BrokenError(f"the encoding of its body is {name_value(encoding)}, not base64")
    return Response(status, headers, text.encode(), decoded=True)


FORM = Form("har", "HAR (HTTP Archive) of browsers, proxies and test tools", _detects, _read)
