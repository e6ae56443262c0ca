"""The hooks of .pre-commit-hooks.yaml, run by the real pre-commit in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFIG = """
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: schemagen-check
      - id: schemagen-build
"""

pytestmark = pytest.mark.tools("git")


def git(folder: Path, *arguments: str) -> str:
    """What git prints, run in a folder, as a person whom no configuration names."""
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *person, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This checkout, as it is now, as a repository of hooks, and its revision."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "as it is now")
    return folder, git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def project(tmp_path: Path, hooks: tuple[Path, str]) -> Path:
    """The example project as a repository that uses the hooks."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "docs" / "examples" / "project", folder)
    config = CONFIG.format(repository=hooks[0], revision=hooks[1])
    (folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "--all")
    return folder


def run(project: Path, home: Path) -> tuple[int, str]:
    """pre-commit on all files of the project: its exit code and what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
        cwd=project,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def outcomes(printed: str) -> list[tuple[str, str]]:
    """Each hook with its outcome."""
    lines = [line for line in printed.splitlines() if line.startswith("schemagen ") and "...." in line]
    return [(line.partition("..")[0], line.rpartition(".")[2]) for line in lines]


def test_a_fresh_project_passes(project: Path, home: Path) -> None:
    """Both hooks are installed, run, and have nothing to say."""
    code, printed = run(project, home)
    assert outcomes(printed) == [("schemagen check", "Passed"), ("schemagen build --check", "Passed")], (
        printed
    )
    assert code == 0


def test_a_mistake_in_a_definition_fails(project: Path, home: Path) -> None:
    """Both hooks name the mistake with its line."""
    definition = project / "definitions" / "acme.yaml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace("string as code", "strin as code"), encoding="utf-8")
    code, printed = run(project, home)
    assert outcomes(printed) == [("schemagen check", "Failed"), ("schemagen build --check", "Failed")], (
        printed
    )
    assert "definitions/acme.yaml:8:" in printed
    assert code == 1


def test_a_definition_without_its_build_fails(project: Path, home: Path) -> None:
    """A good definition whose fragments were not built again fails the second hook only."""
    definition = project / "definitions" / "acme.yaml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace("There is no such parcel.", "No such parcel."), encoding="utf-8")
    code, printed = run(project, home)
    assert outcomes(printed) == [("schemagen check", "Passed"), ("schemagen build --check", "Failed")], (
        printed
    )
    assert "errors/acme/openapi-3.1.yaml" in printed
    assert code == 1


def test_a_deleted_fragment_fails(project: Path, home: Path) -> None:
    """What is missing is seen, although no file is there to be passed on."""
    git(project, "rm", "-q", "-f", "errors/acme/codes.json")
    code, printed = run(project, home)
    assert outcomes(printed) == [("schemagen check", "Passed"), ("schemagen build --check", "Failed")], (
        printed
    )
    assert "errors/acme/codes.json" in printed
    assert code == 1
