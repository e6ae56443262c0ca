"""Recordings of the test proxy of Azure's SDKs, in JSON: `Entries` of `{RequestUri, StatusCode, ResponseBody}`.

A body is a value if it was JSON, a text, a list of lines, or base64 where its media type is none of texts.
"""

from __future__ import annotations

import re
from typing import Any

from schemagen.exchanges import Request, Response
from schemagen.recordings.cassette import make_form
from schemagen.recordings.fields import BrokenError, read_base64, read_headers, read_status
from schemagen.recordings.interaction import read_body

_IS_TEXT = re.compile(r"text/|json|xml|x-www-form-urlencoded|javascript|multipart/mixed", re.IGNORECASE)


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    return "RequestUri" in entry and ("StatusCode" in entry or "RequestMethod" in entry)


def _read(entry: dict[str, Any]) -> tuple[Response, Request | None]:
    status = read_status({"status": entry["StatusCode"]} if "StatusCode" in entry else {})
    headers = read_headers(entry.get("ResponseHeaders"))
    body, is_decoded = _read_body(entry, headers)
    method, url = entry.get("RequestMethod"), entry.get("RequestUri")
    request = Request(method if isinstance(method, str) else "", url if isinstance(url, str) else "")
    return Response(status, headers, body, is_decoded), request


def _read_body(entry: dict[str, Any], headers: tuple[tuple[str, str], ...]) -> tuple[bytes | None, bool]:
    if "ResponseBody" not in entry:
        return None, False
    body = entry["ResponseBody"]
    if isinstance(body, list) and all(isinstance(line, str) for line in body):
        return read_body("".join(body))
    if isinstance(body, str) and not _IS_TEXT.search(dict(headers).get("content-type", "")):
        try:
            return read_base64(body), False
        except BrokenError:
            return read_body(body)
    return read_body({"data": body})


FORM = make_form("test-proxy", "recordings of the test proxy of Azure's SDKs", (("Entries",),), _looks, _read)
