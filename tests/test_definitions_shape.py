"""The published schema of definition files and the loader say the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemagen
from schemagen import definitions, documents, engine, model, pointers, yaml_events
from schemagen.definitions import shape
from schemagen.definitions.members import ANNOTATIONS, CONSTRAINTS
from schemagen.definitions.spots import Spot
from schemagen.findings import Severity
from schemagen.limits import DEFAULTS
from schemagen.phrases import FORMATS
from schemagen.pointers import Pointer

SCHEMA = json.loads((Path(schemagen.__file__).parent / "definition.schema.json").read_text(encoding="utf-8"))
SPECS = sorted((Path(__file__).parents[1] / "specs").glob("*.yaml"))

# Every construct and every key of the language, as data.
WHOLE: dict[str, Any] = {
    "schemagen": 1,
    "id": "shop",
    "prefix": "Shop",
    "title": "Shop API",
    "source": ["https://shop.example/errors", "a letter"],
    "description": "Prose.",
    "servers": ["https://api.shop.example"],
    "media": ["application/json", "application/problem+json"],
    "when": [
        {"status": ["400-499", "5XX", 299], "body": {"ok": False}},
        {"has": "error"},
        {"unless": {"errcode": 0}},
    ],
    "body": {
        "$description": "Any error.",
        "$any": ["message", "detail"],
        "$others": "any",
        "code": "string as code",
        "status": {"type": "integer as status", "enum": [400, 404]},
        "message": {
            "type": "optional string as message",
            "pattern": "[a-z]",
            "minLength": 1,
            "maxLength": 99,
            "title": "Message",
            "description": "What is wrong.",
            "default": "x",
            "examples": ["y"],
            "deprecated": True,
            "expect": {"const": "z", "format": "email"},
        },
        "detail": "optional Detail or null",
        "items": {
            "type": "optional list of Detail as children",
            "minItems": 1,
            "maxItems": 9,
            "uniqueItems": True,
        },
        "ratio": {
            "type": "usually number",
            "minimum": 0,
            "maximum": 9,
            "exclusiveMinimum": -1,
            "exclusiveMaximum": 10,
            "multipleOf": 0.5,
        },
        "more": {"type": "map of string", "minProperties": 1, "maxProperties": 9},
        "$$ref": {"type": "string", "const": "a"},
    },
    "schemas": {
        "Detail": {"$closed": True, "field": "string as path", "link": "Link"},
        "Link": "uri or null",
    },
    "headers": {"X-Request-Id": {"type": "optional string as id", "description": "For support."}},
    "responses": {
        "404": None,
        "409": "Taken",
        "422": {
            "description": "Not good",
            "body": ["body", "Detail", {"fields": "list of string"}],
            "media": "application/json",
            "headers": {"Retry-After": "optional integer as retry"},
            "retry": "after",
            "codes": {
                "taken": {
                    "description": "Somebody has it",
                    "message": ["Taken", "Gone"],
                    "retry": False,
                    "deprecated": "use gone",
                    "docs": "https://shop.example/taken",
                },
                "plain": "Nothing special",
                "bare": None,
            },
        },
        "503": {"body": "none", "codes": ["busy", 7]},
        "4XX": {"retry": True},
        "default": "Anything",
    },
    "codes": {
        "gone": {
            "description": "It was there",
            "message": "Gone for ${0}",
            "status": [404, "4XX"],
            "retry": True,
            "deprecated": False,
            "docs": "https://shop.example/{code}",
        },
        "old": "An old one",
    },
    "docs": "https://shop.example/errors#{code}",
    "rules": {"responses": "closed", "codes": "open", "messages": "any", "members": "open"},
    "placeholder": "\\$\\{[0-9]+\\}",
    "examples": [
        {
            "status": 404,
            "body": {"code": "gone"},
            "title": "Gone",
            "headers": {"Retry-After": 5},
            "media": "application/json",
            "drift": "a reason",
        },
        {"status": 404, "text": "{", "broken": "no JSON"},
    ],
}

# Which keys belong to which place of WHOLE: all keys that the loader may ask for there are those of the schema node.
CONSTRUCTS: dict[Pointer, Pointer] = {
    (): (),
    ("rules",): ("properties", "rules"),
    ("when", 0): ("definitions", "condition"),
    ("body",): ("definitions", "members"),
    ("responses", "422"): ("definitions", "response"),
    ("responses", "422", "codes", "taken"): ("definitions", "codeUse"),
    ("codes", "gone"): ("definitions", "code"),
    ("examples", 0): ("definitions", "example"),
}


def read(data: Any) -> tuple[model.ErrorFormat | None, list[Any]]:
    """What the loader makes of data, written as JSON, which is YAML."""
    document, found = documents.read(json.dumps(data).encode(), "x.yaml")
    assert document is not None, [item.message for item in found]
    return definitions.read(document)


def nodes(node: Any, at: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """All schemas of the published schema, with their places."""
    yield at, node
    for keyword in ("properties", "patternProperties", "definitions"):
        for name, inner in node.get(keyword, {}).items():
            yield from nodes(inner, (*at, keyword, name))
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(keyword), dict):
            yield from nodes(node[keyword], (*at, keyword))
    for keyword in ("allOf", "anyOf"):
        for position, inner in enumerate(node.get(keyword, ())):
            yield from nodes(inner, (*at, keyword, position))


def test_the_schema_is_a_schema_for_both_engines() -> None:
    """Draft-07, which editors read best."""
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert SCHEMA["$id"] == "urn:schemagen:definition:1"
    assert engine.metaschema_problems(SCHEMA) == []


def test_the_whole_language_is_read_and_accepted() -> None:
    """A definition with every key passes the schema, and the loader finds nothing in it."""
    assert engine.fast(SCHEMA).violations(WHOLE) == []
    assert engine.reference(SCHEMA).violations(WHOLE) == []
    form, found = read(WHOLE)
    assert [item.message for item in found] == []
    assert form is not None


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_schema_accepts_the_shipped_definitions(path: Path) -> None:
    """What an editor shows for them is nothing."""
    document, _ = documents.read(path.read_bytes(), path.name)
    assert document is not None
    assert engine.fast(SCHEMA).violations(document.data) == []


def test_the_loader_asks_for_the_keys_of_the_schema_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Per construct, the keys that the loader looks up are those that the schema lists."""
    asked: dict[Pointer, set[str]] = {}

    def remember(spot: Spot, step: str | int) -> None:
        if isinstance(step, str):
            asked.setdefault(spot.pointer, set()).add(step)

    getitem, has = Spot.__getitem__, Spot.has
    monkeypatch.setattr(
        Spot, "__getitem__", lambda spot, step: (remember(spot, step), getitem(spot, step))[1]
    )
    monkeypatch.setattr(Spot, "has", lambda spot, step: (remember(spot, step), has(spot, step))[1])
    read(WHOLE)
    # One reader serves both kinds of codes; at a response `status` is refused before it is read.
    asked["responses", "422", "codes", "taken"].remove("status")
    for place, at in CONSTRUCTS.items():
        node = pointers.resolve(SCHEMA, at)
        names = pointers.resolve(WHOLE, place).keys() if "patternProperties" in node else set()
        assert asked[place] == set(node["properties"]) | names, place


