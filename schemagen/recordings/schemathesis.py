"""Cassettes of Schemathesis, in YAML: `http_interactions` as of VCR, with the checks that were made.

`response: null` is a request that failed. A body that is not there was not received.
"""

from __future__ import annotations

from typing import Any

from schemagen.recordings.cassette import make_form
from schemagen.recordings.interaction import read_interaction


def looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    """Whether an interaction is one of Schemathesis: it has an id and the outcome of its checks."""
    return "id" in entry and ("status" in entry or "checks" in entry)


FORM = make_form(
    "schemathesis-vcr",
    "cassettes of Schemathesis",
    (("http_interactions",),),
    looks,
    read_interaction,
    last="http_version",
)
