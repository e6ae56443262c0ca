"""The pages of the library: their code runs and prints what they show; the first names every public name, and has sound types."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import schemagen

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")


def steps(page: str) -> list[tuple[str, str]]:
    """The blocks of code of a page, each with what it prints."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", text, re.MULTILINE | re.DOTALL)


STEPS = steps("library.md")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example project, which is the current folder."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "docs" / "examples" / "project", folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("page", ["library.md", "clients.md", "servers.md"])
def test_code_prints_what_the_page_shows(page: str) -> None:
    """The blocks run one after the other, as one program."""
    names = {"__name__": "page"}
    for code, shown in steps(page):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, page, "exec", dont_inherit=True), names)
        assert printed.getvalue() == shown


def test_page_names_every_public_name() -> None:
    """Nothing public is left unsaid."""
    assert [name for name in schemagen.__all__ if name != "__version__" and f"`{name}`" not in PAGE] == []


@pytest.mark.tools
def test_code_has_sound_types(project: Path) -> None:
    """mypy, in its strict mode, has nothing to say."""
    (project / "page.py").write_text("\n\n".join(code for code, _ in STEPS), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file",
            "",
            "--cache-dir",
            str(project / "cache"),
            "page.py",
        ],
        env={"MYPYPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
