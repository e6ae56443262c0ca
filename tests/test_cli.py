"""The command line as a whole: help, typos, options that mean one thing, streams, and what can go wrong."""

from __future__ import annotations

import errno
import functools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

import schemagen
from schemagen.cli import console, program
from schemagen.cli.program import COMMANDS
from schemagen.errors import SchemagenError

Run = Callable[..., Any]
ROOT = Path(__file__).parents[1]


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "schemagen", *arguments], capture_output=True, text=True, **options
    )


def command(name: str) -> click.Command:
    """The click command of that name."""
    found = program.program.get_command(click.Context(program.program), name)
    assert found is not None
    return found


def test_the_version_is_that_of_the_package() -> None:
    """The quick answer and click's are the same."""
    said = f"schemagen {schemagen.__version__}\n"
    assert process("--version").stdout == said
    assert process("--version", "--help").stdout == said


def test_help_lists_all_commands_in_the_order_of_use(run: Run) -> None:
    """A newcomer begins at the top."""
    text = run("--help").out.split("Commands:\n")[1]
    assert [line.split()[0] for line in text.splitlines()[: len(COMMANDS)]] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_helps_with_examples(run: Run, name: str) -> None:
    """`--help` says what the command does and shows calls that can be copied."""
    found = run(name, "--help")
    assert found.code == 0
    examples = found.out.split("Examples:\n")[1].split("\n\n")[0].splitlines()
    assert len(examples) >= 3
    assert all("schemagen " in line for line in examples)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_narrow_terminal(name: str) -> None:
    """No line of a help text is longer than 80 columns."""
    text = process(name, "--help", env={**os.environ, "COLUMNS": "80"}).stdout
    assert [line for line in text.splitlines() if len(line) > 80] == []


def test_an_option_means_one_thing_everywhere() -> None:
    """Options of one name have the same metavar and kind on every command, and but for a few the same help text."""
    worded = {"definition", "quiet", "output", "status", "check"}  # by what is so on the command
    seen: dict[str, set[tuple[Any, ...]]] = {}
    for name in COMMANDS:
        for parameter in command(name).params:
            if isinstance(parameter, click.Option) and parameter.name != "as_json":
                text = "" if parameter.name in worded else parameter.help
                said = (text, parameter.metavar, parameter.multiple, parameter.is_flag)
                seen.setdefault(parameter.opts[-1], set()).add(said)
    assert [name for name, variants in seen.items() if len(variants) > 1] == []


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["valdate"], "there is no command 'valdate'; did you mean 'validate'?"),
        (["Identify"], "did you mean 'identify'?"),
        (
            ["frobnicate"],
            "there are: new, check, build, docs, list, show, explain, validate, normalize, identify, probe, proxy, sample, mock.",
        ),
        (["explain", "respons/unknown-code"], "did you mean 'response/unknown-code'?"),
        (["explain", "unknwon-code"], "there is no rule 'unknwon-code'"),
        (["list", "--definitons", "x"], "--definitions"),
        (["check", "-f", "jsn"], "there is no report format 'jsn'; did you mean 'json'?"),
        (["check", "--fail-on", "eror"], "'eror' is not one of 'error', 'warning', 'note', 'never'"),
        (["list", "--limit", "jsondepth=3"], "did you mean 'json-depth'?"),
        (["show", "telecom"], "there is no definition 'telecom'; did you mean 'telecomx'?"),
        (["build", "--openapi", "3.3"], "'3.3' is none of 3.0, 3.1, 3.2"),
        (["\x1b[2J"], "there is no command '\\x1b[2J'"),
    ],
)
def test_a_typo_is_answered_with_the_nearest_word(run: Run, arguments: list[str], hint: str) -> None:
    """Commands, rules, options, formats, limits and ids: exit code 2, and what was probably meant."""
    found = run(*arguments)
    assert found.code == 2
    assert hint in found.err
    assert found.out == ""


