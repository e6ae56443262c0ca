"""`new`, `check`, `build`, `list` and `show`: from a definition to what it amounts to."""

from __future__ import annotations

import errno
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemagen import rules
from schemagen.cli import console

Run = Callable[..., Any]

ACME = """\
schemagen: 1
id: acme
title: Acme API
source: The errors page of Acme (2026-01-01)
body:
  code: string as code
  message: string as message
responses:
  404: There is no such thing.
codes:
  no_such_thing: {description: "It is not there.", status: 404, retry: false}
examples:
  - {status: 404, body: {code: no_such_thing, message: "No."}}
"""


@pytest.fixture
def project(elsewhere: Path) -> Path:
    """A project with one definition of its own, in a folder that its settings name; the current folder."""
    (elsewhere / "errors").mkdir()
    (elsewhere / "errors" / "acme.yaml").write_text(ACME)
    (elsewhere / "pyproject.toml").write_text('[tool.schemagen]\ndefinitions = "errors"\noutput = "api"\n')
    return elsewhere


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# new


def test_new_writes_to_standard_output_where_no_file_is_named(run: Run, elsewhere: Path) -> None:
    """Nothing is written to the disk."""
    found = run("new")
    assert found.code == 0
    assert found.out.startswith("# How my-api says that something went wrong.")
    assert run("new", "-").out == found.out
    assert list(elsewhere.iterdir()) == []


def test_new_says_what_comes_next(run: Run, elsewhere: Path) -> None:
    """The id is the file's name; folders above it are made."""
    found = run("new", "errors/acme.yaml")
    assert (found.code, found.out) == (0, "")
    assert found.err == "errors/acme.yaml written; next: schemagen check errors/acme.yaml\n"
    assert "\nid: acme\n" in (elsewhere / "errors" / "acme.yaml").read_text()


def test_new_tells_editors_where_the_schema_is(run: Run, project: Path) -> None:
    """As seen from the file; before the first build, the line is a comment in a comment."""
    line = "# yaml-language-server: $schema=../../api/definition.schema.json\n"
    run("new", "errors/more/one.yaml")
    assert f"\n# {line}" in (project / "errors" / "more" / "one.yaml").read_text()
    run("build")
    run("new", "errors/more/two.yaml")
    assert (project / "errors" / "more" / "two.yaml").read_text().startswith(line)
    assert run("new").out.startswith("# yaml-language-server: $schema=api/definition.schema.json\n")
    assert run("check", "errors/more/two.yaml").code == 0


def test_new_never_overwrites(run: Run, elsewhere: Path) -> None:
    """A file that exists stays as it is."""
    (elsewhere / "acme.yaml").write_text("mine")
    found = run("new", "acme.yaml")
    assert (found.code, found.err) == (2, "schemagen: acme.yaml is there already; nothing was written\n")
    assert (elsewhere / "acme.yaml").read_text() == "mine"


def test_new_writes_no_file_that_is_not_found_again(run: Run, elsewhere: Path) -> None:
    """Definitions of a folder are its .yaml and .yml files."""
    found = run("new", "acme.json")
    assert (found.code, list(elsewhere.iterdir())) == (2, [])
    assert "acme.json: a definition ends in .yaml or .yml" in found.err
    assert run("new", "acme.yml").code == 0


def test_new_reads_the_example_from_standard_input(run: Run) -> None:
    """`curl … | schemagen new --from - --status 404` is one line."""
    found = run("new", "--from", "-", "--status", "410", stdin=b'{"gone": true}')
    assert "  gone: boolean\n" in found.out
    assert "  - status: 410\n" in found.out


def test_new_refuses_an_example_that_is_not_json(run: Run, elsewhere: Path) -> None:
    """With one line, and without a file."""
    found = run("new", "acme.yaml", "--from", "-", stdin=b"<html>")
    assert found.code == 2
    assert found.err.startswith("schemagen: the example is not JSON: ")
    assert list(elsewhere.iterdir()) == []


# check


def test_check_takes_the_projects_own_definitions(run: Run, project: Path) -> None:
    """Not the shipped ones, which are not the user's to prove."""
    found = run("check")
    assert (found.code, found.out) == (0, "1 definition read\n0 errors, 0 warnings\n")
    assert found.err == ""


def test_check_takes_the_shipped_ones_where_there_is_no_project(run: Run, elsewhere: Path) -> None:
    """All that are shipped are sound."""
    found = run("check")
    assert (found.code, found.out) == (0, "5 included definitions read\n0 errors, 0 warnings\n")
    assert found.err == "to check yours: schemagen check FILE, or --definitions DIR\n"
    assert run("check", "-q").err == run("check", "8x8").err == ""
    assert run("check", "8x8", "-f", "json").json["counts"]["included"] == 1


