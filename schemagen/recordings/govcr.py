"""Cassettes of go-vcr (Go), versions 1 to 4, in YAML: `interactions`, with `url` in the request and `code` in the response."""

from __future__ import annotations

from typing import Any

from schemagen.recordings.cassette import make_form
from schemagen.recordings.interaction import member, read_interaction


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    request = member(entry, "request")
    return "url" in request and "uri" not in request and "path" not in request


FORM = make_form("go-vcr", "cassettes of go-vcr", (("interactions",),), _looks, read_interaction, last="code")
