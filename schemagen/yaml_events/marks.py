"""Where each key and value of a YAML text stands, and how it is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from schemagen.pointers import Pointer

Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded", "mapping", "sequence"]

# A value as the builder keeps it: line and column from 0, text, style, in flow; its parts, {key: Node}, [Node] or
# None; line, column and style of its key, where it has one. A plain tuple, for a big text has a million.
Node: TypeAlias = tuple[int, int, "str | None", Style, bool, Any, int, int, Style]


@dataclasses.dataclass(frozen=True, slots=True)
class Mark:
    """Where and how a key or value is written. Line and column count from 1.

    `text` is a scalar's text without quotes and with escapes resolved: `""` in style `plain` is a value left out,
    `"null"` the word. It is None for mappings and sequences. `in_flow`: it stands inside `[…]` or `{…}`.
    """

    line: int
    column: int
    text: str | None
    style: Style
    in_flow: bool


class Marks(Mapping[Pointer, Mark]):
    """The marks of all values, or of all keys, by pointer. The parts of an alias have the marks of its anchor."""

    __slots__ = ("_of_keys", "_root")

    def __init__(self, root: Node | None = None, *, of_keys: bool = False) -> None:
        self._root = root
        self._of_keys = of_keys

    def __getitem__(self, pointer: Pointer) -> Mark:
        node = self._root
        for step in pointer:
            parts = node[5] if node else None
            if isinstance(parts, dict) and step in parts:
                node = parts[step]
            elif isinstance(parts, list) and isinstance(step, int) and 0 <= step < len(parts):
                node = parts[step]
            else:
                raise KeyError(pointer)
        if node is None:
            raise KeyError(pointer)
        if not self._of_keys:
            return Mark(node[0] + 1, node[1] + 1, node[2], node[3], node[4])
        if not pointer or not isinstance(pointer[-1], str):
            raise KeyError(pointer)
        return Mark(node[6] + 1, node[7] + 1, pointer[-1], node[8], node[4])

    def __iter__(self) -> Iterator[Pointer]:
        """The pointers in the order of the text, parents before their parts."""
        pending: list[tuple[Pointer, Node]] = [((), self._root)] if self._root else []
        while pending:
            pointer, node = pending.pop()
            parts = node[5]
            if isinstance(parts, dict):
                pending += [((*pointer, key), parts[key]) for key in reversed(parts)]
            elif isinstance(parts, list):
                pending += [((*pointer, at), parts[at]) for at in reversed(range(len(parts)))]
            if not self._of_keys or (pointer and isinstance(pointer[-1], str)):
                yield pointer

    def __len__(self) -> int:
        return sum(1 for _ in self)
