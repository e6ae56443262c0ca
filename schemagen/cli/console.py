"""Where the program writes: standard output and error, and the files that options name.

A reader that has gone (`| head`) is no error; an output that takes nothing more is.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from schemagen.display import shown, shown_lines
from schemagen.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType


def put(text: str) -> None:
    """Writes `text`, which is safe to show, to standard output.

    Raises:
        OutputError: it takes nothing more (a full disk).
    """
    _send(lambda: sys.stdout.write(text))


def put_line(line: str) -> bool:
    """Writes a line of ASCII characters to standard output; False if its reader has gone.

    The line is whole, whatever signal comes between: Ctrl-C and SIGTERM wait for its end.

    Raises:
        OutputError: it takes nothing more (a full disk).
    """
    with uninterrupted():
        return _send(lambda: _write_all(f"{line}\n".encode("ascii")))


def put_file(data: bytes) -> None:
    """Writes a file's content to standard output: on a terminal as text that is safe to show, elsewhere as it is.

    Raises:
        OutputError: it takes nothing more.
    """
    text = data.decode("utf-8", "replace")
    put(shown_lines(text.replace("\r\n", "\n")) if is_terminal() else text)


def save(path: Path, text: str) -> None:
    """Writes `text` to the file `path`: all of it or nothing, so that a failure leaves the old file.

    What is no regular file (a pipe, a device) is written to as it is.

    Raises:
        OutputError: it cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        temporary = path.with_name(f"{path.name}.{os.urandom(8).hex()}.tmp")
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    except OSError as problem:
        missing = isinstance(problem, FileNotFoundError)
        reason = f"there is no folder {shown(str(path.parent))}" if missing else problem.strerror
        raise OutputError(f"{shown(str(path))}: {reason}") from problem


def append(path: Path, text: str) -> None:
    """Writes `text` behind what is in the file `path`.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
    except OSError as problem:
        raise OutputError(f"{shown(str(path))}: {problem.strerror}") from problem


def create(path: Path, text: str) -> None:
    """Writes `text` to a file that is not there yet, with the folders above it.

    Raises:
        OutputError: it is there already, or cannot be written.
    """
    name = shown(str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as problem:
        raise OutputError(f"{name} is there already; nothing was written") from problem
    except OSError as problem:
        raise OutputError(f"{name}: {problem.strerror}") from problem


def complain(line: str) -> None:
    """Writes one line that says why something could not be done, to standard error."""
    note(f"schemagen: {line}")


def note(line: str) -> None:
    """Writes one line about the run to standard error; if that is closed, nobody wanted it."""
    try:
        sys.stderr.write(shown(line) + "\n")
        sys.stderr.flush()
    except OSError:
        pass


def colored(choice: str) -> bool:
    """Whether to colour standard output, by `--color`, `NO_COLOR` (no-color.org) and the terminal."""
    if choice == "auto":
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return is_terminal() and not plain
    return choice == "always"


def is_terminal() -> bool:
    """Whether standard output is one; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """How many characters a line of the terminal has; 0 where standard output is none."""
    if not is_terminal():
        return 0
    import shutil

    return shutil.get_terminal_size().columns


def table(rows: list[tuple[str, ...]]) -> str:
    """`rows` as lines with aligned columns; the last column is as long as it is, cells are shown safely."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _send(write: Callable[[], object]) -> bool:
    """Whether what is written was still wanted.

    Raises:
        OutputError: standard output takes nothing more.
    """
    if sys.stdout is None:  # `>&-`
        raise OutputError("standard output: it is closed")
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
        return False
    except OSError as problem:
        _discard()
        raise OutputError(f"standard output: {problem.strerror}") from problem
    return True


def _write_all(data: bytes) -> None:
    """Writes until all is written: what is below an unbuffered stream may take a part when a signal comes between."""
    rest = memoryview(data)
    while rest:
        rest = rest[sys.stdout.buffer.write(rest) or 0 :]


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
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


def _discard() -> None:
    """Sends what is still buffered nowhere, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
