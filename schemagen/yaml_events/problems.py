"""What is wrong with a YAML text, as data; and small measures on texts that name a place."""

from __future__ import annotations

import dataclasses

from schemagen.pointers import Pointer

SHOWN = 60  # characters of the text that a problem quotes


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the slug of a rule of the stage `source`, its place, and the facts of its sentence.

    Line and column count from 1. `pointer` is the nearest place in the data that was read; with `on_key` its key.
    """

    slug: str
    line: int
    column: int
    pointer: Pointer = ()
    on_key: bool = False
    facts: tuple[tuple[str, str | int], ...] = ()
    hint: str = ""


def cut(text: str) -> str:
    """The text in one line, shortened."""
    text = " ".join(text[: 4 * SHOWN].split())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of the character at `index`; lines end as in YAML 1.2: LF, CRLF or CR."""
    before = text[:index]
    line = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
    return line, index - max(before.rfind("\n"), before.rfind("\r"))
