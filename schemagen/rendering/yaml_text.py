"""The one YAML writer: plain data in block style, such that YAML 1.1 and YAML 1.2 readers see the same.

Written for speed and for diffs: no anchors, no folding, order as given. It does not read YAML.
"""

from __future__ import annotations

import math
import re
from typing import Any

# Words that some reader takes for a boolean, null, a number, a merge or a default (YAML 1.1 and 1.2 schemas).
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
# What may stand without quotes: begins with a letter, `_`, `$` or `/`, and holds no `: `, no ` #`, no brackets.
_PLAIN = re.compile(r"[A-Za-z_$/](?:[A-Za-z0-9_$/.()+,;!?@%*&=~<>^|'\"\\-]|[ :#](?=[A-Za-z0-9_$/('\"-]))*")
# What YAML 1.2 (5.1) does not print, and what would hide or reorder text for a person reading the file.
_UNPRINTED = (
    "\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff"
)
_ESCAPED = re.compile(f'[\\\\"\t\n{_UNPRINTED}]')
_NEEDS_ESCAPES = re.compile(f"[\t\n{_UNPRINTED}]")
_BLOCK = re.compile(f"(?=[^ \t\n])[^{_UNPRINTED}]*[^ \t\n{_UNPRINTED}]\n?")
_BLANK_LINE = re.compile(r"\n[ \t]+(?:\n|$)")
_SHORT = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_LONGEST_KEY = 1000  # an implicit key ends within 1024 characters (YAML 1.2, 7.4.2)


def to_yaml(data: Any) -> str:
    """`data` (mappings with text keys, lists, texts, numbers, booleans, None) as a YAML document, final newline.

    Raises:
        ValueError: a NaN, an infinity or a lone surrogate, which not every reader accepts.
        TypeError: something that JSON does not know, or a key that is no text.
    """
    return _Writer().write(data)


class _Writer:
    """One run: the lines so far, and texts already written as scalars."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._scalars: dict[str, str] = {}

    def write(self, data: Any) -> str:
        if isinstance(data, dict) and data:
            self._mapping(data, "", "")
        elif isinstance(data, list | tuple) and data:
            self._sequence(data, "", "")
        else:
            self._out.append(self._value(data, "  ") + "\n")
        return "".join(self._out)

    def _mapping(self, data: dict[str, Any], indent: str, first: str) -> None:
        """`first` is what stands before the first key instead of `indent`: `- ` of a list was already written."""
        lead = first
        for key, value in data.items():
            text = self._key(key)
            if len(text) > _LONGEST_KEY:
                text = f"? {text}\n{indent}"
            if isinstance(value, dict) and value:
                self._out.append(f"{lead}{text}:\n")
                self._mapping(value, indent + "  ", indent + "  ")
            elif isinstance(value, list | tuple) and value:
                self._out.append(f"{lead}{text}:\n")
                self._sequence(value, indent + "  ", indent + "  ")
            else:
                self._out.append(f"{lead}{text}: {self._value(value, indent + '  ')}\n")
            lead = indent

    def _sequence(self, data: list[Any] | tuple[Any, ...], indent: str, first: str) -> None:
        lead = first + "- "
        for value in data:
            if isinstance(value, dict) and value:
                self._mapping(value, indent + "  ", lead)
            elif isinstance(value, list | tuple) and value:
                self._sequence(value, indent + "  ", lead)
            else:
                self._out.append(f"{lead}{self._value(value, indent + '  ')}\n")
            lead = indent + "- "

    def _key(self, key: object) -> str:
        if not isinstance(key, str):
            raise TypeError(f"a key is a text, not {type(key).__name__}")
        return self._scalar(key)

    def _value(self, value: Any, indent: str) -> str:
        if isinstance(value, str):
            return _block(value, indent) if "\n" in value and _fits_block(value) else self._scalar(value)
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return _number(value)
        if isinstance(value, dict):
            return "{}"
        if isinstance(value, list | tuple):
            return "[]"
        raise TypeError(f"no YAML for {type(value).__name__}")

    def _scalar(self, text: str) -> str:
        known = self._scalars.get(text)
        if known is None:
            known = self._scalars[text] = _quoted(text)
        return known


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if _NEEDS_ESCAPES.search(text):
        return '"' + _ESCAPED.sub(_escape, text) + '"'
    return "'" + text.replace("'", "''") + "'"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:
        raise ValueError("a lone surrogate has no place in a UTF-8 file")
    if character in _SHORT:
        return _SHORT[character]
    if number < 0x100:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _fits_block(text: str) -> bool:
    """Whether a literal block gives the text back without an indentation indicator or `+`."""
    return _BLOCK.fullmatch(text) is not None and not _BLANK_LINE.search(text)


def _block(text: str, indent: str) -> str:
    """A literal block (YAML 1.2, 8.1.2)."""
    header, body = ("|", text[:-1]) if text.endswith("\n") else ("|-", text)
    lines = [indent + line if line else "" for line in body.split("\n")]
    return header + "\n" + "\n".join(lines)


def _number(value: float) -> str:
    """A float that YAML 1.1 sees as one, too: it wants a point before the exponent."""
    if not math.isfinite(value):
        raise ValueError(f"not every reader accepts the number {value}")
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")
