"""Rules of the stage `build`."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

RULES: tuple[Rule, ...] = table("build")
