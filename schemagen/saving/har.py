"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), with nothing in it that is not known.

Names that begin with `_` are a tool's own: `_decoded` says that the body's content codings are undone, whatever its
header says, as HAR has it for text but not for base64.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import orjson

from schemagen import __version__
from schemagen.exchanges import Exchange
from schemagen.saving.forms import Form, is_decoded, text_of
from schemagen.statuses import PHRASES

_VERSION = "HTTP/1.1"
_UNKNOWN = -1  # HAR's number for a size or a time that is not known
_NO_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_CREATOR = orjson.dumps({"name": "schemagen", "version": __version__})


def entry(exchange: Exchange, seen: dt.datetime | None = None) -> dict[str, Any]:
    """The entry of an exchange."""
    request, response = exchange.request, exchange.response
    sizes = {"headersSize": _UNKNOWN, "bodySize": _UNKNOWN}
    return {
        "startedDateTime": (seen or _NO_TIME).isoformat(),
        "time": 0,
        "request": {
            "method": request.method if request else "",
            "url": request.url if request else "",
            "httpVersion": _VERSION,
            "cookies": [],
            "headers": [],
            "queryString": [],
            **sizes,
        },
        "response": {
            "status": response.status,
            "statusText": PHRASES.get(response.status, ""),
            "httpVersion": _VERSION,
            "cookies": [],
            "headers": [{"name": name, "value": value} for name, value in response.headers],
            "content": _content(exchange),
            "redirectURL": response.header("location") or "",
            **sizes,
        },
        "cache": {},
        "timings": {"send": _UNKNOWN, "wait": _UNKNOWN, "receive": _UNKNOWN},
    }


def _content(exchange: Exchange) -> dict[str, Any]:
    """The body: without a text where it was not seen."""
    body = exchange.response.body
    media = exchange.response.header("content-type") or "x-unknown"
    if body is None:
        return {"size": _UNKNOWN, "mimeType": media}
    text = text_of(body)
    content = {"size": len(body), "mimeType": media, "text": text}
    if text is None:
        content |= {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    return content | {"_decoded": True} if is_decoded(exchange) else content


FORM = Form(
    b'{"log": {"version": "1.2", "creator": ' + _CREATOR + b', "entries": [\n', b",\n", b"]}}\n", entry
)
