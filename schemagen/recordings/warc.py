"""WARC, as web archives and crawlers keep exchanges (ISO 28500), and the older ARC; one gzip member a record or none.

The entry is the number of the record; bytes of a record are HTTP messages.
"""

from __future__ import annotations

import collections
import importlib.util
import itertools
import re
import zlib
from collections.abc import Iterator

from schemagen.exchanges import Exchange, Request, Response
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.members import MARK
from schemagen.recordings.messages import read_content, read_head
from schemagen.recordings.warc_records import Record, read_records

_FIRST = re.compile(rb"WARC/[01]\.[0-9]+\r?\n|filedesc://")
_PIECE = 4096  # of a packed recording, to tell its form by
_RESPONSES = ("response", "revisit")
_AHEAD = 1 << 18  # bytes of records in which the request of a response is looked for behind it
_BEFORE = 10_000  # requests that are remembered for responses behind them
_HEADERS = 500  # bytes of a record beside its content, about


def _detects(data: bytes) -> bool:
    if data.startswith(MARK):
        try:
            data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data[:_PIECE], _PIECE)
        except zlib.error:
            return False
    return _FIRST.match(data) is not None


def _read(recording: Recording) -> Iterator[Item]:
    return _stream(recording, iter([recording.data]))


def _stream(recording: Recording, pieces: Iterator[bytes]) -> Iterator[Item]:
    if not importlib.util.find_spec("warcio"):
        yield recording.find("missing-package", what="WARC", want="warcio")
        return
    first = next(pieces, b"")
    records = read_records(recording, itertools.chain([first], pieces), is_packed=first.startswith(MARK))
    methods: dict[str, str] = {}
    is_empty = True
    for found in _looking_ahead(records, methods):
        is_empty = False
        if not isinstance(found, Record):
            yield found
            continue
        yield from _read_record(recording, found, methods)
        if not found.whole:
            yield recording.find("truncated", found.origin, where="in the middle of this entry")
    if is_empty:
        yield recording.find("no-messages", want="WARC record")


def _looking_ahead(records: Iterator[Record | Item], methods: dict[str, str]) -> Iterator[Record | Item]:
    """The records, while `methods` is filled from those behind them: the methods of requests, by their own ids and by
    the ids of what they are concurrent to.
    """
    waiting: collections.deque[tuple[Record | Item, int]] = collections.deque()
    ahead = 0
    for found in records:
        if isinstance(found, Record) and found.kind == "request" and found.is_http:
            method = found.data[:20].partition(b" ")[0].decode("latin-1")
            methods |= {name: method for name in (found.id, found.concurrent_to) if name}
            while len(methods) > _BEFORE:
                del methods[next(iter(methods))]
        size = _HEADERS + (len(found.data) if isinstance(found, Record) else 0)
        waiting.append((found, size))
        ahead += size
        while ahead > _AHEAD:
            known, size = waiting.popleft()
            ahead -= size
            yield known
    yield from (found for found, _ in waiting)


def _read_record(recording: Recording, record: Record, methods: dict[str, str]) -> Iterator[Item]:
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


FORM = Form("warc", "WARC and ARC of crawlers and archives (needs warcio)", _detects, _read, stream=_stream)
