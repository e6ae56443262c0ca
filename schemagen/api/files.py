"""Reading what the user names, within bounds; whatever goes wrong is one line that begins with the name."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.limits import Limits, option


def read_file(name: str, limit: int, field: str) -> bytes:
    """At most `limit` + 1 bytes of a file, so that whoever judges the size sees that it is too large; `-` is standard
    input. What is no regular file may never end: more than `limit` bytes of that are refused.

    `field` is the name of the limit.

    Raises:
        InputError: it cannot be read.
    """
    data, regular = _read(name, limit)
    if not regular and len(data) > limit:
        raise InputError(f"{shown(name)}: more than {limit} bytes; {option(field)}")
    return data


def read_recording(name: str, limits: Limits) -> bytes:
    """The bytes of a recording; `-` is standard input. A regular file may be of any size.

    Raises:
        InputError: it cannot be read.
    """
    try:
        regular = name != "-" and Path(name).is_file()
    except (OSError, ValueError):
        regular = False
    return _read(name, None)[0] if regular else read_file(name, limits.recording_bytes, "recording_bytes")


def list_files(name: str) -> Iterator[tuple[str, str]]:
    """The files that a name stands for, each with the folder it was found in: a name of a file stands for itself ("").

    Of a folder, all files below it, in the order of their names. What is hidden is left out, so is a link that leads
    out of the folder, and what is no file; links to folders are not followed.

    Raises:
        InputError: a folder cannot be listed; all other files have been given before.
    """
    if name == "-" or not os.path.isdir(name):  # noqa: PTH112 - Path raises on a NUL in the name
        yield name, ""
        return
    problems: list[OSError] = []
    root = Path(name).resolve()
    for above, folders, files in os.walk(name, onerror=problems.append):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        for path in (Path(above) / file for file in sorted(files) if not file.startswith(".")):
            if path.is_file() and path.resolve().is_relative_to(root):
                yield os.fspath(path), name
    if problems:
        where = problems[0].filename or name
        raise InputError(f"{shown(os.fspath(where))}: {_reason(problems[0])}")


def _read(name: str, limit: int | None) -> tuple[bytes, bool]:
    """The bytes, and whether they are those of a regular file."""
    try:
        if name == "-":
            return _all(_standard_input(), limit), False
        with Path(name).open("rb") as file:
            return _all(file, limit), stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError as problem:
        raise InputError(f"{shown(name)}: {_reason(problem)}") from problem
    except ValueError as problem:  # a NUL in the name
        raise InputError(f"{shown(name)}: no name of a file") from problem


def _all(file: BinaryIO, limit: int | None) -> bytes:
    return file.read() if limit is None else file.read(limit + 1)


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # closed by the shell: `<&-`
        raise FileNotFoundError("there is no standard input")
    return sys.stdin.buffer


def _reason(problem: OSError) -> str:
    if isinstance(problem, IsADirectoryError):
        return "a folder, not a file; name the files in it"
    if isinstance(problem, FileNotFoundError):
        return "there is no such file"
    return problem.strerror or str(problem)
