"""HTTP messages as text, one after the other: `curl -i`, dumps of responses, `message/http` with the requests.

HTTP/1.0 to 3, line ends CRLF or bare LF. Interim responses (`100 Continue`) are no exchanges of their own; of a chain
of redirects each response is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemagen.exchanges import Exchange, Origin, Response
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.form import Form, Item, Recording
from schemagen.recordings.messages import Content, Head, find_start, read_content, read_head

_FIRST = re.compile(
    rb"\s{0,256}(?:HTTP/[0-9](?:\.[0-9])?[ \t]+[0-9]{3}\b|[A-Z]{2,20} \S{1,16384} HTTP/[0-9])"
)
_SWITCHING = 101  # the one status below 200 that is final (RFC 9110, section 15.2.2)


def _detects(data: bytes) -> bool:
    return _FIRST.match(data) is not None


def _read(recording: Recording) -> Iterator[Item]:
    position = find_start(recording.data, 0)
    if position is None:
        yield recording.find("no-messages", want="HTTP message")
        return
    reader = _Reader(recording)
    while position is not None:
        yield from reader.read(position)
        position = find_start(recording.data, reader.end)
    yield from reader.finish()


class _Reader:
    """Where in the recording the reading is: the byte `end`, with its line, and the request that waits for its response."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.end = 0
        self._line = 1
        self._counted = 0  # the byte up to which lines are counted
        self._entry = 1
        self._waiting: tuple[Head, Origin] | None = None

    def read(self, start: int) -> Iterator[Item]:
        """What the message that begins at byte `start` amounts to, which may be nothing; moves on behind it."""
        origin = self._origin(start)
        try:
            head = read_head(self.recording.data, start)
            self.end = head.end
            content = self._content(head)
        except BrokenError as problem:
            self.end = max(self.end, start + (problem.offset or 0), start + 1)
            self._waiting = None
            self._entry += 1
            yield self.recording.broken(origin, problem, start)
            return
        self.end = content.end
        if head.status is None:
            yield from self.finish()
            self._waiting = (head, self._origin(start))
            if not head.whole:
                yield self._cut_off(self._waiting[1], "headers")
                self._waiting = None
        elif head.status == _SWITCHING or head.status >= 200:
            yield from self._respond(head, content, origin)

    def finish(self) -> Iterator[Item]:
        """The request that got no response, if there is one."""
        if self._waiting:
            yield self.recording.find("no-response", self._waiting[1])
            self._waiting = None
            self._entry += 1

    def _origin(self, start: int) -> Origin:
        self._line += self.recording.data.count(b"\n", self._counted, start)
        self._counted = start
        return self.recording.origin(self._entry, line=self._line)

    def _content(self, head: Head) -> Content:
        if head.status is not None and self._waiting and self._waiting[0].method == "HEAD":
            return Content(b"", head.end)
        return read_content(self.recording.data, head, self.recording.limits)

    def _respond(self, head: Head, content: Content, origin: Origin) -> Iterator[Item]:
        request = self._waiting[0].request() if self._waiting else None
        self._waiting = None
        self._entry += 1
        response = Response(head.status or 0, head.headers, content.body)
        yield Exchange(origin, response, request)
        if not (head.whole and content.whole):
            yield self._cut_off(origin, "body" if head.whole else "headers")
        elif content.declared is not None:
            yield self.recording.find("wrong-length", origin, got=content.recorded, want=content.declared)

    def _cut_off(self, origin: Origin, part: str) -> Item:
        return self.recording.find("truncated", origin, where=f"in the {part} of this entry")


FORM = Form("raw", "HTTP messages as text: `curl -i`, dumps, message/http", _detects, _read)
