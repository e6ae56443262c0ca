"""Flow files of mitmproxy and mitmdump, through the user's own mitmproxy (10 or newer) where it can be imported.

A file is one flow after the other, each a netstring: its length, its bytes, its type. Flows are cut apart here, so that
a damaged one does not hide those behind it; mitmproxy reads each alone, of whatever version it is.
"""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import io
import re
from collections.abc import Iterator
from typing import Any

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Form, Item, Recording

_OLDEST = 10
_LENGTH = re.compile(rb"([0-9]{1,12}):")
_FLOW = re.compile(
    rb"[0-9]{2,12}:[0-9]{1,2}:(?:websocket|response|request|type|version|error|id|client_conn)[;,]"
)
_MEMBER = re.compile(rb"(?:7:request|8:response|7:version|11:client_conn)[;,]")
_VERSION = b"7:version"
_LONGEST = 12  # digits of a length
_HEAD = 1 << 20  # bytes that are looked at to tell the form
_HINT = "or let your mitmproxy write a HAR: mitmdump -nr FILE --set hardump=FILE.har"


def _detects(data: bytes) -> bool:
    return _FLOW.match(data) is not None and _MEMBER.search(data, 0, _HEAD) is not None


def _read(recording: Recording) -> Iterator[Item]:
    if not _is_installed():
        missing = recording.find("missing-package", what="flow files of mitmproxy", want="mitmproxy")
        yield dataclasses.replace(missing, hint=_HINT)
        return
    data, position, entry = recording.data, 0, 0
    while position < len(data):
        entry += 1
        origin = recording.origin(entry)
        try:
            end = _find_end(data, position)
            if end > len(data):
                yield recording.find("truncated", origin, where="in the middle of this entry")
                return
            yield _read_flow(recording, data[position:end], origin)
            position = end
        except BrokenError as problem:
            yield recording.find("broken-entry", origin, why=problem.told(recording.limits))
            position = _find_flow(data, position + 1)
    if not entry:
        yield recording.find("no-messages", want="flow")


def _is_installed() -> bool:
    import importlib.metadata  # slow to import, and forms are imported to tell them apart

    if not importlib.util.find_spec("mitmproxy"):
        return False
    try:
        major = importlib.metadata.version("mitmproxy").partition(".")[0]
    except importlib.metadata.PackageNotFoundError:
        return False
    return major.isdigit() and int(major) >= _OLDEST


def _find_end(data: bytes, start: int) -> int:
    """Where the flow that begins at byte `start` ends; behind the data if that is cut off.

    Raises:
        BrokenError: it does not begin with its length, or does not end as a flow does.
    """
    length = _LENGTH.match(data, start)
    if not length:
        if len(data) - start < _LONGEST and data[start:].isdigit():
            return len(data) + 1
        raise BrokenError("it is no flow")
    end = length.end() + int(length[1]) + 1
    if end > len(data) and _find_flow(data, length.end()) == len(data):
        return end
    if data[end - 1 : end] != b"}":
        raise BrokenError("its length does not lead to its end")
    return end


def _find_flow(data: bytes, start: int) -> int:
    """Where the next whole flow begins, at byte `start` or behind it; the end of the data if there is none.

    What has the shape of a flow may be a part of one: only flows themselves have a version.
    """
    version = -1
    for found in _FLOW.finditer(data, start):
        begin = found.start()
        if version < begin:
            version = data.find(_VERSION, begin)
        end = begin + found[0].index(b":") + int(found[0].partition(b":")[0]) + 2
        if begin < version < end <= len(data) and data[end - 1 : end] == b"}":
            return begin
        if version < 0:
            break
    return len(data)


def _read_flow(recording: Recording, data: bytes, origin: Origin) -> Item:
    try:
        flow = next(iter(importlib.import_module("mitmproxy.io").FlowReader(io.BytesIO(data)).stream()))
        return _to_exchange(recording, flow, origin)
    except Exception as problem:  # noqa: BLE001 - whatever mitmproxy meets in it
        raise BrokenError(f"mitmproxy cannot read it ({type(problem).__name__})") from None


def _to_exchange(recording: Recording, flow: Any, origin: Origin) -> Item:
    if flow.type != "http":
        return recording.find("no-exchange", origin, why=f"it is a flow of {flow.type}")
    if flow.response is None:
        return recording.find("no-response", origin)
    headers = tuple((_text(name).lower(), _text(value)) for name, value in flow.response.headers.fields)
    response = Response(flow.response.status_code, headers, flow.response.raw_content)
    return Exchange(origin, response, Request(flow.request.method, flow.request.pretty_url))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


FORM = Form("mitmproxy", "flow files of mitmproxy (needs mitmproxy 10 or newer)", _detects, _read)
