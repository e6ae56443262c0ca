"""Where definitions and templates are: what the extension says, else what `[tool.schemagen]` says to the commands."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from schemagen import settings
from schemagen.display import shown
from schemagen.errors import InputError


@dataclasses.dataclass(frozen=True, slots=True)
class Folders:
    """The folder of definitions, and that of templates; without them, the shipped ones are taken."""

    definitions: Path | None = None
    templates: Path | None = None

    def files(self) -> list[Path]:
        """The templates: a page is to be written again when one of them has changed."""
        return sorted(path for path in self.templates.rglob("*.j2")) if self.templates else []


def folders(definitions: str = "", templates: str = "", start: Path = Path()) -> Folders:
    """The folders as they are named, relative to `start`.

    Raises:
        SettingsError: `[tool.schemagen]` cannot be read, or its folder is not there.
        InputError: a folder that is named is not there.
    """
    return Folders(
        _folder("definitions", start / definitions) if definitions else _set(start),
        _folder("templates", start / templates) if templates else None,
    )


def _set(start: Path) -> Path | None:
    path = settings.find(start)
    folder = settings.definitions_folder(path, settings.read(path)) if path else None
    return Path(folder) if folder else None


def _folder(option: str, path: Path) -> Path:
    if not path.is_dir():
        raise InputError(f"{option}: there is no folder '{shown(path.as_posix(), 200)}'")
    return path
