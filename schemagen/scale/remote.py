"""Files by their names or by URLs that fsspec reads (`s3://…`): the only module that knows fsspec, an extra.

Nothing is reached that the user has not named by a URL. A URL is shown without its secrets.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from schemagen.display import shown
from schemagen.errors import InputError

_URL = re.compile(r"(?:[a-z][a-z0-9+.-]+::)*(?P<scheme>[a-z][a-z0-9+.-]+)://", re.IGNORECASE)
_LONGEST = 200  # characters of a reason

SHORTER = "it has become shorter while it was read"
"""Why there are no bytes where there were some: a file was rotated, or is written anew."""


def is_url(name: str) -> bool:
    """Whether `name` is a URL, and not the name of a file."""
    return _URL.match(name) is not None


def label(name: str) -> str:
    """The name as it may be shown: a URL without its secrets."""
    if not is_url(name):
        return name
    from schemagen.redaction import redact_url

    return redact_url(name)


@contextlib.contextmanager
def opened(name: str, where: str = "") -> Iterator[BinaryIO]:
    """The file or what is at the URL; `where` is said behind the name of what cannot be read.

    Raises:
        InputError: it cannot be read, whenever that turns out while it is open.
    """
    with _reached(name, where), _open_url(name) if is_url(name) else Path(name).open("rb") as file:
        yield file


def measure(name: str) -> int:
    """How many bytes a file or what is at a URL has; 0 where that is not known."""
    try:
        if is_url(name):
            files, path = _resolve(name)
            return int(files.size(path) or 0)
        return os.stat(name).st_size  # noqa: PTH116 - Path raises on a NUL in the name
    except Exception:  # noqa: BLE001 - each file system has its own
        return 0


def list_urls(url: str) -> Iterator[tuple[str, str]]:
    """The URLs that a URL stands for, each with the folder it was found in: itself (""), or where there is a `*` in it,
    all that match, or where it ends in `/`, all files below it but hidden ones; in the order of their names.

    Raises:
        InputError: there are none, or they cannot be listed.
    """
    found = _URL.match(url)
    is_listed = found is not None and found["scheme"].lower() not in ("http", "https")
    if not is_listed or not ("*" in url or url.endswith("/")):
        yield url, ""
        return
    folder = "" if "*" in url else url
    with _reached(url):
        files, path = _resolve(url)
        names = sorted(files.find(path) if folder else _match(files, path))
    trimmed = url.rstrip("/")
    if not names or not trimmed.endswith(path):
        raise InputError(f"{shown(label(url))}: {'it cannot be listed' if names else 'nothing is there'}")
    for name in names:
        if not folder or not any(part.startswith(".") for part in name[len(path) :].split("/")):
            yield trimmed.removesuffix(path) + name, folder


def reason(problem: Exception) -> str:
    """Why something cannot be read, on one line."""
    if isinstance(problem, IsADirectoryError):
        return "a folder, not a file; name the files in it"
    if isinstance(problem, FileNotFoundError):
        cause = problem.__cause__  # fsspec says so, too, of a server that cannot be reached, or refuses
        if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
            return reason(cause)
        status = getattr(cause, "status", 404)
        return "there is no such file" if status == 404 else f"the server answers {status}"
    return getattr(problem, "strerror", None) or str(problem).partition("\n")[0] or type(problem).__name__


@contextlib.contextmanager
def _reached(name: str, where: str = "") -> Iterator[None]:
    """Whatever goes wrong on the way to a file is one line; file systems that are reached by URLs have their own exceptions."""
    place = shown(f"{label(name)}{where}")
    try:
        yield
    except InputError:
        raise
    except OSError as problem:
        raise InputError(f"{place}: {_redacted(reason(problem))}") from problem
    except Exception as problem:
        if is_url(name):
            raise InputError(f"{place}: {_redacted(reason(problem))}") from problem
        if isinstance(problem, ValueError):
            raise InputError(f"{place}: no name of a file") from problem  # a NUL in it
        raise


def _redacted(text: str) -> str:
    from schemagen.redaction import redact_text

    return shown(redact_text(text), _LONGEST)


def _open_url(url: str) -> BinaryIO:
    files, path = _resolve(url)
    raw = files.open(path, "rb")
    return cast("BinaryIO", io.BufferedReader(raw))  # alone, some give less than is asked for


def _resolve(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    if importlib.util.find_spec("fsspec") is None:
        raise InputError(f"{shown(label(url))}: a URL needs the package fsspec: pip install fsspec")
    files, path = importlib.import_module("fsspec.core").url_to_fs(url)
    return files, path


def _match(files: Any, path: str) -> list[str]:
    found: dict[str, dict[str, Any]] = files.glob(path, detail=True)
    return [name for name, info in found.items() if info["type"] == "file"]
