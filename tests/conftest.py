"""What all tests share: the tools that some need, how hypothesis runs, and no settings from outside."""

from __future__ import annotations

import collections
import dataclasses
import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import browser as browsers
import hypothesis
import pytest

from schemagen.findings import Place, Severity, finding
from schemagen.report import (
    CodeCoverage,
    Counts,
    Coverage,
    Excerpt,
    Group,
    Match,
    Report,
    ResponseCoverage,
    Subject,
    TextCoverage,
)

# Slow machines are no failures, and a run says the same thing twice: no database, no time limit for one example.
hypothesis.settings.register_profile(
    "house", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

# The reference engine raises the limit when it first runs; hypothesis wants that settled before a test begins.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 10_000))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no name of a test: compressed ones hold the time, and every worker would see other tests."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test marked `tools("node")` where there is no node, and says so."""
    for mark in item.iter_markers("tools"):
        for tool in mark.args:
            if shutil.which(tool) is None:
                pytest.skip(f"{tool} is missing")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Names and counts what was skipped for want of a tool, so that nothing is skipped silently."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "tools" in report.keywords]
    reasons = collections.Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    if reasons:
        terminalreporter.section("tools that are missing")
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{reason}: {count} {'test' if count == 1 else 'tests'} not run")


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Children can be interrupted, though the tests run behind `nohup` or a shell's `&`, which ignore SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours and debugging are as on any machine; a bug in a command shows its traceback in the test."""
    for name in list(os.environ):
        if name in {"NO_COLOR", "FORCE_COLOR"} or name.startswith("_SCHEMAGEN"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCHEMAGEN_DEBUG", "1")


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Runs the command line in this process: `run("check", "telecomx", stdin=b"…")`."""
    from schemagen.cli import program

    def run(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        streams = [io.TextIOWrapper(io.BytesIO(data), encoding="utf-8") for data in (stdin, b"", b"")]
        with monkeypatch.context() as patch:
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, stream)
            code = program.run([str(argument) for argument in arguments])
        out, err = (_text(stream) for stream in streams[1:])
        return Outcome(code, out, err)

    return run


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that belongs to no project, and is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browsers.Browser]:
    """A browser for all tests."""
    with browsers.started(tmp_path_factory.mktemp("profile")) as window:
        yield window


@pytest.fixture
def browser(window: browsers.Browser) -> Iterator[browsers.Browser]:
    """The browser as it is at first; whatever a test does, the page logs no error and asks for nothing from afar."""
    window.order("Emulation.clearDeviceMetricsOverride")
    window.order("Emulation.setEmulatedMedia", media="", features=[])
    window.order("Emulation.setScriptExecutionDisabled", value=False)
    window.log("browser")
    window.requests()
    yield window
    assert window.log("browser") == []
    assert {url for url in window.requests() if not url.startswith(("file:", "data:", "about:"))} == set()


@pytest.fixture(scope="session")
def report_of() -> Callable[[str], Report]:
    """Gives a report with something of everything, in which each text from outside is the same, not empty one."""
    return _report_of


def _report_of(text: str) -> Report:
    known = {"definition": text, "schema": (text,), "related": Place(text, (text,), line=3), "hint": text}
    facts = {"status": 404, "host": text, "shape": text, "reason": text}
    findings = (
        finding("response/unknown-code", Place(text, (text, 0), entry=1), got=text, api=text, **known),
        finding(
            "response/near-miss-member", Place(text, (text,), entry=2), owner=text, member=text, want=text
        ),
        finding("recording/missing-body", Place(text, (text,), line=1), name=text, why=text),
        finding("response/unrecognised", Place(text, entry=3, line=9), schema=(text, "404"), **facts),
    )
    seen = CodeCoverage(text, text, ("404",), ((400, 7), (404, 2)), (TextCoverage(text, 1),))
    never = CodeCoverage(text, text, ("4XX",))
    excerpt = Excerpt(f"{{\n{text}\n}}", (((text,), 2),))
    return Report(
        "validate",
        tuple(Group(count, (item,)) for count, item in enumerate(findings, 1)),
        Counts(2, 9, 4, 3, 1, 1, 1),
        (Match(text, text, 3),),
        (
            Coverage(
                text,
                text,
                9,
                (ResponseCoverage("404", text, ((404, 2),)), ResponseCoverage("4XX", text)),
                (seen, never),
                ((500, 1),),
                (CodeCoverage(text, seen=((404, 1),)),),
                ((404, 1),),
            ),
        ),
        tuple(Subject(text, n, text, text, 403 + n, text, text, excerpt) for n in (1, 2, 3)),
        ((Severity.WARNING, 5),),
        complete=False,
    )


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
