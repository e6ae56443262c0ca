"""The records of WARC and ARC, cut out of a stream one by one; what is damaged is told, and the next record is found.

Records are parsed by warcio, an extra (`schemagen[warc]`). Where they begin is looked for here, so that a damaged one
does not hide those behind it.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import importlib
import io
import re
from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Origin
from schemagen.limits import option
from schemagen.recordings import members
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.parts import EndlessError
from schemagen.recordings.window import Window

_NEXT = re.compile(rb"^WARC/[01]\.[0-9]+\r?\n", re.MULTILINE)
_LONGEST_NEXT = 64  # bytes of such a line, at the most
_HEAD = re.compile(rb"[^\r\n]*\r?\n(?:(?!WARC/[01]\.)[^\r\n]+\r?\n)*")
_END = re.compile(rb"\n\r?\n")
_LONGEST_ARC = 1 << 16  # bytes of the headers of an ARC record, at the most
_BLANK = re.compile(rb"[\r\n]*")
_BREAKS = re.compile(rb"(?:\r?\n){1,2}\Z")


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A record: its type, ids and URL as its headers say, and its bytes; not `whole` where the recording ends in it.

    `declared` is how many bytes it says it has, `is_cut` that the recorder has left out the rest.
    """

    origin: Origin
    kind: str
    id: str
    concurrent_to: str
    url: str
    is_http: bool
    data: bytes
    declared: int
    whole: bool
    is_cut: bool


class _MoreNeededError(Exception):
    """Where the record ends is not to be seen yet."""


def read_records(
    recording: Recording, pieces: Iterator[bytes], *, is_packed: bool
) -> Iterator[Record | Item]:
    """The records in their order, and findings where one is damaged; `is_packed`: in members of gzip, without lines."""
    if not is_packed:
        yield from _cut(recording, pieces, first=1, has_lines=True)
        return
    entry = 1
    for member in members.find_members(pieces, recording.limits):
        is_told = False
        unpacked = member.unpack()
        for found in _cut(recording, unpacked, first=entry, has_lines=False):
            entry += 1
            if member.why and isinstance(found, Record) and not found.whole:
                is_told = True
                yield recording.find("broken-entry", found.origin, why=member.why)
            else:
                yield found
        collections.deque(unpacked, maxlen=0)
        if member.why and not is_told:
            yield recording.find("broken-entry", recording.origin(entry), why=member.why)
            entry += 1


