"""Values from the wire as a reader of JSON may get them: plain, without secrets in texts, fit for UTF-8."""

from __future__ import annotations

import json
import re
from typing import Any

from schemagen.observation import Seen
from schemagen.redaction import redact_prose

_SURROGATES = re.compile("[\ud800-\udfff]")


def plain(one: Seen | None) -> Any:
    """A value as it is on the wire, if it is a text, a number, a boolean or a list of these; else None."""
    value = one.value if one is not None else None
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str | int | float)]
    return value if isinstance(value, str | int | float) else None


def text(one: Seen | None) -> str:
    """A value as a text for people: a number as it is written, the texts of a list side by side; else empty."""
    value = plain(one)
    parts = value if isinstance(value, list) else [value]
    texts = (part if isinstance(part, str) else json.dumps(part) for part in parts if part is not None)
    return "; ".join(part for part in texts if part)


def filled(members: dict[str, Any]) -> dict[str, Any]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [])}


def safe(value: Any) -> Any:
    """JSON data without the secrets in its texts, and such as every reader takes.

    Lone surrogates become U+FFFD, and integers of more than 64 bits floats, as they are in bodies.
    """
    if isinstance(value, str):
        return redact_prose(_SURROGATES.sub("\ufffd", value))
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return float(value)
    if isinstance(value, dict):
        return {_SURROGATES.sub("\ufffd", name): safe(inner) for name, inner in value.items()}
    return [safe(item) for item in value] if isinstance(value, list) else value
