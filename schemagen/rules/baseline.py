"""Rules of the stage `baseline`: what is wrong with the list of accepted findings."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

RULES: tuple[Rule, ...] = table(
    "baseline",
    (
        "stale-entry",
        Severity.NOTE,
        "An accepted finding that is found no more",
        "the baseline accepts {entry}, which was not found; --update-baseline takes it out",
    ),
)
