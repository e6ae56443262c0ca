"""A response of whatever client or test client as an `Exchange`, told by its members: none of them is imported.

A body that was not read yet is not read here: nothing is consumed behind its owner's back. Such a body counts as not
recorded, and only status and headers are checked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from schemagen.api.arguments import BYTES, check_kind
from schemagen.display import shown
from schemagen.exchanges import Exchange, Origin, Request, Response

Content: TypeAlias = tuple[bytes | None, bool]
"""The bytes of a body, None where it was not read, and whether its content codings are undone already."""

KINDS = (
    "httpx, requests, aiohttp and urllib3 responses, those of the test clients of Starlette, FastAPI, Flask and Django, "
    "or (status, headers, body)"
)


def exchange_of(
    response: object,
    *,
    origin: Origin | None = None,
    body: bytes | None = None,
    decoded: bool = False,
    method: str = "",
    url: str = "",
) -> Exchange:
    """`response` as an exchange; an `Exchange` is given back as it is.

    It may be a response of httpx (and so of the test clients of Starlette and FastAPI), requests, aiohttp, urllib3, Flask
    or Werkzeug, Django, Starlette; a `schemagen.Response`; a tuple `(status, headers, body)`; or a mapping with these
    members, and perhaps `method` and `url`. Headers are a mapping or pairs, a body is bytes, text, or JSON as data.

    `body` (and whether it is `decoded`), `method` and `url` are those that the caller knows better; the body of a
    response that is still to be read must be given, else it counts as not recorded. Without an `origin` the exchange is
    the first entry of `response`.

    Raises:
        TypeError: it is no response of any of these, its headers or its body are none, or `body` is no bytes.
    """
    if isinstance(response, Exchange):
        return response
    where, kind = origin or Origin("response"), type(response).__name__
    if isinstance(response, Response):
        return Exchange(where, response, Request(method, url) if method or url else None)
    if isinstance(response, tuple):
        response = dict(zip(("status", "headers", "body"), response, strict=False))
    if isinstance(response, Mapping):
        status, pairs = response.get("status"), response.get("headers")
        content: Content = (_bytes(response.get("body")), False)
        asked = (_text(response.get("method")), _text(response.get("url")))
    else:
        status = _status(response)
        pairs = _headers(response)
        content = _content(response)
        asked = _request(response)
    if not isinstance(status, int) or isinstance(status, bool):
        said = "" if status is None else f" (its status is {shown(repr(status), 60)}, no whole number)"
        raise TypeError(f"{kind} is no response that is known{said}; give {KINDS}")
    if body is not None:
        check_kind("body", body, BYTES)
        content = (bytes(body), decoded)
    request = Request(method or asked[0], url or asked[1])
    return Exchange(
        where,
        Response(int(status), _pairs(pairs), *content),
        request if request.method or request.url else None,
    )


def _status(response: object) -> Any:
    """`status_code` of most; `status` of aiohttp, urllib3 and the standard library."""
    said = _got(response, "status_code")
    return _got(response, "status") if said is None else said


def _headers(response: object) -> Any:
    """The headers with their repeats: those of requests are joined, but it keeps the response of urllib3."""
    if _has(response, "_content_consumed"):
        raw = _got(_got(response, "raw"), "headers")
        if raw:
            return raw
    return _got(response, "headers")


def _pairs(headers: Any) -> tuple[tuple[str, str], ...]:
    """Headers as pairs with names in lower case. A mapping that keeps repeats gives them as items (httpx: `multi_items`)."""
    items = _got(headers, "multi_items") or _got(headers, "items")
    pairs: Iterable[Any] = items() if callable(items) else headers or ()
    try:
        return tuple(
            (_text(name).lower(), _text(each))
            for name, value in pairs
            for each in (value if isinstance(value, list | tuple) else [value])
        )
    except (TypeError, ValueError) as problem:
        raise TypeError("headers: neither a mapping nor pairs of names and values") from problem


def _request(response: object) -> tuple[str, str]:
    """Method and URL, where they are known; Django keeps them in a request of its own."""
    request = _got(response, "request")
    django = _got(response, "wsgi_request") or _got(response, "asgi_request")
    if django is not None:
        with contextlib.suppress(Exception):  # a host that Django does not allow
            return _text(_got(django, "method")), _text(django.build_absolute_uri())
    source = request if _has(request, "method") else response
    return _text(_got(source, "method")), _text(_got(source, "url"))


def _content(response: object) -> Content:
    """The body by the kind of the response, which a member that no other has tells."""
    for member, read in _READERS:
        if _has(response, member):
            return read(response)
    return None, False


def _httpx(response: Any) -> Content:
    return _bytes(_got(response, "content")), True  # raises a RuntimeError before it is read


def _requests(response: Any) -> Content:
    if _got(response, "_content") is False:  # `content` would read it
        return None, True
    return _bytes(_got(response, "content")), True


def _aiohttp(response: Any) -> Content:
    # Only its session knows whether it decodes; what is text already passes for not encoded (see `bodies`).
    return _bytes(_got(response, "_body")), False


def _urllib3(response: Any) -> Content:
    return _bytes(_got(response, "_body")), _got(response, "decode_content") is not False


def _django(response: Any) -> Content:
    return None if response.streaming else _bytes(_got(response, "content")), False


def _werkzeug(response: Any) -> Content:
    return _bytes(response.get_data()), False  # kept by the response, so that it can be read again


def _starlette(response: Any) -> Content:
    return _bytes(_got(response, "body")), False


_READERS: tuple[tuple[str, Callable[[Any], Content]], ...] = (
    ("is_stream_consumed", _httpx),
    ("_content_consumed", _requests),
    ("request_info", _aiohttp),
    ("decode_content", _urllib3),
    ("streaming", _django),
    ("get_data", _werkzeug),
    ("body", _starlette),
)


def _bytes(body: Any) -> bytes | None:
    """A body as bytes: a text in UTF-8, data as JSON."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, bytearray | memoryview):
        return bytes(body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    import orjson

    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError as problem:
        raise TypeError(f"body: neither bytes nor text nor JSON: {shown(str(problem), 200)}") from problem


def _text(value: Any) -> str:
    """A header, a method or a URL as text."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return "" if value is None else str(value)


def _has(one: object, name: str) -> bool:
    """Whether the class or the instance has the member; its value is not asked for, since that may read a stream."""
    return hasattr(type(one), name) or name in getattr(one, "__dict__", ())


def _got(one: object, name: str) -> Any:
    """The value of a member, None where there is none yet: clients say so by a RuntimeError."""
    try:
        return getattr(one, name, None)
    except RuntimeError:
        return None
