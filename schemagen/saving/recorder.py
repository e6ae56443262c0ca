"""A recording that grows in its file, and is whole after every entry.

An entry takes the place of what closes the document, and closes it again, in one write. So a reader sees a whole
document, a killed process leaves one (or one that is cut off in its last entry), and a disk that is full costs the entry
that it had no room for.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from schemagen.bodies.encodings import undo
from schemagen.bodies.unreadable import UnreadableError
from schemagen.display import shown
from schemagen.errors import OutputError
from schemagen.exchanges import Exchange, Response
from schemagen.limits import Limits
from schemagen.redaction import redact
from schemagen.saving.forms import Form

_LINE = b"\n"


class Recorder:
    """Takes exchanges, from any thread. `entries` were written so far."""

    def __init__(self, path: Path, form: Form, limits: Limits, *, replace: bool = False) -> None:
        self.path = path
        self.entries = 0
        self._form = form
        self._limits = limits
        self._lock = threading.Lock()
        self._file = _open(path, replace=replace)
        self._end = 0  # of what stays; behind it is what closes the document
        try:
            self._put(form.head)
        except OutputError:
            self.close()
            path.unlink(missing_ok=True)
            raise

    def add(self, exchange: Exchange, seen: dt.datetime | None = None) -> None:
        """Writes an exchange without its secrets, seen at that time (now). A body that cannot be looked into, since its
        content coding cannot be undone, is left out.

        Raises:
            OutputError: it could not be written; what was written before is whole.
        """
        self.append(entry(exchange, self._form, self._limits, seen))

    def append(self, data: bytes) -> None:
        """Writes what `entry` has made of an exchange, perhaps in another process.

        Raises:
            OutputError: as `add`.
        """
        with self._lock:
            self._put((self._form.between if self.entries else b"") + data + _LINE)
            self.entries += 1

    def close(self) -> None:
        """Ends the recording. Closing it twice is as well."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put(self, data: bytes) -> None:
        """Writes `data` where the document was closed, and closes it again."""
        try:
            _write(self._file, data + self._form.tail, self._end)
        except OSError as problem:
            with contextlib.suppress(OSError):
                _write(self._file, self._form.tail, self._end)
                os.ftruncate(self._file, self._end + len(self._form.tail))
            raise OutputError(f"{shown(str(self.path))}: {problem.strerror}") from problem
        self._end += len(data)


def entry(exchange: Exchange, form: Form, limits: Limits, seen: dt.datetime | None = None) -> bytes:
    """An exchange as an entry of a recording, without its secrets, in UTF-8; see `Recorder.add`."""
    safe = redact(dataclasses.replace(exchange, response=_unpacked(exchange.response, limits)))
    return _written(form.entry(safe, seen or dt.datetime.now(dt.UTC)))


def _open(path: Path, *, replace: bool) -> int:
    """The descriptor of a new file, or of one that is emptied.

    Raises:
        OutputError: it cannot be opened, or is there already.
    """
    name = shown(str(path))
    try:
        if replace and not path.is_symlink() and path.is_file():
            path.unlink()
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    except FileExistsError:
        raise OutputError(f"{name} is there already; name another file, or remove it") from None
    except FileNotFoundError as problem:
        raise OutputError(f"{name}: there is no folder {shown(str(path.parent))}") from problem
    except (OSError, ValueError) as problem:
        raise OutputError(f"{name}: {getattr(problem, 'strerror', None) or problem}") from problem


def _write(file: int, data: bytes, position: int) -> None:
    os.lseek(file, position, os.SEEK_SET)
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _unpacked(response: Response, limits: Limits) -> Response:
    """The response with its content codings undone, so that its secrets can be found; without a body if they cannot be."""
    if response.decoded or not response.body or response.header("content-encoding") is None:
        return response
    codings = (value for name, value in response.headers if name == "content-encoding")
    try:
        return dataclasses.replace(response, body=undo(response.body, codings, limits), decoded=True)
    except UnreadableError:
        return dataclasses.replace(response, body=None)


def _written(value: object) -> bytes:
    """The value as JSON; characters that no text can have are replaced."""
    try:
        return orjson.dumps(value)
    except TypeError:  # lone surrogates
        import json

        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