class _Place:
    """A place in a stream: the byte `at` of the window, in the line `line` of the stream."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.at = 0
        self.line = 1

    def go(self, at: int) -> None:
        """Goes on to another byte of the window."""
        self.line += self.window.data.count(b"\n", self.at, at)
        self.at = at

    def see_more(self) -> bool:
        """Takes more of the stream into the window, without what is behind; False: there is no more."""
        has_more = self.window.move(self.at)
        self.at = 0
        return has_more

    def skip_blank(self) -> bool:
        """Goes on to what is no blank line; False: there is no more."""
        self.go(_skip_blank(self.window.data, self.at))
        while self.at == len(self.window.data):
            if not self.see_more():
                return False
            self.go(_skip_blank(self.window.data, self.at))
        return True

    def find_next(self) -> None:
        """Goes on to the next line that a record begins with, or to the end."""
        begin = self.at + 1
        while (found := _NEXT.search(self.window.data, begin)) is None:
            self.go(max(begin - 1, len(self.window.data) - _LONGEST_NEXT))
            if not self.see_more():
                self.go(len(self.window.data))
                return
            begin = 1
        self.go(found.start())


def _cut(
    recording: Recording, pieces: Iterator[bytes], *, first: int, has_lines: bool
) -> Iterator[Record | Item]:
    """The records in the stream, numbered from `first`."""
    place = _Place(Window(pieces, recording.limits.recording_bytes))
    entry = first
    while place.skip_blank():
        origin = recording.origin(entry, line=place.line if has_lines else None)
        try:
            yield _cut_record(place, origin)
        except EndlessError:
            most = recording.limits.recording_bytes
            yield recording.find("endless-entry", origin, want=most, option=option("recording_bytes"))
            return
        except BrokenError as problem:
            yield recording.find("broken-entry", origin, why=problem.told(recording.limits))
            place.find_next()
        entry += 1


def _cut_record(place: _Place, origin: Origin) -> Record:
    """The record at the place, which goes on behind it.

    Raises:
        BrokenError: it is none.
        EndlessError: it is larger than what may be in memory.
    """
    while True:
        try:
            record, behind = _parse(place.window, place.at, origin)
        except _MoreNeededError:
            place.see_more()
        else:
            place.go(behind)
            return record


def _parse(window: Window, start: int, origin: Origin) -> tuple[Record, int]:
    """The record at byte `start` of the window, and where in it what follows begins.

    Raises:
        BrokenError: it is none.
        _MoreNeededError: that is not to be seen in the window.
    """
    data = window.data
    head = _HEAD.match(data, start)
    if head and _NEXT.match(data, head.end()):  # warcio would read on, through all records that are so broken
        raise BrokenError("its headers have no end")
    if not window.is_all and not _has_head(data, start):
        raise _MoreNeededError
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        parsed = _loader().parse_record_stream(stream, no_record_parse=True)
    except Exception:  # noqa: BLE001 - whatever warcio meets
        raise BrokenError("it is no WARC record") from None
    begin = stream.tell()
    if parsed.length is None and begin < len(data):
        raise BrokenError("it has no Content-Length")
    content, following, whole = _find_end(window, begin, parsed)
    return _record(origin, parsed, content, whole=whole), following


def _has_head(data: bytes, start: int) -> bool:
    """Whether all headers of the record at byte `start` are in the data."""
    if _NEXT.match(data, start):
        return _END.search(data, start) is not None
    return len(data) - start > _LONGEST_ARC


def _find_end(window: Window, begin: int, parsed: Any) -> tuple[bytes, int, bool]:
    """The content of a record, which begins at byte `begin` of the window, where what follows it begins, and whether it is
    whole. A length that does not lead to another record is not believed.

    Raises:
        _MoreNeededError: that is not to be seen in the window.
    """
    data, end = window.data, begin + (parsed.length or 0)
    following = max(end, _skip_blank(data, end))
    seen = len(data) if window.is_all else len(data) - _LONGEST_NEXT
    is_far = end - begin > window.most
    if following > seen and not window.is_all and not is_far:
        raise _MoreNeededError
    fits = end <= len(data) and (following == len(data) or _NEXT.match(data, following))
    if parsed.format == "warc" and not fits:
        found = _NEXT.search(data, begin)
        if not found and not window.is_all:
            raise _MoreNeededError
        if found or end <= len(data):  # else the recording ends in this record
            following = found.start() if found else len(data)
            return _BREAKS.sub(b"", data[begin:following]), following, True
    if end > len(data) and not window.is_all:
        raise _MoreNeededError
    return data[begin:end], following, parsed.length is not None and end <= len(data)


def _record(origin: Origin, parsed: Any, data: bytes, *, whole: bool) -> Record:
    def header(name: str) -> str:
        return str(parsed.rec_headers.get_header(name) or "")

    is_warc = parsed.format == "warc"
    url = header("WARC-Target-URI" if is_warc else "uri")
    kind = header("Content-Type") if is_warc else ""
    return Record(
        origin=origin,
        kind=str(parsed.rec_type),
        id=header("WARC-Record-ID"),
        concurrent_to=header("WARC-Concurrent-To"),
        url=url,
        is_http=kind.lower().startswith("application/http") or (not kind and url.startswith("http")),
        data=data,
        declared=int(parsed.length or 0),
        whole=whole,
        is_cut=bool(header("WARC-Truncated")),
    )


def _skip_blank(data: bytes, position: int) -> int:
    found = _BLANK.match(data, min(position, len(data)))
    return found.end() if found else position


@functools.cache
def _loader() -> Any:
    """What parses one record."""
    import logging  # slow to import, and forms are imported to tell them apart

    logging.getLogger("warcio").addHandler(
        logging.NullHandler()
    )  # it would write text from records to stderr
    return importlib.import_module("warcio.recordloader").ArcWarcRecordLoader()
