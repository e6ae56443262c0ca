"""Patterns: which may stand in a definition, and where they are found."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen.engine import fast, pattern_problem, reference, spans
from schemagen.limits import DEFAULTS, Limits


@pytest.mark.parametrize("build", [fast, reference])
def test_the_dollar_is_the_very_end(build: object) -> None:
    """`$` does not match before a final line break."""
    assert not build({"pattern": "^a$"}).accepts("a\n")
    assert not build({"patternProperties": {"^a$": False}}).violations({"a\n": 1})


@pytest.mark.parametrize("build", [fast, reference])
def test_patterns_are_linear(build: object) -> None:
    """A pattern that is exponential for backtracking engines takes no time."""
    began = time.process_time()
    schema = {
        "pattern": "^(a+)+$",
        "propertyNames": {"pattern": "^(a|a)*$"},
        "patternProperties": {"^(a+)+$": {}},
    }
    build(schema).violations("a" * 50_000 + "b")
    build({**schema, "additionalProperties": False}).violations({"a" * 5_000 + "b": 1})
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[0-9]{3}$",
        r"\.[0-9]{2}Z$",
        r"^\$\{[0-9]+\}$",
        "(?:a|b)+?",
        r"[\]\-^.*]",
        r"\u00e9\x41\n",
        "[^a-z]",
        r"\/",
        "a{2,}",
    ],
)
def test_plain_patterns_are_fine(pattern: str) -> None:
    """What all engines read alike may stand in a definition."""
    assert pattern_problem(pattern, DEFAULTS) is None


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        (r"\d+", "write [0-9]"),
        (r"[\w.]", "write [A-Za-z0-9_]"),
        (r"a\s", "write [ "),
        (r"\bfoo", r"\b means different things"),
        (r"\p{L}", r"\p means different things"),
        (r"^a\Z", r"\Z means different things"),
        (r"\x{41}", r"\x means different things"),
        (r"(a)\1", r"\1 means different things"),
        (r"a\-b", "write - without the backslash"),
        ("a\\", "ends in"),
        ("(?=a)", "(?= is no group"),
        ("(?i)a", "(?i is no group"),
        ("(?P<n>a)", "(?P is no group"),
        ("(?<n>a)", "(?< is no group"),
        ("[[:alpha:]]", "nested class"),
        ("[a-z&&b]", "&& inside"),
        ("a]", "write \\]"),
        ("{name}", "write \\{"),
        ("(", "cannot compile"),
        ("*", "cannot compile"),
        ("[z-a]", "cannot compile"),
        ("(a{1000}){1000}", "cannot compile"),
        ("\\ud800", "cannot compile"),
    ],
)
def test_other_patterns_are_refused_with_a_reason(pattern: str, says: str) -> None:
    """What engines read differently, or the linear one cannot read, is refused, with what to write instead."""
    assert says in (pattern_problem(pattern, DEFAULTS) or "")


def test_a_long_pattern_is_refused_by_its_length() -> None:
    """The limit is named with its option."""
    problem = pattern_problem("a" * 11, Limits(pattern_length=10))
    assert problem == "it has more than 10 characters (--limit pattern-length=N raises it)"


@given(st.text())
def test_any_text_gets_an_answer(pattern: str) -> None:
    """No text makes the examination fail; what it lets through, both engines compile."""
    if pattern_problem(pattern, DEFAULTS) is None:
        assert fast({"pattern": pattern}).accepts("a") == reference({"pattern": pattern}).accepts("a")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\$\{[0-9]+\}", "a ${0} and ${12}${3} x", ["${0}", "${12}", "${3}"]),
        ("<[^>]+>", "<a> <bc>", ["<a>", "<bc>"]),
        ("<.+?>", "<a> and <b>", ["<a>", "<b>"]),
        ("[0-9]+", "x 123 45", ["123", "45"]),
        ("x*", "axx", []),
        ("%[sd]", "%s %d %%", ["%s", "%d"]),
        ("b", "a" * 1000 + "b" + "a" * 1000, ["b"]),
        ("é+", "naïvéé", ["éé"]),
        ("q", "", []),
    ],
)
def test_spans_are_where_a_pattern_is_found(pattern: str, text: str, expected: list[str]) -> None:
    """The spans cut the matches out of the text, from left to right."""
    assert [text[start:end] for start, end in spans(pattern, text)] == expected


def test_spans_are_found_quickly() -> None:
    """Long texts cost time in proportion to their length."""
    began = time.process_time()
    assert len(spans("b", "ab" * 20_000)) == 20_000
    assert spans("b", "a" * 1_000_000) == ()
    assert spans(".+", "a" * 50_000)[-1][1] == 50_000
    assert time.process_time() - began < 5
