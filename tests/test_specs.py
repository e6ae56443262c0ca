"""The shipped definitions say all that the vendors' pages say, and nothing else without naming its source.

`pages/` holds the facts of the five pages, transcribed line by line: statuses, members, codes, texts, examples.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemagen import definitions, documents, engine
from schemagen.model import (
    Choice,
    ErrorFormat,
    Many,
    Member,
    ObjectSchema,
    Reference,
    Response,
    Scalar,
    Shape,
)

SPECS = Path(__file__).parent.parent / "specs"
PAGES = Path(__file__).parent / "pages"
IDS = sorted(path.stem for path in SPECS.glob("*.yaml"))


@functools.cache
def read(name: str) -> tuple[documents.Document, ErrorFormat]:
    """A shipped definition, which has no mistakes."""
    path = SPECS / f"{name}.yaml"
    document, problems = documents.read(path.read_bytes(), path.name)
    assert document is not None
    form, findings = definitions.read(document)
    assert [*problems, *findings] == []
    assert form is not None
    return document, form


def form_of(name: str) -> ErrorFormat:
    """What a shipped definition says."""
    return read(name)[1]


FACTS = {name: yaml.safe_load((PAGES / f"{name}.yaml").read_text(encoding="utf-8")) for name in IDS}


def rows(kind: str) -> pytest.MarkDecorator:
    """The facts of one kind on all pages, as `name` of the definition and `fact`; ids read `tangoe:31-200`."""
    found = [(name, fact) for name in IDS for fact in FACTS[name].get(kind, [])]
    ids = [
        f"{name}:{fact['line']}" if isinstance(fact, dict) else f"{name}:{fact[0]}-{fact[1]}"
        for name, fact in found
    ]
    return pytest.mark.parametrize(("name", "fact"), found, ids=ids)


def response(form: ErrorFormat, status: str) -> Response:
    """What the definition documents for exactly this status."""
    return next(each for each in form.responses if each.key == status)


def member(form: ErrorFormat, schema: str, name: str) -> Member:
    """A member of a named schema."""
    found = next(one for one in form.schemas if one.name == schema)
    assert isinstance(found, ObjectSchema)
    return next(each for each in found.members if each.name == name)


def spoken(shape: Shape) -> str:
    """A shape as a definition would say it."""
    match shape:
        case Scalar(name) | Reference(name):
            return name
        case Many(kind, of):
            return f"{kind} of {spoken(of)}"
        case Choice(options):
            return " or ".join(spoken(option) for option in options)


def texts(form: ErrorFormat, status: str, code: str) -> set[str]:
    """The documented texts of a code at a status: its own, where it is tied there, and those of the response."""
    own = next(each for each in form.codes if each.text == code)
    used = [use for each in form.responses if each.key == status for use in each.codes if use.code == code]
    return {text for use in used for text in use.messages} | (
        set(own.messages) if status in own.statuses else set()
    )


def test_pages_and_definitions_are_the_same_five() -> None:
    """Each shipped definition has the facts of its page beside it."""
    assert sorted(path.stem for path in PAGES.glob("*.yaml")) == IDS
    assert IDS == ["8x8", "bandwidth-voice", "fonedynamics", "tangoe", "telecomx"]


@pytest.mark.parametrize("name", IDS)
def test_definition_is_named_after_its_file(name: str) -> None:
    """The id is the name of the file, and editors are told the schema in its first line."""
    first = (SPECS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert form_of(name).id == name
    assert first == "# yaml-language-server: $schema=../output/definition.schema.json"


@rows("statuses")
def test_status(name: str, fact: list[Any]) -> None:
    """A status of the page is documented under the page's own name, and is an error or not as the page says."""
    _, status, title, is_error = fact
    found = response(form_of(name), status)
    assert re.match(rf"{re.escape(title)}\.\s", found.description)
    assert found.documented_only is not is_error


@rows("members")
def test_member(name: str, fact: list[Any]) -> None:
    """A member of the page has its type, its presence and its role."""
    _, schema, title, shape, presence, role = fact
    found = member(form_of(name), schema, title)
    assert (spoken(found.shape), found.presence, found.role) == (shape, presence, role)


@rows("patterns")
def test_pattern(name: str, fact: list[Any]) -> None:
    """The form that a page states for a value is expected of it."""
    _, schema, title, good, bad = fact
    expected = engine.fast(member(form_of(name), schema, title).expected)
    assert expected.accepts(good)
    assert not expected.accepts(bad)


@rows("values")
def test_values(name: str, fact: list[Any]) -> None:
    """The values that a page states for a member are the expected ones."""
    _, schema, title, values = fact
    assert member(form_of(name), schema, title).expected == {"enum": values}


@rows("meanings")
def test_meaning(name: str, fact: list[Any]) -> None:
    """A code is in the catalogue with the page's words as its meaning; they are no text of the wire."""
    _, code, meaning = fact
    found = next(each for each in form_of(name).codes if each.text == code)
    assert (found.meaning, found.messages, found.statuses) == (meaning, (), ())


@rows("codes")
def test_code(name: str, fact: list[Any]) -> None:
    """A code is in the catalogue, and its meaning in our words keeps what matters."""
    _, code, word = fact
    found = next(each for each in form_of(name).codes if each.text == code)
    assert word.lower() in found.meaning.lower()


