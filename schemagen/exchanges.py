"""One request and its response, as they were seen, with the exact place where they were recorded."""

from __future__ import annotations

import dataclasses
import urllib.parse

from schemagen.pointers import Pointer


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where an exchange was recorded: `source` as the user named it, `entry` counted from 1, `line` from 1 if known.

    `pointer` is the place of the exchange in the recording, where the recording is one JSON or YAML document.
    """

    source: str
    entry: int = 1
    pointer: Pointer = ()
    line: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What is known of the request."""

    method: str = ""
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """A response. Header names are lower case, repeats are kept in order.

    `body` is None when it was not recorded, empty when there was none. `decoded` says that the recorder has already
    undone the content encodings, whatever the header says.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    decoded: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """A response with its origin, and the request where it is known."""

    origin: Origin
    response: Response
    request: Request | None = None

    def behind(self, entries: int, lines: int) -> Exchange:
        """This exchange of a part of a recording, as one of the whole, of which so much comes before the part."""
        origin = self.origin
        pointer = origin.pointer
        if pointer and isinstance(pointer[-1], int):
            pointer = (*pointer[:-1], pointer[-1] + entries)
        line = None if origin.line is None else origin.line + lines
        return dataclasses.replace(self, origin=Origin(origin.source, origin.entry + entries, pointer, line))


def host_of(url: str) -> str:
    """The host of an absolute URL in lower case, with the port if one is written; else empty."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return ""
    return f"{parts.hostname}{port}" if parts.hostname else ""
