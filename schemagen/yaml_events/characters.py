"""Bytes to characters: UTF-8 and nothing else, and which characters a YAML text may not or had better not hold."""

from __future__ import annotations

import codecs
import re

from schemagen.yaml_events.problems import Problem, position

# YAML 1.2, section 5.1: c-printable. A lone surrogate cannot come out of UTF-8.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Next line, no-break space, soft hyphen, zero-width space, line and paragraph separator, direction marks, BOM: pasted
# from web pages; they look like a blank or like nothing, and libyaml takes the separators for line breaks.
_INVISIBLE = re.compile("[\x85\xa0\xad\u200b\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


def decode(data: bytes) -> tuple[str, Problem | None]:
    """The text without its byte order mark; or no text, and the problem for which there is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_wide(data[:4]):
        return "", Problem("not-utf8", 1, 1, facts=(("what", "it looks like UTF-16 or UTF-32"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8", "replace")
        offset = len(data) - len(error.object) + error.start  # the codec counts behind the byte order mark
        what = f"byte 0x{data[offset]:02X} at offset {offset}"
        return "", Problem("not-utf8", *position(good, len(good)), facts=(("what", what),))
    if control := _CONTROL.search(text):
        character = f"U+{ord(control[0]):04X}"
        return "", Problem(
            "control-character", *position(text, control.start()), facts=(("character", character),)
        )
    return text, None


def _is_wide(head: bytes) -> bool:
    """Whether the first character, which is ASCII in any YAML, takes two or four bytes (YAML 1.2, section 5.2)."""
    return len(head) == 4 and head.count(0) >= 2


def invisible(text: str) -> list[Problem]:
    """The first place of each invisible character."""
    if text.isascii():
        return []
    import unicodedata

    first: dict[str, int] = {}
    for match in _INVISIBLE.finditer(text):
        first.setdefault(match[0], match.start())
    return [
        Problem(
            "invisible-character",
            *position(text, at),
            facts=(
                ("character", f"U+{ord(character):04X}"),
                ("name", unicodedata.name(character, "next line").lower()),
                ("escape", f"\\u{ord(character):04X}"),
            ),
        )
        for character, at in first.items()
    ]