def test_check_names_every_mistake_with_its_line(run: Run, project: Path) -> None:
    """Several at once: file, line, column, what was wanted, the nearest word, the rule; exit code 1."""
    text = ACME.replace("title:", "titel:").replace("string as code", "strng as code")
    (project / "errors" / "acme.yaml").write_text(text)
    found = run("check", "errors/acme.yaml")
    assert found.code == 1
    lines = found.out.splitlines()
    assert [line.split(" ")[0] for line in lines if line.startswith("errors/")] == [
        "errors/acme.yaml:3:1:",
        "errors/acme.yaml:6:9:",
    ]
    assert "titel" in found.out
    assert "strng" in found.out
    assert lines[-2] == "2 errors, 0 warnings"


def test_check_finds_that_an_example_does_not_show_what_it_says(run: Run, project: Path) -> None:
    """The proof's findings have a line, too."""
    (project / "errors" / "acme.yaml").write_text(ACME.replace('message: "No."', "massage: x"))
    found = run("check")
    assert found.code == 1
    assert "errors/acme.yaml:13:" in found.out


def test_check_reports_as_json_into_a_file(run: Run, project: Path) -> None:
    """Both reports at once, each at its place."""
    (project / "errors" / "acme.yaml").write_text(ACME.replace("title:", "titel:"))
    found = run("check", "-f", "text", "-f", "json=report.json")
    report = json.loads((project / "report.json").read_text())
    assert found.code == 1
    assert [item["place"]["line"] for item in report["findings"]] == [3]
    assert report["summary"]["error"] == 1
    assert [path.name for path in project.iterdir() if path.suffix == ".tmp"] == []


def test_a_report_that_cannot_be_written_is_exit_code_2(run: Run, project: Path) -> None:
    """The other report is written all the same."""
    (project / "folder").mkdir()
    found = run("check", "-f", "text", "-f", "json=folder")
    assert found.code == 2
    assert found.err == "schemagen: folder: Is a directory\n"
    assert "1 definition read" in found.out


def test_a_report_into_no_folder_is_refused_before_anything_is_read(run: Run, project: Path) -> None:
    """Whoever waited for a long run would learn it at its end only."""
    found = run("check", "-f", "text", "-f", "json=nowhere/report.json")
    assert found.code == 2
    assert found.err.endswith("Error: the report nowhere/report.json: there is no folder nowhere\n")
    assert found.out == ""


def test_fail_on_decides_the_exit_code(run: Run, project: Path) -> None:
    """What is found stays the same."""
    (project / "errors" / "acme.yaml").write_text(ACME.replace("title:", "titel:"))
    assert run("check").code == run("check", "--fail-on", "note").code == 1
    lenient = run("check", "--fail-on", "never")
    assert lenient.code == 0
    assert "--fail-on never: the exit code is 0 all the same" in lenient.out


def test_quiet_says_nothing_over_nothing(run: Run, project: Path) -> None:
    """Neither on standard output nor on standard error."""
    assert run("check", "-q") == run("build", "-q")
    assert run("check", "-q").out == run("build", "-q").err == ""


def test_ids_and_files_name_definitions(run: Run, project: Path) -> None:
    """An id of the project, an id that is shipped, a file anywhere; also with -d."""
    (project / "other.yml").write_text(ACME.replace("id: acme", "id: other"))
    found = run("check", "acme", "telecomx", "other.yml", "-d", "8x8")
    assert (found.code, found.out.splitlines()[0]) == (0, "4 definitions read, 2 of them included")


def test_a_file_whose_name_is_not_its_id_is_found_by_its_id(run: Run, project: Path) -> None:
    """Names of files are free."""
    (project / "errors" / "acme.yaml").rename(project / "errors" / "errors-of-acme.yaml")
    assert run("check", "acme").code == 0
    assert run("show", "acme").out.startswith("id           acme\n")


def test_the_users_definition_wins_over_a_shipped_one(run: Run, project: Path) -> None:
    """By its id, whatever its file is called."""
    text = ACME.replace("id: acme", "id: telecomx").replace("Acme API", "My own")
    (project / "errors" / "mine.yaml").write_text(text)
    (project / "errors" / "telecomx.yaml").write_text(text.replace("id: telecomx", "id: another"))
    titles = {each["id"]: each["title"] for each in run("list", "--json").json}
    assert titles["telecomx"] == "My own"
    assert len(titles) == 7


