"""Where a page of Markdown has fenced blocks `error-format`; what they ask for is no matter here.

Fences are read as the extensions `fenced_code` and `pymdownx.superfences` read them: a fence ends with the very same
fence, may stand in an admonition, a tab, a list or a quotation, and shows what is in it. So a block `error-format` that
stands in another block is only text.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

_MARGIN = " \t>"
_OPENING = re.compile(r"(?P<margin>[ \t>]*)(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)")
_INFO = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?error-format(?P<rest>[ \t}].*)?")


@dataclasses.dataclass(frozen=True, slots=True)
class Fence:
    """A block `error-format`: its lines in the page from `start` up to `end`, with both fences.

    `margin` is what stands before its fence, `rest` what follows its name; `lines` are what is in it, without margins.
    """

    start: int
    end: int
    margin: str
    rest: str
    lines: tuple[str, ...]
    closed: bool


def find(page: Sequence[str]) -> list[Fence]:
    """The blocks of a page, in order; one that is not closed is its first line alone."""
    found: list[Fence] = []
    at = 0
    while at < len(page):
        opening = _OPENING.fullmatch(page[at].rstrip())
        end = _end(page, at, opening) if opening else None
        info = _INFO.fullmatch(opening["info"]) if opening else None
        if opening and info:
            rest = (info["rest"] or "").strip(" \t}")
            lines = tuple(line.lstrip(_MARGIN).rstrip() for line in page[at + 1 : (end or at + 1) - 1])
            found.append(Fence(at, end or at + 1, opening["margin"], rest, lines, end is not None))
        at = end or at + 1
    return found


def _end(page: Sequence[str], start: int, opening: re.Match[str]) -> int | None:
    """The line after the closing fence; None, if the page ends before it, or the text leaves the margin."""
    for number, text in enumerate(page[start + 1 :], start + 1):
        line = text.rstrip()
        inside = line.lstrip(_MARGIN)
        if inside and len(line) - len(inside) < len(opening["margin"]):
            return None
        if inside == opening["fence"]:
            return number + 1
    return None
