"""OpenAPI fragments, in every version."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import engine
from schemagen.compiler import compile_format
from schemagen.contract import Contract
from schemagen.emitters import EMITTERS, OPENAPI, Options
from schemagen.emitters.openapi30 import NULL, lower
from schemagen.model import (
    Body,
    Choice,
    Code,
    ErrorFormat,
    Example,
    Many,
    Member,
    ObjectSchema,
    PhraseSchema,
    Reference,
    Response,
    Scalar,
)

TEXT, NUMBER, NOTHING = Scalar("string"), Scalar("integer"), Scalar("null")
ALL = pytest.mark.parametrize("version", OPENAPI)

FORM = ErrorFormat(
    name="specs/acme.yaml",
    id="acme",
    prefix="Acme",
    title="Acme API",
    sources=("https://acme.example/errors",),
    body=Body(Reference("Body"), "Body"),
    schemas=(
        ObjectSchema("Body", (Member("error", Reference("Error")),)),
        ObjectSchema(
            "Error",
            (
                Member("code", TEXT, role="code", annotations={"description": "What went wrong."}),
                Member("status", NUMBER, role="status"),
                Member("message", Choice((TEXT, NOTHING)), "optional", "message"),
                Member("link", Reference("Link"), "optional", "docs", annotations={"deprecated": True}),
                Member("inner", Many("list", Reference("Error")), "optional", "children"),
                Member("extra", Scalar("any"), "optional", "reason"),
            ),
        ),
        PhraseSchema("Link", Choice((Scalar("uri"), NOTHING))),
    ),
    headers=(Member("Retry-After", NUMBER, "optional", "retry", annotations={"description": "Seconds."}),),
    responses=(
        Response("200", "Fine", documented_only=True),
        Response("209", "An error all the same"),
        Response("404", "Not here", headers=(Member("X!Id", TEXT),), retry="no"),
        Response("503", "Down", no_content=True, retry="after"),
        Response("4XX", "Refused", media=("application/json", "application/problem+json")),
        Response("default", "Anything else", headers=(Member("Retry-After", NUMBER),)),
    ),
    codes=(
        Code("expired", "expired", "Session gone", ("Log in",), ("404",), docs="https://x"),
        Code("odd", "odd"),
    ),
    examples=(
        Example(404, {"error": {"code": "expired", "status": 404, "message": "Log in"}}, title="Gone"),
        Example(404, {"error": {"code": "new", "status": 404}}, drift="not in the catalogue"),
        Example(404, text="{ error: 1", broken="unquoted"),
        Example(410, {"error": {"code": "odd", "status": 410}}, media="application/problem+json"),
        Example(503, None),
    ),
)


def contract(**changes: Any) -> Contract:
    """The compiled form, with changes to it."""
    compiled, findings = compile_format(dataclasses.replace(FORM, **changes))
    assert (findings, compiled is not None) == ([], True)
    assert compiled is not None
    return compiled


def fragment(version: str, *, schemas: Any = "tolerant", **changes: Any) -> Any:
    """The data of the fragment for that version."""
    artifact = EMITTERS[f"openapi-{version}"](contract(**changes), Options(schemas=schemas))
    return yaml.safe_load(artifact.text)


@ALL
def test_a_fragment_says_what_it_is(version: str) -> None:
    """Id, version of OpenAPI, kind of schema and source stand at its top."""
    data = fragment(version)
    assert {key: data[key] for key in data if key.startswith("x-")} == {
        "x-schemagen-id": "acme",
        "x-schemagen-version": 1,
        "x-schemagen-openapi": version,
        "x-schemagen-schemas": "tolerant",
        "x-schemagen-source": ["https://acme.example/errors"],
    }


@ALL
def test_the_map_of_responses_is_ready_and_never_success(version: str) -> None:
    """Every error status refers to its component; 2xx would overwrite the host's own."""
    assert fragment(version)["responses"] == {
        "404": {"$ref": "#/components/responses/AcmeNotFound"},
        "503": {"$ref": "#/components/responses/AcmeServiceUnavailable"},
        "4XX": {"$ref": "#/components/responses/Acme4XX"},
        "default": {"$ref": "#/components/responses/AcmeDefault"},
    }


