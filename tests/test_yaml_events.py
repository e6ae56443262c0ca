"""YAML bytes to data with positions."""

from __future__ import annotations

import dataclasses
import json
import math
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen import pointers
from schemagen.limits import DEFAULTS, Limits
from schemagen.yaml_events import Loaded, Mark, read
from schemagen.yaml_events.problems import position

BOTH_PARSERS = pytest.mark.parametrize("pure", [False, True], ids=["libyaml", "pure"])


def load(text: str | bytes, *, pure: bool = False, limits: Limits = DEFAULTS) -> Loaded:
    """Read `text`."""
    data = text.encode() if isinstance(text, str) else text
    return read(data, limits=limits, pure=pure)


def slugs(text: str | bytes, *, pure: bool = False, limits: Limits = DEFAULTS) -> list[str]:
    """The problems of `text` by name."""
    return [problem.slug for problem in load(text, pure=pure, limits=limits).problems]


# -- scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("Null", None), ("~", None), ("", None), ("nULL", "nULL"),
        ("true", True), ("FALSE", False), ("yes", "yes"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"),
        ("12", 12), ("-12", -12), ("+12", 12), ("007", 7), ("0o17", 15), ("0x1F", 31), ("0b11", "0b11"),
        ("1_000", "1_000"), ("1:30", "1:30"), ("-0x1F", "-0x1F"), ("12e", "12e"), ("-", "-"), (".", "."),
        ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-1.5E-3", -0.0015), ("1.2.3", "1.2.3"),
        ("2026-01-31", "2026-01-31"), ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"), ("=", "="),
        ("'12'", "12"), ('"null"', "null"), ("١٢", "١٢"),
        ("18446744073709551615", 2**64 - 1), ("-9223372036854775808", -(2**63)),
    ],
)  # fmt: skip
@BOTH_PARSERS
def test_scalars_are_those_of_the_core_schema(text: str, value: object, pure: bool) -> None:
    """An unquoted text is what YAML 1.2's core schema says, a quoted one is a text."""
    if text == "-":
        text = value = "-x"
    loaded = load(f"a: {text}", pure=pure)
    assert loaded.data == {"a": value}
    assert type(loaded.data["a"]) is type(value)
    assert loaded.problems == ()


@pytest.mark.parametrize(
    "text",
    [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "1e400", "-1e400", "18446744073709551616", "-9223372036854775809",
     "0x" + "f" * 17, "9" * 5000, "0." + "1" * 5000, "0o" + "7" * 5000, "1e" + "9" * 5000],
)  # fmt: skip
def test_numbers_that_json_cannot_carry_are_refused(text: str) -> None:
    """A number that is infinite, none, or beyond 64 bits is a problem, and stays the text that it was."""
    loaded = load(f"a: {text}")
    assert [problem.slug for problem in loaded.problems] == ["number"]
    assert loaded.data == {"a": text}


def test_keys_are_the_text_as_written() -> None:
    """No key is a number, a word or null: each is its text."""
    loaded = load("0404: a\nnull: b\nno: c\n1e3: d\n0x1F: e\n'5': f\n~: g\n")
    assert list(loaded.data) == ["0404", "null", "no", "1e3", "0x1F", "5", "~"]
    assert loaded.problems == ()


def test_a_quoted_key_may_repeat_no_unquoted_one() -> None:
    """`5` and `'5'` are the same key."""
    assert slugs("5: a\n'5': b\n") == ["duplicate-key"]


# -- marks


def test_every_value_has_a_mark() -> None:
    """Lines and columns count from 1; texts are without quotes; what stands in brackets says so."""
    loaded = load('a: {b: "x\\ty", c: [1, ~]}\nd: >-\n  folded\n  text\ne:\nf: null\ng: |\n  z\n')
    assert dict(loaded.values) == {
        (): Mark(1, 1, None, "mapping", False),
        ("a",): Mark(1, 4, None, "mapping", False),
        ("a", "b"): Mark(1, 8, "x\ty", "double", True),
        ("a", "c"): Mark(1, 19, None, "sequence", True),
        ("a", "c", 0): Mark(1, 20, "1", "plain", True),
        ("a", "c", 1): Mark(1, 23, "~", "plain", True),
        ("d",): Mark(2, 4, "folded text", "folded", False),
        ("e",): Mark(5, 3, "", "plain", False),
        ("f",): Mark(6, 4, "null", "plain", False),
        ("g",): Mark(7, 4, "z\n", "literal", False),
    }


