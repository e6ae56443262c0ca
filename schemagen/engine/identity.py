"""Keys of caches by object: comparing whole schemas would cost more than compiling them."""

from __future__ import annotations

from typing import Generic, TypeVar

Held = TypeVar("Held")


class Identity(Generic[Held]):
    """What is `held`, equal to itself only. It must not be changed while it is a key."""

    __slots__ = ("held",)

    def __init__(self, held: Held) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)