@ALL
def test_components_have_the_prefix_and_allowed_names(version: str) -> None:
    """Schemas, responses, headers and examples; a header said differently by a response is its own component."""
    components = fragment(version)["components"]
    assert {section: list(named) for section, named in components.items()} == {
        "schemas": ["AcmeBody", "AcmeError", "AcmeLink"],
        "responses": ["Acme209", "AcmeNotFound", "AcmeServiceUnavailable", "Acme4XX", "AcmeDefault"],
        "headers": ["AcmeRetry-After", "AcmeNotFound-X_Id", "AcmeDefault-Retry-After"],
        "examples": ["AcmeNotFound1", "AcmeNotFound2", "AcmeGone1"],
    }
    assert components["headers"]["AcmeDefault-Retry-After"] == {
        "required": True,
        "schema": {"type": "integer"},
    }


@ALL
def test_headers_have_the_type_of_what_they_mean(version: str) -> None:
    """Digits on the wire are an integer to OpenAPI; the role is an extension."""
    assert fragment(version)["components"]["headers"]["AcmeRetry-After"] == {
        "description": "Seconds.",
        "schema": {"type": "integer"},
        "x-schemagen-role": "retry",
    }


@ALL
def test_a_response_carries_its_codes(version: str) -> None:
    """A table for people, extensions for programs: the codes tied to the status, and whether to retry."""
    response = fragment(version)["components"]["responses"]["AcmeNotFound"]
    assert response["description"] == (
        "Not here\n\n| Code | Meaning | Message |\n| --- | --- | --- |\n| `expired` | Session gone | `Log in` |\n"
    )
    assert response["x-schemagen-codes"] == [
        {"code": "expired", "meaning": "Session gone", "docs": "https://x"}
    ]
    assert (response["x-schemagen-retry"], response["x-schemagen-id"]) == ("no", "acme")


@ALL
def test_a_response_without_content_has_none(version: str) -> None:
    """No media type, no schema, no example."""
    response = fragment(version)["components"]["responses"]["AcmeServiceUnavailable"]
    assert "content" not in response
    assert list(response["headers"]) == ["Retry-After"]


@ALL
def test_every_media_type_has_the_schema_and_its_examples(version: str) -> None:
    """An example that names a media type is shown under that one only."""
    content = fragment(version)["components"]["responses"]["Acme4XX"]["content"]
    assert content["application/json"].keys() == {"schema"}
    assert content["application/problem+json"]["examples"] == {
        "Gone1": {"$ref": "#/components/examples/AcmeGone1"}
    }
    assert content["application/json"]["schema"] == content["application/problem+json"]["schema"]


@pytest.mark.parametrize(("version", "key"), [("3.0", "value"), ("3.1", "value"), ("3.2", "dataValue")])
def test_examples_are_those_that_the_schema_accepts(version: str, key: str) -> None:
    """Good ones, and drift with its reason beside the tolerant schema; never broken ones. 3.2 says `dataValue`."""
    examples = fragment(version)["components"]["examples"]
    body = {"error": {"code": "expired", "status": 404, "message": "Log in"}}
    assert examples["AcmeNotFound1"] == {"summary": "Gone", key: body}
    assert examples["AcmeNotFound2"]["description"] == "Differs from the documentation: not in the catalogue"
    assert "AcmeNotFound2" not in fragment(version, schemas="exact")["components"]["examples"]


@pytest.mark.parametrize(("version", "summary"), [("3.0", None), ("3.1", None), ("3.2", "Not Found")])
def test_only_3_2_has_summaries_of_responses(version: str, summary: str | None) -> None:
    """The registered phrase, where OpenAPI has a place for it."""
    assert fragment(version)["components"]["responses"]["AcmeNotFound"].get("summary") == summary