def test_every_key_has_a_mark() -> None:
    """A key's mark is at its pointer, apart from its value's; list items and the root have none."""
    loaded = load("a:\n  'b': [{c: 1}]\n")
    assert dict(loaded.keys) == {
        ("a",): Mark(1, 1, "a", "plain", False),
        ("a", "b"): Mark(2, 3, "b", "single", False),
        ("a", "b", 0, "c"): Mark(2, 10, "c", "plain", True),
    }
    assert len(loaded.keys) == 3


@pytest.mark.parametrize("pointer", [("a", "x"), ("a", 0, 1), ("b",), ("a", -1), ("a", "0"), (0,)])
def test_there_is_no_mark_where_nothing_is(pointer: pointers.Pointer) -> None:
    """A pointer to nothing has no mark, and is no mistake to ask for."""
    loaded = load("a: [1]\n")
    assert loaded.values.get(pointer) is None
    assert loaded.keys.get(pointer) is None


def test_parts_of_an_alias_have_the_marks_of_the_anchor() -> None:
    """The alias stands where it stands; what is inside it stands where it was written."""
    loaded = load("a: &x\n  b: 1\nc: *x\n")
    assert loaded.data == {"a": {"b": 1}, "c": {"b": 1}}
    assert loaded.values["c",] == Mark(3, 4, None, "mapping", False)
    assert loaded.values["c", "b"] == loaded.values["a", "b"] == Mark(2, 6, "1", "plain", False)
    assert loaded.keys["c",] == Mark(3, 1, "c", "plain", False)
    assert loaded.problems == ()


def test_columns_count_characters_not_bytes() -> None:
    """A character of several bytes is one column, and a byte order mark none."""
    loaded = load("\ufeff'äö€😀': x\n")
    assert loaded.values["äö€😀",] == Mark(1, 9, "x", "plain", False)


# -- aliases, tags and keys that are none


def test_an_anchor_used_again_names_the_later_value() -> None:
    """An alias repeats the last value above it that has its name (YAML 1.2, section 7.1)."""
    assert load("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").data == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize(
    ("text", "slug", "pointer"),
    [
        ("a: &x [*x]", "cycle", ("a", 0)),
        ("a: &x {b: {c: *x}}", "cycle", ("a", "b", "c")),
        ("a: [1, *x]", "unknown-anchor", ("a", 1)),
        ("a: &x 1", "unused-anchor", ()),
        ("<<: {a: 1}", "merge-key", ("<<",)),
        ("a: [x, !b {c: d}]", "tag", ("a", 1)),
        ("!b a: 1", "tag", ("a",)),
        ("a: !!str 1", "tag", ("a",)),
        ("a: ! 1", "tag", ("a",)),
        ("a: {[b]: c}", "key-not-text", ("a",)),
        ("a: {{b}: c}", "key-not-text", ("a",)),
        ("a: &x b\n*x : c", "key-not-text", ()),
        ("a: {b: 1, b: 2}", "duplicate-key", ("a", "b")),
        ("a: 1\n---\nb: 1", "several-documents", ()),
        ("a: 1\n...\nb: 1", "several-documents", ()),
        ("", "empty", ()),
        ("# nothing", "empty", ()),
        ("---", "empty", ()),
        ("---\n...\n", "empty", ()),
    ],
)
@BOTH_PARSERS
def test_what_yaml_allows_and_we_do_not_is_a_problem(
    text: str, slug: str, pointer: pointers.Pointer, pure: bool
) -> None:
    """Each is named at its pointer, by both parsers."""
    found = load(text, pure=pure).problems[0]
    assert (found.slug, found.pointer) == (slug, pointer)


def test_a_quoted_merge_key_is_a_key() -> None:
    """`'<<'` is a member of that name."""
    loaded = load("'<<': 1")
    assert (loaded.data, loaded.problems) == ({"<<": 1}, ())


def test_several_problems_are_found_at_once() -> None:
    """Duplicates, tags and numbers do not end the reading; each keeps its line."""
    found = load("a: 1\na: 2\nb: !x 3\nc: .inf\nc: 4\nd: [").problems
    assert [(problem.slug, problem.line, problem.column) for problem in found] == [
        ("duplicate-key", 2, 1),
        ("tag", 3, 4),
        ("number", 4, 4),
        ("duplicate-key", 5, 1),
        ("unclosed-bracket", 6, 4),
    ]


def test_a_syntax_error_keeps_what_was_read_before_it() -> None:
    """Data and marks hold everything up to the error, which names the place it was in."""
    loaded = load("items:\n- id: 1\n- id: 2\n- id: '3")
    assert loaded.data == {"items": [{"id": 1}, {"id": 2}, {}]}
    assert [(problem.slug, problem.pointer) for problem in loaded.problems] == [
        ("unclosed-quote", ("items", 2, "id"))
    ]


