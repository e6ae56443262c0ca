"""`validate` and `identify`: what a user sees of recorded responses."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from endless import endless

Run = Callable[..., Any]

URL = "https://api.telecomx.dk/users/1"
EXPIRED = {"error": {"code": "expired", "message": "Session has expired, please login", "status": 401}}
DRIFTED = {"error": {"code": "expired", "message": "Session expired", "status": 401}}
WRONG = {"error": {"code": "expired", "message": "Session has expired, please login", "status": 404}}


def record(body: Any, status: int = 401, url: str = URL) -> str:
    """A line of NDJSON."""
    headers = {"Content-Type": "application/json"}
    return json.dumps(
        {
            "request": {"method": "GET", "url": url},
            "response": {"status": status, "headers": headers, "body": body},
        }
    )


@pytest.fixture
def write(elsewhere: Path) -> Callable[..., str]:
    """Writes a recording of these bodies into the current folder and gives its name."""

    def write(*bodies: Any, name: str = "traffic.ndjson", **options: Any) -> str:
        (elsewhere / name).write_text("".join(record(body, **options) + "\n" for body in bodies))
        return name

    return write


def rules_of(found: Any) -> list[str]:
    """The rules of the findings in a JSON report on standard output."""
    return [item["rule"] for item in found.json["findings"]]


# validate


def test_what_is_as_documented_passes(run: Run, write: Callable[..., str]) -> None:
    """Exit code 0, and what was checked is said."""
    found = run("validate", write(EXPIRED))
    assert (found.code, found.err) == (0, "")
    assert found.out.splitlines() == [
        "1 response in 1 file: 1 error response, 1 checked",
        "  1 as telecomx, by its server: 1 of 7 responses, 1 of 8 codes, 1 of 7 messages seen",
        "0 errors, 0 drift",
    ]


def test_drift_passes_and_says_how_to_fail(run: Run, write: Callable[..., str]) -> None:
    """Until `--fail-on warning` is asked for, on the command line or in the settings."""
    name = write(DRIFTED)
    found = run("validate", name)
    assert found.code == 0
    assert found.out.splitlines()[0] == f"traffic.ndjson:1 entry 1 GET {URL} 401 telecomx"
    assert found.out.splitlines()[-2] == "0 errors, 1 drift (--fail-on warning fails on drift)"
    assert run("validate", "--fail-on", "warning", name).code == 1
    Path("pyproject.toml").write_text('[tool.schemagen]\nfail-on = "warning"\n')
    assert run("validate", name).code == 1
    assert run("validate", "--fail-on", "error", name).code == 0


def test_a_contradiction_is_exit_code_1_and_leads_to_the_definition(
    run: Run, write: Callable[..., str]
) -> None:
    """The finding names the place in the body and the line in the definition."""
    found = run("validate", write(EXPIRED, WRONG), "-f", "json")
    assert found.code == 1
    (finding,) = found.json["findings"]
    assert finding["rule"] == "response/body-status"
    assert finding["place"] == {"source": "traffic.ndjson", "pointer": "/error/status", "entry": 2, "line": 2}
    assert finding["related"]["source"] == "included:telecomx.yaml"
    assert finding["related"]["line"] > 1


def test_a_single_body_needs_its_status(run: Run) -> None:
    """From standard input, with the definition recognised by the body."""
    body = json.dumps(EXPIRED).encode()
    found = run("validate", "-", "--status", "401", "-f", "json", stdin=body)
    assert found.code == 0
    assert found.json["matches"] == [{"definition": "telecomx", "evidence": "body", "exchanges": 1}]
    without = run("validate", "-", stdin=body)
    assert without.code == 2
    assert "--status" in without.out


def test_named_definitions_leave_other_hosts_out_of_scope(run: Run, write: Callable[..., str]) -> None:
    """They are counted; if nothing else is there, nothing was checked."""
    name = write({"any": "thing"}, url="https://example.com/")
    found = run("validate", "-d", "telecomx", name)
    assert found.code == 2
    assert ", 1 of other hosts: " in found.out
    assert found.err == (
        "read 1 response in 1 file; all are with other hosts than the servers of the definitions named with -d "
        "(--any-host judges them all the same)\n"
    )


def test_the_definition_that_is_named_judges_any_host_on_request(run: Run, write: Callable[..., str]) -> None:
    """What a test server, a stage or a proxy has answered is judged by what -d names, whatever its body is."""
    name = write(*[EXPIRED] * 50, {"any": "thing"}, url="http://localhost:8000/")
    found = run("validate", "-d", "telecomx", "--any-host", "-f", "json", name)
    assert found.code == 1
    assert rules_of(found) == ["response/missing-member", "response/unknown-member"]
    assert found.json["matches"] == [{"definition": "telecomx", "evidence": "named", "exchanges": 51}]
    assert found.json["counts"]["out_of_scope"] == 0


@pytest.mark.parametrize("command", ["validate", "normalize", "probe"])
def test_any_host_is_about_a_definition_that_is_named(run: Run, command: str) -> None:
    """Without -d all hosts are judged anyway."""
    found = run(command, "--any-host", "http://127.0.0.1:1/")
    assert found.code == 2
    assert "--any-host is about what -d names" in found.err


@pytest.mark.parametrize(
    ("bodies", "options", "said"),
    [
        ([{"id": 1}, {"id": 2}], {"status": 200}, "read 2 responses in 1 file; none is an error; pass --min-checked 0 if that is fine"),
        ([{"odd": 1}], {"url": "https://example.com"}, "read 1 response in 1 file; 1 of them errors, but of no known definition; "),
    ],
)  # fmt: skip
def test_nothing_passes_because_nothing_was_checked(
    run: Run, write: Callable[..., str], bodies: list[Any], options: dict[str, Any], said: str
) -> None:
    """Exit code 2, and a line that helps; with `--min-checked 0` it is fine."""
    name = write(*bodies, **options)
    found = run("validate", name)
    assert found.code == 2
    assert found.err.startswith(said)
    assert run("validate", "--min-checked", "0", name).code == 0


def test_more_can_be_asked_for(run: Run, write: Callable[..., str]) -> None:
    """`--min-checked` is a lower bound, on the command line or in the settings."""
    name = write(EXPIRED, EXPIRED)
    assert run("validate", "--min-checked", "2", name).code == 0
    found = run("validate", "--min-checked", "3", name)
    assert (found.code, found.err) == (
        2,
        "read 2 responses in 1 file; 2 error responses checked, fewer than --min-checked 3\n",
    )
    Path("pyproject.toml").write_text("[tool.schemagen]\nmin-checked = 3\n")
    assert run("validate", name).code == 2


def test_an_input_that_cannot_be_used_is_2_and_the_others_are_checked(
    run: Run, write: Callable[..., str]
) -> None:
    """2 wins over 1, and the findings are printed all the same."""
    name = write(WRONG)
    Path("empty.har").write_text("")
    found = run("validate", "missing.har", "empty.har", name)
    assert found.code == 2
    assert "[response/body-status]" in found.out
    assert "empty.har: error: the recording is empty [recording/empty]" in found.out
    assert found.err.splitlines() == [
        "schemagen: missing.har: there is no such file",
        "schemagen: empty.har: nothing in it could be used",
    ]


@pytest.mark.parametrize(
    "arguments",
    [["validate", ""], ["identify", ""], ["normalize", ""], ["check", ""], ["validate", "-d", "", "a"]],
)
def test_an_empty_name_is_neither_a_folder_nor_standard_input(run: Run, arguments: list[str]) -> None:
    """A shell gives it for a variable that is not set."""
    found = run(*arguments, stdin=b'{"error": {}}')
    assert found.code == 2
    message = (
        "there is no definition ''"
        if "-d" in arguments or "check" in arguments
        else "a name of a file is empty; perhaps"
    )
    assert found.err.startswith(f"schemagen: {message}")


def test_a_recording_that_is_damaged_in_part_is_1(run: Run, write: Callable[..., str]) -> None:
    """What could be read is checked, and the rest is named."""
    name = write(EXPIRED, EXPIRED)
    Path(name).write_text(Path(name).read_text() + record(EXPIRED)[:-30])
    found = run("validate", name, "-f", "json")
    assert found.code == 1
    assert rules_of(found) == ["recording/truncated"]
    assert found.json["counts"]["checked"] == 2


@pytest.mark.parametrize("command", ["validate", "probe", "proxy"])
def test_a_mistaken_definition_is_2_with_its_mistakes(
    run: Run, write: Callable[..., str], command: str
) -> None:
    """In the report that was asked for, of whatever checks; nothing is checked by half a definition."""
    pytest.importorskip({"probe": "aiohttp", "proxy": "h11"}.get(command, "click"))
    subject = {
        "validate": [write(EXPIRED)],
        "probe": ["http://127.0.0.1:1/"],
        "proxy": ["--upstream", "http://127.0.0.1:1"],
    }[command]
    Path("bad.yaml").write_text("schemagen: 1\nid: bad\ntitle: Bad\nsource: here\nbody: {code: strin}\n")
    found = run(command, "-d", "bad.yaml", "-d", "telecomx", *subject, "-f", "json")
    assert (found.code, found.json["command"]) == (2, command)
    assert [item["place"]["source"] for item in found.json["findings"]] == ["bad.yaml"]
    assert found.err == "schemagen: mistakes in bad.yaml: nothing was checked\n"


def test_two_reports_of_one_run(run: Run, write: Callable[..., str]) -> None:
    """Text for people, JSON for programs, at once."""
    found = run("validate", write(WRONG), "-f", "text", "-f", "json=report.json")
    assert "[response/body-status]" in found.out
    assert json.loads(Path("report.json").read_text())["summary"]["error"] == 1


def test_the_recording_format_can_be_said(run: Run, write: Callable[..., str]) -> None:
    """Otherwise it is detected; a typo gets the nearest word."""
    name = write(EXPIRED, name="no-extension")
    assert run("validate", name, "--recording-format", "ndjson").code == 0
    found = run("validate", name, "--recording-format", "njson")
    assert found.code == 2
    assert "there is no recording format 'njson'; did you mean 'ndjson'?" in found.err


def test_secrets_are_not_in_any_report(run: Run, write: Callable[..., str]) -> None:
    """Neither those of the URL nor those of the body."""
    body = {"error": {**WRONG["error"], "access_token": "s3cr3t-token"}}
    name = write(body, url=URL + "?access_token=s3cr3t-token&x=1")
    for form in ("text", "json"):
        found = run("validate", name, "-f", form)
        assert "s3cr3t" not in found.out + found.err
        assert "body-status" in found.out


def test_terminal_escapes_do_not_pass(run: Run, write: Callable[..., str]) -> None:
    """From bodies, URLs and names of files."""
    body = {"error": {"code": "\x1b[2J\u202e", "message": 5, "status": 401, "\x9b31m": 1}}
    name = write(body, url=URL + "/\x1b[2J", name="\x1b[31mtraffic.ndjson")
    for form in ("text", "json"):
        found = run("validate", name, "-f", form, "--color", "never")
        assert found.code == 1
        assert not set(found.out + found.err) & {"\x1b", "\u202e", "\x9b"}


def test_colours_can_be_asked_for(run: Run, write: Callable[..., str]) -> None:
    """A pipe gets none unless it is said."""
    name = write(WRONG)
    assert "\x1b[31;1merror\x1b[0m" in run("validate", "--color", "always", name).out
    assert "\x1b" not in run("validate", name).out


def test_the_same_recording_twice_gives_the_same_bytes(run: Run, write: Callable[..., str]) -> None:
    """Whatever the order of files and whatever the hash seed."""
    one, two = write(WRONG, DRIFTED), write(DRIFTED, name="other.ndjson")
    found = {
        subprocess.run(
            [sys.executable, "-m", "schemagen", "validate", *names, "-f", "json"],
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for names, seed in (((one, two), "1"), ((one, two), "2"))
    }
    assert len(found) == 1
    forward, backward = (run("validate", *names, "-f", "json").json for names in ((one, two), (two, one)))
    assert forward["findings"] == backward["findings"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_reports_what_was_found_so_far(
    write: Callable[..., str], number: int, code: int
) -> None:
    """The report parses, says that it is not complete, and holds the findings of what was read."""
    name = write(WRONG)
    os.mkfifo("endless.ndjson")
    running = subprocess.Popen(
        [sys.executable, "-m", "schemagen", "validate", name, "endless.ndjson", "-f", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # `nohup` ignores it
    )
    with Path("endless.ndjson").open(
        "w"
    ):  # opens when the command does, which has read the first file by then
        time.sleep(0.1)
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
    report = json.loads(out)
    assert (running.returncode, err) == (code, "interrupted: what was done so far stands\n")
    assert report["complete"] is False
    assert [item["rule"] for item in report["findings"]] == ["response/body-status"]


def test_an_interrupted_run_does_not_wait_for_its_workers(elsewhere: Path) -> None:
    """What they have judged already is in the report, and they are gone at once."""
    with endless("endless.ndjson", record(DRIFTED) + "\n"):
        running = subprocess.Popen(
            [sys.executable, "-m", "schemagen", "validate", "endless.ndjson", "--jobs", "2", "-f", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        time.sleep(4)  # the workers are at work by then, or about to be
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (130, "interrupted: what was done so far stands\n")
    report = json.loads(out)
    assert report["complete"] is False
    assert {item["rule"] for item in report["findings"]} <= {"response/undocumented-text"}


@pytest.mark.parametrize(
    "command",
    [
        ["identify", "a.json"],
        ["validate", "--status", "401", "a.json"],
        ["normalize", "--status", "401", "a.json"],
        ["list"],
    ],
)
def test_a_closed_output_is_no_bug(elsewhere: Path, command: list[str]) -> None:
    """One line says what is wrong: exit code 2."""
    Path("a.json").write_text(json.dumps(EXPIRED))
    line = f"{sys.executable} -m schemagen {' '.join(command)} >&-"
    found = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    assert (found.returncode, found.stderr) == (2, "schemagen: standard output: it is closed\n")


def test_two_ways_to_name_all_definitions_agree(run: Run, write: Callable[..., str]) -> None:
    """Without -d every definition is tried; the user's folder is added to the shipped ones."""
    Path("errors").mkdir()
    Path("errors/mine.yaml").write_text(
        "schemagen: 1\nid: mine\ntitle: Mine\nsource: here\nservers: ['https://example.com']\nbody: {oops: string}\n"
    )
    name = write({"oops": "no"}, url="https://example.com/x")
    found = run("validate", "--definitions", "errors", name, write(EXPIRED, name="b.ndjson"), "-f", "json")
    assert found.code == 0
    assert [match["definition"] for match in found.json["matches"]] == ["mine", "telecomx"]


