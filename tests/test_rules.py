"""The table of rules: complete, explained, of one form, and used."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from schemagen import rules
from schemagen.rules import RULES, Rule

SOURCE = Path(rules.__file__).parents[1]
EXPLANATIONS = SOURCE / "rules" / "explanations"
HEADINGS = ["What it means", "Why it matters", "Example", "How to fix"]


def explanation(rule: Rule) -> str:
    """The explanation of a rule."""
    return (EXPLANATIONS / f"{rule.code}.md").read_text(encoding="utf-8")


def words_of_the_source() -> set[str]:
    """Every text constant of the package, save for the table of rules itself."""
    return {
        node.value
        for path in SOURCE.rglob("*.py")
        if (SOURCE / "rules") not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)


def test_codes_are_stage_and_slug() -> None:
    """A code is two words of small letters, digits and hyphens, joined by a slash."""
    assert [code for code in RULES if not re.fullmatch(r"[a-z]+/[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_no_rule_is_declared_twice() -> None:
    """The tables of the stages together have as many rows as there are codes."""
    from schemagen.rules import baseline, body, build, definition, live, recording, response, source

    declared = [
        rule.code
        for stage in (source, definition, build, recording, live, body, response, baseline)
        for rule in stage.RULES
    ]
    assert sorted(declared) == sorted(RULES)


@every_rule
def test_sentences_are_one_line(rule: Rule) -> None:
    """Summary and message are one line without blanks around it, and without a full stop at its end."""
    for text in (rule.summary, rule.message):
        assert text == " ".join(text.split())
        assert text
        assert not text.endswith(".")


@every_rule
def test_messages_take_facts_by_name_only(rule: Rule) -> None:
    """A template reads no attributes and no items of its facts, and formats none."""
    for _, name, form, conversion in string.Formatter().parse(rule.message):
        assert name is None or re.fullmatch(r"[a-z_]+", name)
        assert not form
        assert not conversion


@every_rule
def test_explanations_have_one_form(rule: Rule) -> None:
    """Each rule is explained under its code, with the same four headings, each with something below it."""
    text = re.sub(r"^(`{3,}).*?^\1$", "(code)", explanation(rule), flags=re.MULTILINE | re.DOTALL)
    title, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    assert title.strip() == f"# {rule.code}"
    assert [part.partition("\n")[0] for part in parts] == HEADINGS
    assert all(part.partition("\n")[2].strip() for part in parts)
    example = parts[HEADINGS.index("Example")]
    assert "Bad:" in example
    assert "Good:" in example


def test_no_explanation_is_left_over() -> None:
    """Each file explains a rule that there is."""
    files = {path.relative_to(EXPLANATIONS).with_suffix("").as_posix() for path in EXPLANATIONS.rglob("*.md")}
    assert files - set(RULES) == set()


def test_every_rule_is_emitted_somewhere() -> None:
    """No rule is only declared: the source names it, by its code or by its slug."""
    words = words_of_the_source()
    assert [code for code in RULES if code not in words and code.partition("/")[2] not in words] == []
