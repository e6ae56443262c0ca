"""Reading what the user names, within bounds; whatever goes wrong is one line that begins with the name."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.limits import Limits, option
from schemagen.scale import remote


def read_file(name: str, limit: int, field: str) -> bytes:
    """At most `limit` + 1 bytes of a file, so that whoever judges the size sees that it is too large; `-` is standard
    input. What is no regular file may never end: more than `limit` bytes of that are refused.

    `field` is the name of the limit.

    Raises:
        InputError: it cannot be read.
    """
    with _opened(name) as file:
        data = file.read(limit + 1)
        is_regular = name != "-" and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    if not is_regular and len(data) > limit:
        raise InputError(_too_large(name, limit, field))
    return data


def read_whole(name: str, limit: int, field: str) -> bytes:
    """All bytes of a file, which are `limit` at the most; the rest is as in `read_file`.

    Raises:
        InputError: it cannot be read, or is larger.
    """
    data = read_file(name, limit, field)
    if len(data) > limit:
        raise InputError(_too_large(name, limit, field))
    return data


def read_pieces(name: str, size: int) -> Iterator[bytes]:
    """The bytes of a recording of whatever size, in pieces of `size`, the last one shorter; `name` is that of a file, or
    a URL, or `-` for standard input.

    Raises:
        InputError: it cannot be read.
    """
    with remote.opened(name) if remote.is_url(name) else _opened(name) as file:
        while piece := file.read(size):
            yield piece
            if len(piece) < size:
                return


@contextlib.contextmanager
def seekable(name: str) -> Iterator[BinaryIO | None]:
    """The bytes of a recording, a file or what is at a URL, if any of them can be read at any time; None: they cannot.

    Raises:
        InputError: it cannot be read.
    """
    if not remote.is_url(name) and (name == "-" or not Path(name).is_file()):
        yield None  # a pipe is read once
        return
    with remote.opened(name) as file:
        yield file if file.seekable() else None


def measure(name: str) -> int:
    """How many bytes a recording has; 0 where that is not known."""
    return remote.measure(name)


def join(name: str, pieces: Iterable[bytes], limits: Limits) -> bytes:
    """All of the pieces of the recording `name`.

    Raises:
        InputError: they are more than one recording that is not read in parts may have.
    """
    data = bytearray()
    for piece in pieces:
        data += piece
        if len(data) > limits.recording_bytes:
            raise InputError(_too_large(remote.label(name), limits.recording_bytes, "recording_bytes"))
    return bytes(data)


def list_files(name: str) -> Iterator[tuple[str, str]]:
    """The files that a name stands for, each with the folder it was found in: a name of a file stands for itself ("").

    Of a folder, all files below it, in the order of their names. What is hidden is left out, so is a link that leads
    out of the folder, and what is no file; links to folders are not followed. A pattern (`logs/*.har`, `logs/**/*.har`)
    stands for all names that match it; for URLs see `remote.list_urls`.

    Raises:
        InputError: a folder cannot be listed or entered; all other files have been given before.
    """
    problems: list[OSError] = []
    if remote.is_url(name):
        yield from remote.list_urls(name)
    elif os.path.isdir(name):  # noqa: PTH112 - Path raises on a NUL in the name
        yield from _walk(name, problems)
    elif glob.has_magic(name) and "\0" not in name and not os.path.lexists(name):
        for match in sorted(glob.glob(name, recursive=True)) or [name]:  # noqa: PTH207 - Path normalises names
            yield from _walk(match, problems) if os.path.isdir(match) else [(match, "")]  # noqa: PTH112 - as above
    else:
        yield name, ""
    for problem in problems[:1]:
        where = problem.filename or name
        raise InputError(f"{shown(os.fspath(where))}: {remote.reason(problem)}") from problem


def _walk(name: str, problems: list[OSError]) -> Iterator[tuple[str, str]]:
    """The files below a folder; `problems` takes why there may be others."""
    root = Path(name).resolve()
    for above, folders, files in os.walk(name, onerror=problems.append):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        for path in (Path(above) / file for file in sorted(files) if not file.startswith(".")):
            try:
                is_meant = path.is_file() and path.resolve().is_relative_to(root)
            except OSError as problem:  # in a folder that can be listed, and not entered
                problems.append(problem)
            else:
                if is_meant:
                    yield os.fspath(path), name


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file, or standard input; whatever goes wrong while it is open is an InputError."""
    if not name:
        raise InputError("a name of a file is empty; perhaps a variable of the shell is")
    try:
        if name == "-":
            yield _standard_input()
        else:
            with Path(name).open("rb") as file:
                yield file
    except OSError as problem:
        raise InputError(f"{shown(name)}: {remote.reason(problem)}") from problem
    except ValueError as problem:  # a NUL in the name
        raise InputError(f"{shown(name)}: no name of a file") from problem


def _too_large(name: str, limit: int, field: str) -> str:
    return f"{shown(name)}: more than {limit} bytes; {option(field)}"


def _standard_input() -> BinaryIO:
    if sys.stdin is None:  # closed by the shell: `<&-`
        raise InputError("-: standard input is closed")
    return sys.stdin.buffer


def recording_forms() -> tuple[str, ...]:
    """The names of the forms of recordings that can be read."""
    from schemagen import recordings

    return tuple(recordings.FORMS)
