"""The report for GitHub Actions: which commands the runner reads in it, and that it reads no others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import reporters
from schemagen.display import shown
from schemagen.findings import Finding, Place, Severity
from schemagen.report import Group, Report, Subject, singly
from schemagen.reporters import Look
from schemagen.rules import Rule

RULES = {severity: Rule(f"response/{severity.word}", severity, "…", "{text}") for severity in Severity}
RUNNER = ("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "add-matcher", "remove-matcher",
          "stop-commands", "echo", "save-state", "set-output", "set-env", "add-path")  # fmt: skip


def github(report: Report, folder: str = "") -> list[str]:
    """The lines of the report."""
    return reporters.render("github", report, Look(folder=folder)).splitlines()


def found(severity: Severity = Severity.ERROR, text: str = "it is wrong", **place: str | int) -> Finding:
    """A finding about a recording."""
    where = Place(**{"source": "rec/a.har", "line": 79, **place})  # type: ignore[arg-type]
    return Finding(RULES[severity], where, (("text", text),), severity=severity)


def read(line: str) -> tuple[str, dict[str, str], str] | None:
    """The command that a runner reads in a line: its name, properties and data (ActionCommand.cs of actions/runner)."""
    match = re.match(r"\s*::(?P<info>.*?)::(?P<data>.*)", line, re.DOTALL)
    if match and match["info"].partition(" ")[0] in RUNNER:
        name, _, told = match["info"].partition(" ")
        properties = dict(pair.split("=", 1) for pair in told.split(",") if "=" in pair)
        return name, {key: decoded(value) for key, value in properties.items()}, decoded(match["data"])
    match = re.search(r"##\[(?P<info>[^\]]*)\](?P<data>.*)", line, re.DOTALL)
    if match and match["info"].partition(" ")[0] in RUNNER:
        return match["info"], {}, match["data"]
    return None


def decoded(text: str) -> str:
    """What an encoded text stands for."""
    for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_a_group_is_one_annotation_at_its_first_place() -> None:
    """File, line and column for GitHub, the rule as title; place in the body, count, hint and definition as text."""
    item = Finding(
        RULES[Severity.ERROR],
        Place("./rec/a.har", ("error", "code"), entry=5, line=79, column=3),
        (("text", "100% wrong: a, b"),),
        hint="write it so",
        related=Place("specs/acme.yaml", ("codes",), line=9),
    )
    subject = Subject("./rec/a.har", 5, "GET", "https://api.example/1", 404, "acme", "server")
    (line,) = github(Report("validate", (Group(37, (item,)),), subjects=(subject,)))
    assert line == (
        "::error file=rec/a.har,line=79,col=3,title=response/error::/error/code: 100%25 wrong: a, b (37 times)"
        "%0Awrite it so%0Aentry 5: GET https://api.example/1 404%0Asee specs/acme.yaml:9 /codes"
    )


@pytest.mark.parametrize("severity", list(Severity))
def test_each_severity_has_its_command(severity: Severity) -> None:
    """Errors, warnings, and notices for notes."""
    (line,) = github(Report("validate", singly([found(severity)])))
    assert line.startswith({3: "::error ", 2: "::warning ", 1: "::notice "}[severity])


def test_files_are_named_from_the_top_of_the_repository() -> None:
    """A step may run in a folder of it; an absolute path is left to the runner, standard input is no file."""
    report = Report(
        "validate", singly([found(), found(source="/srv/b.har"), found(source="-"), found(source="r\\c")])
    )
    files = [properties.get("file") for _, properties, _ in filter(None, map(read, github(report, "sub/x")))]
    assert files == [None, "/srv/b.har", "sub/x/r/c", "sub/x/rec/a.har"]


def test_without_a_line_the_file_is_annotated() -> None:
    """Properties that are not known are left out."""
    (line,) = github(
        Report("check", singly([Finding(RULES[Severity.ERROR], Place("a:b,c"), (("text", "x"),))]))
    )
    assert line == "::error file=a%3Ab%2Cc,title=response/error::x"


def test_nothing_found_says_nothing() -> None:
    """No annotation is the good news."""
    assert github(Report("validate")) == []


def test_an_interrupted_run_is_a_warning() -> None:
    """Nobody takes half a run for a whole one."""
    assert github(Report("validate", complete=False)) == [
        "::warning::interrupted: what follows in the input was not looked at"
    ]


def test_ten_of_a_kind_are_annotated_and_the_rest_is_in_a_group_of_the_log() -> None:
    """Ten errors, ten warnings and ten notices are all that GitHub shows of a step; the last notice says how many more."""
    groups = [Group(1, (found(severity, f"number {n}"),)) for n in range(12) for severity in Severity]
    groups += [Group(50, (found(text="the most frequent"),))]
    lines = github(Report("validate", tuple(groups), omitted=((Severity.NOTE, 4),)))
    names = [command[0] for line in lines if (command := read(line))]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10 + ["group", "endgroup"]
    assert "the most frequent (50 times)" in lines[0]
    assert lines[29] == (
        "::notice title=schemagen::12 more findings without an annotation; they are in the log of this step"
    )
    assert lines[30] == "::group::12 more findings"
    assert lines[31] == "error: rec/a.har:79: number 9 [response/error]"
    assert lines[-2:] == ["and 4 more", "::endgroup::"]
    assert len(lines) == 30 + 1 + 8 + 2


def test_the_group_of_the_log_is_bounded() -> None:
    """A million groups of findings do not fill the log; what is left out is counted."""
    lines = github(Report("validate", tuple(Group(2, (found(text=str(n)),)) for n in range(2000))))
    assert len(lines) < 600
    assert lines[-2] == f"and {2 * 2000 - 2 * 510} more"


ACTIVE = ["::", "::error::", "::stop-commands::x", "##[", "##[error]", "##[add-mask]x", "#", "%", "%0A", "%250A", ":", ",",
          "=", "\n", "\r", "\r\n::set-output name=x::y", " ", "\u2028", "\x85", "\x1b[31m", "]", "\ud800", "file=x", "-"]  # fmt: skip


@given(
    st.lists(st.one_of(st.sampled_from(ACTIVE), st.text(max_size=4)), max_size=6).map("".join), st.booleans()
)
def test_no_text_from_outside_makes_a_command(text: str, many: bool) -> None:
    """The runner reads our commands, each with our properties and the text as it is shown, and no other."""
    item = Finding(
        RULES[Severity.ERROR], Place(text, (text,), line=1), (("text", text),), hint=text, related=Place(text)
    )
    subject = Subject(text, 0, text, text, 400, text, "body")
    number = 12 if many else 1
    lines = github(Report("validate", (Group(3, (item,)),) * number, subjects=(subject,)))
    rest = ["notice", "group", None, None, "endgroup"] if many else []
    commands = [read(line) for line in lines]
    assert [command and command[0] for command in commands] == ["error"] * min(number, 10) + rest
    assert all(shown(line.removeprefix("::")) == line.removeprefix("::") for line in lines)
    assert commands[0] is not None
    _, properties, data = commands[0]
    assert set(properties) <= {"file", "line", "title"}
    assert properties["title"] == "response/error"
    assert data.count("\n") == 3 - (not text)


WRONG = "schemagen: 1\nid: acme\ntitel: Acme\n"


@pytest.fixture
def step(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The summary of a step that runs in the folder `sub` of a repository with a mistaken definition."""
    (elsewhere / "sub").mkdir()
    (elsewhere / "sub" / "acme.yaml").write_text(WRONG, encoding="utf-8")
    monkeypatch.chdir(elsewhere / "sub")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(elsewhere))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(elsewhere / "summary.md"))
    return elsewhere / "summary.md"


