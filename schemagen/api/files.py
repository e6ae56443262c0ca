"""Reading what the user names, within bounds; whatever goes wrong is one line that begins with the name."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.limits import Limits, option


def read_file(path: Path, limit: int | None = None, field: str = "") -> bytes:
    """The bytes of a file, or of a pipe that the user named.

    At most `limit` + 1 bytes of a file are read: whoever judges the size sees that it is too large. What is no
    regular file may never end; more than `limit` bytes of that are refused, and `field` names the limit.

    Raises:
        InputError: it cannot be read.
    """
    name = shown(os.fspath(path))
    try:
        with path.open("rb") as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read() if limit is None else file.read(limit + 1)
    except OSError as problem:
        raise InputError(f"{name}: {_reason(problem)}") from problem
    except ValueError as problem:  # a NUL in the name
        raise InputError(f"{name}: no name of a file") from problem
    if not regular and limit is not None and len(data) > limit:
        raise InputError(f"{name}: more than {limit} bytes; {option(field)}")
    return data


def read_input(name: str, limits: Limits) -> bytes:
    """The bytes of a file as the command line names it; `-` is standard input.

    What is no regular file may hold as much as a recording that cannot be streamed.

    Raises:
        InputError: it cannot be read.
    """
    limit = limits.recording_bytes
    if name != "-":
        path = Path(name)
        return read_file(path) if is_regular(path) else read_file(path, limit, "recording_bytes")
    if sys.stdin is None:
        raise InputError("-: there is no standard input")
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as problem:
        raise InputError(f"-: {_reason(problem)}") from problem
    if len(data) > limit:
        raise InputError(f"-: more than {limit} bytes; {option('recording_bytes')}")
    return data


def is_regular(path: Path) -> bool:
    """Whether `path` is a regular file, whose size has an end."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _reason(problem: OSError) -> str:
    if isinstance(problem, IsADirectoryError):
        return "a folder, not a file; name the files in it"
    if isinstance(problem, FileNotFoundError):
        return "there is no such file"
    return problem.strerror or str(problem)
