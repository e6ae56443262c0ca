"""Contracts as schema files and tables; the registry of emitters."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import jsonschema_rs
import pytest

from schemagen import emitters, resources
from schemagen.contract import Code, Contract, Response, Schema, Strict, Text
from schemagen.emitters import EMITTERS, Options, emit
from schemagen.emitters.markdown import code_span, codes_table, plain, prose

DIALECT = "https://json-schema.org/draft/2020-12/schema"

CODES_SHAPE: dict[str, Any] = {
    "$schema": DIALECT,
    "type": "object",
    "required": ["comment", "version", "id", "title", "source", "docs", "codes", "statuses"],
    "additionalProperties": False,
    "properties": {
        "comment": {"type": "string"},
        "version": {"const": 1},
        "id": {"type": "string"},
        "title": {"type": "string"},
        "source": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "docs": {"type": ["string", "null"]},
        "codes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "meaning", "statuses", "messages", "retry", "deprecated", "docs"],
                "additionalProperties": False,
                "properties": {
                    "code": {"type": ["string", "integer"]},
                    "meaning": {"type": "string"},
                    "statuses": {"$ref": "#/$defs/statuses"},
                    "messages": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["text", "statuses", "pattern"],
                            "additionalProperties": False,
                            "properties": {
                                "text": {"type": "string"},
                                "statuses": {"$ref": "#/$defs/statuses"},
                                "pattern": {"type": ["string", "null"]},
                            },
                        },
                    },
                    "retry": {"enum": ["yes", "no", "after", None]},
                    "deprecated": {"type": ["boolean", "string"]},
                    "docs": {"type": ["string", "null"]},
                },
            },
        },
        "statuses": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["status", "description", "error", "media", "retry", "codes"],
                "additionalProperties": False,
                "properties": {
                    "status": {"$ref": "#/$defs/status"},
                    "description": {"type": "string", "minLength": 1},
                    "error": {"type": "boolean"},
                    "media": {"type": "array", "items": {"type": "string"}},
                    "retry": {"enum": ["yes", "no", "after", None]},
                    "codes": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
    "$defs": {
        "status": {"type": "string", "pattern": "^([1-5](XX|[0-9]{2})|default)$"},
        "statuses": {"type": "array", "items": {"$ref": "#/$defs/status"}},
    },
}


def schema(identity: str, **more: Any) -> Schema:
    """A small document as the compiler makes it."""
    return Schema(
        {"$schema": DIALECT, "$id": identity, "title": "Any error", **more, "$ref": "#/$defs/Body"}, {}
    )


CONTRACT = Contract(
    name="specs/acme.yaml",
    id="acme",
    prefix="Acme",
    title="Acme API",
    sources=("https://acme.example/errors",),
    description="",
    servers=(),
    media=("application/json",),
    when=(),
    tolerant=schema("urn:schemagen:acme", **{"$defs": {"Body": {"type": "object"}}}),
    exact=schema("urn:schemagen:acme:exact", **{"$defs": {"Body": {"type": "object", "maxProperties": 1}}}),
    responses=(
        Response("200", "OK", "All is well", None, is_error=False),
        Response(
            "404", "NotFound", "Not found", ("$defs", "status-404"), media=("application/json",), codes=("7",)
        ),
        Response("503", "ServiceUnavailable", "Down", None, retry="after"),
    ),
    headers=(),
    codes=(
        Code(
            "7",
            7,
            "Gone",
            (Text("no ${0}", ("404",), "^no [\\s\\S]*$"), Text("no")),
            ("404",),
            "no",
            docs="https://x/7",
        ),
        Code("8", 8, deprecated="use 7"),
    ),
    rules=Strict(),
    docs=None,
    examples=(),
)


def emitted(name: str, **options: Any) -> Any:
    """The data in the JSON artifact of that emitter."""
    return json.loads(EMITTERS[name](CONTRACT, Options(**options)).text)


def test_the_registry_names_every_artifact() -> None:
    """One name, one file; the command line offers these names."""
    plain_contract = dataclasses.replace(CONTRACT, responses=())
    assert [(name, artifact.path) for name, artifact in zip(EMITTERS, emit(plain_contract), strict=True)] == [
        ("schema", "acme/acme.schema.json"),
        ("exact", "acme/acme.exact.schema.json"),
        ("openapi-3.0", "acme/openapi-3.0.yaml"),
        ("openapi-3.1", "acme/openapi-3.1.yaml"),
        ("openapi-3.2", "acme/openapi-3.2.yaml"),
        ("codes", "acme/codes.json"),
        ("reference", "acme/reference.md"),
    ]
    assert emitters.OPENAPI == ("3.0", "3.1", "3.2")


def test_only_what_is_asked_for_is_emitted() -> None:
    """`names` chooses, in the order given; an unknown name is a mistake in the program."""
    assert [artifact.path for artifact in emit(CONTRACT, names=["codes", "schema"])] == [
        "acme/codes.json",
        "acme/acme.schema.json",
    ]
    with pytest.raises(KeyError):
        list(emit(CONTRACT, names=["raml"]))


def test_schema_files_are_the_contracts_own_documents() -> None:
    """What ships is what checks: nothing but a comment is added."""
    for name, variant in (("schema", CONTRACT.tolerant), ("exact", CONTRACT.exact)):
        data = emitted(name)
        assert data.pop("$comment").startswith("Generated by schemagen")
        assert data == variant.document


def test_schemas_can_be_named_below_a_base_uri() -> None:
    """With a base URI, `$id` is the address under which the file is published, however the base ends."""
    for base in ("https://acme.example/schemas", "https://acme.example/schemas/"):
        assert emitted("schema", base_uri=base)["$id"] == "https://acme.example/schemas/acme/acme.schema.json"
        assert (
            emitted("exact", base_uri=base)["$id"]
            == "https://acme.example/schemas/acme/acme.exact.schema.json"
        )


def test_every_artifact_says_that_it_is_generated() -> None:
    """The mark by which files may be replaced or removed stands near the top of each."""
    for artifact in emit(dataclasses.replace(CONTRACT, responses=())):
        assert "Generated by schemagen" in artifact.text[:400]


def test_the_table_of_codes_has_its_shape() -> None:
    """`codes.json` is versioned and keeps to its schema; every key is always there."""
    jsonschema_rs.validator_for(CODES_SHAPE).validate(emitted("codes"))


def test_the_table_of_codes_says_what_the_contract_says() -> None:
    """Codes as on the wire, texts by status, statuses that are no errors marked."""
    table = emitted("codes")
    assert table["codes"][0] == {
        "code": 7,
        "meaning": "Gone",
        "statuses": ["404"],
        "messages": [
            {"text": "no ${0}", "statuses": ["404"], "pattern": "^no [\\s\\S]*$"},
            {"text": "no", "statuses": [], "pattern": None},
        ],
        "retry": "no",
        "deprecated": False,
        "docs": "https://x/7",
    }
    assert [(row["status"], row["error"], row["retry"], row["codes"]) for row in table["statuses"]] == [
        ("200", False, None, []),
        ("404", True, None, ["7"]),
        ("503", True, "after", []),
    ]


def test_the_published_schema_is_a_copy(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """`definition.schema.json` stands once in an output folder, byte for byte."""
    (tmp_path / "definition.schema.json").write_text('{"ø": 1}\n', encoding="utf-8")
    monkeypatch.setattr(resources, "definition_schema", lambda: tmp_path / "definition.schema.json")
    assert [(one.path, one.text) for one in emitters.emit_shared()] == [
        ("definition.schema.json", '{"ø": 1}\n')
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b *c* _d_", "a_b \\*c\\* \\_d\\_"),
        ("<token> | [x](y) & `z`", "\\<token> \\| \\[x\\](y) \\& \\`z\\`"),
        (" two\n lines ", "two lines"),
    ],
)
def test_meanings_are_shown_as_they_are(text: str, shown: str) -> None:
    """Nothing in a meaning becomes markup, HTML or a new cell."""
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a``", "``` `a`` ```"), ("a|b", "`a\\|b`"), ("", "")],
)
def test_codes_are_fenced_by_more_than_they_hold(text: str, shown: str) -> None:
    """A code with backticks stays one code span."""
    assert code_span(text) == shown


def test_tables_have_the_columns_that_hold_something() -> None:
    """No column of meanings or messages where there are none."""
    assert codes_table([Code("a", "a")]) == "| Code |\n| --- |\n| `a` |"
    assert codes_table([Code("a", "a", "x"), Code("b", "b", texts=(Text("t"),))]) == (
        "| Code | Meaning | Message |\n| --- | --- | --- |\n| `a` | x |  |\n| `b` |  | `t` |"
    )


def test_tables_of_many_statuses_say_which_each_code_has() -> None:
    """Where a code is tied to one; a table of one status need not say it."""
    codes = [Code("a", "a", statuses=("404", "5XX")), Code("b", "b")]
    assert (
        codes_table(codes)
        == codes_table(codes, "4XX")
        == ("| Code | Statuses |\n| --- | --- |\n| `a` | 404, 5XX |\n| `b` | any |")
    )
    assert codes_table(codes, "404") == codes_table([Code("a", "a"), Code("b", "b")])


def test_tables_of_a_status_have_its_texts_only() -> None:
    """A text that belongs to another status is not shown."""
    code = Code(
        "a", "a", texts=(Text("here", ("404",)), Text("there", ("4XX",)), Text("no", ("500",)), Text("any"))
    )
    assert codes_table([code], "404").endswith("| `a` | `here` · `there` · `any` |")
    assert codes_table([code], "500").endswith("| `a` | `no` · `any` |")
    assert codes_table([code]).endswith("| `a` | `here` · `there` · `no` · `any` |")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A *parcel* is\n\n- gone | `lost` if a < b & c", "A *parcel* is\n\n- gone | `lost` if a < b & c"),
        ("<img src=x> <!-- x -->", "&lt;img src=x&gt; &lt;!-&#45; x -&#45;&gt;"),
        ("![x](http://evil.example/x.png)", "&#33;[x](http://evil.example/x.png)"),
        ("[x](javascript:x) [y](https://acme.example)", r"\[x\](javascript:x) [y](https://acme.example)"),
    ],
)
def test_prose_in_fragments_holds_nothing_that_acts(text: str, said: str) -> None:
    """HTML is text, an image is a link, links lead to http and mailto; what has nothing of these stays as it is."""
    assert prose(text) == said
