"""The files that a command is to read, as its arguments stand for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from schemagen.cli import console
from schemagen.display import shown
from schemagen.errors import InputError


class Listed:
    """The files that names stand for, with their folders, each once; `are_complete`: all could be listed.

    What cannot be listed, or is named twice, is said.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.are_complete = True
        self._names = names

    def __iter__(self) -> Iterator[tuple[str, str]]:
        from schemagen import api

        seen: set[str] = set()
        for name in self._names:
            try:
                for file, folder in api.list_files(name):
                    identity = _identity(file)
                    if identity not in seen:
                        seen.add(identity)
                        yield file, folder
                    elif not folder:
                        console.note(f"{shown(file)}: named twice, read once")
            except InputError as problem:
                self.are_complete = False
                console.complain(str(problem))


def _identity(file: str) -> str:
    """What is equal for two names of one file, also through links."""
    return os.path.realpath(file) if os.path.isfile(file) else file  # noqa: PTH113 - Path raises on a NUL
