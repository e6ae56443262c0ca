"""What may stand at the leaves of a body, the likely first: by role, as examples have it, for a pattern, by chance.

These are candidates. Whoever grows the body tries which of them fits.
"""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterator
from typing import Any

from schemagen import pointers, statuses
from schemagen.checking import applied
from schemagen.contract import Code, Contract
from schemagen.pointers import Pointer
from schemagen.sampling.patterns import text_of
from schemagen.sampling.texts import texts
from schemagen.sampling.wishes import Wish

_TRIES = 20  # texts made of one pattern


@dataclasses.dataclass(frozen=True, slots=True)
class Node:
    """A schema object that holds for the value that grows."""

    at: Pointer
    schema: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Leaves:
    """Candidates for a body of `contract` as `wish` wants it; `known` are the values of examples by their places."""

    contract: Contract
    wish: Wish
    chance: random.Random
    known: dict[Pointer, list[Any]]

    def role(self, starts: tuple[Pointer, ...]) -> str | None:
        """The role of a value for which the schemas at `starts` hold."""
        for start in starts:
            for at, _ in applied(self.contract.exact, start):
                note = self.contract.exact.notes.get(at)
                if note is not None and note.role:
                    return note.role
        return None

    def preferred(self, values: list[Any], nodes: list[Node], code: Code | None) -> list[Any]:
        """The values by chance, those that the code or the status asks for first."""
        self.chance.shuffle(values)
        kinds = ("string", "integer")
        wanted = [value for kind in kinds for value in self._of_role(kind, nodes, code)]
        return [*(value for value in wanted if any(_same(value, each) for each in values)), *values]

    def scalars(self, kind: str, nodes: list[Node], place: Pointer, code: Code | None) -> Iterator[Any]:
        """Candidates, the likely ones first."""
        yield from self._of_role(kind, nodes, code)
        examples = [value for node in nodes for value in node.schema.get("examples", ())]
        known = [*examples, *self.known.get(pointers.without_positions(place), ())]
        self.chance.shuffle(known)
        made = self._texts(nodes) if kind == "string" else self._numbers(kind, nodes)
        constrained = any(keyword in node.schema for node in nodes for keyword in ("format", "pattern"))
        yield from itertools.chain(made, known) if constrained else itertools.chain(known, made)

    def _of_role(self, kind: str, nodes: list[Node], code: Code | None) -> Iterator[Any]:
        role = self.role(tuple(node.at for node in nodes))
        if role == "code":
            yield from (str(each.value) if kind == "string" else each.value for each in self._codes(code))
        elif role == "message" and code is not None:
            yield from self._messages(code)
        elif role == "status":
            yield str(self.wish.status) if kind == "string" else self.wish.status
        elif role == "docs" and code is not None and code.docs:
            yield code.docs

    def _codes(self, code: Code | None) -> Iterator[Code]:
        """The code that is wished for, then the others that go with the status."""
        others = list(self.wish.others)
        self.chance.shuffle(others)
        yield from ([code] if code else [])
        yield from others

    def _messages(self, code: Code) -> Iterator[str]:
        here = [
            text
            for text in code.texts
            if not text.statuses or any(statuses.overlap(key, str(self.wish.status)) for key in text.statuses)
        ]
        self.chance.shuffle(here)
        for text in here:
            if text.pattern is None:
                yield text.text
            else:
                yield from (text_of(text.pattern, self.chance) for _ in range(_TRIES))
        if code.meaning and not here:
            yield " ".join(code.meaning.split())

    def _texts(self, nodes: list[Node]) -> Iterator[str]:
        patterns = [node.schema["pattern"] for node in nodes if "pattern" in node.schema]
        formats = [node.schema["format"] for node in nodes if "format" in node.schema]
        least = max((node.schema.get("minLength", 0) for node in nodes), default=0)
        most = min((node.schema["maxLength"] for node in nodes if "maxLength" in node.schema), default=None)
        yield from texts(formats, self.chance, least, most) if formats else ()
        for pattern in patterns:
            yield from (text_of(pattern, self.chance) for _ in range(_TRIES))
        yield from texts([], self.chance, least, most)

    def _numbers(self, kind: str, nodes: list[Node]) -> Iterator[int | float]:
        def bounds(*names: str) -> list[float]:
            return [node.schema[name] for node in nodes for name in names if name in node.schema]

        low = max(bounds("minimum", "exclusiveMinimum"), default=None)
        high = min(bounds("maximum", "exclusiveMaximum"), default=None)
        if low is None:
            low = 1 if high is None else high - 100
        if high is None:
            high = low + 100
        for step in bounds("multipleOf") or [1]:
            first, last = -int(-low // step), int(high // step)
            for _ in range(5):
                number = self.chance.randint(first, max(first, last)) * step
                yield int(number) if float(number).is_integer() else number
        if kind == "number":
            yield from (low + (high - low) / share for share in (2, 3, 7))
        yield from (int(low), int(low) + 1, int(high), 0)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
