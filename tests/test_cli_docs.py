"""`docs`: references of formats in a folder, which stay as fresh as what `build` writes."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemagen.reference import TARGETS

Run = Callable[..., Any]
EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "project" / "definitions" / "acme.yaml"


@pytest.fixture
def project(elsewhere: Path) -> Path:
    """A project with two definitions of its own, in a folder that its settings name; the current folder."""
    (elsewhere / "errors").mkdir()
    text = EXAMPLE.read_text(encoding="utf-8")
    for name in ("acme", "zeta"):
        file = elsewhere / "errors" / f"{name}.yaml"
        file.write_text(text.replace("id: acme", f"id: {name}"), encoding="utf-8")
    (elsewhere / "pyproject.toml").write_text('[tool.schemagen]\ndefinitions = "errors"\n', encoding="utf-8")
    return elsewhere


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tops(folder: Path) -> list[str]:
    """What stands directly in a folder."""
    return sorted(path.name for path in folder.iterdir())


SITE = ["acme", "index.html", "search-index.js", "site.css", "site.js", "zeta"]


@pytest.mark.parametrize("to", TARGETS)
def test_the_same_page_built_twice_has_the_same_bytes(run: Run, project: Path, to: str) -> None:
    """In another folder, too; and then `--check` has nothing to say."""
    for folder in ("one", "one", "other"):
        assert run("docs", "--to", to, "-o", folder).code == 0
    assert files(project / "one") == files(project / "other") != {}
    found = run("docs", "--to", to, "-o", "one", "--check")
    assert (found.code, found.err) == (0, "one: up to date\n")


def test_a_site_is_written_where_nothing_is_said(run: Run, project: Path) -> None:
    """Into the folder `site`."""
    found = run("docs")
    assert (found.code, found.err) == (0, "site: built\n")
    assert tops(project / "site") == SITE


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--to", "html", "-o", "a folder's"],
        ["-d", "acme", "-d", "zeta", "--to", "markdown", "-o", "pages", "--definitions", "errors"],
        ["-d", "errors/acme.yaml", "--limit", "yaml-depth=60", "--templates", "own"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("command", ["docs", "build"])
def test_the_hint_of_check_is_the_command_that_mends(
    run: Run, project: Path, command: str, options: list[str]
) -> None:
    """As it was given, without what only looks."""
    own = project / "own" / "site"
    own.mkdir(parents=True)
    (own / "site.css").write_text("", encoding="utf-8")
    if command == "build":
        options = [each for each in options if each not in ("--to", "html", "markdown", "--templates", "own")]
    asked = [command, *options, "--check"]
    found = run(*asked, "-q", "-f", "json", "--color", "never", "--fail-on", "warning").json["findings"]
    (hint,) = {each["hint"] for each in found}
    mends = shlex.split(hint.removeprefix("run "))
    assert mends[:2] == ["schemagen", command]
    assert sorted(mends[2:]) == sorted(options)
    assert run(*mends[1:]).code == 0
    assert run(*asked).code == 0


def test_the_hint_for_what_is_left_over_is_the_command_that_removes_it(run: Run, project: Path) -> None:
    """It says so."""
    run("docs", "-o", "pages", "--to", "html")
    shutil.copy(project / "pages/acme/index.html", project / "pages/acme/old.html")
    (found,) = run("docs", "-o", "pages", "--to", "html", "--check", "-f", "json").json["findings"]
    assert found["rule"] == "build/left-over"
    assert found["hint"] == "run schemagen docs -o pages --to html: it removes the file"
    run("docs", "-o", "pages", "--to", "html")
    assert not (project / "pages" / "acme" / "old.html").exists()


@pytest.mark.parametrize("command", ["docs", "build"])
def test_a_file_of_the_user_is_told_in_words_that_hold_for_both(
    run: Run, project: Path, command: str
) -> None:
    """It is left where it is."""
    run(command, "-o", "pages")
    (project / "pages" / "acme" / "notes.txt").write_text("mine", encoding="utf-8")
    (found,) = run(command, "-o", "pages", "-f", "json").json["findings"]
    assert (
        found["message"]
        == "pages/acme/notes.txt was not generated, and pages/acme is for generated files alone"
    )
    assert (project / "pages" / "acme" / "notes.txt").is_file()


@pytest.mark.parametrize("to", ["html", "markdown"])
def test_pages_of_one_definition_leave_those_of_others_alone(run: Run, project: Path, to: str) -> None:
    """As those that `build` writes: none of them tells of another."""
    run("docs", "--to", to, "-o", "pages")
    before = files(project / "pages")
    assert run("docs", "--to", to, "-o", "pages", "-d", "acme").code == 0
    assert files(project / "pages") == before
    assert run("docs", "--to", to, "-o", "pages", "-d", "acme", "--check").code == 0


def test_a_site_of_one_definition_holds_no_other(run: Run, project: Path) -> None:
    """Pages that its search does not find would lag behind unseen; `--check` names them, and they go."""
    run("docs")
    found = run("docs", "-d", "acme", "--check", "-f", "json").json["findings"]
    assert {each["place"]["source"] for each in found if each["rule"] == "build/left-over"} == {
        f"site/{name}" for name in files(project / "site") if name.startswith("zeta/")
    }
    assert run("docs", "-d", "acme").code == 0
    assert tops(project / "site") == [name for name in SITE if name != "zeta"]
    assert run("docs").code == 0
    assert tops(project / "site") == SITE


def test_a_site_leaves_what_is_not_generated_alone(run: Run, project: Path) -> None:
    """A folder beside its pages that holds anything of the user's stays as it is."""
    (project / "site" / "zeta").mkdir(parents=True)
    (project / "site" / "zeta" / "mine.html").write_text("mine", encoding="utf-8")
    (project / "site" / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("docs", "-d", "acme").code == 0
    assert (project / "site" / "zeta" / "mine.html").read_text(encoding="utf-8") == "mine"
    assert (project / "site" / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("to", ["html", "markdown"])
@pytest.mark.parametrize("more", [[], ["-d", "acme"], ["--check"]], ids=" ".join)
def test_other_pages_are_not_written_into_a_site(run: Run, project: Path, to: str, more: list[str]) -> None:
    """They would take pages from it that its search leads to."""
    run("docs")
    before = files(project / "site")
    found = run("docs", "--to", to, *more)
    assert (found.code, found.err) == (
        2,
        "schemagen: site: there is a site in it; name another folder, or remove it\n",
    )
    assert files(project / "site") == before


def test_a_site_takes_the_place_of_pages(run: Run, project: Path) -> None:
    """What they were is left over."""
    run("docs", "--to", "markdown")
    assert run("docs").code == 0
    assert not (project / "site" / "acme" / "reference.md").exists()


def test_the_folder_of_build_is_not_taken(run: Run, project: Path) -> None:
    """Each of the two would remove what the other writes."""
    run("build")
    found = run("docs", "-o", "./output")
    assert found.code == 2
    assert "./output is where build writes; name another folder with -o." in found.err


def test_settings_say_what_is_not_said(run: Run, project: Path) -> None:
    """The folder and the form; the hint stays as short as the command."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write('site = "public"\ndocs = "markdown"\n')
    (found, _) = run("docs", "--check", "-f", "json").json["findings"]
    assert found["hint"] == "run schemagen docs"
    assert run("docs").err == "public: built\n"
    assert list(files(project / "public")) == ["acme/reference.md", "zeta/reference.md"]


def test_a_mistaken_template_is_one_line(run: Run, project: Path) -> None:
    """And nothing is written."""
    (project / "own" / "site").mkdir(parents=True)
    (project / "own" / "site" / "start.html.j2").write_text("{{ titel }}", encoding="utf-8")
    (project / "own" / "site" / "cod.html.j2").write_text("", encoding="utf-8")
    found = run("docs", "--templates", "own")
    assert (found.code, found.err) == (
        2,
        "schemagen: own/site/cod.html.j2: it replaces no template, and none includes it; did you mean site/code.html.j2?\n",
    )
    (project / "own" / "site" / "cod.html.j2").unlink()
    found = run("docs", "--templates", "own")
    assert (found.code, found.err) == (2, "schemagen: own/site/start.html.j2:1: 'titel' is undefined\n")
    assert not (project / "site").exists()
