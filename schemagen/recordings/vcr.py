"""Cassettes of VCR (Ruby, R), in YAML or JSON: `http_interactions`; a list of tagged structs with VCR 1.

Bodies are `body: {string}` or `body: {base64_string}`; VCR 1 has them as texts.
"""

from __future__ import annotations

from typing import Any

from schemagen.recordings import betamax, schemathesis
from schemagen.recordings.cassette import make_form
from schemagen.recordings.interaction import member, read_interaction

_PATHS: tuple[tuple[str, ...], ...] = (("http_interactions",), ())


def _looks(entry: dict[str, Any], path: tuple[str, ...]) -> bool:
    if not path:
        return "uri" in member(entry, "request") and bool(member(entry, "response"))
    return not betamax.looks(entry, path) and not schemathesis.looks(entry, path)


FORM = make_form("vcr", "cassettes of VCR for Ruby", _PATHS, _looks, read_interaction, last="body")
