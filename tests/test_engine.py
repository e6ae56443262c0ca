"""The two engines, and what holds for both."""

from __future__ import annotations

import copy
import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import engine, limits, pointers
from schemagen.engine import Violation, fast, metaschema_problems, openapi30, reference

BOTH = pytest.mark.parametrize("build", [fast, reference], ids=["fast", "reference"])
DIALECT = "https://json-schema.org/draft/2020-12/schema"

ERRORS = {
    "$schema": DIALECT,
    "$id": "urn:schemagen:trial",
    "$ref": "#/$defs/Body",
    "$defs": {
        "Body": {
            "type": "object",
            "properties": {
                "error": {
                    "anyOf": [
                        {"$ref": "#/$defs/Error"},
                        {"type": "string", "format": "uuid"},
                        {"type": "null"},
                    ]
                },
                "errors": {"type": "array", "items": {"$ref": "#/$defs/Error"}, "maxItems": 2},
            },
            "required": ["error"],
            "additionalProperties": False,
        },
        "Error": {
            "type": "object",
            "properties": {
                "code": {"type": ["string", "integer"], "enum": ["a", "b", 1300]},
                "status": {"type": "integer", "minimum": 400, "exclusiveMaximum": 600},
                "message": {"type": "string", "minLength": 1, "not": {"pattern": "[^a-z ]"}},
                "at": {"type": "string", "format": "date-time"},
                "inner": {"type": "array", "items": {"$ref": "#/$defs/Error"}},
                "details": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^x$"}},
            },
            "required": ["code", "message"],
            "allOf": [
                {
                    "if": {"properties": {"code": {"const": "a"}}, "required": ["code"]},
                    "then": {"properties": {"message": {"enum": ["no", "none"]}, "status": False}},
                }
            ],
        },
        "status-404": {
            "allOf": [
                {"$ref": "#/$defs/Body"},
                {"type": "object", "properties": {"error": {"properties": {"status": {"const": 404}}}}},
            ],
        },
    },
}