def test_a_caller_may_say_what_tags_stand_for() -> None:
    """Tags that are named are text, bytes or nothing; all others are problems, and their values are read untagged."""
    text = b"a: !!binary aGk=\nb: !t 12\nc: !p {d: !p 12}\ne: !q [1]\nf: !!binary '?'\n!p g: 1\nh: !t [1]\n"
    tags = {"tag:yaml.org,2002:binary": "binary", "!t": "text", "!p": "plain"}
    loaded = read(text, limits=DEFAULTS, tags=tags)  # type: ignore[arg-type]
    assert loaded.data == {"a": b"hi", "b": "12", "c": {"d": 12}, "e": [1], "f": "?", "g": 1, "h": [1]}
    assert [(problem.slug, problem.pointer) for problem in loaded.problems] == [
        ("tag", ("e",)),
        ("tag", ("f",)),
        ("tag", ("h",)),
    ]


# -- characters


@pytest.mark.parametrize(
    ("data", "slug", "line", "column"),
    [
        (b"a: b\n\xe9", "not-utf8", 2, 1),
        (b"\xef\xbb\xbfa: \xe9", "not-utf8", 1, 4),
        (b"a: \xc3", "not-utf8", 1, 4),
        (b"a: \xed\xa0\x80", "not-utf8", 1, 4),
        ("a: b".encode("utf-16"), "not-utf8", 1, 1),
        ("a: b".encode("utf-16-be"), "not-utf8", 1, 1),
        ("a: b".encode("utf-32-le"), "not-utf8", 1, 1),
        (b"\0", "control-character", 1, 1),
        (b"a: b\r\n\r\nc: \x1b[31m", "control-character", 3, 4),
        ("a: \x9f".encode(), "control-character", 1, 4),
        ("a: \uffff".encode(), "control-character", 1, 4),
        ("a: b\nc: d\u00a0e".encode(), "invisible-character", 2, 5),
        ("a: 'b\u2028c'".encode(), "invisible-character", 1, 6),
        ("a: b\ufeff".encode(), "invisible-character", 1, 5),
    ],
)
def test_characters_that_should_not_be_there_are_named(
    data: bytes, slug: str, line: int, column: int
) -> None:
    """Bytes that are no UTF-8, control characters, and characters that do not show have a line and a column."""
    found = load(data).problems[0]
    assert (found.slug, found.line, found.column) == (slug, line, column)


def test_an_invisible_character_is_named_once() -> None:
    """However often it stands in the file."""
    assert slugs("a: 'b\u00a0c\u00a0d\u200b'") == ["invisible-character", "invisible-character"]


@pytest.mark.parametrize("text", ["a: 'b\tc'", "a: 😀 ü €", "a: b\r\nc: d\r\n", "a: b\rc: d"])
@BOTH_PARSERS
def test_other_characters_are_fine(text: str, pure: bool) -> None:
    """Tabs inside texts, any line ending and all of Unicode may stand in a text."""
    assert slugs(text, pure=pure) == []


@pytest.mark.parametrize("text", [r'a: "\ud800"', r'a: "\udc00x"', r'"\ud800": a', r'a: "\UFFFFFFFF"'])
@BOTH_PARSERS
def test_escapes_that_are_no_characters_are_refused(text: str, pure: bool) -> None:
    """Half a pair of surrogates, or a number beyond Unicode, is a problem of one kind in both parsers."""
    assert slugs(text, pure=pure) == ["escape"]


@pytest.mark.parametrize("text", ["a:\tb", "a: b\tc", "a: b\t", "a: b\t \nc: d"])
def test_a_tab_that_indents_nothing_is_fine(text: str) -> None:
    """Between tokens, in a text and at a line's end (PyYAML's own parser refuses these)."""
    assert slugs(text) == []


# -- a comment behind one blank


@pytest.mark.parametrize(
    "text", ["a: Ticket #5", "a: open # note", "a: [b #c\n]", "a: b\n  c # d", "a: no # b"]
)
@BOTH_PARSERS
def test_a_comment_behind_one_blank_is_named(text: str, pure: bool) -> None:
    """Behind an unquoted text it may belong to it."""
    assert slugs(text, pure=pure) == ["comment-in-text"]


