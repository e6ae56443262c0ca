"""WireMock's stub mappings: a file for each, or a list `mappings` as its admin API exports them.

A stub says what is answered: a body as text, value, base64 or file below `__files`. A stub that passes requests on or
breaks the connection answers nothing, and a template is not what was sent.
"""

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
    write_json,
)
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.slices import cut_document, find_list, find_members

_LIST = "mappings"
_STUB = {
    "uuid",
    "persistent",
    "priority",
    "scenarioName",
    "requiredScenarioState",
    "newScenarioState",
    "insertionIndex",
}
_ASKED = {"urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate", "queryParameters", "bodyPatterns"}
_ANSWER = {"jsonBody", "base64Body", "bodyFileName", "statusMessage", "transformers", "fault", "proxyBaseUrl"}
_URLS = ("url", "urlPath", "urlPathTemplate", "urlPattern", "urlPathPattern")


def _detects(data: bytes) -> bool:
    return has_entries(data, (_LIST,), "request", "response") or _is_mapping(data)


def _is_mapping(data: bytes) -> bool:
    """Whether the document is one mapping. In one line it could be an exchange, if nothing in it is of WireMock alone."""
    members = find_members(data) if b'"response"' in data and b'"request"' in data else {}
    if not {"request", "response"} <= members.keys() or data[cut_document(data).end :].strip():
        return False
    request, response = (set(find_members(data[members[name] :])) for name in ("request", "response"))
    if members.keys() & _STUB or request & _ASKED or response & _ANSWER:
        return True
    return b"\n" in data.strip() and bool(request & {"url", "method"} and response & {"status", "body"})


def _read(recording: Recording) -> Iterator[Item]:
    if find_list(recording.data, _LIST) is not None:
        places = find_entries(recording.data, _LIST)
    else:
        places = iter([(cut_document(recording.data), ())])
    yield from read_entries(recording, places, _read_mapping)


def _read_mapping(recording: Recording, mapping: dict[str, Any], origin: Origin) -> Iterator[Item]:
    response = read_object(mapping.get("response"), "its response")
    if response.get("proxyBaseUrl") or response.get("fault"):
        why = "the stub breaks the connection" if response.get("fault") else "the stub passes requests on"
        yield recording.find("no-exchange", origin, why=why)
        return
    found, decoded = _read_body(recording, response, origin)
    transformers = response.get("transformers")
    is_template = isinstance(transformers, list) and "response-template" in transformers
    body, notes = settle_body(recording, origin, found, is_template=is_template)
    yield from notes
    status = read_status({"status": response.get("status") or 200})  # as WireMock answers
    read = Response(status, read_headers(response.get("headers")), body, decoded)
    yield Exchange(origin, read, _read_request(mapping.get("request")))


def _read_body(
    recording: Recording, response: dict[str, Any], origin: Origin
) -> tuple[bytes | Finding, bool]:
    """The body, and whether it is as it was before it was encoded. Of several, WireMock sends the first of these."""
    for name in ("body", "jsonBody", "base64Body", "bodyFileName"):
        value = response.get(name)
        if value is None:
            continue
        if name == "jsonBody" or (name == "body" and not isinstance(value, str)):
            return write_json(value), True
        if not isinstance(value, str):
            raise BrokenError(f"its {name} is {{}}, not a text", got=value)
        if name == "body":
            return value.encode(), True
        if name == "base64Body":
            return read_base64(value), False
        return recording.read_neighbour(origin, value, "__files", "mappings"), False
    return b"", True


def _read_request(request: Any) -> Request | None:
    if not isinstance(request, dict):
        return None
    url = next((request[name] for name in _URLS if isinstance(request.get(name), str)), "")
    host = request.get("host")
    if isinstance(host, dict) and isinstance(host.get("equalTo"), str) and url.startswith("/"):
        port = f":{request['port']}" if isinstance(request.get("port"), int) else ""
        url = f"{request.get('scheme') or 'http'}://{host['equalTo']}{port}{url}"
    return read_request({"method": request.get("method"), "url": url})


FORM = Form("wiremock", "WireMock's stub mappings", _detects, _read)
