"""Where the files that ship with the package are: definitions, templates and the published schema for editors.

A wheel carries them inside the package; in a checkout `specs/` and `templates/` are the top-level folders.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def specs() -> Path:
    """The folder of the shipped definitions (`<id>.yaml`)."""
    return _shipped("specs")


def templates() -> Path:
    """The folder of the Jinja templates."""
    return _shipped("templates")


def definition_schema() -> Path:
    """The published JSON Schema of definition files, which editors read."""
    return _PACKAGE / "definition.schema.json"


def _shipped(name: str) -> Path:
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