@pytest.mark.parametrize(
    "text",
    ["a: open  # note", "a: 'b' # c", "a: # b", "a: 5 # b", "a: true # b", "a: [b] # c", "# a\nb: c", "a: b\n # c",
     "a: |\n  b # c", "a: b#c", "a: 'b #c'", "a:  # b\n  c"],
)  # fmt: skip
@BOTH_PARSERS
def test_a_comment_that_cannot_be_text_is_none(text: str, pure: bool) -> None:
    """Two blanks, quotes, and values that are no texts leave no doubt."""
    assert slugs(text, pure=pure) == []


def test_an_item_swallowed_by_the_text_above_is_named() -> None:
    """A dash that is indented too far goes on with the item above; in one line it is only a dash."""
    found = load("codes:\n- A\n - B\n- C - D\n").problems
    assert [(problem.slug, problem.pointer, problem.facts) for problem in found] == [
        ("item-in-text", ("codes", 0), (("line", 3),))
    ]


# -- limits


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
@BOTH_PARSERS
def test_deep_nesting_is_refused_at_once(opening: str, pure: bool) -> None:
    """40,000 opening brackets cost nothing and crash nothing."""
    start = time.process_time()
    found = slugs(opening * 40_000, pure=pure)
    assert found in (["too-deep"], ["key-not-text"])
    assert time.process_time() - start < 2


def test_a_limit_beyond_that_of_libyaml_holds() -> None:
    """Who wants to read deeper than libyaml does is read by the other parser."""
    limits = dataclasses.replace(DEFAULTS, yaml_depth=3_000)
    assert read(b"[" * 2_500 + b"]" * 2_500, limits=limits).problems == ()
    found = read(b"[" * 3_500 + b"]" * 3_500, limits=limits).problems
    assert [(problem.slug, problem.facts) for problem in found] == [("too-deep", (("limit", 3_000),))]


def test_depth_counts_lists_and_mappings() -> None:
    """As many as the limit may stand inside each other, and no more; an alias counts with its own depth."""
    limits = dataclasses.replace(DEFAULTS, yaml_depth=3)
    assert slugs("a: {b: [1]}", limits=limits) == []
    assert slugs("a: {b: [[1]]}", limits=limits) == ["too-deep"]
    assert slugs("a: &x [[1]]\nb: *x", limits=limits) == []
    assert slugs("a: &x [[1]]\nb: [*x]", limits=limits) == ["too-deep"]


def test_nodes_count_keys_values_and_what_aliases_repeat() -> None:
    """As many as the limit may stand in a text, and no more."""
    text = "a: &x [1, 2]\nb: *x"  # mapping, a, list, 1, 2, b, list again, 1, 2
    assert slugs(text, limits=dataclasses.replace(DEFAULTS, yaml_nodes=9)) == []
    assert slugs(text, limits=dataclasses.replace(DEFAULTS, yaml_nodes=8)) == ["too-many-nodes"]


BILLION_LAUGHS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40)
)
MERGE_BOMB = "a0: &a0 {k: v}\n" + "".join(
    f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 16)
)


@pytest.mark.parametrize("bomb", [BILLION_LAUGHS, MERGE_BOMB], ids=["laughs", "merge"])
@BOTH_PARSERS
def test_bombs_are_refused_at_once(bomb: str, pure: bool) -> None:
    """Aliases of aliases take neither time nor memory: the count of nodes ends them."""
    start = time.process_time()
    found = slugs(bomb, pure=pure)
    assert "too-many-nodes" in found
    assert time.process_time() - start < 1


def test_a_long_text_is_read_in_linear_time() -> None:
    """One scalar, one key or one line of a mebibyte is nothing special."""
    big = "x" * 2**20
    start = time.process_time()
    assert load(f"a: {big}").data == {"a": big}
    assert slugs(f"a: '{big}") == ["unclosed-quote"]
    assert slugs(f"{big}: a") == ["syntax"]
    assert slugs("a: b\n" + "c\n" * 2**19 + "d: e") == ["missing-colon"]
    assert slugs("a: " + "[" * 60 + "'" * 2**20)
    assert slugs("a: b: " + "c: " * 2**18) == ["colon-in-text"]
    assert slugs("x\n" * 2**19 + "y: z") == ["missing-colon"]
    assert set(slugs("- a\n - b\n" * 20_000)) == {"item-in-text"}
    assert set(slugs("a: b #\n" * 20_000)) == {"comment-in-text", "duplicate-key"}
    assert time.process_time() - start < 5


def test_collection_of_garbage_is_as_it_was() -> None:
    """The reader pauses it and leaves it on where it was on, off where it was off."""
    import gc

    was_enabled = gc.isenabled()
    try:
        gc.enable()
        load("a: [")
        assert gc.isenabled()
        gc.disable()
        load("a: b")
        assert not gc.isenabled()
    finally:
        if was_enabled:
            gc.enable()


