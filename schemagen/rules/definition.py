"""Rules of the stage `definition`."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

RULES: tuple[Rule, ...] = table("definition")
