"""The recording of what a suite of tests has seen: one file, whichever process sees a response."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemagen import saving
from schemagen.display import shown
from schemagen.errors import OutputError
from schemagen.exchanges import Exchange
from schemagen.reporters import many


class Kept:
    """Writes exchanges to `file`, which replaces the one of an earlier run; a worker writes nothing, but gives its entries.

    `problem` says why it could not go on.

    Raises:
        SettingsError: its suffix is that of no recording.
        OutputError: it cannot be written.
    """

    def __init__(self, file: str, *, is_worker: bool = False) -> None:
        self.problem = ""
        self._file = file
        self._form = saving.form_of(file)
        self._entries: list[str] = []
        self._lock = threading.Lock()
        self._recorder = None if is_worker else saving.create(self._form, Path(file), replace=True)

    def add(self, exchange: Exchange) -> None:
        """Takes an exchange, from any thread; raises nothing into a test."""
        self.put([saving.entry(exchange, self._form).decode()])

    def put(self, entries: Iterable[str]) -> None:
        """Takes entries that another process has made."""
        with self._lock:
            if self._recorder is None:
                self._entries += entries
                return
        try:
            for entry in entries if not self.problem else ():
                self._recorder.append(entry.encode())
        except OutputError as problem:
            self.problem = str(problem)

    def take(self) -> list[str]:
        """The entries of a worker since it was last asked."""
        with self._lock:
            taken, self._entries = self._entries, []
            return taken

    def told(self) -> Iterator[str]:
        """What was recorded, in a line or two."""
        if self._recorder is not None:
            yield f"{many(self._recorder.entries, 'response')} recorded in {shown(self._file)}"
        if self.problem:
            yield f"the recording is not complete: {self.problem}"

    def end(self) -> None:
        """Closes the file."""
        if self._recorder is not None:
            self._recorder.close()
