"""WARC, as web archives and crawlers keep exchanges (ISO 28500), and the older ARC; one gzip member a record or none.

Records are parsed by warcio, an extra (`schemagen[warc]`). Where records begin is looked for here, so that a damaged
one does not hide those behind it. The entry is the number of the record; bytes of a record are HTTP messages.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import importlib.util
import io
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import Limits, option
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.messages import read_content, read_head

_GZIP = b"\x1f\x8b\x08"
_PIECE = 4096  # unpacks to 4 MiB at the most
_FIRST = re.compile(rb"WARC/[01]\.[0-9]+\r?\n|filedesc://")
_NEXT = re.compile(rb"^WARC/[01]\.[0-9]+\r?\n", re.MULTILINE)
_HEAD = re.compile(rb"[^\r\n]*\r?\n(?:(?!WARC/[01]\.)[^\r\n]+\r?\n)*")
_BLANK = re.compile(rb"[\r\n]*")
_BREAKS = re.compile(rb"(?:\r?\n){1,2}\Z")
_RESPONSES = ("response", "revisit")


@dataclasses.dataclass(frozen=True, slots=True)
class _Record:
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


def _detects(data: bytes) -> bool:
    if data.startswith(_GZIP):
        try:
            data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data[:_PIECE], _PIECE)
        except zlib.error:
            return False
    return _FIRST.match(data) is not None


def _read(recording: Recording) -> Iterator[Item]:
    if not importlib.util.find_spec("warcio"):
        yield recording.find("missing-package", what="WARC", want="warcio")
        return
    requests = _requests(recording)
    is_empty = True
    for found in _records(recording):
        is_empty = False
        if not isinstance(found, _Record):
            yield found
            continue
        yield from _read_record(recording, found, requests)
        if not found.whole:
            yield recording.find("truncated", found.origin, where="in the middle of this entry")
    if is_empty:
        yield recording.find("no-messages", want="WARC record")


def _requests(recording: Recording) -> dict[str, str]:
    """The methods of requests, by their own ids and by the ids of what they are concurrent to."""
    methods: dict[str, str] = {}
    for record in _records(recording):
        if isinstance(record, _Record) and record.kind == "request" and record.is_http:
            method = record.data[:20].partition(b" ")[0].decode("latin-1")
            methods |= {name: method for name in (record.id, record.concurrent_to) if name}
    return methods


def _read_record(recording: Recording, record: _Record, methods: dict[str, str]) -> Iterator[Item]:
    if record.kind not in _RESPONSES or not record.is_http:
        return
    try:
        head = read_head(record.data, 0)
        if head.status is None:
            raise BrokenError("it is a request, not a response")
        is_here = record.whole and not record.is_cut and record.kind != "revisit"
        content = read_content(record.data, head, recording.limits, alone=True) if is_here else None
    except BrokenError as problem:
        yield recording.find("broken-entry", record.origin, why=problem.told(recording.limits))
        return
    method = methods.get(record.id) or methods.get(record.concurrent_to, "")
    response = Response(head.status, head.headers, content.body if content else None)
    yield Exchange(record.origin, response, Request(method, record.url))
    if record.whole and record.declared != len(record.data):
        yield recording.find("wrong-length", record.origin, got=len(record.data), want=record.declared)
    elif content and content.declared is not None:
        yield recording.find("wrong-length", record.origin, got=content.recorded, want=content.declared)


def _records(recording: Recording) -> Iterator[_Record | Item]:
    """The records in their order, and findings where one is damaged."""
    if not recording.data.startswith(_GZIP):
        yield from _cut(recording, first=1, has_lines=True)
        return
    entry = 1
    for data, why in _members(recording.data, recording.limits):
        is_damaged = bool(why)
        for found in _cut(dataclasses.replace(recording, data=data), first=entry, has_lines=False):
            entry += 1
            if why and isinstance(found, _Record) and not found.whole:
                is_damaged = False
                yield recording.find("broken-entry", found.origin, why=why)
            else:
                yield found
        if is_damaged:
            yield recording.find("broken-entry", recording.origin(entry), why=why)
            entry += 1


def _cut(recording: Recording, *, first: int, has_lines: bool) -> Iterator[_Record | Item]:
    """The records in the data of `recording`, numbered from `first`."""
    data = recording.data
    loader = _loader()
    line, counted, entry = 1, 0, first
    position = _skip_blank(data, 0)
    while position < len(data):
        line += data.count(b"\n", counted, position)
        counted = position
        origin = recording.origin(entry, line=line if has_lines else None)
        entry += 1
        try:
            record, position = _parse(loader, data, position, origin)
            yield record
        except BrokenError as problem:
            yield recording.find("broken-entry", origin, why=problem.told(recording.limits))
            following = _NEXT.search(data, position + 1)
            position = following.start() if following else len(data)


def _parse(loader: Any, data: bytes, start: int, origin: Origin) -> tuple[_Record, int]:
    """The record at byte `start`, and where the next one begins.

    Raises:
        BrokenError: it is none.
    """
    head = _HEAD.match(data, start)
    if head and _NEXT.match(data, head.end()):  # warcio would read on, through all records that are so broken
        raise BrokenError("its headers have no end")
    stream = io.BytesIO(data)
    stream.seek(start)
    try:
        parsed = loader.parse_record_stream(stream, no_record_parse=True)
    except Exception:  # noqa: BLE001 - whatever warcio meets
        raise BrokenError("it is no WARC record") from None
    begin = stream.tell()
    if parsed.length is None and begin < len(data):
        raise BrokenError("it has no Content-Length")
    end = begin + (parsed.length or 0)
    following = _skip_blank(data, end)
    fits = end <= len(data) and (following == len(data) or _NEXT.match(data, following))
    if parsed.format == "warc" and not fits:
        found = _NEXT.search(data, begin)
        if found or end <= len(data):  # else the recording ends in this record
            following = found.start() if found else len(data)
            return _record(origin, parsed, _BREAKS.sub(b"", data[begin:following])), following
    whole = parsed.length is not None and end <= len(data)
    return _record(origin, parsed, data[begin:end], whole=whole), following


def _record(origin: Origin, parsed: Any, data: bytes, *, whole: bool = True) -> _Record:
    def header(name: str) -> str:
        return str(parsed.rec_headers.get_header(name) or "")

    is_warc = parsed.format == "warc"
    url = header("WARC-Target-URI" if is_warc else "uri")
    kind = header("Content-Type") if is_warc else ""
    return _Record(
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
    found = _BLANK.match(data, position)
    return found.end() if found else position


def _members(data: bytes, limits: Limits) -> Iterator[tuple[bytes, str]]:
    """What the members of gzip data unpack to, each with "" or why it does not unpack to its end.

    That the data ends in a member is not said: the record in it is not whole then. What looks like a member and is none
    takes its time, so damaged ones are counted.
    """
    position = damaged = 0
    while position >= 0:
        output, behind, why = _unpack(data, position, limits)
        yield output, why
        damaged += bool(why)
        if damaged == limits.gzip_members:
            yield b"", f"{damaged} members are damaged; the rest is not read ({option('gzip_members')})"
            return
        position = data.find(_GZIP, position + 1 if why else behind)


def _unpack(data: bytes, start: int, limits: Limits) -> tuple[bytes, int, str]:
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    output = bytearray()
    position = start
    while not decoder.eof and position < len(data):
        piece = data[position : position + _PIECE]
        try:
            output += decoder.decompress(piece)
        except zlib.error as problem:
            return bytes(output), position, f"its gzip data is damaged: {str(problem).rpartition(': ')[2]}"
        if len(output) > limits.recording_bytes:
            want = f"{limits.recording_bytes} bytes ({option('recording_bytes')})"
            return b"", position, f"it unpacks to more than {want}"
        position += len(piece) - len(decoder.unused_data)
    return bytes(output), position, "" if output or decoder.eof else "its gzip data ends too early"


@functools.cache
def _loader() -> Any:
    """What parses one record."""
    logging.getLogger("warcio").addHandler(
        logging.NullHandler()
    )  # it would write text from records to stderr
    return importlib.import_module("warcio.recordloader").ArcWarcRecordLoader()


FORM = Form("warc", "WARC and ARC of crawlers and archives (needs warcio)", _detects, _read)
