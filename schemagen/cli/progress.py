"""A bar on standard error while recordings are read: only where a person is watching, and only when it takes a while."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_PATIENCE = 1.0  # seconds until there is a bar
_PAUSE = 0.1  # seconds between two drawings


class Progress:
    """Counts responses (`tick`) and the bytes of files that are read (`finish`), and shows both.

    On the way out the bar is wiped, so that the report begins on a clean line with a cursor.
    """

    def __init__(self, files: Iterable[str], *, quiet: bool = False) -> None:
        self._is_watched = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._total = sum(map(_size, files)) if self._is_watched else 0
        self._read = self._responses = 0
        self._due = time.monotonic() + _PATIENCE
        self._bar: ProgressBar[Any] | None = None

    def __enter__(self) -> Progress:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipes the bar."""
        if self._bar is not None:
            with contextlib.suppress(OSError):
                sys.stderr.write("\r\x1b[2K\x1b[?25h")  # click hides the cursor
                sys.stderr.flush()

    def tick(self, responses: int) -> None:
        """So many more responses were read."""
        self._responses += responses
        if self._is_watched and time.monotonic() >= self._due:
            self._draw()

    def finish(self, file: str) -> None:
        """All of `file` was read."""
        if self._is_watched:
            self._read += _size(file)

    def _draw(self) -> None:
        self._due = time.monotonic() + _PAUSE
        with contextlib.suppress(OSError):
            if self._bar is None:
                self._bar = click.progressbar(
                    length=max(self._total, 1), file=sys.stderr, label="reading", item_show_func=self._said
                )
            self._bar.update(self._read - self._bar.pos)
            self._bar.render_progress()

    def _said(self, item: object) -> str:  # noqa: ARG002 - click's signature
        return f"{self._responses:,} responses"


def _size(file: str) -> int:
    from schemagen.api.files import measure

    return measure(file)
