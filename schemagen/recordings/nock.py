"""Recordings of nock (Node.js), in JSON: a list at the top, of `{scope, method, path, status, response}`.

`response` is a text, or a value that was JSON; a list of hexadecimal texts where it was compressed; one such text where
`responseIsBinary`. Headers are `headers`, or `rawHeaders`: a map, or names and values in turn.
"""

from __future__ import annotations

import re
from typing import Any

from schemagen.exchanges import Request, Response
from schemagen.recordings.cassette import make_form
from schemagen.recordings.fields import BrokenError, read_headers, read_status
from schemagen.recordings.interaction import read_body

_PORT = re.compile(r"^(https(?=.*:443$)|http(?=.*:80$))(.*):\d+$")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    return isinstance(entry.get("scope"), str) and bool(entry.keys() & {"status", "reply"})


def _read(entry: dict[str, Any]) -> tuple[Response, Request | None]:
    status = read_status({"status": entry["reply"]} if "status" not in entry and "reply" in entry else entry)
    headers = _read_headers(entry)
    is_encoded = any(name == "content-encoding" for name, _ in headers)
    body, is_decoded = _read_body(entry, is_encoded=is_encoded)
    return Response(status, headers, body, is_decoded), _read_request(entry)


def _read_headers(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    raw = entry.get("rawHeaders", entry.get("headers"))
    if isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        if len(raw) % 2:
            raise BrokenError("its rawHeaders end in a name without a value")
        raw = [list(pair) for pair in zip(raw[::2], raw[1::2], strict=True)]
    return read_headers(raw)


def _read_body(entry: dict[str, Any], *, is_encoded: bool) -> tuple[bytes | None, bool]:
    if "response" not in entry:
        return b"", True
    body = entry["response"]
    if isinstance(body, str) and entry.get("responseIsBinary") is True:
        return _from_hex(body), False
    if is_encoded and isinstance(body, list) and all(isinstance(each, str) for each in body):
        return _from_hex("".join(body)), False
    if isinstance(body, (dict, list)):
        return read_body({"data": body})
    return read_body(body)


def _from_hex(text: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise BrokenError("its body is not hexadecimal")
    return bytes.fromhex(text)


def _read_request(entry: dict[str, Any]) -> Request:
    scope, method, path = (entry.get(name) for name in ("scope", "method", "path"))
    base = _PORT.sub(r"\1\2", scope) if isinstance(scope, str) else ""
    return Request(
        method.upper() if isinstance(method, str) else "", base + (path if isinstance(path, str) else "")
    )


FORM = make_form("nock", "recordings of nock", ((),), _looks, _read)