def test_two_definitions_of_one_id_cannot_be_told_apart(run: Run, project: Path) -> None:
    """They would write the same files."""
    (project / "errors" / "twin.yaml").write_text(ACME)
    found = run("build")
    assert found.code == 2
    assert (
        found.err
        == "schemagen: errors/acme.yaml and errors/twin.yaml have the same id 'acme'; one of them needs another\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nosuch.yaml"], "nosuch.yaml: there is no such file"),
        (["check", "errors/"], "errors/: a folder; --definitions errors/ takes all that is in it"),
        (["check", "-d", "empty"], "empty: a folder; --definitions empty takes all that is in it"),
        (["check", "--definitions", "nosuch"], "nosuch: No such file or directory"),
        (["check", "--definitions", "empty"], "empty: no definitions (*.yaml) there; `schemagen new empty/acme.yaml` starts one"),
        (["show", "a\0.yaml"], "a\\x00.yaml: no name of a file"),
        (["check", "acem"], "there is no definition 'acem'; did you mean 'acme'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line(run: Run, project: Path, arguments: list[str], message: str) -> None:
    """Exit code 2, and nothing else."""
    (project / "empty").mkdir()
    found = run(*arguments)
    assert (found.code, found.out, found.err) == (2, "", f"schemagen: {message}\n")


def test_an_unreadable_file_is_one_line(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is given."""
    opened = Path.open

    def refuse(path: Path, mode: str) -> Any:
        if path.name == "acme.yaml":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", refuse)
    found = run("check", "errors/acme.yaml")
    assert (found.code, found.err) == (2, "schemagen: errors/acme.yaml: Permission denied\n")


def test_a_definition_can_come_from_standard_input(run: Run, elsewhere: Path) -> None:
    """`schemagen new | schemagen check -`."""
    assert run("check", "-", stdin=run("new").out.encode()).code == 0
    found = run("check", "-", stdin=ACME.replace("title:", "titel:").encode())
    assert found.out.startswith("-:3:1: error: ")


def test_a_definition_that_is_named_twice_is_one(run: Run, project: Path) -> None:
    """By its id and by its file."""
    found = run("check", "acme", "errors/acme.yaml", "./errors/../errors/acme.yaml")
    assert (found.code, found.out.splitlines()[0]) == (0, "1 definition read")


def test_a_pipe_that_never_ends_is_given_up(run: Run) -> None:
    """A device is read up to the limit, which is named."""
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero here")
    found = run("check", "/dev/zero", "--limit", "definition-bytes=1000")
    assert found.code in (1, 2)
    assert "definition-bytes" in found.out + found.err


def test_limits_reach_the_reader(run: Run, project: Path) -> None:
    """From the command line and from the settings, the command line winning."""
    assert "--limit yaml-nodes=N raises it" in run("check", "--limit", "yaml-nodes=3").out
    with (project / "pyproject.toml").open("a") as settings:
        settings.write("limits = {yaml-nodes = 3}\n")
    assert run("check").code == 1
    assert run("check", "--limit", "yaml-nodes=1000").code == 0


# build


def test_build_writes_what_the_settings_say(run: Run, project: Path) -> None:
    """Schemas, fragments and codes of the project's own definitions, below the folder of the settings."""
    found = run("build")
    assert (found.code, found.err) == (0, "api: built\n")
    assert list(files(project / "api")) == [
        "acme/acme.exact.schema.json",
        "acme/acme.schema.json",
        "acme/codes.json",
        "acme/openapi-3.0.yaml",
        "acme/openapi-3.1.yaml",
        "acme/openapi-3.2.yaml",
        "acme/reference.md",
        "definition.schema.json",
    ]


def test_build_twice_gives_the_same_bytes(run: Run, project: Path) -> None:
    """And `build --check` then has nothing to say."""
    run("build")
    first = files(project / "api")
    assert run("build").code == 0
    assert files(project / "api") == first
    found = run("build", "--check")
    assert (found.code, found.err) == (0, "api: up to date\n")


def test_build_check_names_what_is_missing_different_and_left_over(run: Run, project: Path) -> None:
    """Exit code 1, and nothing is written."""
    run("build")
    api = project / "api" / "acme"
    (api / "codes.json").unlink()
    (api / "acme.schema.json").write_text((api / "acme.schema.json").read_text().replace("404", "405"))
    (api / "openapi-2.0.yaml").write_text((api / "openapi-3.0.yaml").read_text())
    before = files(project / "api")
    found = run("build", "--check", "-f", "json")
    assert found.code == 1
    assert {item["rule"]: item["place"]["source"] for item in found.json["findings"]} == {
        "build/missing": "api/acme/codes.json",
        "build/different": "api/acme/acme.schema.json",
        "build/left-over": "api/acme/openapi-2.0.yaml",
    }
    assert found.err == "api: not up to date\n"
    assert files(project / "api") == before


def test_build_writes_nothing_when_anything_is_wrong(run: Run, project: Path) -> None:
    """Not even the definitions without mistakes."""
    (project / "errors" / "bad.yaml").write_text(
        ACME.replace("title:", "titel:").replace("id: acme", "id: bad")
    )
    found = run("build")
    assert (found.code, found.err) == (1, "api: nothing was written\n")
    assert not (project / "api").exists()
    assert run("build", "--fail-on", "never").err == "api: nothing was written\n"
    assert run("build", "--check").err == "api: not compared\n"


def test_build_says_that_it_has_written_whatever_fails_the_run(run: Run, project: Path) -> None:
    """Warnings are counted in its last line, and keep nothing from being written."""
    (project / "api" / "acme").mkdir(parents=True)
    (project / "api" / "acme" / "mine.txt").write_text("mine")
    found = run("build", "--fail-on", "warning")
    assert (found.code, found.err) == (1, "api: built, with 1 warning\n")
    found = run("build", "--check", "--fail-on", "never")
    assert (found.code, found.err) == (0, "api: up to date, with 1 warning\n")


def test_build_options_win_over_settings(run: Run, project: Path) -> None:
    """Versions, schemas and folder."""
    found = run("build", "-d", "telecomx", "-o", "out", "--openapi", "3.1", "--schemas", "exact")
    assert found.code == 0
    assert [name for name in files(project / "out") if name.startswith("telecomx/openapi")] == [
        "telecomx/openapi-3.1.yaml"
    ]
    text = (project / "out" / "telecomx" / "openapi-3.1.yaml").read_text()
    run("build", "-d", "telecomx", "-o", "tolerant", "--openapi", "3.1")
    assert text != (project / "tolerant" / "telecomx" / "openapi-3.1.yaml").read_text()


def test_build_uses_the_base_uri_of_the_settings(run: Run, project: Path) -> None:
    """The `$id` of schemas is a URL below it."""
    with (project / "pyproject.toml").open("a") as settings:
        settings.write('base-uri = "https://example.com/schemas/"\n')
    run("build")
    schema = json.loads((project / "api" / "acme" / "acme.schema.json").read_text())
    assert schema["$id"].startswith("https://example.com/schemas/")


def test_build_says_when_the_folder_takes_nothing(run: Run, project: Path) -> None:
    """A file in the folder's place, or above it, is one line and exit code 2."""
    (project / "api").write_text("a file")
    for arguments in (["build"], ["build", "--check"], ["build", "-o", "./api"]):
        found = run(*arguments)
        assert (found.code, found.out, found.err) == (
            2,
            "",
            "schemagen: api: not a folder; name one to write into\n",
        )
    found = run("build", "-o", "api/below")
    assert (found.code, found.err) == (
        2,
        "schemagen: cannot read api/below/definition.schema.json: Not a directory\n",
    )
    assert (project / "api").read_text() == "a file"


# list and show


def test_list_is_a_table_of_what_is_known(run: Run, project: Path) -> None:
    """Own and shipped definitions, with their statuses and where they come from."""
    rows = run("list").out.splitlines()
    assert [row.split()[0] for row in rows] == [
        "ID",
        "8x8",
        "acme",
        "bandwidth-voice",
        "fonedynamics",
        "tangoe",
        "telecomx",
    ]
    assert rows[1].split()[-1] == "included:8x8.yaml"
    assert rows[2].split() == ["acme", "Acme", "API", "404", "1", "errors/acme.yaml"]


def test_list_shows_a_mistaken_definition_as_such(run: Run, project: Path) -> None:
    """And how to see what is wrong; the others are listed all the same."""
    (project / "errors" / "acme.yaml").write_text("schemagen: 1\n")
    found = run("list")
    assert found.code == 0
    assert "has mistakes" in found.out
    assert "schemagen check errors/acme.yaml" in found.out


def test_show_summarises(run: Run, elsewhere: Path) -> None:
    """One page on what a definition says; the same as JSON."""
    text = run("show", "telecomx").out
    assert text.startswith("id           telecomx\ntitle        Telecom X API\n")
    assert "             404  Not found." in text
    assert run("show", "telecomx", "--json").json["id"] == "telecomx"


@pytest.mark.parametrize("what", ["schema", "exact", "openapi-3.0", "openapi-3.1", "openapi-3.2"])
def test_show_gives_what_build_writes(run: Run, project: Path, what: str) -> None:
    """The same bytes, to be piped elsewhere."""
    run("build", "-d", "8x8")
    name = {"schema": "8x8.schema.json", "exact": "8x8.exact.schema.json"}.get(what, f"{what}.yaml")
    assert run("show", "8x8", what).out == (project / "api" / "8x8" / name).read_text(encoding="utf-8")
    assert isinstance(run("show", "8x8", what, "--json").json, dict)


def test_show_definition_is_the_source(run: Run, project: Path) -> None:
    """As it stands in the file; a definition with mistakes can be looked at, too."""
    assert run("show", "acme", "definition").out == ACME
    assert run("show", "acme", "definition", "--json").json["id"] == "acme"
    (project / "errors" / "acme.yaml").write_bytes(b"schemagen: 1\r\n\tx")
    mistaken = run("show", "acme", "definition")
    assert (mistaken.code, mistaken.out) == (2, "schemagen: 1\r\n\tx")
    (project / "errors" / "telecomx.yaml").write_bytes(b"")  # what a shell makes before `show` runs
    empty = run("show", "telecomx", "definition")
    assert (empty.code, empty.out) == (2, "")
    assert "errors/telecomx.yaml" in empty.err


def test_show_sends_no_escapes_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A definition from a stranger can be looked at; in a pipe its bytes stay as they are."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(console.sys, "stdout", terminal)
    console.put_file("title: \x1b[2J\u202e\r\nid: x\n".encode())
    assert terminal.getvalue() == "title: \\x1b[2J\\u202e\nid: x\n"


def test_show_codes_is_a_table(run: Run, project: Path) -> None:
    """For people as columns, for programs as codes.json."""
    assert run("show", "acme", "codes").out.splitlines()[1].split(maxsplit=3) == [
        "no_such_thing",
        "404",
        "no",
        "It is not there.",
    ]
    run("build")
    assert run("show", "acme", "codes", "--json").out == (project / "api" / "acme" / "codes.json").read_text()


def test_show_explains_one_code(run: Run, project: Path) -> None:
    """What it means, under which statuses, whether to retry."""
    assert run("show", "acme", "no_such_thing").out.splitlines() == [
        "code         no_such_thing",
        "meaning      It is not there.",
        "statuses     404",
        "retry        no",
    ]
    assert (
        run("show", "acme", "no_such_thing", "--json").json
        == run("show", "acme", "codes", "--json").json["codes"][0]
    )


def test_show_knows_the_nearest_code(run: Run, project: Path) -> None:
    """Also the nearest of the words that it takes."""
    assert (
        "acme has no 'no_such_thin'; did you mean 'no_such_thing'?" in run("show", "acme", "no_such_thin").err
    )
    assert "did you mean 'schema'?" in run("show", "acme", "shcema").err


def test_a_command_that_needs_a_sound_definition_shows_its_mistakes(run: Run, project: Path) -> None:
    """On standard error, so that a pipe gets nothing."""
    (project / "errors" / "acme.yaml").write_text(ACME.replace("title:", "titel:"))
    found = run("show", "acme", "schema")
    assert (found.code, found.out) == (2, "")
    assert "errors/acme.yaml:3:1: error: " in found.err
    assert found.err.endswith("schemagen: mistakes in errors/acme.yaml\n")


# explain


@pytest.mark.parametrize("code", sorted(rules.RULES))
def test_explain_knows_every_rule(run: Run, code: str) -> None:
    """Each explanation has the same headings, begins with its code, and says more than the summary."""
    text = run("explain", code).out
    headings = [line for line in text.splitlines() if line.startswith("#")]
    wanted = [f"# {code}", "## What it means", "## Why it matters", "## Example", "## How to fix"]
    assert [line for line in headings if line in wanted] == wanted


def test_explain_without_a_rule_lists_all(run: Run) -> None:
    """As a table, or as JSON with everything."""
    assert [line.split()[0] for line in run("explain").out.splitlines()] == sorted(rules.RULES)
    entries = run("explain", "--json").json
    assert [entry["rule"] for entry in entries] == sorted(rules.RULES)
    assert all(entry["explanation"] and entry["summary"] for entry in entries)
    assert (
        run("explain", "unknown-code", "--json").json
        == entries[[e["rule"] for e in entries].index("response/unknown-code")]
    )