@ALL
def test_members_carry_their_roles(version: str) -> None:
    """Roles are extensions; the code carries the whole catalogue, below its own description."""
    members = fragment(version)["components"]["schemas"]["AcmeError"]["properties"]
    assert {name: member.get("x-schemagen-role") for name, member in members.items()} == {
        "code": "code",
        "status": "status",
        "message": "message",
        "link": "docs",
        "inner": "children",
        "extra": "reason",
    }
    assert members["code"]["description"].startswith(
        "What went wrong.\n\n| Code | Statuses | Meaning | Message |\n"
    )
    assert [row["code"] for row in members["code"]["x-schemagen-codes"]] == ["expired", "odd"]


@ALL
def test_a_link_that_all_codes_share_is_said_once(version: str) -> None:
    """It stands at the fragment's top; a code has the link that is its own."""
    data = fragment(version, docs="https://acme.example/docs")
    assert data["x-schemagen-docs"] == "https://acme.example/docs"
    codes = data["components"]["schemas"]["AcmeError"]["properties"]["code"]["x-schemagen-codes"]
    assert [code.get("docs") for code in codes] == ["https://x", None]


@ALL
def test_a_response_that_narrows_nothing_is_a_reference(version: str) -> None:
    """Code generators name the type by it; the description stands at the response already."""
    response = fragment(version)["components"]["responses"]["AcmeDefault"]
    assert response["description"].startswith("Anything else")
    assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/AcmeBody"}


@ALL
def test_exact_fragments_are_exact(version: str) -> None:
    """On request the fragment carries the exact schema, with the catalogue as an enum."""
    assert "enum" not in fragment(version)["components"]["schemas"]["AcmeError"]["properties"]["code"]
    exact = fragment(version, schemas="exact")
    assert exact["x-schemagen-schemas"] == "exact"
    assert exact["components"]["schemas"]["AcmeError"]["properties"]["code"]["enum"] == ["expired", "odd"]


def test_3_0_says_null_const_and_references_in_its_own_way() -> None:
    """`nullable`, one-value enums, and `allOf` where something stands beside a reference."""
    components = fragment("3.0")["components"]
    members = components["schemas"]["AcmeError"]["properties"]
    assert members["message"] == {"type": "string", "nullable": True, "x-schemagen-role": "message"}
    assert members["link"] == {
        "allOf": [{"$ref": "#/components/schemas/AcmeLink"}],
        "deprecated": True,
        "x-schemagen-role": "docs",
    }
    schema = components["responses"]["AcmeNotFound"]["content"]["application/json"]["schema"]
    assert schema["allOf"][1]["properties"]["error"]["properties"]["status"] == {"enum": [404]}


@pytest.mark.parametrize("version", ["3.1", "3.2"])
def test_3_1_says_json_schema(version: str) -> None:
    """JSON Schema 2020-12 stays what it is; only references are renamed."""
    components = fragment(version)["components"]
    members = components["schemas"]["AcmeError"]["properties"]
    assert members["message"] == {"type": ["string", "null"], "x-schemagen-role": "message"}
    assert members["link"]["$ref"] == "#/components/schemas/AcmeLink"
    schema = components["responses"]["AcmeNotFound"]["content"]["application/json"]["schema"]
    assert schema["allOf"][1]["properties"]["error"]["properties"]["status"] == {"const": 404}


