"""A definition to start from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen import api, definitions, documents
from schemagen.compiler import compile_format
from schemagen.contract import Contract
from schemagen.errors import InputError
from schemagen.model import ErrorFormat, ObjectSchema
from schemagen.scaffold import scaffold


def read(text: str) -> tuple[ErrorFormat, Contract]:
    """The definition and its contract; there is not even a warning."""
    document, findings = documents.read(text.encode(), "new.yaml")
    assert findings == []
    assert document is not None
    form, findings = definitions.read(document)
    assert [item.message for item in findings] == []
    assert form is not None
    contract, findings = compile_format(form)
    assert [item.message for item in findings] == []
    assert contract is not None
    return form, contract


def phrases(form: ErrorFormat, schema: str = "Body") -> dict[str, str]:
    """The members of a schema as they are written."""
    found = next(each for each in form.schemas if each.name == schema)
    assert isinstance(found, ObjectSchema)
    return {member.name: member.phrase for member in found.members}


def test_without_an_example_it_is_a_usual_format_with_its_roles() -> None:
    """The example is ours, so its roles are in place, and the definition can be tried at once."""
    form, contract = read(scaffold("acme"))
    assert phrases(form, "Error") == {
        "code": "string as code",
        "message": "string as message",
        "status": "integer as status",
    }
    assert [example.status for example in contract.examples] == [404]


def test_members_and_types_come_from_the_values() -> None:
    """Objects become named schemas; formats are recognised where the text leaves no doubt."""
    body = {
        "error": {
            "code": 7,
            "ratio": 0.5,
            "ok": False,
            "at": "2024-05-06T07:08:09.5Z",
            "see": "https://example.com/a#b",
        },
        "id": "0B0F3D6A-9d7e-4b1c-8d7f-000000000000",
        "day": "2024-05-06",
        "nothing": None,
        "empty": {},
    }
    form, _ = read(scaffold("acme", body=body))
    assert phrases(form) == {
        "error": "Error",
        "id": "uuid",
        "day": "string",
        "nothing": "any",
        "empty": "object",
    }
    assert phrases(form, "Error") == {
        "code": "integer",
        "ratio": "number",
        "ok": "boolean",
        "at": "date-time",
        "see": "uri",
    }


def test_items_of_a_list_are_one_schema() -> None:
    """What is not in every item is optional; what differs is a choice."""
    body = {
        "errors": [{"code": 1, "field": "a"}, {"code": "x"}, {"code": None}],
        "none": [],
        "mixed": [1, 2.5, "a", [True]],
    }
    form, _ = read(scaffold("acme", body=body))
    assert phrases(form) == {
        "errors": "list of Error",
        "none": "list of any",
        "mixed": "list of (list of boolean or number or string)",
    }
    assert phrases(form, "Error") == {"code": "integer or string or null", "field": "optional string"}


def test_roles_are_suggested_in_comments_only() -> None:
    """Nothing is inferred from a name; the person decides, with the line to copy beside the member."""
    body = {"code": "A", "message": "m", "httpStatus": 404, "msg": "again", "status": "gone", "trace_id": "t"}
    text = scaffold("acme", body=body)
    form, _ = read(text)
    assert {
        member.role
        for schema in form.schemas
        if isinstance(schema, ObjectSchema)
        for member in schema.members
    } == {None}
    assert "  code: string  # string as code?\n" in text
    assert "  httpStatus: integer  # integer as status?\n" in text
    assert "  trace_id: string  # string as id?\n" in text
    assert "  msg: string\n" in text  # `message` has the role already
    assert "  status: string\n" in text  # no status


def test_what_is_suggested_can_be_taken() -> None:
    """With every suggestion taken the definition is still sound."""
    body = {
        "error": {
            "code": 4,
            "message": "m",
            "status": "404",
            "timestamp": "2024-05-06T07:08:09Z",
            "help": "https://a.example",
        }
    }
    text = scaffold("acme", body=body)
    lines = [
        f"{line.partition(':')[0]}: {line.partition('  # ')[2].rstrip('?')}"
        if line.endswith("?") and " as " in line
        else line
        for line in text.splitlines()
    ]
    form, _ = read("\n".join(lines) + "\n")
    error = next(each for each in form.schemas if each.name == "Error")
    assert isinstance(error, ObjectSchema)
    assert sorted(str(member.role) for member in error.members) == [
        "code",
        "docs",
        "message",
        "status",
        "timestamp",
    ]


@pytest.mark.parametrize(
    ("body", "status", "wanted"),
    [
        ({"error": {"status": 422, "inner": [{"status": 404}]}}, None, 422),
        ({"statusCode": "503"}, None, 503),
        ({"status": 422}, 400, 400),
        ({"count": 200}, None, 400),
        ({"big": 4040, "flag": True}, None, 400),
        ([], None, 400),
    ],
)
def test_the_example_keeps_the_status_it_came_with(body: Any, status: int | None, wanted: int) -> None:
    """The status given, else the one that the body itself carries, the outermost first, else 400."""
    form, _ = read(scaffold("acme", body=body, status=status))
    assert [example.status for example in form.examples] == [wanted]
    assert [response.key for response in form.responses] == [str(wanted)]


@pytest.mark.parametrize(
    ("name", "identifier", "prefix"),
    [
        ("acme", "acme", "Acme"),
        ("Acme API", "acme-api", "AcmeApi"),
        ("AcmeAPI", "acme-api", "AcmeApi"),
        ("8x8", "8x8", "X8x8"),
        ("--", "my-api", "MyApi"),
        ("..\x1b[2J\n电话", "2j", "X2j"),
        ("x" * 200, "x" * 63, "X" + "x" * 39),
    ],
)
def test_the_name_becomes_id_and_prefix(name: str, identifier: str, prefix: str) -> None:
    """Whatever a file is called, id and prefix are what the language allows."""
    form, _ = read(scaffold(name, file=f"{name}.yaml"))
    assert (form.id, form.prefix) == (identifier, prefix)


@pytest.mark.parametrize(
    "body",
    ["text", 5, True, [], {}, [1, "a"], [{"a": 1}], [[{"$id": 1}]], {"": 1, "yes": 2, "Body": {"x": 1}}],
)
def test_any_json_value_can_be_an_example(body: Any) -> None:
    """Also a body that is no object, and members with awkward names."""
    _, contract = read(scaffold("acme", body=body))
    assert contract.examples[0].body == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.text(max_size=12), st.none() | st.integers(100, 599))
@example(None, "LPT0", None)
def test_every_example_makes_a_sound_definition(body: Any, name: str, status: int | None) -> None:
    """Whatever stands in the example and whatever the file is called, what is written can be read."""
    form, contract = read(scaffold(name, file=name, body=body, status=status))
    assert len(form.examples) == len(contract.examples) == 1


def test_an_example_that_is_not_json_is_refused_with_the_reason() -> None:
    """One line says what is wrong with it."""
    with pytest.raises(InputError, match=r"^the example is not JSON: [^\n]+$"):
        api.new("acme", body=b"{not json")
    with pytest.raises(InputError, match="the example is not JSON: it is empty"):
        api.new("acme", body=b"")
    with pytest.raises(InputError, match="json-depth"):
        api.new("acme", body=b"[" * 60 + b"]" * 60)


@pytest.mark.parametrize(
    "body", [None, {"errors": [{"code": 1, "message": "Nope", "$ref": "x"}], "status": "404"}]
)
def test_what_new_writes_passes_check(elsewhere: Path, run: Any, body: Any) -> None:
    """From the command line: written, then proved, without a finding."""
    (elsewhere / "body.json").write_text(json.dumps(body))
    example = [] if body is None else ["--from", "body.json"]
    assert run("new", "errors/acme.yaml", *example).code == 0
    found = run("check", "errors/acme.yaml")
    assert (found.code, found.out.splitlines()[0]) == (0, "1 definition read")


@pytest.mark.parametrize(
    ("status", "body", "condition"),
    [
        (200, {"Success": False, "why": "x"}, "when:\n  status: '200-299'\n  body:\n    Success: false\n"),
        (302, {"to": "x", "ok": True}, "when:\n  status: '300-399'\n  has: to\n"),
        (200, ["x"], "when:\n  status: '200-299'\n"),
        (404, {"ok": False}, ""),
    ],
)
def test_an_example_of_a_good_status_says_what_makes_it_an_error(
    elsewhere: Path, run: Any, status: int, body: Any, condition: str
) -> None:
    """A flag that is false, else the first member; with it, `check` finds nothing."""
    written = run("new", "--from", "-", "--status", str(status), stdin=json.dumps(body).encode()).out
    assert ("\nwhen:" in written) == bool(condition)
    assert condition in written
    found = run("check", "-", stdin=written.encode())
    assert (found.code, found.out.splitlines()[-1]) == (0, "0 errors, 0 warnings")


@pytest.mark.parametrize("name", ["con", "NUL", "com0", "lpt1"])
def test_new_gives_no_name_that_check_or_windows_refuses(elsewhere: Path, run: Any, name: str) -> None:
    """What Windows keeps for devices gets a word more as an id, and is refused as a file with the word to add."""
    assert f"\nid: {name.lower()}-api\n" in scaffold(name)
    for file in (f"{name}.yaml", f"{name} .v2.yml"):
        found = run("new", file)
        assert (found.code, list(elsewhere.iterdir())) == (2, [])
        assert f"{file}: Windows keeps this name for a device; add a word, as in my-{file}" in found.err
    assert run("new", f"my-{name}.yaml").code == 0
    assert run("check", f"my-{name}.yaml").code == 0


def test_a_schema_with_blanks_in_its_path_is_one_word() -> None:
    """Editors read up to the first blank."""
    text = scaffold("acme", schema="../a b\n/definition.schema.json", built=True)
    assert text.splitlines()[0] == "# yaml-language-server: $schema=../a%20b%0A/definition.schema.json"
    read(text)


def test_the_suggestions_can_be_taken() -> None:
    """Each commented piece of YAML, with its mark removed, stands where it belongs and is sound."""
    lines = scaffold("acme").splitlines()
    suggested = [line for line in lines if re.match(r"# {1,3}[\w-]+:( |$)", line)]
    assert len(suggested) == 12
    taken = [line.removeprefix("# ") if line in suggested else line for line in lines]
    form, contract = read("\n".join(taken) + "\n")
    assert form.servers == ("https://api.example.com/v1",)
    assert [code.text for code in contract.codes] == ["user_not_found", "expired"]
    assert [header.name for header in contract.headers] == ["Retry-After"]
    assert [response.key for response in contract.responses] == ["404", "429", "default"]
