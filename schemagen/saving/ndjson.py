"""One exchange a line: `{"time", "request": {"method", "url"}, "response": {"status", "headers", "body"}}`.

A body is a text; one that is none is in base64 (`"encoding": "base64"`), an empty one is null, and one that was not
seen is missing.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from schemagen.exchanges import Exchange
from schemagen.saving.forms import Form, is_decoded, text_of


def entry(exchange: Exchange, seen: dt.datetime | None = None) -> dict[str, Any]:
    """The JSON value of a line."""
    response: dict[str, Any] = {
        "status": exchange.response.status,
        "headers": [list(header) for header in exchange.response.headers],
    }
    body = exchange.response.body
    if body is not None:
        text = text_of(body)
        response["body"] = (text or None) if text is not None else base64.b64encode(body).decode()
        if text is None:
            response["encoding"] = "base64"
    if is_decoded(exchange):
        response["decoded"] = True
    record: dict[str, Any] = {"time": seen.isoformat()} if seen else {}
    if exchange.request is not None:
        record["request"] = {"method": exchange.request.method, "url": exchange.request.url}
    return {**record, "response": response}


FORM = Form(b"", b"", b"", entry)