# identify


def test_identify_answers_in_one_glance(run: Run) -> None:
    """Which API, which code, what it means, what to do, where it is documented."""
    found = run("identify", "-", "--status", "401", stdin=json.dumps(EXPIRED).encode())
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == "Telecom X API (telecomx): as documented"
    assert {line.split()[0] for line in lines[1:]} >= {"status", "code", "message", "retry", "docs"}
    assert "  code        expired  The session has ended; log in again. (documented under 401)" in lines


def test_identify_reads_standard_input_without_being_told(run: Run, elsewhere: Path) -> None:
    """`curl … | schemagen identify` is enough; a file works as well."""
    body = json.dumps(EXPIRED).encode()
    (elsewhere / "body.json").write_bytes(body)
    assert (
        run("identify", stdin=body).out
        == run("identify", "body.json").out
        == run("identify", "-", stdin=body).out
    )


def test_identify_says_what_contradicts(run: Run) -> None:
    """A body of a known API with another status is still explained."""
    found = run("identify", "--status", "404", stdin=json.dumps(EXPIRED).encode())
    assert found.code == 0
    assert found.out.splitlines()[0].endswith(": contradicts its definition")
    assert "  but         /error/status is not the status of the response" in found.out.splitlines()


def test_identify_knows_when_it_does_not_know(run: Run) -> None:
    """Exit code 1, the nearest definition and why it misses."""
    found = run("identify", stdin=b'{"foo": 1}')
    assert found.code == 1
    assert found.out.splitlines()[0] == "no definition knows this body"
    assert (
        run("identify", stdin=b"<html>").out.splitlines()[1]
        == "  because     the body is an HTML page, not JSON"
    )