def test_the_step_summary_is_the_report_in_markdown(step: Path, run: Callable[..., Any]) -> None:
    """It is added to what the step has written before; commands name files from the top of the repository."""
    step.write_text("before", encoding="utf-8")
    outcome = run("check", "acme.yaml", "-f", "github")
    assert outcome.code == 1
    assert outcome.out.startswith("::error file=sub/acme.yaml,line=")
    assert step.read_text(encoding="utf-8").startswith("before\n## ❌ schemagen check: ")


def test_other_formats_leave_the_step_summary_alone(step: Path, run: Callable[..., Any]) -> None:
    """Only who asks for GitHub's format gets it."""
    run("check", "acme.yaml", "-f", "text")
    assert not step.exists()


def test_a_summary_that_cannot_be_written_is_told(step: Path, run: Callable[..., Any]) -> None:
    """The annotations are there all the same, and the exit code is 2, as for other outputs."""
    step.mkdir()
    outcome = run("check", "acme.yaml", "-f", "github")
    assert outcome.code == 2
    assert outcome.out.startswith("::error ")
    assert outcome.err == f"schemagen: {step}: Is a directory\n"


def test_outside_of_github_there_is_no_summary(step: Path, run: Callable[..., Any]) -> None:
    """The format can be tried anywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_STEP_SUMMARY")
        patch.delenv("GITHUB_WORKSPACE")
        assert run("check", "acme.yaml", "-f", "github").out.startswith("::error file=acme.yaml,line=")
    assert not step.exists()


def test_text_and_commands_go_into_one_log(step: Path, run: Callable[..., Any]) -> None:
    """People read the lines, the runner picks out the commands; in JSON they would be a mistake."""
    lines = run("check", "acme.yaml", "-f", "text", "-f", "github").out.splitlines()
    assert any(line.startswith("acme.yaml:3:1: error: ") for line in lines)
    assert any(line.startswith("::error file=") for line in lines)
    assert "two reports would go to standard output" in run("check", "-f", "json", "-f", "github").err
