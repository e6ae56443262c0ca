"""What the README says about setting up and trying: the targets are there, and the commands do what is said."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    line.partition("#")[0].strip()
    for block in re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
PROGRAM = re.compile(r"(?:\.venv/bin/|uv run )schemagen ")


def test_the_head_is_read_in_a_glance() -> None:
    """What it is stands in ten lines before the first heading."""
    head = TEXT.partition("\n## ")[0].splitlines()[1:]
    assert len([line for line in head if line.strip()]) <= 12


def test_both_commands_come_first() -> None:
    """The two commands of a newcomer are the first that the README shows."""
    assert LINES[:2] == ["make demo", "make test"]


@pytest.mark.tools("make")
@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_make_knows_its_targets(line: str) -> None:
    """Each target is there and has something to do."""
    done = subprocess.run([*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "schemagen" in done.stdout or "pytest" in done.stdout


def test_pip_and_uv_do_the_same() -> None:
    """With pip and with uv, the same commands are run."""
    ways = {
        way: [line.partition("schemagen ")[2] for line in LINES if line.startswith(way)]
        for way in (".venv/bin/schemagen", "uv run schemagen")
    }
    assert len({tuple(commands) for commands in ways.values()}) == 1
    assert all(ways.values())


@pytest.mark.parametrize("line", sorted({PROGRAM.sub("", line) for line in LINES if PROGRAM.match(line)}))
def test_commands_to_try_find_what_they_should(
    line: str, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`build` finds everything as it is committed; the recordings of the demo hold errors, so `validate` ends with 1."""
    monkeypatch.chdir(ROOT)
    command, *arguments = shlex.split(line)
    outcome = run(command, *arguments, *(["--check"] if command == "build" else []))
    assert outcome.code == {"build": 0, "validate": 1}[command], outcome.err
