"""HAR in YAML, as a persister of Polly.js may write it. HAR in JSON, which Polly.js writes itself, is read by `har`."""

from __future__ import annotations

from typing import Any

from schemagen.exchanges import Request, Response
from schemagen.recordings.cassette import make_form
from schemagen.recordings.fields import read_object, read_request
from schemagen.recordings.form import Form
from schemagen.recordings.har import read_response
from schemagen.recordings.interaction import member


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    return not entry or bool(member(entry, "response") or member(entry, "request"))


def _read(entry: dict[str, Any]) -> tuple[Response, Request | None] | None:
    response = entry.get("response")
    if response is None or (
        isinstance(response, dict) and response.get("status", "missing") in (0, -1, None, "")
    ):
        return None
    return read_response(read_object(response, "its response")), read_request(entry.get("request"))


_HAR = make_form("har-yaml", "HAR in YAML, of Polly.js", (("log", "entries"),), _looks, _read)


def _detects(data: bytes) -> bool:
    return data[:100].lstrip()[:1] != b"{" and _HAR.detects(data)


FORM = Form(_HAR.name, _HAR.title, _detects, _HAR.read)