@pytest.mark.parametrize("frozen", [False, True], ids=["nothing frozen", "something frozen"])
def test_what_others_have_frozen_stays_frozen(frozen: bool) -> None:
    """A large text leaves no object frozen that was not, and none thawed that was."""
    import gc

    text = "- a text of some length\n" * 60_000
    before = gc.get_freeze_count()
    try:
        if frozen:
            gc.freeze()
        count = gc.get_freeze_count()
        assert len(load(text).data) == 60_000
        assert (gc.get_freeze_count() > 0) is (count > 0)
    finally:
        if not before:
            gc.unfreeze()


# -- properties

FULL = """\
# a definition, more or less
schemagen: 1
title: "A \\u00e9 title"  # note
servers: [https://a.example, 'b']
schemas: &all
  Error: {code: string as code, message: 'it''s'}
  Other: &other
    - >-
      folded
    - |
      literal
    - *other2
responses: {404: , 401: ~, 4XX: !tag text, 0x1F: 1e3}
again: [*other, *all]
? key
: value
"""

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs", "Cc"])),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text("abc:#{'\" \\", max_size=5), parts, max_size=4),
    max_leaves=20,
)  # fmt: skip


def written(loaded: Loaded) -> dict[pointers.Pointer, Mark]:
    """The marks of what is written out (parsers place what is left out differently)."""
    return {pointer: mark for pointer, mark in loaded.values.items() if mark.text != ""}


def check_invariants(data: bytes) -> None:
    """Both parsers: no exception; marks and data agree; problems have a place and one line."""
    fast, slow = (read(data, limits=DEFAULTS, pure=pure) for pure in (False, True))
    if not fast.problems and not slow.problems:
        assert repr(fast.data) == repr(slow.data)
        assert written(fast) == written(slow)
    for loaded in (fast, slow):
        for problem in loaded.problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert "\n" not in problem.hint
        for pointer, mark in loaded.values.items():
            value = pointers.resolve(loaded.data, pointer)
            assert (mark.text is None) == isinstance(value, dict | list)
        for pointer, mark in loaded.keys.items():
            assert mark.text == pointer[-1]
            assert pointer in loaded.values


@given(st.binary(max_size=200))
@example(b"a: \xed\xa0\x80")
@example(b"%TAG ! tag:x,2000:\n---\na: !b c")
def test_no_bytes_make_it_raise(data: bytes) -> None:
    """Whatever the bytes, there is data with marks, or a problem with a line."""
    check_invariants(data)


@given(st.text(st.sampled_from("ab01:-?,[]{}#&*!|>'\"%@`\\ux \t\n\r.~<é\u2028\U0001f600"), max_size=60))
@example('"\\UFFFFFFFF"')
@example("? - a\n: *b")
@example("a: 'b'\n\tc")
def test_no_yaml_like_text_makes_it_raise(text: str) -> None:
    """Whatever YAML's own characters are put together, there is data with marks, or a problem with a line."""
    check_invariants(text.encode())


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(FULL)), st.integers(0, 12), st.sampled_from(["", "\t", "  ", "\n", "'", '"', "\\", ": "])
            | st.text("[]{}&*!|>-?:#%@`, \n", max_size=3),
        ),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_no_damaged_definition_makes_it_raise(edits: list[tuple[int, int, str]]) -> None:
    """A definition from which pieces are cut, or into which marks are put, is read or refused with a line."""
    text = FULL
    for at, length, piece in edits:
        text = text[:at] + piece + text[at + length :]
    check_invariants(text.encode())


@given(_json)
def test_json_is_read_as_json(data: object) -> None:
    """What JSON writes is read as the same data, value by value and type by type."""
    loaded = load(json.dumps(data, ensure_ascii=False))
    kept = [
        problem.slug for problem in loaded.problems if problem.slug not in ("invisible-character", "empty")
    ]
    assert kept == []
    assert repr(loaded.data) == repr(data)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_survive(number: float) -> None:
    """A float is the same float when it is read."""
    value = load(f"a: {number!r}").data["a"]
    assert value == number
    assert math.copysign(1, value) == math.copysign(1, number)


@given(st.text("ab\r\n", max_size=20), st.integers(0, 20))
def test_positions_count_like_an_editor(text: str, index: int) -> None:
    """Lines end in LF, CRLF or CR; a place is as many lines down and characters right as were before it."""
    index = min(index, len(text))
    lines = text[:index].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    split_pair = text[:index].endswith("\r") and text[index : index + 1] == "\n"
    assert split_pair or position(text, index) == (len(lines), len(lines[-1]) + 1)
