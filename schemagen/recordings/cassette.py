"""Cassettes: lists of recorded interactions in YAML or JSON, whose forms differ in the names and places of few fields.

A form is told by the list and by the first interaction in it. A form says how one interaction is read; lines, counts,
breaks and cut-off files are the same for all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import orjson

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import DEFAULTS
from schemagen.pointers import Pointer
from schemagen.recordings import entries, slices, yaml_document
from schemagen.recordings.fields import BrokenError, read_object
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.interaction import STATUSES, Entry, member
from schemagen.recordings.slices import Slice
from schemagen.recordings.yaml_document import Anchors, CutError

Path: TypeAlias = tuple[str, ...]
Read: TypeAlias = Callable[[Entry], "tuple[Response, Request | None] | None"]

_HEAD = 1 << 20  # bytes that are looked at to tell the form
_LOOKED_AT = 5  # interactions that are looked at
_STATUS = re.compile(r"[1-9][0-9]{2}")


def make_form(
    name: str,
    title: str,
    paths: tuple[Path, ...],
    looks: Callable[[Entry, Path], bool],
    read: Read,
    last: str = "",
) -> Form:
    """The form whose interactions are in the list at one of `paths`.

    Args:
        name: its name for the command line.
        title: its name for people.
        paths: by the names of members; `()` is a list at the top.
        looks: whether an interaction in the list at a path is of this form; it is asked about one without members if
            the list is empty. Of one that is cut off, the members before the cut are there.
        read: the response and the request of an interaction; None if it got no response. May raise BrokenError.
        last: the member of a response that is written last, and always: in YAML it is missing where a file is cut off.
    """

    def detects(data: bytes) -> bool:
        return any((entry := _first_entry(data, path)) is not None and looks(entry, path) for path in paths)

    def read_all(recording: Recording) -> Iterator[Item]:
        for path in paths:
            items = _find_items(recording.data, path)
            if items is not None and _is_json(recording.data):
                places: Iterable[tuple[Slice, Pointer]] = (
                    (item, (*path, at)) for at, item in enumerate(items)
                )
                return entries.read_entries(recording, places, make_items)
            if items is not None:
                return _read_yaml(recording, path, items, make_items, last)
        return iter((recording.find("no-entries", want=".".join(paths[0]) or "at the top"),))

    def make_items(recording: Recording, entry: Entry, origin: Origin) -> Iterator[Item]:
        found = read(entry)
        yield Exchange(origin, *found) if found else recording.find("no-response", origin)

    return Form(name, title, detects, read_all)


def _is_json(data: bytes) -> bool:
    return data[:100].lstrip()[:1] in (b"{", b"[")


def _find_items(data: bytes, path: Path) -> Iterator[Slice] | None:
    if not _is_json(data):
        return yaml_document.find_items(data, path)
    if path:
        start = slices.find_list(data, *path)
        return None if start is None else slices.cut_items(data, start, len(path))
    start = data.find(b"[") + 1
    return slices.cut_items(data, start, 0) if data[:start].strip() == b"[" else None


def _first_entry(data: bytes, path: Path) -> Entry | None:
    """The first interaction that is an object, as far as it goes; one without members if there is none."""
    head = data[:_HEAD]
    items = _find_items(head, path)
    if items is None:
        return None
    for item in itertools.islice(items, _LOOKED_AT):
        text = head[item.start : item.end]
        entry: Any = None
        if item.whole and _is_json(data):
            try:
                entry = orjson.loads(text)
            except orjson.JSONDecodeError:
                continue
        else:  # what is cut off in JSON is cut off in YAML, which tells what came before
            found = yaml_document.load_item(text, DEFAULTS).data
            entry = found[0] if isinstance(found, list) and found else found
        if isinstance(entry, dict) and entry:
            return entry
    return {} if path else None


def _read_yaml(
    recording: Recording,
    path: Path,
    items: Iterator[Slice],
    make_items: Callable[[Recording, Entry, Origin], Iterator[Item]],
    last: str,
) -> Iterator[Item]:
    data, anchors, trailing = recording.data, Anchors(), ""
    line, behind = 1, 0
    for number, item in enumerate(items, start=1):
        line += data.count(b"\n", behind, item.start)
        behind = item.start
        origin = recording.origin(number, (*path, number - 1), line)
        is_end = item.end == len(data)
        try:
            text = data[item.start : item.end]
            value = yaml_document.read_item(text, line, recording.limits, anchors)
            if is_end and _is_cut(value, text, trailing, last):
                raise CutError("")
            entry = read_object(value, "it")
            trailing = trailing or next(reversed(entry), "")
            yield from make_items(recording, entry, origin)
        except BrokenError as problem:
            if is_end and isinstance(problem, CutError):
                yield recording.find("truncated", origin, where="in the middle of this entry")
            else:
                yield recording.broken(origin, problem, item.start)


def _is_cut(entry: Any, text: bytes, trailing: str, last: str) -> bool:
    """Whether the last interaction of a file lacks what is written last in the first one, or in any.

    `trailing` is the last member of the first interaction, `last` the last one of every response.
    """
    if not isinstance(entry, dict) or trailing not in ("", *entry) or "response" not in entry:
        return True
    response = entry["response"]
    if response is None:
        return not text.rstrip().endswith((b"null", b"~"))
    if not isinstance(response, dict) or last not in ("", *response):
        return True
    if not response.keys() & {"status", *STATUSES} or member(response, "body").keys() == {"encoding"}:
        return True
    end = next(reversed(response), "")
    if end == "headers":
        return not isinstance(response[end], (dict, list))
    if end in ("status", *STATUSES):
        status = response[end]
        return not _STATUS.fullmatch(str(status.get("code") if isinstance(status, dict) else status))
    return False
