"""Keys of caches by document: comparing whole schemas would cost more than compiling them."""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """A document, equal to itself only. It must not be changed while it is a key."""

    document: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.document is self.document

    def __hash__(self) -> int:
        return id(self.document)
