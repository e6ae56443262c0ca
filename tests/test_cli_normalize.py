"""`normalize`: recorded errors as problem details, on the command line and in the library."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import schemagen
from schemagen import DefinitionError, Exchange, Finding, Origin, Problem, Request, Response
from schemagen.display import shown_lines

Run = Callable[..., Any]

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "docs" / "demo"
EXPIRED = {"error": {"code": "expired", "message": "Session has expired, please login", "status": 401}}


def record(body: Any, status: int = 401, url: str = "https://api.telecomx.dk/users/1") -> str:
    """A line of NDJSON."""
    response = {"status": status, "headers": {"Content-Type": "application/json"}, "body": body}
    return json.dumps({"request": {"method": "GET", "url": url}, "response": response}) + "\n"


@pytest.fixture
def write(elsewhere: Path) -> Callable[..., str]:
    """Writes these lines as a recording into the current folder and gives its name."""

    def write(*lines: str, name: str = "traffic.ndjson") -> str:
        (elsewhere / name).write_text("".join(lines), encoding="utf-8")
        return name

    return write


def problems(text: str) -> list[dict[str, Any]]:
    """The lines of an output."""
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_each_error_is_a_line_and_the_rest_is_counted(run: Run) -> None:
    """Of whatever format it is; a page of a gateway is one, too."""
    found = run("normalize", DEMO / "telecom.har")
    assert found.code == 0
    lines = problems(found.out)
    assert len(lines) == 13
    assert {line["format"] for line in lines} == {
        "8x8",
        "bandwidth-voice",
        "fonedynamics",
        "tangoe",
        "telecomx",
    }
    assert found.err == "13 errors of 15 responses written as problem details\n"


def test_what_is_unrecognised_or_of_others_is_counted(run: Run, write: Callable[..., str]) -> None:
    """A success is neither."""
    odd = record({"odd": 1}, url="https://example.com/")
    name = write(record(EXPIRED), odd, record({"id": 1}, 200))
    assert run("normalize", name).err == "1 error of 3 responses written as problem details; 1 unrecognised\n"
    found = run("normalize", "-d", "telecomx", name)
    assert found.err == "1 error of 3 responses written as problem details; 1 of other hosts\n"


def test_quiet_leaves_out_the_totals(run: Run, write: Callable[..., str]) -> None:
    """The lines themselves are the same."""
    name = write(record(EXPIRED))
    found = run("normalize", "-q", name)
    assert (found.code, found.err) == (0, "")
    assert found.out == run("normalize", name).out


def test_where_each_was_recorded_is_said_on_request(run: Run, write: Callable[..., str]) -> None:
    """File, entry, and line."""
    name = write(record({"id": 1}, 200), record(EXPIRED))
    (line,) = problems(run("normalize", "--with-origin", name).out)
    assert line["recording"] == {"source": name, "entry": 2, "line": 2}
    assert "recording" not in problems(run("normalize", name).out)[0]


def test_a_single_body_comes_with_its_status(run: Run) -> None:
    """From standard input, as `curl` gives it."""
    found = run("normalize", "-", "--status", "401", stdin=json.dumps(EXPIRED).encode())
    assert problems(found.out)[0]["code"] == "expired"


def test_a_folder_is_walked_and_what_is_no_recording_is_counted(
    run: Run, write: Callable[..., str], elsewhere: Path
) -> None:
    """In the order of names."""
    write(record(EXPIRED), name="b.ndjson")
    write(record({"error": {**EXPIRED["error"], "code": "gone"}}), name="a.ndjson")
    write("# Read me\n", name="README.md")
    found = run("normalize", ".")
    assert [line["code"] for line in problems(found.out)] == ["gone", "expired"]
    assert found.err.endswith("written as problem details; 1 file left out as no recordings\n")


def test_a_damaged_recording_is_told_and_is_exit_code_1(run: Run, write: Callable[..., str]) -> None:
    """On standard error; what could be read is written."""
    found = run("normalize", write(record(EXPIRED), '{"broken\n', record(EXPIRED)))
    assert found.code == 1
    assert len(problems(found.out)) == 2
    assert "traffic.ndjson:2 entry 2" in found.err
    assert "[recording/" in found.err


def test_recordings_of_which_nothing_could_be_used_are_exit_code_2(
    run: Run, write: Callable[..., str]
) -> None:
    """Or that are not there; the others are written all the same."""
    found = run("normalize", write("no recording", name="x.txt"), write(record(EXPIRED)))
    assert (found.code, len(problems(found.out))) == (2, 1)
    assert "schemagen: x.txt: nothing in it could be used\n" in found.err
    found = run("normalize", "missing.har", "traffic.ndjson")
    assert (found.code, len(problems(found.out))) == (2, 1)
    assert "schemagen: missing.har: there is no such file\n" in found.err


def test_the_definition_that_is_named_takes_any_host_on_request(run: Run, write: Callable[..., str]) -> None:
    """What a test server has answered is as much an error of its API."""
    name = write(record(EXPIRED, url="http://localhost:8000/"))
    found = run("normalize", "-d", "telecomx", "--any-host", name)
    assert (found.code, found.out.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("lines", "options", "said"),
    [
        ([], [], "nothing in it could be used"),
        ([record({"id": 1}, 200)], [], "none is an error; pass --min-checked 0 if that is fine"),
        ([record({"odd": 1}, url="https://example.com")], [], "the errors are of no known definition; "),
        ([record({"odd": 1}, url="https://example.com")], ["-d", "telecomx"], "all are with other hosts than "),
        ([record(EXPIRED)], ["--min-checked", "2"], "1 error written, fewer than --min-checked 2"),
    ],
)  # fmt: skip
def test_nothing_passes_unseen(
    run: Run, write: Callable[..., str], lines: list[str], options: list[str], said: str
) -> None:
    """Too few errors are exit code 2, and a line that helps."""
    found = run("normalize", *options, write(*lines))
    assert found.code == 2
    assert said in found.err.splitlines()[-1]


def test_no_error_at_all_may_be_fine(run: Run, write: Callable[..., str]) -> None:
    """If that is said, on the command line or in the settings."""
    name = write(record({"id": 1}, 200))
    assert run("normalize", "--min-checked", "0", name).code == 0
    Path("pyproject.toml").write_text("[tool.schemagen]\nmin-checked = 0\n")
    assert run("normalize", name).code == 0


def test_definitions_are_chosen_as_everywhere(run: Run, write: Callable[..., str], elsewhere: Path) -> None:
    """By file or by folder; a mistaken one is told and nothing is written."""
    own = "schemagen: 1\nid: acme\ntitle: Acme\nsource: here\nbody: {odd: integer as code}\n"
    (elsewhere / "acme.yaml").write_text(own)
    name = write(record({"odd": 1}, url="https://example.com"))
    for options in (["-d", "acme.yaml"], ["--definitions", "."]):
        (line,) = problems(run("normalize", *options, name).out)
        assert (line["format"], line["code"]) == ("acme", 1)
    (elsewhere / "acme.yaml").write_text(own.replace("integer", "integr"))
    found = run("normalize", "-d", "acme.yaml", name)
    assert (found.code, found.out) == (2, "")
    assert "[definition/phrase]" in found.err


def test_an_unknown_format_of_recordings_is_wrong_usage(run: Run, write: Callable[..., str]) -> None:
    """The nearest one is named."""
    found = run("normalize", "--recording-format", "njson", write(record(EXPIRED)))
    assert found.code == 2
    assert "there is no recording format 'njson'; did you mean 'ndjson'?" in found.err


def test_no_line_acts_on_a_terminal(run: Run, write: Callable[..., str]) -> None:
    """Controls, bidirectional ones and DEL are escapes of JSON."""
    message = "a\x1b[2J\x7f\x9b\u202eb\u2028ø"
    found = run("normalize", write(record({"error": {**EXPIRED["error"], "message": message}})))
    assert found.out.isascii()
    assert shown_lines(found.out) == found.out
    assert problems(found.out)[0]["detail"] == message


def test_secrets_are_masked(run: Run, write: Callable[..., str]) -> None:
    """By their places."""
    body = {**EXPIRED["error"], "path": "https://user:s3cret@example.com/?token=s3cret"}
    found = run("normalize", write(record({"error": body})))
    assert "s3cret" not in found.out + found.err
    assert "[redacted]" in found.out


def started(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "schemagen", "normalize", *arguments], env=environment, **options
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_whole_lines(
    write: Callable[..., str], number: signal.Signals, code: int
) -> None:
    """Longer ones than a pipe holds at once; it ends with the signal's exit code."""
    long = record({"error": {**EXPIRED["error"], "message": "m" * 200_000}})
    child = started(write(*[long] * 300), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    begun = child.stdout.read(1000)
    child.send_signal(number)
    rest, err = child.communicate(timeout=60)
    assert child.returncode == code
    lines = problems((begun + rest).decode())
    assert 0 < len(lines) < 300
    assert b"written as problem details" in err


def test_a_reader_that_goes_away_is_no_error(write: Callable[..., str]) -> None:
    """As with `| head -1`: nothing is said, and the rest is not read."""
    name = write(*[record(EXPIRED)] * 5000)
    child = started(name, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stderr is not None
    assert problems(child.stdout.readline().decode())
    child.stdout.close()
    assert (child.stderr.read(), child.wait(60)) == (b"", 0)
    child.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_told(write: Callable[..., str]) -> None:
    """In one line, with exit code 2."""
    name = write(record(EXPIRED))
    with Path("/dev/full").open("wb") as full:
        child = started(name, stdout=full, stderr=subprocess.PIPE)
        assert child.communicate(timeout=60)[1] == b"schemagen: standard output: No space left on device\n"
    assert child.returncode == 2


RECORDING = (DEMO / "responses.ndjson").read_bytes()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(RECORDING)), st.integers(0, 40), st.binary(max_size=12), st.booleans())
def test_whatever_comes_in_lines_of_json_come_out(
    run: Run, start: int, length: int, piece: bytes, cut: bool
) -> None:
    """Of a damaged recording, with plain lines on standard error."""
    data = RECORDING[:start] + piece + (b"" if cut else RECORDING[start + length :])
    found = run("normalize", "-", stdin=data)
    assert found.code in (0, 1, 2)
    assert shown_lines(found.err) == found.err
    assert all({"type", "status", "format"} <= line.keys() for line in problems(found.out))


