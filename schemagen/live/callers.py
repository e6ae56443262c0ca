"""Warnings that point at the line which has asked for something, not into the libraries that bring the answer."""

from __future__ import annotations

import sys
import warnings
from types import FrameType

_CLIENTS = {
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "requests",
    "urllib3",
    "aiohttp",
    "starlette",
    "fastapi",
}
_HELPERS = {"aiosignal", "anyio", "trio", "asyncio", "concurrent", "threading", "contextlib", "functools"}
_BETWEEN = frozenset({"schemagen"} | _CLIENTS | _HELPERS)


def warn_caller(message: Warning) -> None:
    """Warns of `message` at the innermost line outside of ours and of the clients; in a thread of theirs, at its first."""
    frame = _caller(sys._getframe(1))  # noqa: SLF001 - warnings.warn can leave out files from Python 3.12 on
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    file, line = frame.f_code.co_filename, frame.f_lineno
    warnings.warn_explicit(message, type(message), file, line, module=_module(frame), registry=registry)


def _caller(frame: FrameType) -> FrameType:
    """The innermost frame at or below `frame` whose line is that of a caller."""
    while _module(frame).partition(".")[0] in _BETWEEN and frame.f_back is not None:
        frame = frame.f_back
    return frame


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))
