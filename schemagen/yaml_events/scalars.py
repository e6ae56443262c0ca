"""What an unquoted text stands for: the core schema of YAML 1.2 (section 10.3.2), and no more of YAML 1.1.

`no`, `on`, `1_000`, `1:30` and dates are texts; `0o17` and `0x1F` are integers; `1e3` is a number.
"""

from __future__ import annotations

import math
import re

WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBER = re.compile(
    r"""(?P<decimal> [-+]? [0-9]+ ) | 0o(?P<octal> [0-7]+ ) | 0x(?P<hex> [0-9a-fA-F]+ )
      | (?P<float> [-+]? (?: \.[0-9]+ | [0-9]+ (?: \.[0-9]* )? ) (?: [eE][-+]?[0-9]+ )? )
      | (?P<no_number> [-+]? \.(?: inf | Inf | INF ) | \.(?: nan | NaN | NAN ) )""",
    re.VERBOSE,
)
_BLANKS = frozenset(" \t")
_FIRST = frozenset("-+.0123456789")
_BASES = {"octal": 8, "hex": 16}
_DIGITS = 400  # a longer number is not read: conversion takes time in the square of its length
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1  # what JSON writers of 64 bits carry


def plain(text: str) -> str | int | float | bool | None:
    """The value of an unquoted text.

    Raises:
        ValueError: it is a number that JSON cannot carry: infinite, not a number, beyond 64 bits.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in _FIRST or not (match := _NUMBER.fullmatch(text)):
        return text
    return _number(text, match.lastgroup)


def _number(text: str, kind: str | None) -> int | float:
    if kind == "no_number" or len(text) > _DIGITS:
        raise ValueError(text)
    value = float(text) if kind == "float" else int(text[2:], _BASES[kind]) if kind in _BASES else int(text)
    if not math.isfinite(value) or (isinstance(value, int) and not _SMALLEST <= value <= _LARGEST):
        raise ValueError(text)
    return value


def comments(text: str) -> set[int]:
    """Where an unquoted text would end if the `#` after exactly one blank behind it begins a comment."""
    hashes = (match.start() for match in re.finditer("#", text))
    return {at - 1 for at in hashes if text[at - 1 : at] in _BLANKS and text[at - 2 : at - 1] not in _BLANKS}
