"""A number that no float holds, or brackets without end, do no harm to an entry in which nobody asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemagen.exchanges import Exchange
from schemagen.recordings import FORMS, read

FIXTURES = Path(__file__).parent / "recordings"
REQUEST = {"method": "GET", "url": "https://api.example.com/x", "more": 1}
FLAT = {"time": 1, "url": "https://api.example.com/x", "status": 404, "headers": {"a": "b"}, "body": {"c": 1}}
NESTED = {
    "ms": 1,
    "request": REQUEST,
    "response": {
        "status": 404,
        "more": [1],
        "headers": [{"name": "a", "value": "b", "more": 1}],
        "body": "{}",
    },
}
CONTENT = {"text": "{}", "more": 1}
ENTRY = {"time": 1, "request": REQUEST, "response": {**NESTED["response"], "content": CONTENT}}  # type: ignore[dict-item]
HAR = {"log": {"entries": [ENTRY]}}

TOO_LARGE = "a number in it is larger than 1.8e308"
TOO_DEEP = "it is nested deeper than 128 (--limit json-depth=N raises it)"
VALUES = [
    (b"1e999", TOO_LARGE),
    (b"-" + b"9" * 400, TOO_LARGE),
    (b'{"x": [-1e999, 1]}', TOO_LARGE),
    (b"[" * 300 + b"]" * 300, TOO_DEEP),
]


def text_of(document: Any, value: bytes = b"1") -> bytes:
    """The JSON text of a document, with `value` for each mark in it."""
    return json.dumps(document).encode().replace(b'"@"', value)


def marked(value: Any, *path: str | int) -> Any:
    """A copy of a value with a mark at the place."""
    if not path:
        return "@"
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = marked(copied[path[0]], *path[1:])
    return copied


def places(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """All places in a document."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from places(each, *path, name)


@pytest.mark.parametrize(
    "value", [value for value, _ in VALUES], ids=["number", "digits", "number-within", "depth"]
)
@pytest.mark.parametrize(
    ("document", "path"),
    [
        (FLAT, ("time",)),
        (NESTED, ("ms",)),
        (NESTED, ("request", "more")),
        (NESTED, ("response", "more")),
        (NESTED, ("response", "more", 0)),
        (NESTED, ("response", "headers", 0, "more")),
        (HAR, ("log", "entries", 0, "time")),
        (HAR, ("log", "entries", 0, "request", "more")),
        (HAR, ("log", "entries", 0, "response", "headers", 0, "more")),
        (HAR, ("log", "entries", 0, "response", "content", "more")),
    ],
)
def test_in_what_nobody_asks_for_it_does_no_harm(
    document: Any, path: tuple[str | int, ...], value: bytes
) -> None:
    """The exchange is the same as without."""
    form = "har" if document is HAR else "ndjson"
    exchanges = list(read("a", text_of(document), form=form))
    assert [type(each) for each in exchanges] == [Exchange]
    assert list(read("a", text_of(marked(document, *path), value), form=form)) == exchanges


@pytest.mark.parametrize(("value", "why"), VALUES, ids=["number", "digits", "number-within", "depth"])
@pytest.mark.parametrize(
    ("document", "path"),
    [
        (FLAT, ("status",)),
        (FLAT, ("headers",)),
        (FLAT, ("headers", "a")),
        (FLAT, ("body",)),
        (FLAT, ("body", "c")),
        (NESTED, ("response",)),
        (NESTED, ("response", "headers", 0, "value")),
        (HAR, ("log", "entries", 0, "response", "status")),
        (HAR, ("log", "entries", 0, "response", "headers", 0)),
        (HAR, ("log", "entries", 0, "response", "content", "text")),
    ],
)
def test_where_it_is_asked_for_the_entry_is_left_out(
    document: Any, path: tuple[str | int, ...], value: bytes, why: str
) -> None:
    """One finding says what is wrong with the entry."""
    [found] = read("a", text_of(marked(document, *path), value), form="har" if document is HAR else "ndjson")
    assert not isinstance(found, Exchange)
    assert (found.rule.code, found.message) == ("recording/broken-entry", f"the entry is left out: {why}")


def test_what_is_no_json_is_no_entry_wherever_it_stands() -> None:
    """It is said first what was met first."""
    for value in (
        b'[1e999, "\xff"]',
        b"[1e999, 01]",
        b"[1e999}",
        b"[1e999, 1e9.9]",
        b"[1e9999.9]",
        b"[" * 300 + b"]" * 301,
    ):
        [found] = read("a", text_of(marked(FLAT, "time"), value), form="ndjson")
        assert not isinstance(found, Exchange), value[:20]


@pytest.mark.parametrize("calls", [0, 800])
def test_how_deep_it_may_be_does_not_depend_on_who_asks(calls: int) -> None:
    """From far down in a stack of calls, a line is read as it is from its top."""

    def ask(left: int) -> list[Any]:
        return ask(left - 1) if left else list(read("a", line, form="ndjson"))

    line = text_of(marked(FLAT, "time"), b"[" * 100_000 + b"]" * 100_000)
    assert [type(each) for each in ask(calls)] == [Exchange]


@pytest.mark.parametrize(
    "path", sorted(FIXTURES.glob("**/*.json")), ids=lambda path: str(path.relative_to(FIXTURES))
)
def test_readers_of_documents_bear_it_in_any_place(path: Path) -> None:
    """They read the entry or leave it out, and nothing else."""
    document = json.loads(path.read_bytes())
    names = [form.name for form in FORMS.values() if form.detects(path.read_bytes())]
    for place in list(places(document))[1:200]:
        for item in read("a", text_of(marked(document, *place), b"1e999"), form=names[0] if names else None):
            assert isinstance(item, Exchange) or item.message, place
