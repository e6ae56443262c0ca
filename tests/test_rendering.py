"""Text from data: JSON, YAML and templates."""

from __future__ import annotations

import json
import math
import re
import time
from typing import Any, ClassVar

import jinja2
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen import rendering, resources, yaml_events
from schemagen.limits import DEFAULTS
from schemagen.rendering import Artifact, to_json, to_yaml

# Texts made of what bites: indicators, words, numbers and characters that YAML treats in a way of its own.
PIECES = st.sampled_from(
    [
        *"-?:,[]{}#&*!|>'\"%@`~=<\\$/ \t\n\r\x00\x1b\x7f\x85\xa0\u2028\u2029\u202e\ufeff\uffff0123e.+_xyn",
        *[
            "no",
            "on",
            "Null",
            "404",
            "1e3",
            "0100",
            "2020-01-01",
            "12:30:45",
            ": ",
            " #",
            "- ",
            "---",
            "...",
            "\n ",
            "\U0001f600",
        ],
    ]
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=8).map("".join), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=15,
)


class CoreLoader(yaml.SafeLoader):
    """PyYAML with the scalars of the YAML 1.2 core schema (10.3.2) in place of those of YAML 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


def _resolve(name: str, pattern: str, read: Any) -> None:
    tag = f"tag:yaml.org,2002:{name}"
    CoreLoader.add_implicit_resolver(tag, re.compile(rf"(?:{pattern})\Z"), None)
    CoreLoader.add_constructor(tag, lambda loader, node: read(loader.construct_scalar(node)))


_resolve("null", r"null|Null|NULL|~|", lambda _: None)
_resolve("bool", r"true|True|TRUE|false|False|FALSE", lambda text: text.lower() == "true")
_resolve(
    "int",
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    lambda text: int(text, 0 if text[:2] in ("0o", "0x") else 10),
)
_resolve(
    "float",
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
    float,
)


def read_11(text: str) -> Any:
    """What a YAML 1.1 reader sees."""
    return yaml.safe_load(text)


def read_12(text: str) -> Any:
    """What a YAML 1.2 reader sees."""
    return yaml.load(text, Loader=CoreLoader)


@pytest.mark.parametrize("read", [read_11, read_12], ids=["1.1", "1.2"])
@given(data=DATA)
@example(data={"a": "one\ntwo\n", "b": "one\n\n  two", "c": ["x\ny", ["\n"], {"d": " \n"}]})
@example(data={"k" * 2000: {"deep": [1]}, "\n" * 3: [], "? ": {}})
@example(data=[1e16, 1e-7, 5e-324, -0.0, 1.0, 10**30])
def test_yaml_round_trip(read: Any, data: Any) -> None:
    """YAML 1.1 and YAML 1.2 readers see the data that was written, types included."""
    seen = read(to_yaml(data))
    assert repr(seen) == repr(data)


@given(data=st.dictionaries(TEXTS, DATA, min_size=1))
def test_our_own_reader_has_nothing_to_say(data: Any) -> None:
    """The strict reader of definitions sees the same, apart from numbers that no definition may hold."""
    loaded = yaml_events.read(to_yaml(data).encode(), limits=DEFAULTS)
    assert {problem.slug for problem in loaded.problems} <= {"number"}
    if not loaded.problems:
        assert repr(loaded.data) == repr(data)


@given(data=DATA)
def test_json_round_trip(data: Any) -> None:
    """JSON readers see the data that was written."""
    assert json.loads(to_json(data)) == data


@pytest.mark.parametrize(
    "text",
    [
        *(
            "no",
            "No",
            "on",
            "OFF",
            "y",
            "true",
            "null",
            "~",
            "404",
            "1e3",
            "0100",
            "0x1F",
            "1_000",
            "12:30:45",
            ".5",
            "-",
        ),
        *(
            "2020-01-01",
            "2020-01-01T00:00:00Z",
            "",
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "@type",
            "%s",
            "*",
            "&a",
            "!x",
        ),
        *(
            "<<",
            "=",
            "[a]",
            "{a}",
            "`a",
            "|",
            ">",
            "'a'",
            '"a"',
            "---",
            "...",
            "? a",
            "- a",
            "4XX",
            ".inf",
            ".NaN",
        ),
    ],
)
def test_yaml_quotes_what_could_be_read_otherwise(text: str) -> None:
    """A text that some reader takes for something else, or that a person could misread, stands in quotes."""
    assert to_yaml({text: text}) == "'{0}': '{0}'\n".format(text.replace("'", "''"))


@pytest.mark.parametrize(
    "text",
    [
        "string",
        "#/a"[2:],
        "date-time",
        "Not found",
        "urn:schemagen:8x8",
        "https://x.dk/a#b",
        'one, the page\'s "two" - three',
    ],
)
def test_yaml_leaves_words_bare(text: str) -> None:
    """Ordinary words, names and addresses stand without quotes."""
    assert to_yaml([text]) == f"- {text}\n"


def test_yaml_looks_like_what_people_write() -> None:
    """Blocks of two blanks, lists below their key, texts of several lines as literal blocks."""
    data = {
        "a": {"b": [{"c": 1, "d": [True, None]}, []], "e": {}},
        "f": "one\n\n| two |\n",
        "g": "it's: \\ '404'",
    }
    assert to_yaml(data) == (
        "a:\n  b:\n    - c: 1\n      d:\n        - true\n        - null\n    - []\n  e: {}\n"
        "f: |\n  one\n\n  | two |\ng: 'it''s: \\ ''404'''\n"
    )


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u200b", "\ufeff", "\U000e0041"]
)
def test_yaml_shows_what_cannot_be_seen(character: str) -> None:
    """Control, bidirectional and invisible characters are written as escapes."""
    text = to_yaml([f"a{character}b\n"])
    assert character not in text
    assert read_11(text) == [f"a{character}b\n"]


@pytest.mark.parametrize("write", [to_json, to_yaml])
@pytest.mark.parametrize("data", ["\ud800", {"\udfff": 1}, [math.nan], math.inf])
def test_writers_refuse_what_readers_refuse(write: Any, data: Any) -> None:
    """A lone surrogate, a NaN and an infinity are refused, not written."""
    with pytest.raises(ValueError, match=r".+"):
        write(data)


@pytest.mark.parametrize("data", [{1: 2}, [object()], {"a": b"x"}])
def test_yaml_refuses_what_is_no_data(data: Any) -> None:
    """Keys that are no text and values beyond JSON are a mistake in the program."""
    with pytest.raises(TypeError):
        to_yaml(data)


def test_json_is_readable_and_final() -> None:
    """JSON has two blanks a level, characters as they are, the order given, and a final newline."""
    assert to_json({"b": ["ø"], "a": {}}) == '{\n  "b": [\n    "ø"\n  ],\n  "a": {}\n}\n'


def test_yaml_is_fast() -> None:
    """Five megabytes of fragment-like data are written in well under two seconds on a busy machine."""
    row = {
        "code": "validation-error",
        "meaning": "The field ${0} is missing: see 'docs'",
        "statuses": ["400", "404"],
        "n": 12,
    }
    data = {"rows": [{**row, "id": f"row-{index}"} for index in range(40_000)]}
    start = time.process_time()
    text = to_yaml(data)
    assert len(text) > 5_000_000
    assert time.process_time() - start < 2


def test_templates_escape_by_the_extension_of_the_result(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.html`, `.html.j2` and `.xml.j2` are escaped, `.md.j2` is not."""
    for name in ("a.html", "a.html.j2", "a.xml.j2", "a.md.j2"):
        (tmp_path / name).write_text("{{ x }}\n")
    monkeypatch.setattr(resources, "templates", lambda: tmp_path)
    rendering._environment.cache_clear()
    try:
        shown = {
            name: rendering.render(name, x="<b>") for name in ("a.html", "a.html.j2", "a.xml.j2", "a.md.j2")
        }
        with pytest.raises(jinja2.UndefinedError):
            rendering.render("a.html")
        with pytest.raises(jinja2.TemplateNotFound):
            rendering.render("../a.html")
    finally:
        rendering._environment.cache_clear()
    escaped = "&lt;b&gt;\n"
    assert shown == {"a.html": escaped, "a.html.j2": escaped, "a.xml.j2": escaped, "a.md.j2": "<b>\n"}


def test_artifacts_compare_by_value() -> None:
    """Two artifacts of equal path and text are equal."""
    assert Artifact("a", "b") == Artifact("a", "b")
