"""What the proxy answers itself: that there is no response, or that it takes no such request; it says that it was the proxy."""

from __future__ import annotations

import json

import h11

from schemagen.display import shown
from schemagen.findings import Finding
from schemagen.statuses import PHRASES

# The names of RFC 9209, section 2.3.
_ERRORS = {
    "live/unknown-host": "dns_error",
    "live/no-connection": "connection_refused",
    "live/insecure": "tls_protocol_error",
    "live/timeout": "http_response_timeout",
    "live/no-response": "connection_terminated",
    "live/not-http": "http_protocol_error",
}


def excuse(trouble: Finding, *, with_body: bool = True) -> list[h11.Event]:
    """502 or 504 instead of a response that did not come (RFC 9110, sections 15.6.3 and 15.6.5)."""
    status = 504 if trouble.rule.code == "live/timeout" else 502
    return _message(
        status, trouble.message, _ERRORS.get(trouble.rule.code, "proxy_internal_error"), with_body=with_body
    )


def refusal(status: int, why: str) -> list[h11.Event]:
    """What a client is answered whose request is not passed on."""
    return _message(status, why, "http_request_error")


def _message(status: int, why: str, error: str, *, with_body: bool = True) -> list[h11.Event]:
    title = PHRASES[status]
    detail = f"schemagen proxy: {shown(why, 300)}"
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    fields = [
        ("Content-Type", "application/problem+json"),
        ("Content-Length", str(len(body))),
        ("Proxy-Status", f"schemagen; error={error}"),
        ("Connection", "close"),
    ]
    head = h11.Response(status_code=status, reason=title.encode(), headers=fields)
    return [head, *([h11.Data(data=body)] if with_body else []), h11.EndOfMessage()]
