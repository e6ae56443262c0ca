"""The bar while recordings are read: for a person who waits, and for nobody else."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemagen.cli import progress
from schemagen.cli.progress import Progress


def _part(terminal: int) -> bytes:
    """Some of what was written to it; empty: that was all."""
    return os.read(terminal, 1 << 16) if select.select([terminal], [], [], 0.5)[0] else b""


@contextlib.contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Standard error is a terminal; gives what was written to it."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        yield lambda: b"".join(iter(lambda: _part(ours), b"")).decode()
    os.close(ours)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files, of which the first is a quarter of all."""
    for name, size in (("a", 100), ("b", 300)):
        (tmp_path / name).write_bytes(b"x" * size)
    return [str(tmp_path / name) for name in "ab"]


def test_a_bar_says_how_much_is_read(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The part of all bytes, and how many responses were in it; at the end the line is empty again."""
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    monkeypatch.setattr(progress, "_PAUSE", 0)
    with terminal(monkeypatch) as written:
        with Progress(files) as bar:
            bar.tick(1)
            bar.finish(files[0])
            for _ in range(11):
                bar.tick(1)
        shown = written()
    assert "reading" in shown
    assert " 25%" in shown
    assert "12 responses" in shown
    assert shown.endswith("\r\x1b[2K\x1b[?25h")


def test_short_work_has_no_bar(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing flickers."""
    with terminal(monkeypatch) as written:
        with Progress(files) as bar:
            bar.tick(1)
            bar.finish(files[0])
        assert written() == ""


@pytest.mark.parametrize("quiet", [True, False])
def test_where_nobody_watches_nothing_is_written(
    capsys: pytest.CaptureFixture[str], files: list[str], monkeypatch: pytest.MonkeyPatch, quiet: bool
) -> None:
    """Not into a log, and not with `--quiet`."""
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    with Progress([*files, "-", "missing"], quiet=quiet) as bar:
        bar.tick(1)
        bar.finish("-")
    assert capsys.readouterr() == ("", "")
