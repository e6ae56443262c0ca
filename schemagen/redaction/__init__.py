"""Secrets, replaced by the place where they stand: headers, query parameters, userinfo, members of bodies.

Whether a value looks like a secret is asked of texts only: there its place is what stands before it.
"""

from __future__ import annotations

import dataclasses
import re
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


_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\3\4")  # gzip, zstd, zip

_ESCAPED = re.compile(rb"\\u00[2-7]")  # a name that is written so is not seen in the text


def redact(exchange: Exchange) -> Exchange:
    """The exchange without its secrets. A body that is encoded, and so cannot be looked into, is left out; one without
    secrets stays as it is, byte for byte.
    """
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
    if pointer and any(isinstance(step, str) and is_secret(step) for step in pointer):
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
    secret = [name for name in members if name in again or is_secret(name)]
    return frozenset(name for name in secret if not _is_plain(members[name]))


def _is_plain(value: Any) -> bool:
    """Whether a value is no secret wherever it stands."""
    return value is None or isinstance(value, bool)


def _redact_response(response: Response) -> Response:
    headers = tuple((name, redact_header(name, value)) for name, value in response.headers)
    body = response.body
    if body and not response.decoded and response.header("content-encoding") and not _is_text(body):
        body = None
    return dataclasses.replace(response, headers=headers, body=body and _redact_body(body))


def _redact_body(body: bytes) -> bytes | None:
    """The body as it is if there is nothing secret in it, else masked; None if it cannot be looked into."""
    if body.startswith(_PACKED):
        return None
    text = body.decode() if _is_text(body) else body.decode("latin-1")
    if "\0" in text:  # of two or four bytes a character, or binary: what stands in it is seen, but not masked
        return body if redact_text(seen := text.replace("\0", "")) == seen else None
    masked_text = redact_text(text)
    try:
        value = orjson.loads(body)
        safe = redact_value(value)
        if safe != value or masked_text != text or _ESCAPED.search(body):
            return orjson.dumps(safe)
    except (ValueError, TypeError, RecursionError):
        pass
    return body if masked_text == text else masked_text.encode("utf-8" if _is_text(body) else "latin-1")


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
