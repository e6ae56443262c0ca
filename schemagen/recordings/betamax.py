"""Cassettes of Betamax (Python), in JSON: `http_interactions` as of VCR, with the final `url` in the response.

A compressed body is in `base64_string`, also where an empty `string` stands beside it.
"""

from __future__ import annotations

from typing import Any

from schemagen.recordings.cassette import make_form
from schemagen.recordings.interaction import member, read_interaction


def looks(entry: dict[str, Any], _path: tuple[str, ...]) -> bool:
    """Whether an interaction is one of Betamax."""
    return "url" in member(entry, "response") and "uri" in member(entry, "request")


FORM = make_form("betamax", "cassettes of Betamax", (("http_interactions",),), looks, read_interaction)