def test_members_know_the_keywords_of_the_schema() -> None:
    """The lists of the loader, in the same order, and the schema's."""
    member = SCHEMA["definitions"]["member"]["properties"]
    assert list(member) == ["type", *CONSTRAINTS, *ANNOTATIONS, "expect"]
    assert list(member["expect"]["properties"]) == list(CONSTRAINTS)
    assert all(member[keyword] == member["expect"]["properties"][keyword] for keyword in CONSTRAINTS)
    assert tuple(SCHEMA["definitions"]["format"]["enum"]) == FORMATS
    assert tuple(SCHEMA["properties"]["rules"]["properties"]) == model.RULE_NAMES


def test_reserved_keys_are_not_in_the_schema() -> None:
    """They are refused by both, and the loader says why."""
    assert not shape.RESERVED.keys() & SCHEMA["properties"].keys()


def test_what_can_be_broken_says_what_is_wanted() -> None:
    """Each schema with an assertion has a title of its own, from which the sentences are made."""
    silent = (
        "type",
        "pattern",
        "enum",
        "const",
        "minimum",
        "minItems",
        "minProperties",
        "minLength",
        "properties",
    )
    missing = [
        pointers.to_text(at)
        for at, node in nodes(SCHEMA)
        if any(keyword in node for keyword in silent) and "title" not in node and "anyOf" not in at
    ]
    assert missing == []


def test_every_key_is_explained_to_editors() -> None:
    """A key has a description, its own or that of what it refers to."""
    missing = []
    for at, node in nodes(SCHEMA):
        for name, inner in node.get("properties", {}).items():
            target = pointers.resolve(SCHEMA, pointers.parse(inner["$ref"][1:])) if "$ref" in inner else inner
            if "description" not in target and not name.startswith(
                ("min", "max", "exclusive", "multiple", "unique")
            ):
                missing.append(pointers.to_text((*at, name)))
    assert missing == []


