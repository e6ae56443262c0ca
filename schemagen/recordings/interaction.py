"""The fields of an interaction in a cassette, under all the names that recorders give them."""

from __future__ import annotations

from typing import Any, TypeAlias

from schemagen.exchanges import Request, Response
from schemagen.recordings.fields import (
    BrokenError,
    read_base64,
    read_headers,
    read_object,
    read_status,
    write_json,
)

Entry: TypeAlias = dict[str, Any]

STATUSES = ("code", "status_code", "statusCode")
"""What a status is called that is a member of the response."""

_BASE64 = ("base64_string", "encoded_body")
_WRAPPING = {"encoding", "string", "data", *_BASE64}
_GZIP = "\x1f\x8b"


def read_interaction(entry: Entry) -> tuple[Response, Request | None] | None:
    """An interaction `{request: {method, uri}, response: {status, headers, body}}`, with what these are called elsewhere.

    Raises:
        BrokenError: something in it is not what it must be.
    """
    if "response" not in entry:
        raise BrokenError("it has no response")
    if entry["response"] is None:
        return None
    response = read_object(entry["response"], "its response")
    headers = read_headers(response.get("headers"))
    name = next((name for name in ("body", "content") if name in response), None)
    body, is_decoded = read_body(response[name]) if name else (None, False)
    return Response(read_any_status(response), headers, body, is_decoded), read_any_request(
        entry.get("request")
    )


def read_any_status(response: Entry) -> int:
    """The status of a response, as `code`, `status_code`, `statusCode`, `status: {code}`, or `status`.

    Raises:
        BrokenError: it is missing, or no status.
    """
    name = next((name for name in STATUSES if name in response), None)
    if name:
        return read_status({"status": response[name]})
    status = response.get("status")
    if isinstance(status, dict):
        return read_status({"status": status["code"]} if "code" in status else {})
    return read_status(response)


def read_body(body: Any) -> tuple[bytes | None, bool]:
    """A body, and whether its content encodings are undone: a text, bytes, a value, or one of these in an object.

    Raises:
        BrokenError: it says base64 and is none, or is a value that JSON cannot carry.
    """
    if body is None:
        return b"", True
    if isinstance(body, bytes):
        return body, False
    if isinstance(body, str):
        return _read_text(body)
    if isinstance(body, dict):
        return _read_wrapped(body)
    return write_json(body), True


def _read_wrapped(body: Entry) -> tuple[bytes | None, bool]:
    """The body in an object; one that has other members is the body itself, and so is a value in it."""
    if not body.keys() <= _WRAPPING:
        return write_json(body), True
    for name in _BASE64:
        if body.get(name):
            return _read_base64(body[name]), False
    if isinstance(body.get("string"), str) and str(body.get("encoding")).lower() == "base64":
        return _read_base64(body["string"]), False
    for name in ("string", "data"):
        if name in body:
            inner = body[name]
            return (write_json(inner), True) if isinstance(inner, (dict, list)) else read_body(inner)
    return b"", True


def _read_base64(text: Any) -> bytes:
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise BrokenError("its body is {}, not base64", got=text)
    return read_base64(text)


def _read_text(text: str) -> tuple[bytes, bool]:
    """The bytes of a text. One that begins as gzip does, and has no character beyond a byte, is bytes."""
    if text.startswith(_GZIP):
        try:
            return text.encode("latin-1"), False
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8", "replace"), True


def read_any_request(request: Any) -> Request | None:
    """What is known of a request, whose URL is called `uri` or `url`; a method may be a Ruby symbol."""
    if not isinstance(request, dict):
        return None
    method = request.get("method")
    url = next((url for url in (request.get("uri"), request.get("url")) if isinstance(url, str)), "")
    method = method.removeprefix(":").upper() if isinstance(method, str) else ""
    return Request(method, url) if method or url else None


def is_cut_early(entry: Entry) -> bool:
    """Whether there is a request and nothing else, as where a file is cut off in its first interaction."""
    return entry.keys() == {"request"}


def member(entry: Entry, *names: str) -> Entry:
    """The object that is a member of an entry, and of that, …; one without members where there is none."""
    for name in names:
        inner = entry.get(name)
        entry = inner if isinstance(inner, dict) else {}
    return entry
