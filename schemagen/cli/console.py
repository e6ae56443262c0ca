"""Where the program writes: standard output and error, and the files that options name.

A reader that has gone (`| head`) is no error; an output that takes nothing more is.
"""

from __future__ import annotations

import os
import sys

from schemagen.display import shown
from schemagen.errors import OutputError


def put(text: str) -> None:
    """Writes `text`, which is safe to show, to standard output.

    Raises:
        OutputError: it takes nothing more (a full disk).
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _discard()
    except OSError as problem:
        _discard()
        raise OutputError(f"standard output: {problem.strerror}") from problem


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
        return sys.stdout.isatty() and not plain
    return choice == "always"


def table(rows: list[tuple[str, ...]]) -> str:
    """`rows` as lines with aligned columns; the last column is as long as it is, cells are shown safely."""
    cells = [[shown(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _discard() -> None:
    """Sends what is still buffered nowhere, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
