"""Templates in a folder, which may be a stranger's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import jinja2


class TemplateFolder(jinja2.BaseLoader):
    """The templates in a folder; a link that leads out of it is none of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = jinja2.FileSystemLoader(folder)

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of a template, the name of its file, and whether it is still the same."""
        root = os.path.realpath(self._folder) + os.sep
        if not os.path.realpath(self._folder / template).startswith(root):
            raise jinja2.TemplateNotFound(template)
        return self._files.get_source(environment, template)

    def list_templates(self) -> list[str]:
        """The names of all files."""
        return self._files.list_templates()
