"""Text that should be JSON (RFC 8259) and is none: what it is instead, and where it breaks off.

Offsets count bytes from 0; lines and columns (in characters) count from 1.
"""

from __future__ import annotations

import codecs
import re

from schemagen.bodies.kind import Kind
from schemagen.bodies.kinds import is_binary, name_encoding, name_kind
from schemagen.bodies.unreadable import UnreadableError
from schemagen.findings import Fact
from schemagen.limits import DEEPEST, Limits, option
from schemagen.redaction import MASK, redact_text

_SHOWN = 40  # characters of a body around the place where it breaks off
_NEAR = 4096  # characters around them that are searched for secrets

_HIDDEN = "…"

_NESTING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HINTS = (
    (re.compile(r"\Z"), "it ends too early"),
    (re.compile(r"-?(?:NaN|Infinity|undefined|None|True|False)\b"), "{} is no JSON value"),
    (re.compile("[\x00-\x1f]"), "a control character in a text must be escaped"),
    (re.compile(r"'"), "texts and names stand in double quotes"),
    (re.compile(r"//|/\*|#"), "JSON has no comments"),
)


def diagnose(raw: bytes, position: int, why: str, limits: Limits) -> UnreadableError:
    """What `raw` is that the reader gave up at `position` (in characters), saying `why`."""
    encoding = name_encoding(raw)
    if encoding:
        return UnreadableError("body/wrong-charset", got=encoding)
    mark = len(raw) - len(raw.removeprefix(codecs.BOM_UTF8))
    try:
        text = raw[mark:].decode()
    except UnicodeDecodeError as problem:
        return _not_utf8(raw, mark + problem.start, limits)
    kind = name_kind(text)
    if kind:
        return _not_json(Kind("binary data") if is_binary(raw) else kind, text, limits)
    try:
        check_depth(raw, limits)
    except UnreadableError as problem:
        return problem
    return _broken(text, position, why, mark, limits)


def _not_utf8(raw: bytes, offset: int, limits: Limits) -> UnreadableError:
    if is_binary(raw):
        return _not_json(Kind("binary data"), raw[: _SHOWN // 2].hex(" "), limits)
    text = raw.decode("utf-8", "replace")
    kind = name_kind(text) if text.lstrip("\ufeff\t\n\r ").startswith("<") else None
    if kind:
        return _not_json(kind, text, limits)
    byte = f"0x{raw[offset]:02x}" if limits.value_characters else _HIDDEN
    return UnreadableError("body/not-utf8", got=byte, **_position(raw, offset))


def _not_json(kind: Kind, text: str, limits: Limits) -> UnreadableError:
    """The body is something else: its kind, and how it begins, without secrets; only the kind if no values are shown."""
    beginning = " ".join(redact_text(text.lstrip()[:_NEAR]).split())
    got = kind.words if limits.value_characters else kind.name
    return UnreadableError("body/not-json", got=got, piece=_cut(beginning, limits.value_characters))


def _broken(text: str, position: int, why: str, mark: int, limits: Limits) -> UnreadableError:
    raw = text.encode()
    place = _position(raw, len(text[:position].encode()))
    place["offset"] = mark + len(text[:position].encode())
    shown = min(_SHOWN, limits.value_characters)
    number = _NUMBER.match(text, position)
    if number and not _is_finite(number[0]):
        return UnreadableError("body/number-too-large", piece=_cut(number[0], shown), **place)
    for pattern, hint in _HINTS:
        if found := pattern.match(text, position):
            why = hint.format(found[0])
            break
    return UnreadableError("body/broken-json", why=why, piece=_around(text, position, shown), **place)


def _is_finite(number: str) -> bool:
    return abs(float(number)) != float("inf")


def check_depth(raw: bytes, limits: Limits) -> None:
    """See that the JSON text is not nested deeper than the limit, by its brackets outside of strings.

    Raises:
        UnreadableError: it is.
    """
    most = min(limits.json_depth, DEEPEST)
    if raw.count(b"[") + raw.count(b"{") <= most:
        return
    depth = 0
    for match in _NESTING.finditer(raw):
        bracket = match[0]
        depth += (bracket in (b"[", b"{")) - (bracket in (b"]", b"}"))
        if depth > most:
            place = _position(raw, match.start())
            raise UnreadableError("body/too-deep", want=most, option=option("json_depth"), **place)


def _position(raw: bytes, offset: int) -> dict[str, Fact]:
    start = raw.rfind(b"\n", 0, offset) + 1
    column = len(raw[start:offset].decode("utf-8", "replace")) + 1
    return {"offset": offset, "line": raw.count(b"\n", 0, offset) + 1, "column": column}


def _around(text: str, position: int, shown: int) -> str:
    near = text[max(0, position - _NEAR) : position + _NEAR]
    if shown and redact_text(near) != near:
        return MASK
    start = max(0, position - shown // 2)
    return ("…" if start and shown else "") + _cut(text[start : start + shown + 1], shown)


def _cut(text: str, limit: int) -> str:
    """`text`, at most `limit` characters of it; `…` alone if there is nothing to be shown."""
    return text if limit and len(text) <= limit else text[:limit] + _HIDDEN
