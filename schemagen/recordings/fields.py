"""The fields of a recorded exchange, as the many recorders write them: status, headers, bodies, requests."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import orjson

from schemagen.bodies.texts import parse as parse_text
from schemagen.bodies.unreadable import UnreadableError
from schemagen.exchanges import Request
from schemagen.limits import Limits
from schemagen.redaction import redact_text

_SHOWN = 40  # characters of a value in a message
_LOOKED_AT = 4096  # a secret must not be cut before it is recognised


class BrokenError(Exception):
    """An entry that cannot be used; never leaves `recordings`. The text says why, `offset` is the byte if one is meant.

    `{}` in the text stands for `got`, a value of the entry.
    """

    def __init__(self, why: str, offset: int | None = None, *, got: Any = None) -> None:
        super().__init__(why)
        self.why = why
        self.offset = offset
        self.got = got

    def told(self, limits: Limits) -> str:
        """The text with the value in its place; what it is, if values are not to be shown."""
        return self.why.replace("{}", name_value(self.got, shown=limits.value_characters > 0), 1)


class BoundsError(BrokenError):
    """It is broken only because of a number that no float holds, or its depth."""


_OF_BOUNDS = ("body/number-too-large", "body/too-deep")


def read_json(data: bytes, limits: Limits) -> Any:
    """The value of a JSON text in a recording.

    Raises:
        BoundsError: something in it, as far as it was read, is too large, or nested too deep.
        BrokenError: it is none.
    """
    try:
        return parse_text(data, limits)
    except UnreadableError as problem:
        facts = problem.facts
        offset = facts.get("offset")
        why = {
            "body/broken-json": f"it is not valid JSON: {facts.get('why')}",
            "body/not-json": f"it is {facts.get('got')}, not JSON",
            "body/not-utf8": "it is not UTF-8",
            "body/number-too-large": "a number in it is larger than 1.8e308",
            "body/too-deep": f"it is nested deeper than {facts.get('want')} ({facts.get('option')})",
        }.get(problem.rule, "it is not UTF-8")
        error = BoundsError if problem.rule in _OF_BOUNDS else BrokenError
        raise error(why, offset if isinstance(offset, int) else None) from None


def read_object(value: Any, what: str) -> dict[str, Any]:
    """`value`, which must be an object.

    Raises:
        BrokenError: it is none.
    """
    if not isinstance(value, dict):
        raise BrokenError(f"{what} is {{}}, not an object", got=value)
    return value


def read_status(holder: dict[str, Any]) -> int:
    """The member `status` of `holder`: a number of three digits, or a text of three digits.

    Raises:
        BrokenError: it is missing, or no status (RFC 9110, section 15).
    """
    if "status" not in holder:
        raise BrokenError("it has no status")
    value = holder["status"]
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value in range(100, 1000):
        return int(value)
    raise BrokenError("its status is {}, not a number from 100 to 999", got=value)


def read_headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Headers with lower-case names: from a map of texts or lists, a list of `{name, value}`, or a list of pairs.

    Pseudo headers of HTTP/2 are left out; texts that Chrome has joined by line feeds are taken apart again.

    Raises:
        BrokenError: it is none of these, or a value is no text.
    """
    return tuple(
        (name.lower(), part.strip("\r"))
        for name, text in _pairs(value)
        if not name.startswith(":")
        for part in _to_text(name, text).split("\n")
    )


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ((name, each) for each in (inner if isinstance(inner, list) else [inner]))
        return
    if value is not None and not isinstance(value, list):
        raise BrokenError("its headers are {}, not a map or a list", got=value)
    for header in value or ():
        if isinstance(header, dict) and isinstance(header.get("name"), str):
            yield header["name"], header.get("value", "")
        elif isinstance(header, list) and len(header) == 2 and isinstance(header[0], str):
            yield header[0], header[1]
        else:
            raise BrokenError("a header is {}, not a name with a value", got=header)


def _to_text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise BrokenError(f"the header {name_value(name)} is {{}}, not a text", got=value)


def read_base64(text: str) -> bytes:
    """The bytes that `text` stands for in base64 (RFC 4648, section 4); line breaks in it do not count.

    Raises:
        BrokenError: it has other characters, or an end that cannot be.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BrokenError("its body is not valid base64") from None


def write_json(value: Any) -> bytes:
    """The JSON text of a body that the recorder kept as a value.

    Raises:
        BrokenError: it is nested deeper than can be written.
    """
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:
        raise BrokenError("its body is nested too deep") from None


def read_request(value: Any) -> Request | None:
    """What is known of a request: method and URL, where they are texts."""
    if not isinstance(value, dict):
        return None
    method, url = value.get("method"), value.get("url")
    if not method and not url:
        return None
    return Request(method if isinstance(method, str) else "", url if isinstance(url, str) else "")


def name_value(value: Any, *, shown: bool = True) -> str:
    """A value as a message shows it: as JSON, short and without secrets; if it is not `shown`, only what it is."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bytes):
        return "binary data"
    if not shown and isinstance(value, str | int | float) and not isinstance(value, bool):
        return "a text" if isinstance(value, str) else "a number"
    text = redact_text(orjson.dumps(value).decode()[:_LOOKED_AT])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
