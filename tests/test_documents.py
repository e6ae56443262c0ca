"""Definition files as data in which every place has a line, and the sentences for what YAML makes of mistakes."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import documents
from schemagen.documents import Document
from schemagen.findings import Place, Severity
from schemagen.limits import DEFAULTS
from schemagen.rules import RULES, source

EXPLANATIONS = Path(documents.__file__).parent / "rules" / "explanations" / "source"


def lines(text: str | bytes) -> list[str]:
    """What is found, as a report would say it."""
    data = text.encode() if isinstance(text, str) else text
    return [
        f"{item.place.line}:{item.place.column} {item.message} [{item.rule.code[7:]}] {item.hint}"
        for item in documents.read(data, "x.yaml")[1]
    ]


def document(text: str) -> Document:
    """The document of a text without errors."""
    read, _ = documents.read(text.encode(), "x.yaml")
    assert read
    return read


# -- places


@pytest.mark.parametrize(
    ("place", "line", "column"),
    [
        (Place("x.yaml"), 2, 1),
        (Place("x.yaml", ("body",)), 3, 3),
        (Place("x.yaml", ("body",), on_key=True), 2, 1),
        (Place("x.yaml", ("body", "code")), 3, 9),
        (Place("x.yaml", ("body", "code"), on_key=True), 3, 3),
        (Place("x.yaml", ("body", "message")), 3, 3),
        (Place("x.yaml", ("body", "message"), on_key=True), 3, 3),
        (Place("x.yaml", ("body", "code", "type", 3)), 3, 9),
        (Place("x.yaml", ("codes", 1)), 4, 13),
        (Place("x.yaml", ("codes", 1), on_key=True), 4, 13),
        (Place("x.yaml", ("codes", 7)), 4, 8),
    ],
)
def test_a_place_has_the_line_of_the_nearest_part(place: Place, line: int, column: int) -> None:
    """The value's line, or its key's; what is not there has the line of what is nearest above it."""
    read = document("# first\nbody:\n  code: string\ncodes: [E1, E2]\n")
    assert read.locate(place) == dataclasses.replace(place, line=line, column=column)


@pytest.mark.parametrize("place", [Place("other.yaml", ("a",)), Place("x.yaml", ("a",), line=7)])
def test_other_places_stay_as_they_are(place: Place) -> None:
    """A place in another file, and one that has a line, is not touched."""
    assert document("a: 1").locate(place) == place


def test_a_value_left_out_and_null_differ_in_their_marks() -> None:
    """Both are null in the data; the text that was written tells them apart."""
    read = document("a:\nb: null\nc: ''\n")
    assert read.data == {"a": None, "b": None, "c": ""}
    texts = [(mark.text, mark.style) for key in "abc" if (mark := read.mark((key,)))]
    assert texts == [("", "plain"), ("null", "plain"), ("", "single")]
    assert read.mark(("d",)) is None


# -- what is read


def test_a_warning_leaves_the_document() -> None:
    """Only an error leaves none."""
    read, found = documents.read(b"a: b # c\n", "x.yaml")
    assert read is not None
    assert [(item.rule.code, item.severity, item.place) for item in found] == [
        ("source/comment-in-text", Severity.WARNING, Place("x.yaml", ("a",), line=1, column=4))
    ]


def test_an_error_leaves_no_document() -> None:
    """Several are reported at once, each with its place and on its key where the key is meant."""
    read, found = documents.read(b"a: 1\na: !t 2\n", "x.yaml")
    assert read is None
    assert [(item.rule.code, item.place) for item in found] == [
        ("source/duplicate-key", Place("x.yaml", ("a",), line=2, column=1, on_key=True)),
        ("source/tag", Place("x.yaml", ("a",), line=2, column=4)),
    ]


def test_a_file_of_the_limit_is_read_and_one_byte_more_is_not() -> None:
    """The limit is in bytes, and the hint names the option that raises it."""
    text = b"a: b\n".ljust(DEFAULTS.definition_bytes)
    assert documents.read(text, "x.yaml")[1] == []
    assert lines(text + b" ") == [
        "1:1 the file has 1048577 bytes; the limit is 1048576 [too-large] --limit definition-bytes=N raises it"
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("[" * 40_000, "--limit yaml-depth=N raises it"), ("- a\n" * 100_000, "--limit yaml-nodes=N raises it")],
)
def test_a_limit_names_its_option(text: str, hint: str) -> None:
    """Whoever meets a limit is told how to raise it."""
    assert [line.endswith(hint) for line in lines(text)] == [True]


# -- sentences


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "message: Error: not found",
            (
                "1:15 a colon with a blank behind it stands inside an unquoted text [colon-in-text] "
                "put quotes around the text: 'Error: not found'"
            ),
        ),
        (
            "messages:\n- late: go: home",
            (
                "2:11 a colon with a blank behind it stands inside an unquoted text [colon-in-text] "
                "put quotes around the text: 'go: home'"
            ),
        ),
        (
            "a: [x: y: z]",
            (
                "1:9 a colon with a blank behind it stands inside an unquoted text [colon-in-text] "
                "put quotes around the text that holds the colon"
            ),
        ),
        (
            "body:\n\tcode: string",
            "2:1 a tab stands where only blanks may indent a line [tab] put blanks in the tab's place",
        ),
        (
            "body:\n  code: string\n\tmessage: string",
            "3:1 a tab stands where only blanks may indent a line [tab] put blanks in the tab's place",
        ),
        (
            'a: "x\nb: c\nd: e',
            '1:4 the " that opens here is not closed [unclosed-quote] close it at the end of the text',
        ),
        (
            'a: "x\nb: "y"\nd: e',
            '1:4 the " that opens here is not closed [unclosed-quote] its next quote stands in line 2',
        ),
        (
            "a: 'The token isn't valid'",
            (
                "1:19 the text goes on behind its closing ' [text-after-quote] "
                'put quotes around the text: "The token isn\'t valid"'
            ),
        ),
        (
            'a: "not" found',
            (
                '1:10 the text goes on behind its closing " [text-after-quote] '
                "put quotes around the text: '\"not\" found'"
            ),
        ),
        (
            'a: "[0-9]\\d"',
            (
                "1:10 \\d stands for no character: in double quotes a backslash begins an escape [escape] "
                "write the text in single quotes: there a backslash is a backslash"
            ),
        ),
        (
            'a: "\\ud83d\\ude00"',
            (
                "1:5 \\ud83d\\ude00 stands for no character: in double quotes a backslash begins an escape [escape] "
                "write the character itself, or \\U0001F600"
            ),
        ),
        (
            "id: a\ntitle:b\nsource: c",
            "2:1 this line is no 'key: value': title:b [missing-colon] a blank is missing behind ':'",
        ),
        (
            "id: a\ntitle\nsource: c",
            (
                "2:1 this line is no 'key: value': title [missing-colon] a key ends in ':' and a blank; "
                "a text over several lines stands in quotes or begins with '|'"
            ),
        ),
        (
            "a:\n    b: c\n  d: e",
            (
                "3:3 this line is not indented so that it can follow line 2 [indentation] "
                "give lines that belong together the same blanks before them"
            ),
        ),
        (
            "a: b\n\n  c: d",
            (
                "3:3 this line is not indented so that it can follow line 1 [indentation] "
                "indent it like its neighbours; or, if it goes on with the text above, quote that text"
            ),
        ),
        (
            "a: We are\n  sorry\n  note: gone",
            (
                "3:3 this line is not indented so that it can follow line 1 [indentation] "
                "indent it like its neighbours; or, if it goes on with the text above, quote that text"
            ),
        ),
        (
            "a: [x, y\nb: c",
            (
                "2:1 ',' or ']' is missing before b: c: the '[' in line 1 is still open [unclosed-bracket] "
                "put quotes around a text that holds a bracket"
            ),
        ),
        (
            "a:\n  - {x: y",
            (
                "2:5 ',' or '}' is missing before the end of the file: the '{' in line 2 is still open "
                "[unclosed-bracket] put quotes around a text that holds a bracket"
            ),
        ),
        (
            "message: {{field}} is required",
            (
                "1:11 a mapping stands where a key must stand, and a key is a text [key-not-text] "
                "put quotes around the text: '{{field}} is required'"
            ),
        ),
        (
            "a: - b",
            (
                "1:4 an unquoted text may not begin with - [unquoted] put quotes around the text: '- b'; "
                "a list begins on the next line"
            ),
        ),
        (
            "a: > b",
            (
                "1:4 an unquoted text may not begin with > [unquoted] put quotes around the text: '> b'; "
                "a text over several lines begins on the next line"
            ),
        ),
        (
            "message: Ticket #5 not found",
            (
                "1:10 the text ends before '#': what is read is Ticket [comment-in-text] put quotes around the text "
                "if '#' belongs to it; two blanks before '#' if it begins a comment"
            ),
        ),
        (
            "a: 1\n'a': 2",
            (
                "2:1 the key a stands here a second time; the first is in line 1 [duplicate-key] "
                "delete one of the two, or give it its own name"
            ),
        ),
        (
            b"a: b\nc: \xfc",
            "2:4 this is not UTF-8: byte 0xFC at offset 8 [not-utf8] save the file as UTF-8",
        ),
    ],
)
def test_a_mistake_has_one_clear_line(text: str | bytes, line: str) -> None:
    """It says what is wrong where, and what to do."""
    assert lines(text) == [line]


@pytest.mark.parametrize(
    "text", ["@type", "%s is bad", "`x`", "*bold* text", "& more", "[x] y", "{x} y", "|x", "!a!b"]
)
def test_a_text_that_begins_badly_is_to_be_quoted(text: str) -> None:
    """The hint shows the text in quotes, ready to be pasted."""
    (line,) = lines(f"a: {text}  # why\nb: c")
    assert line.startswith(f"1:4 an unquoted text may not begin with {text[0]} [unquoted]")
    assert f"put quotes around the text: '{text}'" in line


def test_a_text_inside_brackets_is_quoted_alone() -> None:
    """The hint does not take in the rest of the list."""
    (line,) = lines("a: [b, @c, d]")
    assert line.endswith("put quotes around the text: '@c'")


def test_a_long_text_is_not_repeated() -> None:
    """What a hint cannot show in a line, it only names; facts are shortened."""
    (line,) = lines("a: @" + "x" * 10_000)
    assert line.endswith("put quotes around the text")
    (line,) = lines(f"{'x' * 10_000}: 1\n{'x' * 10_000}: 2".replace("x" * 10_000, "y" * 900))
    assert len(line) < 250


@given(st.text(st.sampled_from("ab @%*&[]{}'\"\\:#-"), min_size=1, max_size=12).map(str.strip).filter(bool))
def test_what_a_hint_shows_is_the_text(text: str) -> None:
    """Pasted into the place of the mistake, the quoted text is read as the text that stood there."""
    for line in lines(f"a: {text}"):
        if (
            line.startswith("1:4 ")
            and "[unquoted]" in line
            and (shown := re.search(r"put quotes around the text: (.*?)(?:; a list.*)?$", line))
        ):
            assert document(f"a: {shown[1]}").data == {"a": re.split(r"[ \t]#", text)[0].strip()}


# -- rules


def code_blocks(slug: str) -> list[str]:
    """The pieces of YAML in the explanation of a rule: a bad and a good one, or none."""
    text = (EXPLANATIONS / f"{slug}.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(.*?)\n```", text, re.DOTALL)


SLUGS = [rule.code.split("/")[1] for rule in source.RULES]


def test_every_rule_has_an_explanation_and_no_other_has() -> None:
    """The folder holds one file for each rule of the stage."""
    assert sorted(path.stem for path in EXPLANATIONS.iterdir()) == sorted(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_explanation_has_the_same_headings(slug: str) -> None:
    """In the same order."""
    text = (EXPLANATIONS / f"{slug}.md").read_text(encoding="utf-8")
    headings = [f"# source/{slug}", "## What it means", "## Why it matters", "## Example", "## How to fix"]
    assert re.findall(r"^##? .*$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE) == headings


NOT_SHOWN = {
    "too-large",
    "too-deep",
    "too-many-nodes",
    "not-utf8",
    "control-character",
    "invisible-character",
}


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug not in NOT_SHOWN])
def test_examples_of_explanations_do_what_they_say(slug: str) -> None:
    """The bad piece gives exactly its rule, the good one nothing."""
    bad, good = code_blocks(slug)
    found = documents.read(bad.encode(), "x.yaml")[1]
    assert [item.rule for item in found] == [RULES[f"source/{slug}"]]
    assert lines(good) == []


@given(st.binary(max_size=300))
def test_every_finding_has_a_sentence_and_a_place(data: bytes) -> None:
    """Whatever the bytes, findings can be printed, and there is a document unless one of them is an error."""
    read, found = documents.read(data, "x.yaml")
    for item in found:
        assert item.message
        assert "\n" not in item.message
        assert item.place.line
        assert item.place.column
    assert (read is None) == any(item.severity is Severity.ERROR for item in found)


def test_yaml_is_imported_only_when_something_is_read() -> None:
    """Start-up is a feature: importing the module costs no parser."""
    code = "import sys, schemagen.documents; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
