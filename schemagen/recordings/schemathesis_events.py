"""Schemathesis' NDJSON reports (`--report ndjson`): events, one a line; finished scenarios hold the exchanges.

Bytes are `{"$base64": …}`, and the bodies of responses are without their content codings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recordings.fields import (
    BrokenError,
    read_base64,
    read_headers,
    read_json,
    read_object,
    read_request,
    read_status,
)
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.ndjson import is_cut_off, split_lines

_LOOKED_AT = 3  # lines that are looked at to tell the form
_PATH = ("ScenarioFinished", "recorder", "interactions")


def _detects(data: bytes) -> bool:
    looked_at = itertools.islice(split_lines(data), _LOOKED_AT)
    return any(_is_event(data[start:end]) for _, start, end in looked_at)


def _is_event(line: bytes) -> bool:
    if not line.lstrip().startswith((b'{"Initialize"', b'{"ScenarioFinished"')):
        return False
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    first = event.get("Initialize")
    return _interactions(event) is not None or (isinstance(first, dict) and "schemathesis_version" in first)


def _interactions(event: Any) -> dict[str, Any] | None:
    for name in _PATH:
        event = event.get(name) if isinstance(event, dict) else None
    return event if isinstance(event, dict) else None


def _read(recording: Recording) -> Iterator[Item]:
    data = recording.data
    entry = 0
    for number, start, end in split_lines(data):
        try:
            event = read_object(read_json(data[start:end], recording.limits), "it")
        except BrokenError as problem:
            entry += 1
            origin = recording.origin(entry, line=number)
            if is_cut_off(data, start, end, problem):
                yield recording.find("truncated", origin, where="in the middle of this line")
            else:
                yield recording.broken(origin, problem, start)
            continue
        for name, interaction in (_interactions(event) or {}).items():
            entry += 1
            found = _read_interaction(recording, interaction, recording.origin(entry, (*_PATH, name), number))
            yield found


def _read_interaction(recording: Recording, value: Any, origin: Origin) -> Item:
    try:
        interaction = read_object(value, "it")
        if interaction.get("response") is None:
            return recording.find("no-response", origin)
        response = read_object(interaction["response"], "its response")
        status = read_status({"status": response["status_code"]} if "status_code" in response else {})
        read = Response(status, read_headers(response.get("headers")), _read_body(response), decoded=True)
        return Exchange(origin, read, _read_request(interaction.get("request")))
    except BrokenError as problem:
        return recording.find("broken-entry", origin, why=problem.told(recording.limits))


def _read_body(response: dict[str, Any]) -> bytes | None:
    content = response.get("content")
    if content is None:
        return None
    text = content.get("$base64") if isinstance(content, dict) else None
    if not isinstance(text, str):
        raise BrokenError("its content is {}, not base64", got=content)
    return read_base64(text)


def _read_request(value: Any) -> Request | None:
    if isinstance(value, dict) and "uri" in value:
        value = {"method": value.get("method"), "url": value["uri"]}
    return read_request(value)


FORM = Form("schemathesis", "Schemathesis' NDJSON reports", _detects, _read)
