"""JSON Pointers (RFC 6901): the only way in which a place in data is named.

A pointer is a plain tuple of member names (str) and list positions (int). It becomes text at the edge only.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Pointer: TypeAlias = tuple[str | int, ...]


def to_text(pointer: Pointer) -> str:
    """The pointer as RFC 6901 writes it: `("error", 0, "a/b")` is `/error/0/a~1b`, the root is the empty text."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def parse(text: str, data: Any = None) -> Pointer:
    """The pointer that `text` writes; steps become positions where `data` has a list at that place.

    Raises:
        ValueError: `text` is not empty and does not begin with `/` (RFC 6901, section 3).
    """
    if text and not text.startswith("/"):
        raise ValueError(f"a JSON Pointer begins with '/': {text!r}")
    steps: list[str | int] = []
    for raw in text.split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(data, list) and step.isascii() and step.isdigit():
            index = int(step[:9])
            steps.append(index)
            data = data[index] if index < len(data) else None
        else:
            steps.append(step)
            data = data.get(step) if isinstance(data, dict) else None
    return tuple(steps)


def resolve(data: Any, pointer: Pointer) -> Any:
    """The value at `pointer` in `data`.

    Raises:
        LookupError: there is nothing at that place.
    """
    for step in pointer:
        if isinstance(data, dict) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            raise LookupError(f"nothing at {to_text(pointer)!r}")
    return data


def without_positions(pointer: Pointer) -> Pointer:
    """The pointer with each list position replaced by `*`: equal for all items of a list."""
    return tuple("*" if isinstance(step, int) else step for step in pointer)


def sort_key(pointer: Pointer) -> tuple[tuple[int, int, str], ...]:
    """A key that orders pointers as a reader would: positions by number, names by text."""
    return tuple((0, step, "") if isinstance(step, int) else (1, 0, step) for step in pointer)
