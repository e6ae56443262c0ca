"""What a form of recordings is to its writer: the text around the entries, and an entry."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

from schemagen.exchanges import Exchange


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """What stands before the first entry, between two, and behind the last; and the JSON value that an entry is.

    `entry` is given an exchange without secrets, whose content codings are undone, and when it was seen.
    """

    head: bytes
    between: bytes
    tail: bytes
    entry: Callable[[Exchange, dt.datetime | None], dict[str, Any]]


def text_of(body: bytes) -> str | None:
    """The body as the text that it is in UTF-8, or None."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def is_decoded(exchange: Exchange) -> bool:
    """Whether a reader must be told that the header `content-encoding` is no longer true of the body."""
    response = exchange.response
    return response.decoded and bool(response.body) and response.header("content-encoding") is not None