NAMES = st.sampled_from(["code", "status", "message", "at", "inner", "details", "error", "errors", "x", ""])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from(
        ["a", "b", "no", "none", "x", "x\n", "A B", "", "2020-01-01T00:00:00Z", 1300, 404, 404.0, 1.5, 10**30]
    ),
    st.sampled_from(["8c1b7a6e-1e2f-e2ab-93cd-0123456789ab", "8c1b7a6e1e2fe2ab93cd0123456789ab"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
ERROR = st.fixed_dictionaries(
    {"code": SCALARS, "message": SCALARS},
    optional={"status": SCALARS, "inner": VALUES, "details": VALUES, "at": SCALARS},
)
BODIES = st.fixed_dictionaries(
    {"error": ERROR | VALUES}, optional={"errors": st.lists(ERROR | VALUES), "x": VALUES}
)


def shape(violations: list[Violation]) -> list[tuple[str, str, str, str | None]]:
    """The violations as text: place, schema, keyword, member."""
    return [
        (pointers.to_text(each.place), pointers.to_text(each.at), each.keyword, each.member)
        for each in violations
    ]


@settings(max_examples=300, deadline=None)
@given(instance=BODIES | VALUES, at=st.sampled_from([(), ("$defs", "status-404"), ("$defs", "Error")]))
def test_both_engines_name_the_same_violations(instance: object, at: pointers.Pointer) -> None:
    """Whatever the data, both engines name the same places, schemas, keywords, members and branches."""
    assert fast(ERRORS, at).violations(instance) == reference(ERRORS, at).violations(instance)


@settings(max_examples=200, deadline=None)
@given(instance=BODIES | VALUES)
@BOTH
def test_accepts_is_no_violations(build: object, instance: object) -> None:
    """An engine accepts exactly what breaks nothing."""
    compiled = build(ERRORS, ("$defs", "status-404"))
    assert compiled.accepts(instance) == (compiled.violations(instance) == [])


@settings(max_examples=200, deadline=None)
@given(instance=BODIES | VALUES)
def test_every_violation_leads_to_its_keyword(instance: object) -> None:
    """The pointer of a violation leads to the schema in the given document, and `wanted` is what the keyword says."""
    for each in fast(ERRORS).violations(instance):
        schema = pointers.resolve(ERRORS, each.at)
        assert (schema is False and each.keyword == "not") or schema[each.keyword] == each.wanted
        pointers.resolve(instance, each.place)


KEYWORDS = [
    ({"then": {"properties": {"b": False}, "required": ["x"]}, "if": {"type": "object"}}, {"b": 1}),
    ({"else": {"required": ["x"]}, "if": {"type": "array"}}, {"b": 1}),
    ({"additionalProperties": {"type": "string"}, "properties": {"a": True}}, {"b": 1, "c": "", "a": 1}),
    (
        {"additionalProperties": False, "patternProperties": {"^a": {"type": "string"}}},
        {"a": 1, "b": 1, "c": 2},
    ),
    ({"propertyNames": {"enum": ["x"], "maxLength": 2}}, {"x": 1, "long": 1, "y": 2}),
    (
        {"properties": {"o": {"propertyNames": {"anyOf": [{"enum": ["x"]}, {"minLength": 9}]}}}},
        {"o": {"b": 1}},
    ),
    ({"dependentRequired": {"a": ["b", "c"]}, "dependentSchemas": {"a": {"required": ["z"]}}}, {"a": 1}),
    ({"prefixItems": [{"type": "string"}], "items": False}, [1, 2, 3]),
    ({"contains": {"const": 1}, "uniqueItems": True}, [0, 2, 2.0, True]),
    ({"oneOf": [{"type": "object"}, {"required": ["a"]}]}, {"a": 1}),
    ({"oneOf": [{"type": "string"}, {"required": ["a"]}]}, {}),
    ({"minProperties": 2, "maxProperties": 3, "required": ["a", "b"]}, {"c": 1}),
    ({"minItems": 2, "items": {"multipleOf": 0.1}}, [0.35]),
    ({"maxItems": 0, "items": {"multipleOf": 0.1}}, [0.3, 19.9, 1e300]),
    ({"maxLength": 1, "minLength": 2}, "😀"),
    ({"const": {"a": [1]}}, {"a": [True]}),
    ({"enum": [0, {"a": 0}]}, {"a": False}),
    ({"maximum": 5, "multipleOf": 2}, 10**400 + 1),
    (
        {"properties": {"$schema": {"type": "string"}, "const": {"type": "string"}}},
        {"$schema": 1, "const": 1},
    ),
    (
        {"properties": {"a/b": {"properties": {"~": {"type": "null"}, "é%": {"type": "null"}}}}},
        {"a/b": {"~": 1, "é%": 1}},
    ),
]


@pytest.mark.parametrize(("schema", "instance"), KEYWORDS)
def test_every_keyword_is_named_alike(schema: dict, instance: object) -> None:
    """Each keyword that a schema may hold gives the same violations in both engines, and at least one."""
    found = fast(schema).violations(instance)
    assert found == reference(schema).violations(instance) or {"items"} == {each.keyword for each in found}
    assert found


@BOTH
def test_numbers_are_json_numbers(build: object) -> None:
    """1.0 is an integer, True is no 1, and an integer of any bearable size keeps its digits."""
    assert build({"type": "integer"}).accepts(1.0)
    assert build({"const": 1}).accepts(1.0)
    assert not build({"const": 1}).accepts(True)
    assert not build({"enum": [1, [0]]}).accepts([False])
    assert not build({"type": "integer"}).accepts(True)
    assert build({"const": 10**40}).accepts(10**40)
    assert not build({"const": 10**40}).accepts(10**40 + 1)
    assert build({"multipleOf": 0.01}).accepts(19.99)


@BOTH
@pytest.mark.parametrize("name", ["", "0", "007", "+7", "a/b", "~", "%41", "é", "a\0b"])
def test_any_name_is_reported_as_it_is(build: object, name: str) -> None:
    """Names in data and in schemas come back as they were written, empty ones and those of digits, too."""
    schema = {"properties": {"m": {"additionalProperties": {"properties": {name: {"type": "null"}}}}}}
    found = build(schema).violations({"m": {name: {name: [1]}, "list": {}}})
    at = ("properties", "m", "additionalProperties", "properties", name)
    assert found == [Violation(("m", name, name), at, "type")]


@BOTH
def test_names_that_break_propertynames_are_members(build: object) -> None:
    """A schema for names reports the object as the place and the name as the member."""
    found = build({"items": {"propertyNames": {"pattern": "^[a-z]$"}}}).violations(
        [{"a": 1, "B": 1, "cc": 1}]
    )
    assert shape(found) == [
        ("/0", "/items/propertyNames", "pattern", "B"),
        ("/0", "/items/propertyNames", "pattern", "cc"),
    ]


@BOTH
def test_alternatives_keep_their_branches_apart(build: object) -> None:
    """An `anyOf` has one tuple of violations for each of its alternatives, in their order."""
    found = build({"anyOf": [{"type": "string"}, {"required": ["a", "b"]}]}).violations({"a": 1})
    assert [shape(branch) for branch in found[0].branches] == [
        [("", "/anyOf/0", "type", None)],
        [("", "/anyOf/1", "required", "b")],
    ]


@BOTH
def test_deep_data_breaks_json_and_nothing_else(build: object) -> None:
    """Data of 250 levels is judged; deeper data is one violation of `json`, not the end of the process."""
    schema = {"items": {"anyOf": [{"allOf": [{"$ref": "#"}]}, {"type": "null"}]}, "not": {"const": 1}}
    data: object = None
    for _ in range(limits.DEEPEST):
        data = [data]
    assert build(schema).accepts(data)
    assert build(schema).violations([data]) == [Violation((), (), "json")]
    for _ in range(100_000):
        data = [data]
    assert not build(schema).accepts(data)


def test_deep_data_is_judged_in_a_small_thread() -> None:
    """The depth that is allowed fits into a thread with a stack of 512 KiB."""
    data: object = None
    for _ in range(limits.DEEPEST):
        data = {"a": data}
    schema = {
        "additionalProperties": {"anyOf": [{"$ref": "#"}, {"type": "string"}]},
        "type": ["object", "boolean"],
    }
    counts: list[int] = []
    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: counts.append(len(fast(schema).violations(data))))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert counts == [1]


@BOTH
@pytest.mark.parametrize(
    "data",
    [float("nan"), float("inf"), "\ud800", {"\ud800": 1}, {1: 2}, (1,), {1}, b"a", [10**5000], [object()]],
)
def test_what_is_no_json_breaks_json(build: object, data: object) -> None:
    """Python data that no JSON text can hold is one violation, from both engines, not an exception."""
    compiled = build({"type": ["object", "array", "string", "number"]})
    assert shape(compiled.violations(data)) == [("", "", "json", None)]
    assert not compiled.accepts(data)


@BOTH
@pytest.mark.parametrize(
    "reference_",
    [
        "http://127.0.0.1:1/x",
        "https://example.com/s.json",
        "file:///etc/passwd",
        "other.json",
        "#/$defs/none",
        "#none",
    ],
)
def test_nothing_is_ever_fetched(build: object, reference_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference out of the document, or to nowhere, is an unusable schema; no socket and no file is opened."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(engine.SchemaError):
        build({"properties": {"a": {"$ref": reference_}}})


@BOTH
def test_a_place_without_schema_is_unusable(build: object) -> None:
    """Asking for a schema where there is none says so at once."""
    with pytest.raises(engine.SchemaError):
        build(ERRORS, ("$defs", "Nobody"))


@BOTH
def test_a_reference_in_an_example_is_no_reference(build: object) -> None:
    """`$ref` in constants, enums and examples is data."""
    schema = {"examples": [{"$ref": "x"}], "properties": {"a": {"enum": [{"$ref": "#/nowhere"}]}}}
    assert build(schema).accepts({"a": {"$ref": "#/nowhere"}})


@BOTH
def test_the_schema_is_left_as_it_was(build: object) -> None:
    """Compiling and judging change nothing in the document."""
    before = copy.deepcopy(ERRORS)
    build(ERRORS).violations({"error": {"code": "a", "status": 1}})
    assert before == ERRORS


@BOTH
def test_one_object_at_two_places_is_two_schemas(build: object) -> None:
    """A schema object that a document holds twice is reported at the place that was broken."""
    text = {"type": "string"}
    found = build({"properties": {"a": text, "b": text}}).violations({"a": 1, "b": 1})
    assert [each.at for each in found] == [("properties", "a"), ("properties", "b")]


@BOTH
def test_the_dialect_is_the_documents(build: object) -> None:
    """Under draft-07 what stands beside `$ref` does not count; under 2020-12 it does."""
    schema = {
        "properties": {"a": {"$ref": "#/definitions/x", "const": 2}},
        "definitions": {"x": {"const": 1}},
    }
    assert build({"$schema": "http://json-schema.org/draft-07/schema#", **schema}).accepts({"a": 1})
    assert not build(schema).accepts({"a": 1})


def test_metaschema_problems_come_from_both_libraries() -> None:
    """A schema that its metaschema refuses is refused by each library, under its name."""
    assert metaschema_problems(ERRORS) == []
    assert [text.partition(":")[0] for text in metaschema_problems({"type": "strin"})] == [
        "jsonschema-rs",
        "jsonschema",
    ]


OPENAPI = {
    "openapi": "3.0.4",
    "components": {
        "schemas": {
            "Error": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "code": {"type": "string", "nullable": True, "enum": ["a", None]},
                    "inner": {
                        "anyOf": [
                            {"$ref": "#/components/schemas/Error"},
                            {"type": "string", "nullable": True, "enum": [None]},
                        ]
                    },
                    "alias": {"$ref": "#/components/schemas/Text", "maxLength": 1},
                    "part": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                },
                "required": ["code"],
                "additionalProperties": False,
            },
            "Text": {"type": "string", "pattern": "^[a-z]+$"},
        },
        "responses": {
            "default": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
        },
    },
}
IN_RESPONSE = ("components", "responses", "default", "content", "application/json", "schema")


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ({"code": "a", "inner": {"code": None}, "alias": "long", "id": 1.0}, []),
        ({"code": None, "inner": None}, []),
        ({"code": "b"}, [("/code", "/components/schemas/Error/properties/code", "enum", None)]),
        ({"code": "a", "id": None}, [("/id", "/components/schemas/Error/properties/id", "type", None)]),
        ({"code": "a", "id": 1.5}, [("/id", "/components/schemas/Error/properties/id", "type", None)]),
        ({"code": "a", "part": 0}, [("/part", "/components/schemas/Error/properties/part", "minimum", None)]),
        ({"code": "a", "alias": "A\n"}, [("/alias", "/components/schemas/Text", "pattern", None)]),
        (
            {"x": 1},
            [
                ("", "/components/schemas/Error", "additionalProperties", "x"),
                ("", "/components/schemas/Error", "required", "code"),
            ],
        ),
    ],
)
@pytest.mark.parametrize("at", [("components", "schemas", "Error"), IN_RESPONSE], ids=["schema", "response"])
def test_openapi30_has_its_own_dialect(at: pointers.Pointer, instance: object, expected: list) -> None:
    """`nullable` allows null, `exclusiveMinimum` is a boolean, siblings of `$ref` do not count."""
    compiled = openapi30(OPENAPI, at)
    assert shape(compiled.violations(instance)) == expected
    assert compiled.accepts(instance) is (not expected)
