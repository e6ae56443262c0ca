"""The requests of a HAR, to be sent again. What belongs to the connection of that time is left out."""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.live.calls import Call, checked
from schemagen.redaction import MASK

_OF_THE_CONNECTION = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "transfer-encoding",
        "upgrade",
    }
)


def parse(data: bytes, name: str) -> list[Call]:
    """The requests of a HAR, in their order. Headers whose values were masked before it was saved are left out.

    Raises:
        InputError: it is no HAR, or a request in it cannot be sent.
    """
    try:
        entries = orjson.loads(data)["log"]["entries"]
        requests = [entry["request"] for entry in entries]
    except (ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{name}: no HAR with requests in it (log.entries[].request)") from problem
    return [_call(request, f"{name}: entry {number}") for number, request in enumerate(requests, start=1)]


def _call(request: Any, where: str) -> Call:
    if not isinstance(request, dict):
        raise InputError(f"{where}: its request is no object")
    method, url = request.get("method"), request.get("url")
    if not isinstance(method, str) or not isinstance(url, str):
        raise InputError(f"{where}: its request has no method or no URL")
    try:
        headers = tuple(_headers(request.get("headers") or ()))
        body = _body(request.get("postData"))
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise InputError(
            f"{where}: its headers or its body cannot be read: {shown(str(problem), 80)}"
        ) from problem
    return checked(Call(method.upper(), url.partition("#")[0], headers, body), where)


def _headers(headers: Any) -> Iterator[tuple[str, str]]:
    for header in headers:
        name, value = str(header["name"]), str(header["value"])
        if not name.startswith(":") and name.lower() not in _OF_THE_CONNECTION and value != MASK:
            yield name, value


def _body(data: Any) -> bytes | None:
    if not data:
        return None
    if data.get("text"):
        text = str(data["text"])
        return base64.b64decode(text, validate=True) if data.get("encoding") == "base64" else text.encode()
    pairs = [(str(each["name"]), str(each.get("value", ""))) for each in data.get("params") or ()]
    return urllib.parse.urlencode(pairs).encode() if pairs else None
