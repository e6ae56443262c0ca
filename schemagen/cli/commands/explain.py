"""`schemagen explain`: what a rule means, why it matters, and how to fix what it found."""

from __future__ import annotations

import click

from schemagen.cli import completion, console
from schemagen.display import shown
from schemagen.nearest import nearest
from schemagen.rules import RULES, explanation


@click.command("explain")
@click.argument("rule", required=False, shell_complete=completion.words(lambda: sorted(RULES)))
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(rule: str | None, as_json: bool) -> None:
    """Say what RULE means, why it matters and how to fix what it found; without RULE, list all rules.

    \b
    Examples:
      schemagen explain response/undocumented-status
      schemagen explain                               all rules
      schemagen explain --json | jq '.[].rule'
    """
    import json

    codes = sorted(RULES) if rule is None else [_known(rule)]
    if as_json:
        entries = [_entry(code) for code in codes]
        console.put(json.dumps(entries if rule is None else entries[0], indent=2) + "\n")
    elif rule is None:
        console.put(console.table([(code, RULES[code].severity.word, RULES[code].summary) for code in codes]))
    else:
        console.put(explanation(codes[0]))


def _known(rule: str) -> str:
    if rule in RULES:
        return rule
    by_slug = [code for code in sorted(RULES) if code.partition("/")[2] == rule]
    if len(by_slug) == 1:
        return by_slug[0]
    close = by_slug[0] if by_slug else nearest(rule, RULES)
    hint = f"did you mean '{close}'?" if close else "`schemagen explain` lists them all"
    raise click.UsageError(f"there is no rule '{shown(rule, 60)}'; {hint}")


def _entry(code: str) -> dict[str, str]:
    rule = RULES[code]
    return {
        "rule": code,
        "severity": rule.severity.word,
        "summary": rule.summary,
        "message": rule.message,
        "explanation": explanation(code),
    }
