"""Compiled engines, kept per process. They never stand in the `Contract`, which is plain data that can be pickled."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, TypeAlias

from schemagen import engine
from schemagen.pointers import Pointer

Compile: TypeAlias = Callable[[dict[str, Any], Pointer], engine.Engine]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Identity:
    """A document, equal to itself only: comparing whole schemas would cost more than compiling them."""

    document: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.document is self.document

    def __hash__(self) -> int:
        return id(self.document)


def compiled(document: dict[str, Any], at: Pointer = ()) -> engine.Engine:
    """The fast engine for the schema at `at` in `document`, compiled once for as long as it is in use."""
    return _compiled(_Identity(document), at)


@functools.lru_cache(maxsize=2048)
def _compiled(identity: _Identity, at: Pointer) -> engine.Engine:
    return engine.fast(identity.document, at)
