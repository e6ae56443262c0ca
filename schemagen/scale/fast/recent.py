"""A table of bounded size in which what comes again stays, and what comes once soon makes room for other things."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by keys: the latest `most`, and so many of those that were asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[Hashable, Value] = {}
        self._new: dict[Hashable, Value] = {}

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, if it is kept."""
        value = self._asked.get(key)
        if value is None:
            value = self._new.pop(key, None)
            if value is not None:
                _put(self._asked, key, value, self._most)
        return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keeps the value of a key that is not kept."""
        _put(self._new, key, value, self._most)

    def clear(self) -> None:
        """Forgets all of them."""
        self._asked.clear()
        self._new.clear()


def _put(table: dict[Hashable, Value], key: Hashable, value: Value, most: int) -> None:
    if len(table) >= most:
        table.clear()
    table[key] = value
