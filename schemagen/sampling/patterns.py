"""A text for a regular expression, from its own syntax: the portable part of it that a definition may use.

Nothing is matched here. A choice is made wherever the pattern leaves one, so that a text may still miss what `^` or `$`
asks for in an odd place; whoever wants the text tries it.
"""

from __future__ import annotations

import dataclasses
import random
import re
from typing import TypeAlias

_MORE = 3  # how often more than it must be something is repeated that has no upper bound
_COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_PRINTED = tuple(range(0x20, 0x7F))
_LETTERS = tuple(map(ord, "abcdefghijklmnopqrstuvwxyz0123456789"))

Choice: TypeAlias = tuple[int, ...]  # code points, of which one is taken


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, of which one is taken; each is a sequence of pieces with the least and the most of each."""

    branches: tuple[tuple[tuple[Choice | Group, int, int], ...], ...]


def text_of(pattern: str, chance: random.Random) -> str:
    """A text that is likely to match `pattern`, which `engine.pattern_problem` has no objection to."""
    return _write(_Reader(pattern).group(), chance)


def _write(group: Group, chance: random.Random) -> str:
    written = []
    for piece, least, most in chance.choice(group.branches):
        for _ in range(chance.randint(least, most)):
            if isinstance(piece, Group):
                written.append(_write(piece, chance))
            elif piece:
                written.append(chr(chance.choice(piece)))
    return "".join(written)


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def group(self) -> Group:
        """What is up to the closing parenthesis, or to the end."""
        branches: list[tuple[tuple[Choice | Group, int, int], ...]] = []
        pieces: list[tuple[Choice | Group, int, int]] = []
        while (sign := self._next()) and sign != ")":
            if sign == "|":
                branches.append(tuple(pieces))
                pieces = []
            elif sign not in "^$":
                pieces.append((self._piece(sign), *self._count()))
        return Group((*branches, tuple(pieces)))

    def _next(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1 : self._at]

    def _piece(self, sign: str) -> Choice | Group:
        if sign == "(":
            if self._pattern.startswith("?:", self._at):
                self._at += 2
            return self.group()
        if sign == "[":
            return self._class()
        if sign == "\\":
            return (ord(self._escaped()),)
        return _LETTERS if sign == "." else (ord(sign),)

    def _escaped(self) -> str:
        number = _HEX.match(self._pattern, self._at)
        if number:
            self._at = number.end()
            return chr(int(number[1] or number[2], 16))
        sign = self._next() or "\\"
        return _CONTROLS.get(sign, sign)

    def _class(self) -> Choice:
        negated = self._pattern.startswith("^", self._at)
        self._at += negated
        found: list[int] = []
        while (sign := self._next()) and sign != "]":
            first = ord(self._escaped() if sign == "\\" else sign)
            last = first
            if self._pattern.startswith("-", self._at) and not self._pattern.startswith("-]", self._at):
                self._at += 1
                sign = self._next() or sign
                last = ord(self._escaped() if sign == "\\" else sign)
            found += range(first, last + 1)
        if negated:
            found = [point for point in _PRINTED if point not in found]
        usual = [point for point in found if point in _PRINTED]
        return tuple(usual or found)

    def _count(self) -> tuple[int, int]:
        count = _COUNT.match(self._pattern, self._at)
        if count:
            self._at = count.end()
            least = int(count[1])
            most = least if count[2] is None else int(count[3]) if count[3] else least + _MORE
            least, most = min(least, most), min(most, least + 10 * _MORE)
        else:
            sign = self._pattern[self._at : self._at + 1]
            least, most = {"*": (0, _MORE), "+": (1, 1 + _MORE), "?": (0, 1)}.get(sign, (1, 1))
            self._at += sign in ("*", "+", "?") and sign != ""
        self._at += (least, most) != (1, 1) and self._pattern.startswith(
            "?", self._at
        )  # lazy: the same texts
        return least, most