def test_a_sample_cannot_drift_and_be_broken_at_once(run: Run) -> None:
    """Two wishes of which only one could be met are wrong usage; none of them wins silently."""
    found = run("sample", "-d", "tangoe", "--drift", "--broken")
    assert (found.code, found.out) == (2, "")
    assert found.err.endswith("Error: --drift and --broken: one of them\n")


def test_two_reports_do_not_go_to_one_place(run: Run) -> None:
    """Mixed text and JSON would be neither."""
    found = run("check", "-f", "text", "-f", "json")
    assert found.code == 2
    assert "two reports would go to standard output; give each its file" in found.err
    assert "two reports would go to a.json" in run("check", "-f", "text=a.json", "-f", "json=a.json").err


def test_a_mistaken_command_line_is_never_shown_raw(run: Run) -> None:
    """Whoever writes the message: it may be that the words came from elsewhere."""
    for arguments in (["list", "a\u202eb"], ["list", "--\u202e"], ["show", "telecomx", "\u202e"], ["\u202e"]):
        found = run(*arguments)
        assert found.code == 2
        assert "\u202e" not in found.err
        assert "\\u202e" in found.err


def test_a_report_never_overwrites_what_is_read(run: Run, elsewhere: Path) -> None:
    """Recordings, definitions and the settings stay as they are, by whatever name the report goes."""
    (elsewhere / "own").mkdir()
    run("new", "own/acme.yaml")
    (elsewhere / "one.ndjson").write_text('{"status": 404, "body": "x"}\n')
    (elsewhere / "link.json").symlink_to("one.ndjson")
    (elsewhere / "pyproject.toml").write_text('[tool.schemagen]\ndefinitions = "own"\n')
    before = {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()}
    for arguments in (
        ["check", "-f", "json=own/acme.yaml"],
        ["check", "own/acme.yaml", "-f", "json=./own/../own/acme.yaml"],
        ["build", "-f", "json=own/acme.yaml"],
        ["check", "-f", "text=pyproject.toml"],
        ["validate", "one.ndjson", "-f", "json=one.ndjson"],
        ["validate", "one.ndjson", "-f", "json=link.json"],
        ["validate", ".", "-f", "json=one.ndjson"],
    ):
        found = run(*arguments)
        assert (found.code, found.out) == (2, "")
        assert "would overwrite what is read; give it another name" in found.err
    assert {path: path.read_bytes() for path in elsewhere.rglob("*") if path.is_file()} == before
    twice = run("check", "-f", "text=own/r", "-f", "json=own/../own/r")
    assert (twice.code, "two reports would go to own/r" in twice.err) == (2, True)


