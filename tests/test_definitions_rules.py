"""The rules of the stage `definition`: each has an explanation whose examples do what they say."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from schemagen import definitions, documents, rules
from schemagen.rules import RULES
from schemagen.rules.definition import RULES as ROWS

EXPLANATIONS = Path(rules.__file__).parent / "explanations" / "definition"
SLUGS = [rule.code.partition("/")[2] for rule in ROWS]
NOT_SHOWN = {
    "long-message": "its example is longer than a page",
    "not-json": "the YAML reader refuses such numbers first",
    "too-complex": "the compiler finds it",
}
BASE = {
    "schemagen": "schemagen: 1",
    "id": "id: shop",
    "title": "title: Shop API",
    "source": "source: https://shop.example/errors",
    "body": "body: {code: string as code, message: string as message}",
}


def text_of(slug: str) -> str:
    """The explanation of a rule."""
    return (EXPLANATIONS / f"{slug}.md").read_text(encoding="utf-8")


def codes(piece: str) -> list[str]:
    """The rules that a small definition breaks with the top-level keys of `piece` in place of its own."""
    keys = {line.partition(":")[0] for line in piece.splitlines() if line[:1].isalpha()}
    text = "\n".join([*(line for key, line in BASE.items() if key not in keys), piece])
    document, found = documents.read(text.encode(), "shop.yaml")
    assert document is not None
    return [item.rule.code for item in [*found, *definitions.read(document)[1]]]


def test_each_rule_has_an_explanation_and_each_explanation_its_rule() -> None:
    """Nothing is missing, nothing is left over."""
    assert sorted(SLUGS) == sorted(path.stem for path in EXPLANATIONS.glob("*.md"))


@pytest.mark.parametrize("slug", SLUGS)
def test_an_explanation_has_its_headings(slug: str) -> None:
    """The same everywhere, in the same order."""
    headings = [
        f"# definition/{slug}",
        "## What it means",
        "## Why it matters",
        "## Example",
        "## How to fix",
    ]
    text = re.sub(r"```.*?```", "", text_of(slug), flags=re.DOTALL)
    assert re.findall(r"^##? .*$", text, re.MULTILINE) == headings


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug not in NOT_SHOWN])
def test_examples_of_explanations_do_what_they_say(slug: str) -> None:
    """The bad piece breaks the rule and no other, the good one none."""
    bad, good = re.findall(r"```yaml\n(.*?)```", text_of(slug), re.DOTALL)
    assert set(codes(bad)) == {f"definition/{slug}"}
    assert codes(good) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_a_message_is_one_plain_line(slug: str) -> None:
    """Neither the summary nor the message ends in a full stop, and facts have plain names."""
    rule = RULES[f"definition/{slug}"]
    assert not rule.summary.endswith(".")
    assert not rule.message.endswith(".")
    assert "\n" not in rule.message
    names = [name for _, name, _, _ in string.Formatter().parse(rule.message) if name]
    assert all(name.isidentifier() for name in names)