def places(data: Any, at: Pointer = ()) -> list[Pointer]:
    """All places in data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(place for step, value in inner for place in places(value, (*at, step)))]


VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 404, 404.0, 4.5, 10**18, "", " ", "x", "Error", "string", "optional string as code",
    "list of (", "none", "body", "4XX", "400-599", "default", "after", "any", "https://x.example", "a/b", "\u2028",
    [], [[]], [None], ["a", "a"], ["string", "Detail"], [1, 1.0], {}, {"type": "string"}, {"a": "string"}, {"": None},
    {"status": 404}, {"$any": ["a", "b"]}, {"type": "list of Detail", "minItems": 1}, "y" * 5000,
]  # fmt: skip
KEYS = ["x", "", "$any", "$x", "type", "Name", "404", "body", "status", "message", "a b", "\n", "k" * 300]


SHIPPED = [yaml_events.read(path.read_bytes(), limits=DEFAULTS).data for path in SPECS]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A definition with every construct, or a shipped one, changed in one to three places."""
    data = copy.deepcopy(draw(st.sampled_from([WHOLE, WHOLE, *SHIPPED])))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places(data)))
        if not place:
            continue
        parent = pointers.resolve(data, place[:-1])
        how = draw(st.sampled_from(["drop", "swap", "rename", "add", "double", "nest", "move"]))
        _mutate(draw, data, parent, place[-1], how)
    return data


def _mutate(draw: st.DrawFn, data: Any, parent: Any, step: Any, how: str) -> None:
    if how == "drop":
        del parent[step]
    elif how == "swap":
        parent[step] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    elif how == "nest":
        parent[step] = draw(st.sampled_from([[parent[step]], {"x": parent[step]}]))
    elif how == "move":
        other = draw(st.sampled_from(places(data)))
        parent[step] = copy.deepcopy(pointers.resolve(data, other))
    elif isinstance(parent, list):
        parent.append(
            copy.deepcopy(parent[step]) if how == "double" else copy.deepcopy(draw(st.sampled_from(VALUES)))
        )
    else:
        key = draw(st.sampled_from(KEYS))
        parent[key] = parent.pop(step) if how == "rename" else copy.deepcopy(draw(st.sampled_from(VALUES)))


@settings(max_examples=250)
@given(mutated())
def test_a_mutated_definition_gives_a_format_or_findings_that_say_where(data: Any) -> None:
    """Never an exception; no format just where there is an error; each finding is a line about a place that is there."""
    document, found = documents.read(json.dumps(data).encode(), "x.yaml")
    assert document is not None
    form, found = definitions.read(document)
    assert (form is None) == any(item.severity is Severity.ERROR for item in found)
    for item in found:
        assert item.message
        assert "\n" not in item.message
        assert len(item.message) < 1000
        assert len(item.hint) < 1000
        pointers.resolve(document.data, item.place.pointer[:-1])
        assert document.locate(item.place).line
    assert found == definitions.read(document)[1]


@settings(max_examples=250)
@given(mutated())
def test_what_the_schema_refuses_the_loader_refuses(data: Any) -> None:
    """An editor shows no mistake that the loader does not report; both engines agree on it."""
    refused = bool(engine.fast(SCHEMA).violations(data))
    assert refused == bool(engine.reference(SCHEMA).violations(data))
    if refused:
        assert read(data)[0] is None


@settings(max_examples=60)
@given(st.sampled_from(SPECS), st.data())
def test_a_definition_with_lines_lost_or_changed_never_raises(path: Path, data: st.DataObject) -> None:
    """As a text under the editor's hands: lines deleted, doubled, moved in, words cut."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "double", "indent", "cut", "swap", "colon"]))
        line = lines[at]
        changed = {
            "drop": [],
            "double": [line, line],
            "indent": ["  " + line],
            "cut": [line[: data.draw(st.integers(0, len(line)))]],
            "swap": [line.replace(":", " ", 1)],
            "colon": [line.replace(" ", ": ", 1)],
        }[how]
        lines[at : at + 1] = changed or [""]
    document, _ = documents.read("\n".join(lines).encode(), path.name)
    if document is not None:
        form, found = definitions.read(document)
        assert (form is None) == any(item.severity is Severity.ERROR for item in found)
        assert all("\n" not in item.message for item in found)
