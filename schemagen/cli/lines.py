"""Output that grows line by line, to standard output or a file: every line is whole, also when the run is interrupted."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import TextIO

from schemagen.cli import console
from schemagen.display import shown
from schemagen.errors import OutputError


class Lines:
    """Lines on their way to the file `path`, or to standard output (None).

    A file takes the place of an old one at the end, also of an interrupted run; where it cannot be written, or the run
    fails, the old one stays. What is no regular file (a pipe, a device) is written to as it is.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._target = path or Path()

    def __enter__(self) -> Lines:
        """Opens the file.

        Raises:
            OutputError: it cannot be written.
        """
        if self._path is not None:
            with self._told():
                if not self._path.exists() or self._path.is_file():
                    self._target = self._path.with_name(f"{self._path.name}.{os.urandom(8).hex()}.tmp")
                self._file = self._target.open("w", encoding="utf-8", newline="\n")
        return self

    def write(self, line: str) -> bool:
        """Writes a line, which is safe to show; False if nobody reads any more.

        Raises:
            OutputError: it cannot be written.
        """
        with _whole():
            if self._file is None:
                return console.put(line + "\n")
            with self._told():
                self._file.write(line + "\n")
            return True

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the file in its place.

        Raises:
            OutputError: it cannot be written.
        """
        if self._file is None or self._path is None:
            return
        try:
            with self._told():
                self._file.close()
                if self._target != self._path and (kind is None or issubclass(kind, KeyboardInterrupt)):
                    self._target.replace(self._path)
        finally:
            if self._target != self._path:
                with contextlib.suppress(OSError):
                    self._target.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Names the file in what goes wrong with it."""
        try:
            yield
        except OSError as problem:
            path = self._path or Path()
            missing = isinstance(problem, FileNotFoundError)
            reason = f"there is no folder {shown(str(path.parent))}" if missing else problem.strerror
            raise OutputError(f"{shown(str(path))}: {reason}") from problem


@contextlib.contextmanager
def _whole() -> Iterator[None]:
    """Lets Ctrl-C and SIGTERM wait until the block is done; who asks twice does not want to wait."""
    waiting: list[int] = []

    def wait(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    previous = {number: signal.signal(number, wait) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    for stop in waiting:
        signal.raise_signal(stop)
