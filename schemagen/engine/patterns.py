"""Regular expressions on a linear engine, and the part of their language that means the same in every engine.

A pattern of a definition is run by Rust's engine here, by ECMA-262 engines in the hands of those who get the schemas,
by whatever a host has. So it may use only what all of them read alike. Python's `re` never runs one.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from schemagen.engine.formats import options
from schemagen.limits import Limits, option

if TYPE_CHECKING:
    import jsonschema_rs

_ESCAPED = "^$\\.*+?()[]{}|/nrtfv"
_CLASSES = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[A-Za-z0-9_]",
    "W": "[^A-Za-z0-9_]",
    "s": r"[ \t\r\n]",
    "S": r"[^ \t\r\n]",
}
_LONGEST = 256
_PIECE = re.compile(
    r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)?|\(\?.?|\{[0-9]+(?:,[0-9]*)?\}|\[\^?|.", re.DOTALL | re.ASCII
)


def matches(pattern: str, text: str) -> bool:
    """Whether `pattern` is found in `text`, in time linear in its length; `$` is the very end of the text.

    Raises:
        ValueError: the linear engine cannot compile `pattern`.
    """
    return _compiled(pattern).is_valid(text)


@functools.lru_cache(maxsize=4096)
def _compiled(pattern: str) -> jsonschema_rs.Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"pattern": pattern}, **options())


def spans(pattern: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where `pattern` is found in `text`, as (start, end), from left to right without overlaps.

    The engine only says whether there is a match, so each one is found at its shortest, then grown by one character
    after the other as long as it is a match, to 256 characters. A pattern that matches nothing at all is found nowhere.

    Raises:
        ValueError: the linear engine cannot compile `pattern`.
    """
    if matches(pattern, ""):
        return ()
    whole, ending = f"^(?:{pattern})$", f"(?:{pattern})$"
    found: list[tuple[int, int]] = []
    position = 0
    while (end := _first_end(pattern, text, position)) is not None:
        start = _first(range(position, end), lambda at: not matches(ending, text[at:end])) - 1  # noqa: B023
        while start > position and end - start < _LONGEST and matches(whole, text[start - 1 : end]):
            start -= 1
        while end < len(text) and end - start < _LONGEST and matches(whole, text[start : end + 1]):
            end += 1
        found.append((start, end))
        position = end
    return tuple(found)


def _first_end(pattern: str, text: str, position: int) -> int | None:
    """The end of the match after `position` that ends first."""
    width = 16
    while not matches(pattern, text[position : position + width]):
        if position + width >= len(text):
            return None
        width *= 2
    return _first(range(position, position + width), lambda end: matches(pattern, text[position:end]))


def _first(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first number that `holds`, which holds for all after it; the end of the range if there is none."""
    return numbers.start + bisect.bisect_left(numbers, 1, key=lambda number: int(holds(number)))


def pattern_problem(pattern: str, limits: Limits) -> str | None:
    """Why `pattern` may not stand in a definition, with what to write instead; None when it may."""
    if len(pattern) > limits.pattern_length:
        return f"it has more than {limits.pattern_length} characters ({option('pattern_length')})"
    problem = _unportable(pattern)
    if problem is None:
        try:
            matches(pattern, "")
        except ValueError:
            problem = (
                "the linear engine cannot compile it: no look-around, no back-references, and not too large"
            )
    return problem


def _unportable(pattern: str) -> str | None:
    in_class = False
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)[0]  # type: ignore[index]  # it matches any character
        if piece.startswith("\\"):
            problem = _bad_escape(piece, in_class=in_class)
        elif in_class:
            piece = pattern[position]
            problem = _bad_in_class(piece, pattern[position : position + 2])
            in_class = piece != "]"
        else:
            problem = _bad_outside(piece)
            in_class = piece.startswith("[")
        if problem is not None:
            return problem
        position += len(piece)
    return None


def _bad_escape(piece: str, *, in_class: bool) -> str | None:
    letter = piece[1:2]
    if letter in _CLASSES:
        return f"{piece} means other characters in other engines: write {_CLASSES[letter]}"
    if len(piece) > 2 or (letter and letter in _ESCAPED) or (in_class and letter == "-"):
        return None
    if letter.isalnum():
        return f"{piece} means different things in different engines, or nothing"
    return (
        f"{piece} is refused by some engines: write {letter} without the backslash"
        if letter
        else "it ends in \\"
    )


def _bad_in_class(piece: str, pair: str) -> str | None:
    if piece == "[":
        return "an unescaped [ inside […] means a nested class in some engines: write \\["
    return f"{pair} inside […] is an operator in some engines" if pair in ("&&", "--", "~~") else None


def _bad_outside(piece: str) -> str | None:
    if piece.startswith("(?") and piece != "(?:":
        return f"{piece} is no group that every engine has: only ( … ) and (?: … )"
    if piece in ("]", "}"):
        return f"an unescaped {piece} is refused by some engines: write \\{piece}"
    return "an unescaped { must begin a count like {2,4}: write \\{" if piece == "{" else None
