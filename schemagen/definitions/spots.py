"""A spot: one place in a definition that is being read, with what stands there and how findings about it are made.

Readers are generators that yield findings and return what they read: `member = yield from read_member(spot)`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator
from typing import Any, TypeAlias, TypeVar

from schemagen.documents import Document
from schemagen.findings import Fact, Finding, Place, finding
from schemagen.limits import Limits
from schemagen.pointers import Pointer

T = TypeVar("T")
Reading: TypeAlias = Generator[Finding, None, T]

_SHOWN = 60  # characters of a value that a message quotes


@dataclasses.dataclass(frozen=True, slots=True)
class Scope:
    """What every spot of one definition shares.

    `names` are the schemas that phrases may name. What stands at `unfit` places has not the shape that it should
    have; that has been said, and readers do not see it.
    """

    document: Document
    limits: Limits
    names: frozenset[str] = frozenset()
    unfit: frozenset[Pointer] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """A place and the value there, None if there is none."""

    scope: Scope
    pointer: Pointer
    value: Any

    @property
    def name(self) -> str:
        """What the place is called in a message: its key, or its position in the list of that key."""
        keys = [str(step) for step in self.pointer if isinstance(step, str)]
        if not keys:
            return "the definition"
        if isinstance(self.pointer[-1], int):
            return f"item {self.pointer[-1] + 1} of {cut(keys[-1])}"
        return cut(keys[-1])

    def __getitem__(self, step: str | int) -> Spot:
        """The part of that key or position; its value is None where there is none that can be read."""
        pointer = (*self.pointer, step)
        value = None
        if self.has(step):
            value = self.value[step]
        return Spot(self.scope, pointer, value)

    def has(self, step: str | int) -> bool:
        """Whether there is a part of that key or position that can be read."""
        if (*self.pointer, step) in self.scope.unfit:
            return False
        if isinstance(self.value, dict):
            return step in self.value
        return isinstance(self.value, list) and isinstance(step, int) and step < len(self.value)

    def members(self) -> Iterator[tuple[str, Spot]]:
        """The parts of a mapping by key; nothing where there is no mapping."""
        if isinstance(self.value, dict):
            yield from ((key, self[key]) for key in self.value if self.has(key))

    def items(self) -> Iterator[Spot]:
        """The parts of a list; nothing where there is no list."""
        if isinstance(self.value, list):
            yield from (self[position] for position in range(len(self.value)) if self.has(position))

    def each(self) -> Iterator[Spot]:
        """The parts of a list, or the spot itself where one value stands for a list of one."""
        if isinstance(self.value, list):
            yield from self.items()
        elif self.value is not None:
            yield self

    @property
    def written(self) -> str:
        """The scalar as it was written: `0100`, `null`, `4e2`; of a mapping or list only that it is one."""
        mark = self.scope.document.mark(self.pointer)
        if mark is not None and mark.text is not None:
            return mark.text
        if isinstance(self.value, dict | list):
            return "a mapping" if isinstance(self.value, dict) else "a list"
        words = {None: "null", True: "true", False: "false"}
        return words[self.value] if self.value is None or isinstance(self.value, bool) else str(self.value)

    def finding(
        self,
        slug: str,
        *,
        on_key: bool = False,
        hint: str = "",
        related: Pointer | None = None,
        **facts: Fact,
    ) -> Finding:
        """A finding of the rule `definition/<slug>` about this place, or with `on_key` about its key."""
        source = self.scope.document.source
        return finding(
            f"definition/{slug}",
            Place(source, self.pointer, on_key=on_key),
            hint=hint,
            related=None if related is None else Place(source, related),
            **facts,  # type: ignore[arg-type]  # no fact has the name of a parameter
        )

    def bad(self, wanted: str, hint: str = "") -> Finding:
        """The value is not what is wanted here."""
        return self.finding("bad-value", hint=hint, name=self.name, wanted=wanted, value=cut(self.written))


def cut(text: str) -> str:
    """The text in one line, shortened for a message."""
    text = " ".join(text[: 4 * _SHOWN].split()) if not text.isprintable() or len(text) > _SHOWN else text
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