@pytest.mark.parametrize(
    ("schema", "lowered"),
    [
        (True, {}),
        (False, {"not": {}}),
        ({"type": "null"}, NULL),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"type": "string", "nullable": True, "enum": ["a", None]}),
        (
            {"type": ["string", "integer", "null"], "minimum": 1},
            {"anyOf": [{"type": "string", "nullable": True}, {"type": "integer"}], "minimum": 1},
        ),
        ({"const": {"a": 1}}, {"enum": [{"a": 1}]}),
        ({"const": 1, "enum": [1, 2]}, {"enum": [1], "allOf": [{"enum": [1, 2]}]}),
        ({"if": {"const": 1}, "then": {"type": "null"}}, {"anyOf": [{"not": {"enum": [1]}}, NULL]}),
        (
            {"if": {"const": 1}, "then": True, "else": False, "anyOf": [{}]},
            {
                "allOf": [{"anyOf": [{"not": {"enum": [1]}}, {}]}, {"anyOf": [{"enum": [1]}, {"not": {}}]}],
                "anyOf": [{}],
            },
        ),
        ({"$ref": "#/x"}, {"$ref": "#/x"}),
        ({"allOf": [{}], "$ref": "#/x", "title": "t"}, {"allOf": [{}, {"$ref": "#/x"}], "title": "t"}),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 3}, {
            "minimum": 1, "exclusiveMinimum": True, "maximum": 3, "exclusiveMaximum": True,
        }),
        ({"minimum": 2, "exclusiveMinimum": 1}, {"minimum": 2, "allOf": [{"minimum": 1, "exclusiveMinimum": True}]}),
        ({"type": "array"}, {"type": "array", "items": {}}),
        ({"additionalProperties": False, "examples": ["a", "b"]}, {"additionalProperties": False, "example": "a"}),
        ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1]}}}),
    ],
)  # fmt: skip
def test_3_0_has_a_twin_for_each_keyword(schema: Any, lowered: Any) -> None:
    """The translations, one by one."""
    assert lower(schema) == lowered


def test_3_0_refuses_a_keyword_without_twin() -> None:
    """A keyword that is not known is never dropped in silence."""
    with pytest.raises(ValueError, match="patternProperties"):
        lower({"patternProperties": {}})


TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "ab", "1", 0.5, 2.5])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=5,
)


def _schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    conditions = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    plain = st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(
                st.sampled_from(TYPES), st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True)
            ),
            "const": VALUES,
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "minimum": st.integers(-2, 2),
            "exclusiveMinimum": st.integers(-2, 2),
            "exclusiveMaximum": st.integers(-2, 2),
            "minLength": st.integers(0, 2),
            "pattern": st.sampled_from(["^a", "b$"]),
            "required": st.just(["a"]),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "items": inner,
            "not": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "$ref": st.just("#/components/schemas/A"),
        },
    )
    return st.builds(lambda one, other: {**one, **other}, plain, st.one_of(st.just({}), conditions))


SCHEMAS = st.recursive(st.one_of(st.booleans(), st.just({"type": "string"})), _schemas, max_leaves=8)


@settings(max_examples=400, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_3_0_loses_nothing(schema: Any, value: Any) -> None:
    """What JSON Schema 2020-12 accepts, its translation accepts under the OAS 3.0 dialect, and nothing else."""
    named = {"type": ["string", "null"], "const": "a"}

    def document(one: Any, other: Any) -> Any:
        return {"components": {"schemas": {"A": other, "B": one}}}

    at = ("components", "schemas", "B")
    old = engine.openapi30(document(lower(schema), lower(named)), at)
    assert old.accepts(value) == engine.fast(document(schema, named), at).accepts(value)


@ALL
def test_two_emissions_are_equal(version: str) -> None:
    """Equal contracts give equal bytes."""
    one, other = (EMITTERS[f"openapi-{version}"](contract(), Options()) for _ in range(2))
    assert one == other


@ALL
@pytest.mark.parametrize("schemas", ["tolerant", "exact"])
def test_what_narrows_a_body_says_that_it_is_open(version: str, schemas: Any) -> None:
    """Linters that take listed members for all members do not report those that the status does not name."""
    response = fragment(version, schemas=schemas)["components"]["responses"]["AcmeNotFound"]
    narrowed = response["content"]["application/json"]["schema"]["allOf"][1]
    assert narrowed["additionalProperties"] is True
    assert narrowed["properties"]["error"]["additionalProperties"] is True
