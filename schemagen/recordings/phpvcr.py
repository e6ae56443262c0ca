"""Cassettes of PHP-VCR, in YAML or JSON, and of ExVCR (Elixir), in JSON: a list at the top, with `url` in the request.

The status is `status: {code}` or a text; `status_code` with ExVCR. Empty bodies are left out. What PHP-VCR takes for binary is
in base64, by its `Content-Type` or `Content-Transfer-Encoding`.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from schemagen.exchanges import Request, Response
from schemagen.recordings.cassette import make_form
from schemagen.recordings.fields import read_base64
from schemagen.recordings.interaction import is_cut_early, member, read_interaction


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    request = member(entry, "request")
    is_interaction = bool(member(entry, "response")) or is_cut_early(entry)
    return is_interaction and "url" in request and "uri" not in request


def _read(entry: dict[str, Any]) -> tuple[Response, Request | None] | None:
    found = read_interaction(entry)
    if found is None:
        return None
    response, request = found
    if response.body is None:
        return dataclasses.replace(response, body=b"", decoded=True), request
    is_gzip = "application/x-gzip" in (response.header("content-type") or "")
    if response.body and (is_gzip or response.header("content-transfer-encoding") == "binary"):
        body = read_base64(response.body.decode("utf-8", "replace"))
        return dataclasses.replace(response, body=body, decoded=False), request
    return found


FORM = make_form("php-vcr", "cassettes of PHP-VCR and ExVCR", ((),), _looks, _read)
