"""Where shipped files are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemagen import resources


def test_a_checkout_uses_its_top_level_folders() -> None:
    """In a checkout, definitions and templates are the folders beside the package."""
    root = Path(resources.__file__).resolve().parent.parent
    assert (resources.specs(), resources.templates()) == (root / "specs", root / "templates")


def test_a_wheel_carries_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package holds the folders itself, those are used."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    assert (resources.specs(), resources.templates()) == (tmp_path / "specs", tmp_path / "templates")


def test_the_published_schema_is_in_the_package() -> None:
    """The schema for editors stands beside the modules."""
    assert resources.definition_schema().name == "definition.schema.json"
    assert resources.definition_schema().parent == Path(resources.__file__).resolve().parent