# The library


def answered(body: Any, status: int = 401) -> Exchange:
    """A response of one's own."""
    request = Request("GET", "https://api.telecomx.dk/users/1")
    return Exchange(Origin("test"), Response(status, body=json.dumps(body).encode()), request)


def test_the_library_gives_the_same(run: Run) -> None:
    """Problem by problem."""
    given = schemagen.normalize(DEMO / "telecom.har", definitions=["telecomx", "8x8"])
    found = [item.as_json() for item in given if isinstance(item, Problem)]
    assert found == problems(run("normalize", DEMO / "telecom.har", "-d", "telecomx", "-d", "8x8").out)


def test_the_library_takes_exchanges_and_folders(write: Callable[..., str]) -> None:
    """What is no error is left out; a finding says what is wrong with a recording."""
    write(record(EXPIRED), "{broken\n")
    first, second, third = schemagen.normalize([answered(EXPIRED), answered({"id": 1}, 200), "."])
    assert isinstance(first, Problem)
    assert isinstance(second, Problem)
    assert (first.detail, first.extensions["code"]) == ("Session has expired, please login", "expired")
    assert isinstance(third, Finding)
    assert third.place.line == 2


def test_the_library_refuses_a_mistaken_definition_at_once(elsewhere: Path) -> None:
    """Not only when the first problem is asked for."""
    (elsewhere / "wrong.yaml").write_text("schemagen: 1\n")
    with pytest.raises(DefinitionError):
        schemagen.normalize(answered(EXPIRED), definitions="wrong.yaml")


def test_problems_come_as_they_are_read() -> None:
    """The first one before the second exchange is asked for."""
    endless = itertools.repeat(answered(EXPIRED))
    assert isinstance(next(schemagen.normalize(endless)), Problem)
