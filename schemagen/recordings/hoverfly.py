"""Hoverfly's simulations (v1 to v5) and its journal. Each part of a request is a text, or says how it is matched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding
from schemagen.recordings.entries import find_entries, has_entries, read_entries, settle_body
from schemagen.recordings.fields import (
    BrokenError,
    read_base64,
    read_headers,
    read_object,
    read_request,
    read_status,
)
from schemagen.recordings.form import Form, Item, Recording

_PAIRS, _JOURNAL = ("data", "pairs"), ("journal",)


def _detects(data: bytes) -> bool:
    return any(has_entries(data, path, "request", "response") for path in (_PAIRS, _JOURNAL))


def _read(recording: Recording) -> Iterator[Item]:
    path = _PAIRS if has_entries(recording.data, _PAIRS) else _JOURNAL
    if not has_entries(recording.data, path):
        yield recording.find("no-entries", want="data.pairs")
        return
    yield from read_entries(recording, find_entries(recording.data, *path), _read_pair)


def _read_pair(recording: Recording, pair: dict[str, Any], origin: Origin) -> Iterator[Item]:
    response = read_object(pair.get("response"), "its response")
    found = _read_body(recording, response, origin)
    body, notes = settle_body(recording, origin, found, is_template=response.get("templated") is True)
    yield from notes
    is_raw = response.get("encodedBody") is True
    read = Response(read_status(response), read_headers(response.get("headers")), body, decoded=not is_raw)
    yield Exchange(origin, read, _read_request(pair.get("request")))


def _read_body(recording: Recording, response: dict[str, Any], origin: Origin) -> bytes | Finding:
    file, body = response.get("bodyFile"), response.get("body") or ""
    if not body and isinstance(file, str) and file:
        return recording.read_neighbour(origin, file)
    if not isinstance(body, str):
        raise BrokenError("its body is {}, not a text", got=body)
    return read_base64(body) if response.get("encodedBody") is True else body.encode()


def _read_request(request: Any) -> Request | None:
    if not isinstance(request, dict):
        return None
    method, scheme, host, path = (
        _value(request.get(name)) for name in ("method", "scheme", "destination", "path")
    )
    query = _query(request.get("query"))
    url = f"{scheme or 'http'}://{host}{path}" if host else path
    return read_request({"method": method, "url": f"{url}?{query}" if query else url})


def _value(matcher: Any) -> str:
    """The text of a part: as it is (v1), `{"exactMatch": …}` (v2 to v4), or `[{"matcher": …, "value": …}]` (v5)."""
    if isinstance(matcher, list) and matcher:
        matcher = matcher[0]
    if isinstance(matcher, dict):
        matcher = matcher.get("value") or next(iter(matcher.values()), "")
    return matcher if isinstance(matcher, str) else ""


def _query(value: Any) -> str:
    """The query: one part, or a part for each name (v5)."""
    if isinstance(value, dict) and value and all(isinstance(part, list) for part in value.values()):
        return "&".join(f"{name}={_value(part)}" for name, part in value.items())
    return _value(value)


FORM = Form("hoverfly", "Hoverfly's simulations and journal", _detects, _read)
