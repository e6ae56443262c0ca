"""The reports of Newman's JSON reporter: what a run of a Postman collection got. Bodies are lists of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Response
from schemagen.recordings.entries import find_entries, has_entries, read_entries
from schemagen.recordings.fields import BrokenError, read_object, read_status
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.postman import read_fields, read_request

_PATH = ("run", "executions")


def _detects(data: bytes) -> bool:
    return has_entries(data, _PATH, "item")


def _read(recording: Recording) -> Iterator[Item]:
    if not has_entries(recording.data, _PATH):
        yield recording.find("no-entries", want="run.executions")
        return
    yield from read_entries(recording, find_entries(recording.data, *_PATH), _read_execution)


def _read_execution(recording: Recording, execution: dict[str, Any], origin: Origin) -> Iterator[Item]:
    if execution.get("response") is None:
        yield recording.find("no-response", origin)
        return
    response = read_object(execution["response"], "its response")
    status = read_status({"status": response["code"]} if "code" in response else {})
    read = Response(status, read_fields(response.get("header")), _read_body(response), decoded=True)
    yield Exchange(origin, read, read_request(execution.get("request"), {}))


def _read_body(response: dict[str, Any]) -> bytes | None:
    """The body: `stream` is `{"type": "Buffer", "data": [123, 34, …]}`, decoded already; a text where a reporter made one."""
    body = response.get("body")
    if isinstance(body, str):
        return body.encode()
    stream = response.get("stream")
    data = stream.get("data") if isinstance(stream, dict) else stream
    if data is None:
        return None
    try:
        return bytes(data) if isinstance(data, list) else _refuse(data)
    except (TypeError, ValueError):
        raise BrokenError("its body is no list of bytes") from None


def _refuse(data: Any) -> bytes:
    raise BrokenError("its body is {}, not a list of bytes", got=data)


FORM = Form("newman", "Newman's JSON reports", _detects, _read)
