"""Cassettes of vcrpy (Python), in YAML or JSON: `interactions`, with `uri` in the request and `status: {code}`.

Bodies are `body: {string}`, with `!!binary` where they are compressed; `content` and `status_code` with httpx for some
versions; `body: {data}` is a value that the user's own serialiser has parsed.
"""

from __future__ import annotations

from typing import Any

from schemagen.recordings.cassette import make_form
from schemagen.recordings.interaction import is_cut_early, member, read_interaction


def _looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    request = member(entry, "request")
    return "uri" in request or (is_cut_early(entry) and not request.keys() & {"path", "url"})


FORM = make_form("vcrpy", "cassettes of vcrpy", (("interactions",),), _looks, read_interaction)
