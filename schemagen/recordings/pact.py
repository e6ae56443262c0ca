"""Pact contracts v2, v3 and v4. A message has no HTTP status and is a note; what is not said of a body was not recorded."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recordings.entries import find_entries, has_entries, read_entries
from schemagen.recordings.fields import (
    read_base64,
    read_headers,
    read_object,
    read_status,
    write_json,
)
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.slices import find_members

_LISTS = (("interactions",), ("messages",))
_WRAPPER = frozenset({"content", "contentType", "contentTypeHint", "encoded"})


def _detects(data: bytes) -> bool:
    if b'"consumer"' not in data and b'"provider"' not in data:
        return False
    has_list = any(has_entries(data, path) for path in _LISTS)
    return has_list and not find_members(data).keys().isdisjoint({"consumer", "provider"})


def _read(recording: Recording) -> Iterator[Item]:
    data = recording.data
    if not any(has_entries(data, path) for path in _LISTS):
        yield recording.find("no-entries", want="interactions")
        return
    places = itertools.chain.from_iterable(find_entries(data, *path) for path in _LISTS)
    yield from read_entries(recording, places, _read_interaction)


def _read_interaction(recording: Recording, interaction: dict[str, Any], origin: Origin) -> Iterator[Item]:
    kind = interaction.get("type", "Synchronous/HTTP")
    if origin.pointer[:1] == ("messages",) or kind != "Synchronous/HTTP":
        yield recording.find("no-exchange", origin, why="a message, without HTTP")
        return
    response = read_object(interaction.get("response"), "its response")
    headers = read_headers(response.get("headers"))
    body, media = _read_body(response)
    if media and "content-type" not in dict(headers):
        headers = (*headers, ("content-type", media))
    status = read_status({"status": response.get("status", 200)})  # the specification's default
    yield Exchange(origin, Response(status, headers, body, decoded=True), _read_request(interaction))


def _read_body(response: dict[str, Any]) -> tuple[bytes | None, str]:
    """The body, and the media type where v4's wrapper says it."""
    if "body" not in response:
        return None, ""
    body, media = response["body"], ""
    if isinstance(body, dict) and {"content", "contentType"} <= body.keys() <= _WRAPPER:
        media = body["contentType"] if isinstance(body["contentType"], str) else ""
        encoded, body = body.get("encoded"), body["content"]
        if isinstance(body, str) and encoded not in (None, False, "JSON", "json"):
            return read_base64(body), media
    if body is None:
        return b"", media
    return body.encode() if isinstance(body, str) else write_json(body), media


def _read_request(interaction: dict[str, Any]) -> Request | None:
    request = interaction.get("request")
    if not isinstance(request, dict):
        return None
    method, path, query = (request.get(name) for name in ("method", "path", "query"))
    if isinstance(query, dict):  # since v3
        query = urlencode(query, doseq=True)
    url = path if isinstance(path, str) else ""
    url = f"{url}?{query}" if query and isinstance(query, str) else url
    return Request(method.upper() if isinstance(method, str) else "", url)


FORM = Form("pact", "Pact contracts", _detects, _read)
