"""The grammar of member lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemagen
from schemagen import engine, phrases
from schemagen.model import ROLES, Choice, Many, Reference, Scalar, Shape
from schemagen.phrases import FORMATS, TYPES, Phrase, PhraseError, parse

STRING, INTEGER, NULL = Scalar("string"), Scalar("integer"), Scalar("null")
SCHEMA = json.loads((Path(schemagen.__file__).parent / "definition.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string", Phrase("always", STRING, None)),
        ("string as code", Phrase("always", STRING, "code")),
        ("optional string as message", Phrase("optional", STRING, "message")),
        ("usually date-time as timestamp", Phrase("usually", Scalar("date-time"), "timestamp")),
        ("null", Phrase("always", NULL, None)),
        ("Error", Phrase("always", Reference("Error"), None)),
        ("string or null", Phrase("always", Choice((STRING, NULL)), None)),
        ("list of string or null", Phrase("always", Choice((Many("list", STRING), NULL)), None)),
        ("list of (string or null)", Phrase("always", Many("list", Choice((STRING, NULL))), None)),
        ("map of list of Error", Phrase("always", Many("map", Many("list", Reference("Error"))), None)),
        (
            "optional list of Issue or list of string as children",
            Phrase("optional", Choice((Many("list", Reference("Issue")), Many("list", STRING))), "children"),
        ),
        (
            "Failure or list of (Failure or Result)",
            Phrase(
                "always",
                Choice(
                    (
                        Reference("Failure"),
                        Many("list", Choice((Reference("Failure"), Reference("Result")))),
                    )
                ),
                None,
            ),
        ),
        ("((string))", Phrase("always", STRING, None)),
        ("(string or (integer or null))", Phrase("always", Choice((STRING, INTEGER, NULL)), None)),
        ("  list   of\tstring\n", Phrase("always", Many("list", STRING), None)),
    ],
)
def test_a_phrase_says_presence_shape_and_role(text: str, expected: Phrase) -> None:
    """`or` binds loosest, `list of` and `map of` take what follows, parentheses group, choices are flat."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "offset", "message", "hint"),
    [
        ("", 0, "wanted a type, found nothing", "types are"),
        ("optional", 8, "wanted a type, found nothing", "types are"),
        ("strng", 0, "wanted a type, found 'strng'", "did you mean 'string'?"),
        ("list of strng", 8, "wanted a type, found 'strng'", "did you mean 'string'?"),
        ("eror", 0, "wanted a type, found 'eror'", "did you mean 'Error'?"),
        ("optinal string", 0, "wanted a type, found 'optinal'", "did you mean 'optional'?"),
        ("Optional string", 0, "wanted a type, found 'Optional'", "write 'optional', in lower case"),
        ("string or optional null", 10, "wanted a type, found 'optional'", "at the very beginning"),
        ("string optional", 7, "wanted 'or', 'as' or the end", "at the very beginning"),
        ("list string", 5, "wanted 'of' after 'list'", "write 'list of string'"),
        ("lists of string", 0, "wanted a type, found 'lists'", "did you mean 'list of …'?"),
        ("array of string", 0, "wanted a type, found 'array'", "write 'list of'"),
        ("int", 0, "wanted a type, found 'int'", "write 'integer'"),
        ("string?", 0, "wanted a type, found 'string?'", "write 'optional'"),
        ("string|null", 0, "wanted a type, found 'string|null'", "join alternatives by 'or'"),
        ("string | null", 7, "wanted 'or', 'as' or the end of the phrase, found '|'", "by 'or'"),
        ("string as cod", 10, "wanted a role after 'as', found 'cod'", "did you mean 'code'?"),
        ("string as", 9, "wanted a role after 'as', found nothing", "the roles are code, message"),
        ("string code", 7, "wanted 'or', 'as' or the end", "write 'as code'"),
        ("string as code or null", 15, "wanted the end of the phrase, found 'or'", "the role stands last"),
        ("(string", 7, "wanted 'or' or the closing ')'", "each '(' needs its ')'"),
        ("string)", 6, "wanted 'or', 'as' or the end", "each '(' needs its ')'"),
        ("()", 1, "wanted a type, found ')'", "types are"),
        ("string or", 9, "wanted a type, found nothing", "types are"),
        ("string or integer or string", 21, "this alternative stands here already", "delete one"),
        ("string {maxLength: 4}", 7, "wanted 'or', 'as' or the end", "constraints are keywords"),
        ("list of " * 40 + "string", 264, "too many lists inside each other", "under schemas"),
        ("x" * 100_000, 0, "wanted a type, found 'xxx", "types are"),
        ("string\u00a0or null", 0, "wanted a type, found", ""),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_write(
    text: str, offset: int, message: str, hint: str
) -> None:
    """Each error has the offset of the word at fault, what was wanted there, and the nearest known word."""
    with pytest.raises(PhraseError) as caught:
        parse(text, {"Error", "Issue"})
    assert caught.value.offset == offset
    assert caught.value.message.startswith(message)
    assert hint in caught.value.hint
    assert len(caught.value.message) < 120


def test_formats_are_those_that_the_engine_asserts() -> None:
    """A format that a phrase may name is one that is checked, and the reverse."""
    assert set(FORMATS) == engine.FORMATS


def test_references_are_found_in_the_order_of_the_text() -> None:
    """The named schemas of a shape, wherever they stand in it."""
    shape = parse("One or list of (Two or map of Three)").shape
    assert [reference.name for reference in phrases.references(shape)] == ["One", "Two", "Three"]


def ones(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Parts of phrases made of smaller ones."""
    return st.one_of(
        inner.map("list of {}".format),
        inner.map("map of {}".format),
        st.lists(inner, min_size=2, max_size=3, unique=True).map(lambda parts: f"({' or '.join(parts)})"),
    )


words = st.sampled_from([*TYPES, *FORMATS, "Error", "Link_2"])
shapes = st.recursive(words, ones, max_leaves=5)
SPOKEN = st.sampled_from(
    [
        "optional",
        "usually",
        "as",
        "or",
        "of",
        "list",
        "map",
        "(",
        ")",
        "string",
        "Error",
        "code",
        "?",
        "|",
        "é",
    ]
)


def written(shape: Shape) -> str:
    """A shape as a phrase, with parentheses wherever they may be."""
    if isinstance(shape, Many):
        return f"{shape.kind} of {written(shape.of)}"
    if isinstance(shape, Choice):
        return f"({' or '.join(map(written, shape.options))})"
    return shape.name


@given(
    st.sampled_from(["", "optional ", "usually "]),
    shapes,
    st.sampled_from(["", *(f" as {r}" for r in ROLES)]),
)
def test_every_phrase_of_the_grammar_is_read_and_means_what_it_says(
    presence: str, shape: str, role: str
) -> None:
    """What the grammar makes is read; written out again from what was read, it says the same."""
    try:
        phrase = parse(presence + shape + role)
    except PhraseError as error:
        assert error.message == "this alternative stands here already"  # noqa: PT017
        return
    assert (phrase.presence, phrase.role) == (presence.strip() or "always", role[4:] or None)
    assert parse(written(phrase.shape)).shape == phrase.shape


@given(st.one_of(st.text(), st.lists(SPOKEN).map(" ".join)))
def test_any_text_is_a_phrase_or_an_error_with_its_place(text: str) -> None:
    """No text makes anything but a PhraseError, whose offset lies in the text."""
    try:
        parse(text)
    except PhraseError as error:
        assert 0 <= error.offset <= len(text)  # noqa: PT017
        assert error.message  # noqa: PT017


@given(st.one_of(st.text(), st.lists(SPOKEN).map(" ".join), shapes))
def test_the_pattern_for_editors_accepts_every_phrase(text: str) -> None:
    """What the published schema refuses in a phrase's place is no phrase."""
    if not engine.fast(SCHEMA, ("definitions", "phrase")).accepts(text):
        with pytest.raises(PhraseError):
            parse(text)


@pytest.mark.parametrize("text", SCHEMA["definitions"]["phrase"]["anyOf"][0]["enum"])
def test_what_editors_offer_is_a_phrase(text: str) -> None:
    """Each completion can be read."""
    parse(text)
