"""Pieces of bodies: short, without secrets, with the places that findings name."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemagen import bodies
from schemagen.display import shown_lines
from schemagen.excerpts import excerpt
from schemagen.exchanges import Response
from schemagen.limits import DEFAULTS
from schemagen.pointers import Pointer
from schemagen.report import Excerpt


def piece(body: Any, *places: Pointer, **limits: int) -> Excerpt:
    """The excerpt of a body, given as JSON value or as bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return excerpt(bodies.read(Response(404, body=raw)), places, dataclasses.replace(DEFAULTS, **limits))


def test_a_small_body_is_shown_whole() -> None:
    """As indented JSON, with the line of each place and of what is around it."""
    found = piece({"error": {"code": 5, "status": 404}}, ("error", "code"))
    assert found.text.split("\n") == ["{", '  "error": {', '    "code": 5,', '    "status": 404', "  }", "}"]
    assert found.lines == (((), 1), (("error",), 2), (("error", "code"), 3))


def test_of_much_the_first_and_the_places_are_shown() -> None:
    """The rest is counted."""
    found = piece({"errors": [{"code": number} for number in range(1000)]}, ("errors", 700, "code"))
    assert '"code": 700' in found.text
    assert "… 993 more" in found.text
    line = dict(found.lines)["errors", 700, "code"]
    assert found.text.split("\n")[line - 1].strip() == '"code": 700'


def test_an_excerpt_has_few_lines_and_short_ones() -> None:
    """However large the body is, and however long its texts."""
    found = piece([[["x" * 5000] * 10] * 10] * 10, value_characters=20)
    assert len(found.text.split("\n")) == 41
    assert max(map(len, found.text.split("\n"))) < 40


def test_secrets_are_masked_by_their_place() -> None:
    """In JSON by the name of the member, in other text by what stands before them."""
    assert "hunter2" not in piece({"password": "hunter2", "token": {"value": "hunter2"}}).text
    assert "hunter2" not in piece(b"<p>password=hunter2</p>").text
    long = b"token=" + b"hunter2" * 1000
    assert "hunter2" not in piece(long).text


def test_a_body_that_is_no_json_is_shown_as_text() -> None:
    """With its lines, as far as there is room."""
    assert piece(b"<html>\n<b>502\x1b</b>").text == "<html>\n<b>502\\x1b</b>"
    assert len(piece(b"x" * 100_000).text) == 1000


def test_without_values_there_is_no_excerpt() -> None:
    """`--no-values` means every value."""
    assert piece({"a": 1}, value_characters=0) == Excerpt()
    assert piece(b"") == Excerpt()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.binary())
def test_whatever_the_body_is_the_excerpt_is_plain_lines(body: Any) -> None:
    """Nothing is raised, and nothing in it acts on a terminal."""
    text = piece(body).text
    assert shown_lines(text) == text
    assert text.count("\n") <= 40
