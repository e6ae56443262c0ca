"""HAR 1.1 and 1.2 (and what calls itself so), as browsers, proxies and test tools write it.

A body's text is decoded already, whatever `Content-Encoding` says; one in base64 may not be (unless `_decoded` says so,
as `saving` does), and Polly.js keeps the pieces in which a compressed body came. Status 0 is a request
that got no response; Charles writes null. Playwright keeps bodies in files beside the HAR or with it in a zip (`_file`);
nothing else outside of the file is ever read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Origin, Response
from schemagen.findings import Finding
from schemagen.pointers import Pointer
from schemagen.recordings.entries import find_entries, read_entries, read_entry
from schemagen.recordings.fields import (
    BrokenError,
    name_value,
    read_base64,
    read_headers,
    read_object,
    read_request,
    read_status,
)
from schemagen.recordings.form import Form, Item, Partition, Recording
from schemagen.recordings.runs import cut_run, find_run
from schemagen.recordings.slices import cut_items, find_list

_NONE = (0, -1, None, "")  # what recorders write as the status of no response
_PATH = ("log", "entries")
_GZIP = "1f8b"


def _detects(data: bytes) -> bool:
    return find_list(data, *_PATH) is not None


def _read(recording: Recording) -> Iterator[Item]:
    if find_list(recording.data, *_PATH) is None:
        yield recording.find("no-entries", want="log.entries")
    yield from read_entries(recording, find_entries(recording.data, *_PATH), _read_entry)


def _read_entry(recording: Recording, entry: dict[str, Any], origin: Origin) -> Iterator[Item]:
    response = entry.get("response", {})
    if response is None or (isinstance(response, dict) and response.get("status", "missing") in _NONE):
        yield _no_response(recording, origin, response)
        return
    read = read_response(read_object(response, "its response"))
    name = (response.get("content") or {}).get("_file") if read.body is None else None
    if isinstance(name, str) and name and recording.neighbour:
        body = recording.read_neighbour(origin, name)
        if isinstance(body, Finding):
            yield body
        else:
            read = dataclasses.replace(read, body=body, decoded=True)
    yield Exchange(origin, read, read_request(entry.get("request")))


def _no_response(recording: Recording, origin: Origin, response: dict[str, Any] | None) -> Item:
    error = (response or {}).get("_error")
    item = recording.find("no-response", origin)
    return (
        dataclasses.replace(
            item, hint=f"the recorder says {name_value(error, shown=recording.limits.value_characters > 0)}"
        )
        if error
        else item
    )


def read_response(response: dict[str, Any]) -> Response:
    """The response of an entry.

    Raises:
        BrokenError: something in it is not what it must be.
    """
    status = read_status(response)
    headers = read_headers(response.get("headers"))
    content = read_object(response.get("content") or {}, "its content")
    media = content.get("mimeType")
    if (
        isinstance(media, str) and media not in ("", "x-unknown") and not headers
    ):  # beside headers it is a guess
        headers = (("content-type", media),)
    text, encoding, size = content.get("text"), content.get("encoding"), content.get("size")
    if not isinstance(text, str):
        if text is not None:
            raise BrokenError("the text of its body is {}, not a text", got=text)
        return Response(status, headers, b"" if size == 0 and size is not False else None)
    if not text and isinstance(size, int) and size > 0:  # left out by the recorder
        return Response(status, headers)
    is_decoded = content.get("_decoded") is True
    is_packed = "content-encoding" in dict(headers) and not is_decoded
    pieces = _read_pieces(text, encoding) if is_packed else None
    if pieces is not None:
        return Response(status, headers, pieces)
    if encoding == "base64":
        return Response(status, headers, read_base64(text), is_decoded)
    if encoding not in (None, ""):
        raise BrokenError("the encoding of its body is {}, not base64", got=encoding)
    return Response(status, headers, text.encode(), decoded=True)


def _read_pieces(text: str, encoding: Any) -> bytes | None:
    """The bytes of a compressed body as Polly.js keeps them: a list of texts in base64, before its version 5 in hexadecimal
    without a word of it; None if `text` is no such list.
    """
    if not text.startswith('["'):
        return None
    try:
        pieces = orjson.loads(text)
        if not all(isinstance(piece, str) for piece in pieces):
            return None
        if encoding == "base64":
            return b"".join(map(read_base64, pieces))
        return bytes.fromhex("".join(pieces)) if pieces[0].lower().startswith(_GZIP) else None
    except ValueError:
        return None


def _finish(last: Recording) -> Iterator[Item]:
    """What is in the last part of a HAR, which begins at an entry."""
    items = cut_items(last.data, 0, len(_PATH))
    places = ((item, _place(number)) for number, item in enumerate(items, start=1))
    return read_entries(last, places, _read_entry)


def _place(entry: int) -> Pointer:
    return (*_PATH, entry - 1)


_PARTITION = Partition(
    begin=lambda data: find_list(data, *_PATH),
    cut=find_run,
    entries=cut_run,
    read=lambda recording, origin: read_entry(recording, origin, _read_entry),
    finish=_finish,
    pointer=_place,
)
FORM = Form("har", "HAR (HTTP Archive) of browsers, proxies and test tools", _detects, _read, _PARTITION)
