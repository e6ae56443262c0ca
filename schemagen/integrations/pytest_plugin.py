"""The plugin for pytest: fixtures that judge responses, what was seen of each definition, and a recording.

pytest loads it into every run, so it imports nothing but what is light; all else is imported when a test asks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from schemagen.integrations import suite
from schemagen.integrations.suite import Suite

if TYPE_CHECKING:
    from schemagen.integrations.keeping import Kept

_OPTION = "--schemagen-record"
_KEY = pytest.StashKey["Run"]()
_SUITE = pytest.StashKey[Suite]()


@pytest.fixture(scope="session")
def error_format() -> Any:
    """Says whose errors are to be judged: `error_format("acme").assert_conforms(response)`."""
    from schemagen.integrations.testing import error_format

    return error_format


@pytest.fixture(scope="session")
def assert_conforms() -> Any:
    """Asserts that a response is an error as its definition documents it: `assert_conforms(response)`."""
    from schemagen.integrations.testing import assert_conforms

    return assert_conforms


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option."""
    parser.getgroup("schemagen", "error formats").addoption(
        _OPTION,
        metavar="FILE",
        help="Record the responses that tests get, without their secrets, in FILE.ndjson or FILE.har.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """A conftest may say already by which definition is judged."""
    _suite(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Begins what is counted."""
    run = Run(config)
    config.stash[_KEY] = run
    config.pluginmanager.register(run, "schemagen-run")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends it."""
    run = config.stash.get(_KEY, None)
    if run is not None:
        run.end()


class Run:
    """What one process of a run counts. A worker of pytest-xdist sends it with the report of each test."""

    def __init__(self, config: pytest.Config) -> None:
        self._is_worker = hasattr(config, "workerinput")
        self._kept = _kept(config, is_worker=self._is_worker)
        self._suite = _suite(config)
        self._suite.keep = self._kept.add if self._kept else None
        self._untap = _tapped(self._suite) if self._kept else None

    def end(self) -> None:
        """Nothing more is counted."""
        if self._untap:
            self._untap()
        if self._kept:
            self._kept.end()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Sends what was counted up to now, or takes what was sent."""
        if self._is_worker:
            sums = self._suite.take()
            report.__dict__["schemagen"] = sums | {"kept": self._kept.take() if self._kept else []}
            return
        sent = getattr(report, "schemagen", {})
        self._suite.add(sent)
        if self._kept:
            self._kept.put(sent.get("kept", ()))

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Iterator[None]:
        """A run of which not all could be recorded does not pass."""
        yield
        if self._kept and self._kept.problem and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Says what was seen of each definition, and what was recorded."""
        if not self._suite.counts and not self._kept:
            return
        from schemagen.integrations.summing import summary

        verbosity = terminalreporter.config.get_verbosity()
        lines = [*summary(self._suite, verbosity), *(self._kept.told() if self._kept else ())]
        terminalreporter.write_sep("=", "error formats")
        for line in lines:
            terminalreporter.write_line(line)


def _suite(config: pytest.Config) -> Suite:
    """What a run counts by; it begins when it is first asked for, and ends with the run, however far that came."""
    if _SUITE not in config.stash:
        running = Suite(config.invocation_params.dir, config.rootpath)
        suite.begin(running)
        config.add_cleanup(functools.partial(suite.end, running))
        config.stash[_SUITE] = running
    return config.stash[_SUITE]


def _tapped(running: Suite) -> Callable[[], None]:
    from schemagen.integrations.taps import tap

    return tap(running.see)


def _kept(config: pytest.Config, *, is_worker: bool) -> Kept | None:
    file = config.getoption(_OPTION)
    if file is None:
        return None
    from schemagen.errors import SchemagenError
    from schemagen.integrations.keeping import Kept

    try:
        return Kept(file, is_worker=is_worker)
    except SchemagenError as problem:
        raise pytest.UsageError(f"{_OPTION}: {problem}") from None
