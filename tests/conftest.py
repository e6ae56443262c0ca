"""What all tests share: the tools that some need, how hypothesis runs, and no settings from outside."""

from __future__ import annotations

import collections
import os
import shutil
from typing import Any

import hypothesis
import pytest

# Slow machines are no failures, and a run says the same thing twice: no database, no time limit for one example.
hypothesis.settings.register_profile(
    "house", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


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


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours and debugging are as on any machine; a bug in a command shows its traceback in the test."""
    for name in list(os.environ):
        if name in {"NO_COLOR", "FORCE_COLOR"} or name.startswith("_SCHEMAGEN"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCHEMAGEN_DEBUG", "1")