def test_identify_as_json(run: Run) -> None:
    """For programs; what is empty is left out."""
    found = run("identify", "--json", stdin=json.dumps(EXPIRED).encode()).json
    assert (found["verdict"], found["definition"], found["status"]) == ("exact", "telecomx", 401)
    assert found["codes"][0]["value"] == "expired"
    assert found["codes"][0]["pointer"] == "/error/code"
    assert "" not in found.values()
    assert run("identify", "--json", stdin=b"{}").json["verdict"] == "unknown"


def test_identify_says_of_each_error_where_it_is(run: Run) -> None:
    """Of several errors, each code is followed by what belongs to it; as JSON, it holds it."""
    errors = [
        {"code": "taken", "detail": "m", "source": {"pointer": "/data/name"}},
        {"code": "gone", "source": {"pointer": "/data"}},
    ]
    body = json.dumps({"errors": errors}).encode()
    definition = ["--status", "422", "-d", str(Path(__file__).parent / "formats" / "jsonapi.yaml")]
    rows = [line.split()[:2] for line in run("identify", *definition, stdin=body).out.splitlines()]
    assert rows[2:7] == [
        ["code", "taken"],
        ["message", "m"],
        ["path", "/data/name"],
        ["code", "gone"],
        ["path", "/data"],
    ]
    codes = run("identify", *definition, "--json", stdin=body).json["codes"]
    assert [code["roles"] for code in codes] == [{"path": "/data/name"}, {"path": "/data"}]


