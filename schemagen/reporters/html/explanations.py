"""What a rule's explanation is made of, for pages: its Markdown as plain blocks, so that no HTML is put together here.

Knows exactly what our own explanations use: headings, paragraphs, lists, fenced code and code within a line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

_FENCE = re.compile(r"(`{3,})([a-z]*)")
_HEADING = re.compile(r"(#+) +(.+)")
_ITEM = re.compile(r"[-*] +(.+)")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: prose, or code."""

    text: str
    is_code: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """One of `heading`, `paragraph`, `list` and `code`; `items` has one item, but for lists. Code is one span."""

    kind: str
    items: tuple[tuple[Span, ...], ...]


def blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of an explanation, in their order; its title, the heading of the first level, is left out."""
    return tuple(_blocks(iter(markdown.split("\n"))))


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    prose: list[str] = []
    for line in lines:
        fence, heading = _FENCE.fullmatch(line), _HEADING.fullmatch(line)
        if fence or heading or not line.strip():
            yield from _prose(prose)
            prose = []
        if fence:
            yield Block("code", ((Span("\n".join(_until(lines, fence[1])), is_code=True),),))
        elif heading and len(heading[1]) > 1:
            yield Block("heading", (_spans(heading[2]),))
        elif line.strip() and not heading:
            prose.append(line)
    yield from _prose(prose)


def _until(lines: Iterator[str], fence: str) -> Iterator[str]:
    for line in lines:
        if line == fence:
            return
        yield line


def _prose(lines: list[str]) -> Iterator[Block]:
    """A paragraph, or a list where the first line is an item; further lines of an item are indented or not."""
    if not lines:
        return
    if not _ITEM.fullmatch(lines[0]):
        yield Block("paragraph", (_spans(" ".join(line.strip() for line in lines)),))
        return
    items: list[str] = []
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item:
            items.append(item[1])
        else:
            items[-1] += " " + line.strip()
    yield Block("list", tuple(_spans(item) for item in items))


def _spans(text: str) -> tuple[Span, ...]:
    pieces = _CODE.split(text)
    return tuple(Span(piece, is_code=bool(index % 2)) for index, piece in enumerate(pieces) if piece)
