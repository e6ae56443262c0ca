"""The heads of messages as they are passed on: what is for one hop only is left out, all else stays as it is.

Source: RFC 9110, section 7.6.1. Names keep their case, headers their order and their repeats.
"""

from __future__ import annotations

from collections.abc import Iterable

import h11

Fields = list[tuple[bytes, bytes]]

_HOP = frozenset({b"connection", b"proxy-connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade"})


def is_chunked(message: h11.Request | h11.Response) -> bool:
    """Whether the body comes in chunks."""
    return any(name == b"transfer-encoding" for name, _ in message.headers)


def request_for(request: h11.Request, target: bytes, host: bytes) -> h11.Request:
    """The request as it goes to the server `host`."""
    fields = _passed(request)
    named = [(name, host if name.lower() == b"host" else value) for name, value in fields]
    if not any(name.lower() == b"host" for name, _ in named):  # HTTP/1.0
        named.insert(0, (b"Host", host))
    return h11.Request(method=request.method, target=target, headers=named)


def response_for(response: h11.Response) -> h11.Response:
    """The response as it goes to the client."""
    return h11.Response(status_code=response.status_code, reason=response.reason, headers=_passed(response))


def interim_for(response: h11.InformationalResponse) -> h11.InformationalResponse:
    """An interim response (1xx) as it goes to the client."""
    fields = _passed(response)
    return h11.InformationalResponse(status_code=response.status_code, reason=response.reason, headers=fields)


def texts(fields: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers as an exchange has them."""
    return tuple((name.decode("ascii").lower(), _text(value)) for name, value in fields)


def _passed(message: h11.Request | h11.Response | h11.InformationalResponse) -> Fields:
    listed = {
        option.strip().lower()
        for name, value in message.headers
        if name == b"connection"
        for option in value.split(b",")
    }
    is_upgrade = b"upgrade" in listed and any(name == b"upgrade" for name, _ in message.headers)
    left_out = (_HOP | listed) - ({b"upgrade"} if is_upgrade else set())
    fields = [(raw, value) for raw, value in message.headers.raw_items() if raw.lower() not in left_out]
    if is_upgrade:
        fields.append((b"Connection", b"Upgrade"))
    if not isinstance(message, h11.InformationalResponse) and is_chunked(message):
        fields.append((b"Transfer-Encoding", b"chunked"))
    return fields


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")  # RFC 9110, section 5.5
