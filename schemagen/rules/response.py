"""Rules of the stage `response`."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

RULES: tuple[Rule, ...] = table("response")
