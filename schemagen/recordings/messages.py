"""HTTP messages as text: start line, header fields, body; where one ends and the next begins (RFC 9112).

Files of them were often touched: line ends converted, bodies decoded or reformatted while the headers stayed. So
chunks and `Content-Length` are believed where they fit, and the next start line ends a body where they do not.
"""

from __future__ import annotations

import dataclasses
import re

from schemagen import bodies
from schemagen.exchanges import Request, Response
from schemagen.limits import Limits
from schemagen.recordings.fields import BrokenError

Headers = tuple[tuple[str, str], ...]

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}"
_STATUS = rb"HTTP/[0-9](?:\.[0-9])?(?:[ \t][^\r\n]*)?\r?(?:\n|\Z)"
_REQUEST = rb"[A-Z]{2,20} \S{1,16384} HTTP/[0-9](?:\.[0-9])?[ \t]*\r?(?:\n|\Z)"
_GOES_ON = rb"(?=:?" + _TOKEN + rb"[ \t]*:|\r?\n|\Z)"  # a header or the blank line
_BEHIND_BODY = rb"(?:(?<=</html>)|(?<![\s>\"'`(=/]))"  # the last line of a body may have no end
_STARTS = rb"(?:" + _STATUS + rb"|" + _REQUEST + rb")" + _GOES_ON
_START = re.compile(_STARTS)
_NEXT = re.compile(
    rb"^"
    + _STARTS
    + rb"|"
    + _BEHIND_BODY
    + rb"HTTP/[0-9](?:\.[0-9])? [0-9]{3}[^\r\n]{0,200}\r?\n"
    + _GOES_ON,
    re.MULTILINE,
)
_BLANK = re.compile(rb"\s{0,256}")
_FIELD = re.compile(rb"(:?" + _TOKEN + rb")[ \t]*:(.*)", re.DOTALL)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_TRAILERS = re.compile(rb"(?:" + _TOKEN + rb":[^\r\n]*\r?\n)*(?:\r?\n|\Z)")
_NO_CONTENT = (204, 304)  # whatever their Content-Length says (RFC 9112, section 6.3)
_BARE_FEED = re.compile(rb"(?<!\r)\n")


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """A start line with its header fields: a response's with `status`, or a request's with `method` and `target`.

    The bytes from `start` to `end` are the head with its blank line; `whole` is false where that was cut off.
    """

    start: int
    end: int
    headers: Headers
    whole: bool = True
    status: int | None = None
    method: str = ""
    target: str = ""

    def header(self, name: str) -> str:
        """The first value of a header, by its lower-case name; empty if there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def request(self) -> Request:
        """The request that this is the head of. The scheme is in no message: it is taken to be https, but on port 80."""
        host = self.header("host")
        if not self.target.startswith("/") or not host:
            return Request(self.method, self.target)
        scheme = "http" if host.endswith(":80") else "https"
        return Request(self.method, f"{scheme}://{host}{self.target}")


@dataclasses.dataclass(frozen=True, slots=True)
class Content:
    """A body, which ends before byte `end`. `body` is None where it was not recorded, or not to its end (not `whole`).

    `declared` is a Content-Length that is wrong, `recorded` how many bytes there are in its place.
    """

    body: bytes | None
    end: int
    whole: bool = True
    declared: int | None = None
    recorded: int = 0


def find_start(data: bytes, position: int) -> int | None:
    """Where the next message begins, at `position` or behind it."""
    blank = _BLANK.match(data, position)
    behind = blank.end() if blank else position
    if _START.match(data, behind):
        return behind
    found = _NEXT.search(data, position)
    return found.start() if found else None


def read_head(data: bytes, start: int) -> Head:
    """The head that begins at byte `start`.

    Raises:
        BrokenError: its start line has no status of three digits, or a line in it is no header.
    """
    position = data.find(b"\n", start) + 1 or len(data)
    first = _text(data[start:position].strip())
    headers: list[tuple[str, list[str]]] = []
    whole = data.endswith(b"\n", start, position)
    while position < len(data) and not _START.match(data, position):  # else the blank line is missing
        behind = data.find(b"\n", position) + 1
        line = data[position:behind].rstrip()
        whole = behind > 0
        if whole and line[:1] in (b" ", b"\t") and headers:  # folded (RFC 9112, section 5.2)
            headers[-1][1].append(_text(line.strip()))
        elif whole and line:
            name, value = _read_field(line, position - start)
            headers.append((name, [value]))
        position = behind or len(data)
        if not line:
            break
    fields = tuple((name, " ".join(filter(None, parts))) for name, parts in headers if name[:1] != ":")
    return _with_start_line(Head(start, position, fields, whole), first)


def _read_field(line: bytes, offset: int) -> tuple[str, str]:
    found = _FIELD.fullmatch(line)
    if not found:
        raise BrokenError("{} is no header", offset, got=_text(line))
    return _text(found[1]).lower(), _text(found[2].strip(b" \t"))


def _with_start_line(head: Head, line: str) -> Head:
    words = line.split(None, 2)
    if not line.startswith("HTTP/"):
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            raise BrokenError("{} is no start line of HTTP", 0, got=line)
        return dataclasses.replace(head, method=words[0], target=words[1])
    status = words[1] if len(words) > 1 else ""
    if not (len(status) == 3 and status.isascii() and status.isdigit() and int(status) >= 100):
        raise BrokenError("its status is {}, not a number from 100 to 999", 0, got=status)
    return dataclasses.replace(head, status=int(status))


def read_content(data: bytes, head: Head, limits: Limits, *, alone: bool = False) -> Content:
    """The body behind `head`; with `alone`, no other message follows in `data`.

    Raises:
        BrokenError: its chunks are broken.
    """
    if head.header("transfer-encoding").lower() == "chunked" and (found := _read_chunks(data, head, alone)):
        return found
    declared = None if head.status in _NO_CONTENT else _read_length(head.header("content-length"))
    if declared is not None and _fits(data, head.end + declared, alone):
        return Content(data[head.end : head.end + declared], head.end + declared)
    following = None if alone else find_start(data, head.end)
    end = len(data) if following is None else following
    body = data[head.end : end] if alone else data[head.end : end].rstrip(b"\r\n")
    if declared is None or len(body) + len(_BARE_FEED.findall(body)) == declared:
        return Content(body, end)
    if not body:
        return Content(None, end)  # only the head was kept
    is_cut_off = following is None and len(body) < declared
    if is_cut_off and not bodies.read(Response(0, head.headers, body), limits).is_json:
        return Content(None, end, whole=False, declared=declared, recorded=len(body))
    if head.header("content-encoding"):  # the length was that of the encoded body
        return Content(body, end)
    return Content(body, end, declared=declared, recorded=len(body))


def _read_length(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def _fits(data: bytes, end: int, alone: bool) -> bool:  # noqa: FBT001
    """Whether a body may end at `end`: nothing follows, or a start line does."""
    if alone or end >= len(data):
        return end == len(data)
    blank = _BLANK.match(data, end)
    behind = blank.end() if blank else end
    return behind == len(data) or _START.match(data, behind) is not None


def _read_chunks(data: bytes, head: Head, alone: bool) -> Content | None:  # noqa: FBT001
    """The body in chunks (RFC 9112, section 7.1); None if the recorder has already put it together."""
    spans: list[tuple[int, int]] = []
    position = head.end
    while line := _CHUNK.match(data, position):
        start, size = line.end(), int(line[1], 16)
        if size == 0:
            trailers = _TRAILERS.match(data, start)
            end = trailers.end() if trailers else start
            return Content(b"".join(data[begin:close] for begin, close in spans), end)
        end = start + size
        behind = end + data.startswith(b"\r", end)
        if end < len(data) and not data.startswith(b"\n", behind):
            break
        if end >= len(data):
            return Content(None, len(data), whole=False) if spans or line[0].endswith(b"\r\n") else None
        spans.append((start, end))
        position = behind + 1
    if not spans:
        return None
    if len(data) - position < 16 and not _START.match(data, position):  # cut off in the line of a size
        return Content(None, len(data), whole=False)
    following = None if alone else find_start(data, position)
    if following == position:
        return Content(b"".join(data[begin:close] for begin, close in spans), position)
    raise BrokenError("its chunks are broken", position - head.start)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # RFC 9110, section 5.5
