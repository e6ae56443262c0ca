"""Text that should be JSON (RFC 8259): its value. What it is instead is for `diagnosis` to say."""

from __future__ import annotations

import codecs
from typing import Any

import orjson

from schemagen.limits import DEEPEST, Limits

_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def parse(raw: bytes, limits: Limits) -> Any:
    """The value of the JSON text `raw`, which may begin with a byte order mark (RFC 8259, section 8.1).

    Raises:
        UnreadableError: it is no JSON, or nested deeper than the limit.
    """
    text = raw.removeprefix(codecs.BOM_UTF8)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        from schemagen.bodies.diagnosis import diagnose

        raise diagnose(raw, error.pos, error.msg, limits) from None
    if not _is_shallow(text, min(limits.json_depth, DEEPEST)):
        from schemagen.bodies.diagnosis import check_depth

        check_depth(raw, limits)
    return value


def _is_shallow(text: bytes, most: int) -> bool:
    """Whether valid JSON is nested `most` levels deep or less: so often at most can the innermost brackets be taken out.

    A large body has millions of brackets; to look at each of them takes seconds.
    """
    if text.count(b"[") + text.count(b"{") <= most:
        return True
    outside_of_strings = text.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"')[::2]
    brackets = b"".join(outside_of_strings).translate(_SQUARE, _NO_BRACKETS)
    for _ in range(most):
        if not brackets:
            break
        brackets = brackets.replace(b"[]", b"")
    return not brackets