def test_identify_needs_something_to_look_at(run: Run) -> None:
    """A `curl` that failed gives nothing: exit code 2."""
    found = run("identify", stdin=b"\n")
    assert (found.code, found.out, found.err) == (2, "", "schemagen: -: there is nothing in it\n")


def test_identify_shows_values_safely(run: Run) -> None:
    """Whatever the server wrote, the terminal gets plain lines."""
    body = {"error": {"code": "\x1b[2J", "message": "\u202eabc\n\x07", "status": 401}}
    found = run("identify", stdin=json.dumps(body).encode())
    assert found.code == 0
    assert not set(found.out) & {"\x1b", "\u202e", "\x07"}


@pytest.mark.parametrize("command", ["validate", "normalize"])
def test_a_file_that_is_named_twice_is_read_once(
    elsewhere: Path, run: Callable[..., Any], command: str
) -> None:
    """Also by another name, or beside its folder; it is said."""
    Path("a.har").write_bytes((Path(__file__).parents[1] / "docs/demo/telecom.har").read_bytes())
    once = run(command, "a.har")
    twice = run(command, "a.har", "./a.har", ".")
    assert twice.out == once.out
    assert "./a.har: named twice, read once" in twice.err


def test_a_report_into_a_folder_that_is_not_there_is_refused_before_the_run(
    elsewhere: Path, run: Callable[..., Any]
) -> None:
    """Nothing is read for nothing."""
    found = run("validate", "none.har", "-f", "html=missing/folder/x.html")
    assert found.code == 2
    assert "the report missing/folder/x.html: there is no folder missing/folder" in found.err
    assert "none.har" not in found.err