@rows("texts")
def test_text(name: str, fact: list[Any]) -> None:
    """A text of the wire is documented for its code at its status."""
    _, status, code, text = fact
    assert text in texts(form_of(name), status, code)


@rows("ties")
def test_tie(name: str, fact: list[Any]) -> None:
    """A code is tied to the status that the page shows it with."""
    _, code, status = fact
    assert status in next(each for each in form_of(name).codes if each.text == code).statuses


@rows("retries")
def test_retry(name: str, fact: list[Any]) -> None:
    """Where the page says to try again, so does the definition."""
    _, status, retry = fact
    assert response(form_of(name), status).retry == retry


@rows("mentions")
def test_mention(name: str, fact: list[Any]) -> None:
    """What the page says about the whole API is in the title or the description."""
    _, words = fact
    assert words in form_of(name).title + form_of(name).description


@rows("examples")
def test_example(name: str, fact: dict[str, Any]) -> None:
    """An example of the page is there as it was printed; what is no JSON is kept as broken."""
    found = [each for each in form_of(name).examples if each.status == fact["status"]]
    if "text" in fact:
        assert [each.broken is not None for each in found if each.text == fact["text"]] == [True]
    else:
        assert [each.broken for each in found if each.text is None and each.body == fact["body"]] == [None]


def test_errors_begin_at_400() -> None:
    """8x8's page promises the body from 400 on, and so does `when`."""
    _, first = FACTS["8x8"]["errors_from"]
    assert [condition.statuses for condition in form_of("8x8").when] == [((first, 599),)]


@pytest.mark.parametrize("name", ["telecomx"])
def test_repaired_examples_stand_beside_those_of_the_page(name: str) -> None:
    """What the page printed wrong is there once more, right: both examples of Telecom X pass as they are meant."""
    shown = [(each.status, bool(each.broken), bool(each.drift)) for each in form_of(name).examples[:4]]
    assert shown == [(404, True, False), (404, False, False), (422, False, True), (422, False, False)]


def on_the_page(name: str) -> Iterator[tuple[str, ...]]:
    """The places of a definition that the page vouches for."""
    facts = FACTS[name]
    for _, status, *_ in facts.get("statuses", []):
        yield "responses", status
    for _, schema, title, *_ in facts.get("members", []):
        yield ("body", title) if schema == "Body" else ("schemas", schema, title)
    for _, code, *_ in [*facts.get("meanings", []), *facts.get("codes", []), *facts.get("ties", [])]:
        yield "codes", code
    for _, status, code, text in facts.get("texts", []):
        yield "codes", code
        yield "responses", status, "codes", code
        yield "text", status, code, text
    for _, status, _ in facts.get("retries", []):
        yield "responses", status, "retry"


def said(form: ErrorFormat) -> Iterator[tuple[tuple[str, ...], tuple[str | int, ...]]]:
    """All that a definition says: what it is (as `on_the_page` names it) and its pointer."""
    yield ("media",), ("media",)
    if form.placeholder:
        yield ("placeholder",), ("placeholder",)
    for index in range(len(form.servers)):
        yield ("servers",), ("servers", index)
    for schema in form.schemas:
        assert isinstance(schema, ObjectSchema)
        for each in schema.members:
            where = ("body",) if schema.name == "Body" else ("schemas", schema.name)
            yield (*where, each.name), (*where, each.name)
    for code in form.codes:
        if code.origin[:1] == ("codes",):
            yield ("codes", code.text), ("codes", code.text)
            for number, text in enumerate(code.messages):
                listed: tuple[str | int, ...] = (number,) if len(code.messages) > 1 else ()
                for status in code.statuses:
                    yield ("text", status, code.text, text), ("codes", code.text, "message", *listed)
    for documented in form.responses:
        at = ("responses", documented.key)
        yield at, at
        if documented.retry:
            yield (*at, "retry"), (*at, "retry")
        for header in documented.headers:
            yield (*at, "headers", header.name), (*at, "headers", header.name)
        for use in documented.codes:
            yield (*at, "codes", use.code), (*at, "codes", use.code)
            for number, text in enumerate(use.messages):
                listed = (number,) if len(use.messages) > 1 else ()
                yield ("text", documented.key, use.code, text), (*at, "codes", use.code, "message", *listed)


@pytest.mark.parametrize("name", IDS)
def test_what_is_not_on_the_page_names_its_source(name: str) -> None:
    """Whatever the page does not say ends its line, or that of what it belongs to, in the mark of a source."""
    document, form = read(name)
    lines = (SPECS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()

    def mark(pointer: tuple[str | int, ...]) -> str:
        at = document.keys.get(pointer) or document.values[pointer]
        return lines[at.line - 1].partition("  # ")[2]

    marks = {mark(("source", index)) for index in range(len(form.sources))} | {"inferred"}
    claimed = set(on_the_page(name))
    unmarked = [
        pointer
        for place, pointer in said(form)
        if place not in claimed
        and not any(mark(pointer[:length]) in marks for length in range(1, len(pointer) + 1))
    ]
    assert unmarked == []
    assert "" not in marks


@pytest.mark.parametrize("name", IDS)
def test_examples_say_where_they_are_from(name: str) -> None:
    """The title of an example ends in its origin: the page, another source, or made up."""
    assert [each.title for each in form_of(name).examples if not re.search(r"\((.+)\)$", each.title)] == []
