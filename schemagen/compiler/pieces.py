"""A schema under construction, together with the notes on its places."""

from __future__ import annotations

import dataclasses
from typing import Any

from schemagen.contract import Note
from schemagen.pointers import Pointer


@dataclasses.dataclass(slots=True)
class Piece:
    """A schema object and the notes by pointer into it. Grows while its maker owns it; then it is nested elsewhere."""

    schema: dict[str, Any] = dataclasses.field(default_factory=dict)
    notes: dict[Pointer, Note] = dataclasses.field(default_factory=dict)

    def constrain(self, keyword: str, value: Any, note: Note | None = None) -> None:
        """Add a constraint; where the keyword is taken by another value, the new one goes into `allOf`."""
        if keyword not in self.schema or self.schema[keyword] == value:
            self.schema[keyword] = value
            if note is not None:
                self.notes[(keyword,)] = note
        else:
            self.append("allOf", Piece({keyword: value}, {(keyword,): note} if note else {}))

    def nest(self, path: tuple[str, ...], inner: Piece) -> None:
        """Put `inner` at `path`, where nothing stands yet."""
        parent = self.schema
        for step in path[:-1]:
            parent = parent.setdefault(step, {})
        parent[path[-1]] = inner.schema
        self._take_notes(path, inner)

    def append(self, keyword: str, inner: Piece) -> None:
        """Add `inner` to the list of `allOf` or `anyOf`."""
        branches = self.schema.setdefault(keyword, [])
        branches.append(inner.schema)
        self._take_notes((keyword, len(branches) - 1), inner)

    def _take_notes(self, path: Pointer, inner: Piece) -> None:
        self.notes.update({(*path, *at): note for at, note in inner.notes.items()})
