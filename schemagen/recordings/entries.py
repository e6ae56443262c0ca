"""The entries of a recording that is one JSON document: each is cut out, parsed alone, and read; what is broken is told.

A reader says where its entries are, and makes items of the value of one; lines, counts and breaks are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from schemagen.exchanges import Origin
from schemagen.findings import Finding
from schemagen.pointers import Pointer
from schemagen.recordings.fields import BrokenError, read_object
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.portions import read_portions
from schemagen.recordings.slices import Slice, cut_items, find_list, find_members

_HEAD = 1 << 20  # bytes of the first entry that are looked at to tell the form


def find_entries(data: bytes, *path: str) -> Iterator[tuple[Slice, Pointer]]:
    """The items of the list at `path`, each with its pointer; none if there is no such list."""
    start = find_list(data, *path)
    if start is not None:
        for position, item in enumerate(cut_items(data, start, len(path))):
            yield item, (*path, position)


def read_entries(
    recording: Recording,
    places: Iterable[tuple[Slice, Pointer]],
    read: Callable[[Recording, dict[str, Any], Origin], Iterator[Item]],
) -> Iterator[Item]:
    """What `read` makes of each entry, which must be an object; it may raise BrokenError. A cut-off entry is the last."""
    data = recording.data
    line, behind = 1, 0
    for entry, (item, pointer) in enumerate(places, start=1):
        line += data.count(b"\n", behind, item.start)
        behind = item.start
        origin = recording.origin(entry, pointer, line)
        if not item.whole:
            where = "in the middle of" if item.end > item.start else "before"
            yield recording.find("truncated", origin, where=f"{where} this entry")
            return
        try:
            yield from _read(recording, data[item.start : item.end], origin, read)
        except BrokenError as problem:
            yield recording.broken(origin, problem, item.start)


def read_entry(
    recording: Recording,
    origin: Origin,
    read: Callable[[Recording, dict[str, Any], Origin], Iterator[Item]],
) -> Iterator[Item]:
    """What `read` makes of the entry that is all the data of `recording`."""
    try:
        yield from _read(recording, recording.data, origin, read)
    except BrokenError as problem:
        yield recording.broken(origin, problem, 0)


def _read(
    recording: Recording,
    data: bytes,
    origin: Origin,
    read: Callable[[Recording, dict[str, Any], Origin], Iterator[Item]],
) -> Iterator[Item]:
    with read_portions(data, recording.limits) as entry:
        yield from read(recording, read_object(entry, "it"), origin)


def settle_body(
    recording: Recording, origin: Origin, found: bytes | Finding, *, is_template: bool
) -> tuple[bytes | None, list[Item]]:
    """The body of a stub so far as it is what is sent, and what there is to say where it is not: no file, a template."""
    if isinstance(found, Finding):
        return None, [found]
    if is_template and b"{{" in found:
        return None, [recording.find("template", origin)]
    return found, []


def has_entries(data: bytes, path: tuple[str, ...], *names: str) -> bool:
    """Whether the list at `path` is there, and is empty or begins with an object that has the members `names`."""
    first = next(find_entries(data, *path), None)
    if first is None:
        return find_list(data, *path) is not None
    item, _ = first
    return item.start == item.end or set(names) <= set(find_members(data[item.start : item.end][:_HEAD]))
