"""A piece of a body to look at: a few lines, without secrets, around the places that findings name."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from schemagen import redaction
from schemagen.bodies import Body
from schemagen.display import shown, shown_lines
from schemagen.limits import Limits
from schemagen.pointers import Pointer
from schemagen.report import Excerpt

_LINES = 40
_ITEMS = 6  # members or items shown of one object or list, beside those on the way to a place
_TEXT = 1_000  # characters of a body that is no JSON
_LOOKED_AT = 4 * _TEXT  # a secret must not be cut before it is recognised

_Line: TypeAlias = tuple[Pointer | None, str]  # and the place that begins on it

_encode = json.JSONEncoder(ensure_ascii=False).encode


def excerpt(body: Body, places: Iterable[Pointer], limits: Limits) -> Excerpt:
    """A piece of `body` in which `places` stand as far as there is room; empty where values are not to be shown."""
    if limits.value_characters == 0 or not body.raw:
        return Excerpt()
    if not body.is_json:
        text = redaction.redact_text(body.raw[:_LOOKED_AT].decode("utf-8", "replace"))[:_TEXT]
        return Excerpt("\n".join(shown_lines(text).split("\n")[:_LINES]))
    wanted: frozenset[Pointer] = frozenset(
        place[:length] for place in places for length in range(len(place) + 1)
    )
    lines: list[_Line] = []
    _write(lines, body.value, (), wanted, limits.value_characters)
    if len(lines) > _LINES:
        lines[_LINES:] = [(None, "…")]
    found = [
        (pointer, number)
        for number, (pointer, _) in enumerate(lines, start=1)
        if pointer is not None and pointer in wanted
    ]
    return Excerpt("\n".join(text for _, text in lines), tuple(found))


def _write(
    lines: list[_Line],
    value: Any,
    pointer: Pointer,
    wanted: frozenset[Pointer],
    longest: int,
    *,
    name: str = "",
    tail: str = "",
) -> None:
    """Adds the lines of a value, each with the place that begins on it, as long as there is room."""
    if len(lines) > _LINES:
        return
    indent = "  " * len(pointer)
    if not isinstance(value, dict | list) or not value:
        lines.append((pointer, f"{indent}{name}{_text(redaction.redact_value(value), longest)}{tail}"))
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    lines.append((pointer, f"{indent}{name}{opening}"))
    inner: dict[Any, Any] = value if isinstance(value, dict) else dict(enumerate(value))
    kept, left_out = _chosen(inner, pointer, wanted)
    masked = redaction.masked(value) if isinstance(value, dict) else frozenset()
    for step in kept:
        is_last = step == kept[-1] and not left_out
        _write(
            lines,
            redaction.MASK if step in masked else inner[step],
            (*pointer, step),
            wanted,
            longest,
            name=_label(step[: longest + 1], longest) if isinstance(step, str) else "",
            tail="" if is_last else ",",
        )
    if left_out:
        lines.append((None, f"{indent}  … {left_out} more"))
    lines.append((None, f"{indent}{closing}{tail}"))


def _chosen(
    steps: Iterable[str | int], pointer: Pointer, wanted: frozenset[Pointer]
) -> tuple[list[str | int], int]:
    """The first steps and those on the way to a place, in order, and how many are left out."""
    kept: list[str | int] = []
    left_out = 0
    for index, step in enumerate(steps):
        if index < _ITEMS or (*pointer, step) in wanted:
            kept.append(step)
        else:
            left_out += 1
    return kept, left_out


@functools.lru_cache(maxsize=4096)
def _label(name: str, longest: int) -> str:
    """What stands before the value of a member."""
    return f"{_text(name, longest)}: "


def _text(value: Any, longest: int) -> str:
    """A scalar or an empty container as JSON, cut inside its quotes."""
    if isinstance(value, str) and len(value) > longest:
        value = value[:longest] + "…"
    return shown(_encode(value))
