"""Proof by several processes: what they find and make is what one finds and makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import schemagen
from schemagen import api, processes, resources
from schemagen.errors import TemplateError
from schemagen.report import Counts, Report

TANGOE = (resources.specs() / "tangoe.yaml").read_text(encoding="utf-8")


def write(folder: Path, name: str, was: str = "", now: str = "") -> None:
    """A definition like that of Tangoe, under another id, with something else in one place."""
    assert was in TANGOE
    text = TANGOE.replace("id: tangoe", f"id: {name}", 1).replace(was, now, 1)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A folder of four definitions without mistakes."""
    folder = tmp_path / "sound"
    folder.mkdir()
    for name in ("one", "two", "three", "four"):
        write(folder, name)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """What is in the files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_findings_are_the_same_in_the_same_order(sound: Path) -> None:
    """Those of reading and those of proof, with their lines."""
    write(sound, "aaa", "broken: id is missing\n", "drift: id is missing\n")
    write(sound, "mmm", "body:\n", "bdy:\n")
    write(sound, "zzz", "drift: the member tenant is not documented", "broken: the member tenant is too much")
    alone, shared = (schemagen.check(folder=sound, jobs=jobs) for jobs in (1, 3))
    assert shared == alone
    found = [
        (item.place.source.rpartition("/")[2], item.rule.code, item.place.line) for item in alone.findings
    ]
    assert [(name, rule) for name, rule, _ in found if "build/" in rule] == [
        ("aaa.yaml", "build/example-refused"),
        ("zzz.yaml", "build/example-not-broken"),
    ]
    assert "mmm.yaml" in {name for name, _, _ in found}
    assert all(line for _, _, line in found)


def test_files_are_the_same(sound: Path, tmp_path: Path) -> None:
    """Those of `build` and those of `docs`, to the byte."""
    for jobs in (1, 2):
        assert not schemagen.build(tmp_path / f"built-{jobs}", folder=sound, jobs=jobs).findings
        assert not api.docs(tmp_path / f"told-{jobs}", folder=sound, jobs=jobs).findings
    assert files(tmp_path / "built-2") == files(tmp_path / "built-1")
    assert files(tmp_path / "told-2") == files(tmp_path / "told-1")
    assert {name.partition("/")[0] for name in files(tmp_path / "built-1")} >= {"one", "two", "three", "four"}


def test_what_is_raised_in_a_process_is_raised_here(sound: Path, tmp_path: Path) -> None:
    """A template of the user's is used by the process that makes the page, and is wrong in the same words."""
    templates = tmp_path / "templates" / "markdown"
    templates.mkdir(parents=True)
    (templates / "page.md.j2").write_text("{{ nothing.at.all }}", encoding="utf-8")
    said = []
    for jobs in (1, 2):
        with pytest.raises(TemplateError) as caught:
            schemagen.build(tmp_path / "out", folder=sound, templates=templates.parent, jobs=jobs)
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_few_definitions_are_proved_without_another_process(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before another process has begun they are done; definitions with mistakes are not proved and do not count."""
    (sound / "four.yaml").unlink()
    write(sound, "mistaken", "body:\n", "bdy:\n")
    monkeypatch.delattr(processes, "share")
    assert schemagen.check(folder=sound, jobs=8).findings


@pytest.mark.parametrize(("arguments", "wanted"), [((), 3), (("--jobs", "2"), 2)], ids=["set", "said"])
@pytest.mark.parametrize("command", ["check", "build", "docs"])
def test_the_project_sets_how_many_and_the_command_line_wins(
    command: str,
    arguments: tuple[str, ...],
    wanted: int,
    run: Callable[..., Any],
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As for `validate`."""
    (elsewhere / "pyproject.toml").write_text("[tool.schemagen]\njobs = 3\n")
    asked: list[int] = []

    def watched(*_: Any, jobs: int, **__: Any) -> Report:
        asked.append(jobs)
        return Report(command, (), Counts())

    monkeypatch.setattr(api, command, watched)
    run(command, *arguments)
    assert asked == [wanted]