def test_settings_with_a_mistake_stop_the_program_with_one_line(run: Run, elsewhere: Path) -> None:
    """The line names the file, the key and the nearest word."""
    (elsewhere / "pyproject.toml").write_text('[tool.schemagen]\noutptu = "x"\n')
    found = run("list")
    assert found.code == 2
    assert (
        found.err
        == "schemagen: pyproject.toml: [tool.schemagen]: there is no key 'outptu'; did you mean 'output'?\n"
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('format = ["jsn"]', "format: there is no report format 'jsn'; did you mean 'json'?"),
        ('format = ["json="]', "format: json=: which file? (as in json=report.json)"),
        (
            'definitions = "own"',
            "definitions: there is no folder 'own'; schemagen new own/acme.yaml makes it",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(run: Run, elsewhere: Path, table: str, said: str) -> None:
    """Where only the command that uses it can know; what does not need it goes on."""
    (elsewhere / "pyproject.toml").write_text(f"[tool.schemagen]\n{table}\n")
    found = run("check")
    assert (found.code, found.err) == (2, f"schemagen: pyproject.toml: [tool.schemagen] {said}\n")
    assert run("new", "own/acme.yaml").code == 0
    assert run("check", "--definitions", "own", "-f", "text").code == 0


class _Shut:
    """A stream that takes nothing, for the reason given."""

    def __init__(self, number: int) -> None:
        self._number = number

    def write(self, text: str) -> int:  # noqa: ARG002
        raise OSError(self._number, os.strerror(self._number))

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_WRONLY)


def test_a_full_disk_is_one_line_and_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is never taken for written."""
    monkeypatch.setattr(console.sys, "stdout", _Shut(errno.ENOSPC))
    with pytest.raises(SchemagenError, match="standard output: No space left on device"):
        console.put("text")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_standard_output_on_a_full_disk() -> None:
    """The same in a process: one line, no traceback, no complaint of the interpreter at its end."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "schemagen", "explain"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert done.stderr == "schemagen: standard output: No space left on device\n"


def test_a_reader_that_has_gone_is_no_error() -> None:
    """`schemagen explain | head -1` says nothing on standard error."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "schemagen", "explain"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait() == 0
    writer.stderr.close()


def test_output_is_utf8_whatever_the_locale() -> None:
    """The same bytes under an ASCII locale and under another encoding of the streams."""
    wanted = process("explain", "response/unknown-code", encoding="utf-8")
    other = process(
        "explain",
        "response/unknown-code",
        encoding="utf-8",
        env={"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"},
    )
    assert other.stdout == wanted.stdout
    assert other.returncode == wanted.returncode == 0


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_is_an_exit_code_not_a_traceback(signum: int, code: int) -> None:
    """Ctrl-C and SIGTERM while waiting for input."""
    running = subprocess.Popen(
        [sys.executable, "-m", "schemagen", "new", "--from", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # `nohup` ignores it
    )
    assert running.stdin is not None
    _wait_until_reading(running.pid)
    running.send_signal(signum)
    out, err = running.communicate(timeout=20)
    assert running.returncode == code
    assert out == ""
    assert "Traceback" not in err


def _wait_until_reading(pid: int) -> None:
    """Until the process waits for its standard input (Linux says so); elsewhere, for a second."""
    import time

    for _ in range(200):
        time.sleep(0.05)
        where = Path(f"/proc/{pid}/wchan")
        if where.exists() and "pipe" in where.read_text():
            return
        if not where.exists() and _ > 20:
            return


def test_a_bug_is_one_line_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is raised, users see a line that asks for a report, and exit code 2."""
    monkeypatch.delenv("SCHEMAGEN_DEBUG")
    monkeypatch.setattr(console, "table", lambda rows: rows[-1][99])
    found = run("explain")
    assert found.code == 2
    assert found.err.startswith("schemagen: a bug: IndexError: ")
    assert found.err.count("\n") == 1


def test_colours_follow_the_terminal_and_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """`always` and `never` win over everything; `auto` needs a terminal, and yields to NO_COLOR and TERM=dumb."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(console.sys.stdout, "isatty", lambda: True, raising=False)
    assert console.colored("auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.colored("auto")
    assert console.colored("always")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "dumb")
    assert not console.colored("auto")
    monkeypatch.setenv("TERM", "xterm")
    assert not console.colored("never")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes(shell: str) -> None:
    """The script that the help text names exists for each shell, and completes commands, rules and ids."""
    script = process(env={**os.environ, "_SCHEMAGEN_COMPLETE": f"{shell}_source"})
    assert script.returncode == 0
    assert "_SCHEMAGEN_COMPLETE" in script.stdout


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("schemagen va", "validate"),
        ("schemagen explain response/unknown-c", "response/unknown-code"),
        ("schemagen show tele", "telecomx"),
        ("schemagen show telecomx openapi-3.0", "openapi-3.0"),
        ("schemagen validate -d bandw", "bandwidth-voice"),
    ],
)
def test_completion_knows_the_words(words: str, wanted: str) -> None:
    """What bash would offer."""
    env = {
        **os.environ,
        "_SCHEMAGEN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    assert f"plain,{wanted}" in process(env=env).stdout.splitlines()
