"""What a block `error-format` says: the id of a definition, and options, one a line.

    telecomx
    show: response 404
    level: 3

The same options stand in the fenced blocks of Markdown and in the directive of Sphinx.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from schemagen.display import shown
from schemagen.errors import SchemagenError
from schemagen.nearest import nearest
from schemagen.reference import PIECES, Piece

OPTIONS = ("show", "level")
PARTS = tuple(part for part in PIECES if part != "page")  # a page is a file of its own
NAMED = ("schema", "response", "code", "codes", "examples")  # of which one may be meant: `response 404`

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FILES = (".yaml", ".yml")


class BlockError(SchemagenError):
    """A block cannot be shown: the message is one line for the author; `line` counts from the fence, which is 0."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclasses.dataclass(frozen=True, slots=True)
class Block:
    """What is to be shown of the definition `id`: the `part`, of `name` where one of several is meant.

    Headings begin at `level` (2 is `h2`; with 0 there are none); None: one below the heading that the block stands under.
    """

    id: str
    part: Piece = "all"
    name: str = ""
    level: int | None = None


def read_lines(lines: Sequence[str]) -> Block:
    """The block of which these are the lines: the id first, then one option a line.

    Raises:
        BlockError: it says what no block says; the message names the nearest known word.
    """
    block = None
    given: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                block = named(line.strip()) if block is None else _with_line(block, line, given)
            except BlockError as problem:
                raise BlockError(str(problem), number) from None
    if block is None:
        raise BlockError("the block is empty; its first line is the id of a definition, such as telecomx")
    return block


def named(name: str) -> Block:
    """The block that shows all of the definition `name`.

    Raises:
        BlockError: that is no id.
    """
    if name.endswith(_FILES) or not _ID.fullmatch(name):
        raise BlockError(f"{_quoted(name)} is no id of a definition (an id is a word such as telecomx)")
    return Block(name)


def with_option(block: Block, key: str, value: str) -> Block:
    """The block with one option more.

    Raises:
        BlockError: there is no such option, or it cannot have that value.
    """
    if key not in OPTIONS:
        raise BlockError(f"there is no option {_quoted(key)}{_hint(key, OPTIONS)}")
    if key == "level":
        return dataclasses.replace(block, level=_level(value))
    part, name = _part(value)
    return dataclasses.replace(block, part=part, name=name)


def _with_line(block: Block, line: str, given: set[str]) -> Block:
    key, colon, value = (each.strip() for each in line.partition(":"))
    if not colon:
        raise BlockError(f"{_quoted(line.strip())} is no option; write one a line, as in show: codes")
    if key in given:
        raise BlockError(f"the option {_quoted(key)} stands there twice")
    given.add(key)
    return with_option(block, key, value)


def _part(text: str) -> tuple[Piece, str]:
    part, _, name = text.partition(" ")
    for known in PARTS:
        if part == known and (known in NAMED or not name):
            return known, name.strip()
    if part in PARTS:
        raise BlockError(f"show: {part} takes no name; {_quoted(name)} is too much")
    raise BlockError(f"show: there is no {_quoted(part)}{_hint(part, PARTS)}")


def _level(text: str) -> int:
    if text not in ("0", "1", "2", "3", "4", "5", "6"):
        raise BlockError(f"level: {_quoted(text)} is no level of a heading (1 to 6, or 0 for no headings)")
    return int(text)


def _hint(word: str, known: tuple[str, ...]) -> str:
    close = nearest(word, known)
    return f"; did you mean '{close}'?" if close else f" (known: {', '.join(known)})"


def _quoted(text: str) -> str:
    return f"'{shown(text, 60)}'"
