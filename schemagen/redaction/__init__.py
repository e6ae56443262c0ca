"""Secrets, replaced by the place where they stand: headers, query parameters, userinfo, members of bodies.

Whether a value looks like a secret is asked of texts only: there its place is what stands before it.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Request, Response
from schemagen.pointers import Pointer
from schemagen.redaction.names import is_secret, repeated
from schemagen.redaction.texts import MASK, redact_prose, redact_text, redact_url

__all__ = [
    "MASK",
    "is_secret",
    "masked",
    "redact",
    "redact_at",
    "redact_header",
    "redact_prose",
    "redact_text",
    "redact_url",
    "redact_value",
]


def redact(exchange: Exchange) -> Exchange:
    """The exchange without its secrets. A body that is encoded, and so cannot be looked into, is left out."""
    request = exchange.request
    return dataclasses.replace(
        exchange,
        request=None if request is None else Request(request.method, redact_url(request.url)),
        response=_redact_response(exchange.response),
    )


def redact_header(name: str, value: str) -> str:
    """The value of a header, masked if the header is secret by its name, else with the secrets in it masked."""
    return MASK if is_secret(name) else redact_prose(value)


def redact_value(value: Any, pointer: Pointer = ()) -> Any:
    """A JSON value without the members that are secret by their names; masked whole where `pointer` leads into one.

    What stands in a text is masked as in `redact_prose`. `null` and booleans stay, since they are no secrets: whether
    there is a token may be what a finding is about.
    """
    if _is_plain(value):
        return value
    if any(isinstance(step, str) and is_secret(step) for step in pointer):
        return MASK
    if isinstance(value, str):
        return redact_prose(value)
    if isinstance(value, list):
        return [redact_value(item) for item in value]
    if isinstance(value, dict):
        secret = masked(value)
        return {name: MASK if name in secret else redact_value(inner) for name, inner in value.items()}
    return value


def redact_at(value: Any, pointer: Pointer) -> Any:
    """What stands at `pointer` in a JSON value, as `redact_value` shows it there."""
    is_masked = False
    for step in pointer:
        is_masked |= isinstance(value, dict) and step in masked(value)
        value = value[step]
    return MASK if is_masked and not _is_plain(value) else redact_value(value)


def masked(members: dict[str, Any]) -> frozenset[str]:
    """The members of an object that are not shown: by their own names, or since they repeat what another one names."""
    again = repeated(members)
    return frozenset(
        name for name, value in members.items() if not _is_plain(value) and (name in again or is_secret(name))
    )


def _is_plain(value: Any) -> bool:
    """Whether a value is no secret wherever it stands."""
    return value is None or isinstance(value, bool)


def _redact_response(response: Response) -> Response:
    headers = tuple((name, redact_header(name, value)) for name, value in response.headers)
    return dataclasses.replace(response, headers=headers, body=response.body and _redact_body(response.body))


def _redact_body(body: bytes) -> bytes | None:
    try:
        return orjson.dumps(redact_value(orjson.loads(body)))
    except (ValueError, TypeError, RecursionError):
        pass
    try:
        return redact_text(body.decode()).encode()
    except UnicodeDecodeError:
        return None
