"""All rules by code, gathered from the tables of the stages, and their explanations."""

from __future__ import annotations

from pathlib import Path

from schemagen.rules import baseline, body, build, definition, live, recording, response, source
from schemagen.rules.rule import Rule

RULES: dict[str, Rule] = {
    rule.code: rule
    for stage in (source, definition, build, recording, live, body, response, baseline)
    for rule in stage.RULES
}


def explanation(code: str) -> str:
    """The explanation of the rule `code`, in Markdown."""
    return (Path(__file__).parent / "explanations" / f"{code}.md").read_text(encoding="utf-8")
