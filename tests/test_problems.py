"""Errors of any format as problem details (RFC 9457)."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import bodies, compiler, definitions, documents
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Response
from schemagen.problems import Problem, derive

ROOT = Path(__file__).parent.parent
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
FORMATS = sorted((ROOT / "tests" / "formats").glob("*.yaml"))

RFC9457 = {
    "type": "object",
    "required": ["type", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "detail": {"type": "string", "minLength": 1},
        "instance": {"type": "string", "format": "uri-reference", "minLength": 1},
        "retry": {"enum": ["yes", "no", "after"]},
        "format": {"type": "string"},
        "errors": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/part"}},
        "pointer": {"$ref": "#/$defs/pointer"},
    },
    "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{2,}$"},
    "$defs": {
        "pointer": {"type": "string", "format": "uri-reference", "pattern": "^#(/|$)"},
        "part": {
            "type": "object",
            "minProperties": 1,
            "properties": {"detail": {"type": "string"}, "pointer": {"$ref": "#/$defs/pointer"}},
            "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]{2,}$"},
        },
    },
}
VALID = jsonschema_rs.Draft202012Validator(RFC9457, validate_formats=True)


@functools.cache
def contract_of(path: Path) -> Contract:
    """The contract of a definition in the repository."""
    return compiled(path.read_text(encoding="utf-8"))


@functools.cache
def compiled(text: str) -> Contract:
    """The contract of a definition."""
    document, problems = documents.read(text.encode(), "test.yaml")
    assert document is not None, problems
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, more = compiler.compile_format(form)
    assert contract is not None, more
    return contract


def told(rest: str, *, head: str = "") -> Contract:
    """The contract of a definition made for one test."""
    return compiled(f"schemagen: 1\nid: test\ntitle: Test\nsource: made for the tests\n{head}{rest}")


def answered(status: int, body: Any, *headers: tuple[str, str]) -> Exchange:
    """A response; bytes are a body as it is."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Origin("test.har", 3, (), 17), Response(status, headers, raw))


def problem(contract: Contract, status: int, body: Any, *headers: tuple[str, str]) -> Problem:
    """The problem details of a response."""
    exchange = answered(status, body, *headers)
    return derive(contract, exchange, bodies.read(exchange.response))


def plain(contract: Contract, status: int, body: Any, *headers: tuple[str, str]) -> dict[str, Any]:
    """The same as JSON data, valid by RFC 9457."""
    found = problem(contract, status, body, *headers).as_json()
    VALID.validate(found)
    assert orjson.loads(orjson.dumps(found)) == found
    return found


def examples() -> Iterator[Any]:
    """Every example of every definition, with its contract."""
    for path in (*SPECS, *FORMATS):
        contract = contract_of(path)
        for example in contract.examples:
            yield pytest.param(contract, example, id=f"{contract.id}-{example.name}")


TELECOMX, EIGHT, BANDWIDTH = (
    contract_of(ROOT / "specs" / f"{name}.yaml") for name in ("telecomx", "8x8", "bandwidth-voice")
)
JSONAPI, GITHUB, TWILIO, RPC, AZURE, NESTED = (
    contract_of(ROOT / "tests" / "formats" / f"{name}.yaml")
    for name in ("jsonapi", "github", "twilio", "rpc", "azure", "nested")
)


@pytest.mark.parametrize(("contract", "example"), list(examples()))
def test_every_example_becomes_valid_problem_details(contract: Contract, example: Any) -> None:
    """Good, drifting and broken ones; the status is that of HTTP, the format the definition's id."""
    body = example.text.encode() if example.text is not None else example.body
    headers = ((name.lower(), value) for name, value in example.headers)
    found = plain(contract, example.status, body, *headers)
    assert (found["status"], found["format"]) == (example.status, contract.id)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


def replaced(value: Any, other: Any, draw: Any) -> Any:
    """`value` with `other` in one place of it."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: replaced(value[name], other, draw)}
    if isinstance(value, list) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], replaced(value[place], other, draw), *value[place + 1 :]]
    return other


@settings(max_examples=300)
@given(st.data())
def test_whatever_stands_in_a_body_the_result_is_valid(data: st.DataObject) -> None:
    """Values of any type in the places of roles, and bodies of any shape."""
    contract = contract_of(data.draw(st.sampled_from([*SPECS, *FORMATS])))
    example = data.draw(st.sampled_from([one for one in contract.examples if one.text is None]))
    body = replaced(example.body, data.draw(ANY_JSON), data.draw)
    media = data.draw(st.sampled_from(["application/json", "text/html"]))
    status = data.draw(st.sampled_from([example.status, 200, 299, 404, 529, 599]))
    found = plain(contract, status, body, ("content-type", media), ("retry-after", data.draw(st.text())))
    assert found["status"] == status


# Type and title


def test_without_a_page_of_its_own_the_type_is_blank_and_the_title_the_phrase() -> None:
    """RFC 9457, section 4.2.1; what the code means, and the page of all codes, stand beside it."""
    body = {"error": {"code": "expired", "status": 401, "message": "Session has expired, please login"}}
    assert plain(TELECOMX, 401, body) == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Session has expired, please login",
        "code": "expired",
        "meaning": "The session has ended; log in again.",
        "docs": "https://wiki.telecomx.dk/doku.php?id=api:errors",
        "format": "telecomx",
    }


def test_a_meaning_that_says_what_the_title_says_is_left_out() -> None:
    """8x8's 1300 is "Not found"."""
    found = plain(EIGHT, 404, {"code": 1300, "message": "m"})
    assert (found["title"], "meaning" in found) == ("Not Found", False)


LINKED = """body: {code: string as code, title: optional string as title, url: optional uri as docs, see: optional string}
codes:
  gone: It has been removed
  own: {description: "With a page", docs: "https://example.com/own#x"}
docs: https://example.com/errors/{code}
"""


def test_the_page_of_a_code_is_the_type_and_its_meaning_the_title() -> None:
    """Filled in by the catalogue, or its own; also of a code that is not in it."""
    found = plain(told(LINKED), 404, {"code": "gone"})
    assert (found["type"], found["title"]) == ("https://example.com/errors/gone", "It has been removed")
    assert "docs" not in found
    assert plain(told(LINKED), 404, {"code": "own"})["type"] == "https://example.com/own#x"
    found = plain(told(LINKED), 404, {"code": "a/b ü"})
    assert (found["type"], found["title"]) == ("https://example.com/errors/a%2Fb%20%C3%BC", "Not Found")


def test_what_the_body_says_of_itself_wins() -> None:
    """Its own link and its own title."""
    found = plain(told(LINKED), 404, {"code": "gone", "title": "Away", "url": "https://example.com/z"})
    assert (found["type"], found["title"]) == ("https://example.com/z", "Away")


def test_a_link_that_is_none_is_no_type() -> None:
    """It stands in an extension, as it is."""
    contract = told("body: {see: string as docs}")
    found = plain(contract, 404, {"see": "our handbook, page 3"})
    assert (found["type"], found["docs"]) == ("about:blank", "our handbook, page 3")


def test_an_error_inside_a_success_is_not_titled_ok() -> None:
    """The code's meaning, else what the definition says of the status."""
    body = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "m"}}
    assert plain(RPC, 200, body)["title"] == "Method not found"
    assert plain(RPC, 200, {**body, "error": {"code": 5, "message": "m"}})["title"] == "Answered"


def test_a_status_without_a_registered_phrase_is_titled_by_the_definition() -> None:
    """Else it has no title at all."""
    contract = told('body: {m: string as message}\nresponses: {529: "The site is overloaded"}')
    assert plain(contract, 529, {"m": "x"})["title"] == "The site is overloaded"
    assert "title" not in plain(contract, 530, {"m": "x"})


# Detail, instance, extensions


def test_the_detail_is_the_message_beside_the_code() -> None:
    """Not one that stands further out."""
    contract = told(
        "body: {message: string as message, error: Error}\n"
        "schemas: {Error: {code: string as code, text: optional string as message}}"
    )
    body = {"message": "Request failed", "error": {"code": "x", "text": "No such parcel"}}
    assert plain(contract, 404, body)["detail"] == "No such parcel"
    assert plain(contract, 404, {**body, "error": {"code": "x"}})["detail"] == "Request failed"


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        ("m", "m"),
        (17, "17"),
        (["a", None, 2, "", "b"], "a; 2; b"),
        (None, None),
        ({"a": "b"}, None),
        ("", None),
    ],
)
def test_a_message_of_any_type_is_a_text(value: Any, detail: str | None) -> None:
    """Texts of a list stand side by side; what is no text at all is left out."""
    contract = told("body: {m: string or list of string as message}")
    assert plain(contract, 404, {"m": value}).get("detail") == detail


@pytest.mark.parametrize(
    ("kind", "value", "member", "wanted"),
    [
        ("string", "https://example.com/e/1", "instance", "https://example.com/e/1"),
        ("string", "urn:x:1", "instance", "urn:x:1"),
        ("string", "1949a467-2db1-ea11-afa9-00155db6eaf4", "instance", "urn:uuid:1949a467-2db1-ea11-afa9-00155db6eaf4"),
        ("uri-reference", "/e/1", "instance", "/e/1"),
        ("uri-reference", "not a reference", "occurrence", "not a reference"),
        ("string", "qzrfa", "occurrence", "qzrfa"),
        ("string", "/e/1", "occurrence", "/e/1"),
        ("integer", 17, "occurrence", 17),
        ("integer", 0, "occurrence", 0),
    ],
)  # fmt: skip
def test_an_id_is_an_instance_if_it_is_a_uri(kind: str, value: Any, member: str, wanted: Any) -> None:
    """A UUID is one (RFC 9562); a mere word would be a reference, but to something else."""
    found = plain(told(f"body: {{id: {kind} as id}}"), 404, {"id": value})
    assert {name: found[name] for name in ("instance", "occurrence") if name in found} == {member: wanted}


@pytest.mark.parametrize("value", [None, "", {"a": 1}])
def test_an_id_that_says_nothing_is_left_out(value: Any) -> None:
    """Bandwidth's is null or empty."""
    found = plain(BANDWIDTH, 400, {"type": "validation", "description": "Bad Request", "id": value})
    assert not {"instance", "occurrence"} & found.keys()


def test_other_roles_are_extensions_as_they_are_on_the_wire() -> None:
    """A code keeps its type; all names are fit for other formats than JSON (section 3.2)."""
    contract = told(
        "body: {c: integer as code, r: string as reason, t: number as timestamp, p: list of string as path}"
    )
    found = plain(contract, 422, {"c": 7, "r": "short", "t": 1.5, "p": ["body", "zip"]})
    assert found == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "code": 7,
        "reason": "short",
        "path": ["body", "zip"],
        "timestamp": 1.5,
        "format": "test",
    }


@pytest.mark.parametrize(
    ("documented", "headers", "wanted"),
    [
        ("{}", {}, {}),
        ("{retry: true}", {}, {"retry": "yes"}),
        ("{retry: after}", {"retry-after": "120"}, {"retry": "after", "retry_after": 120}),
        ("{}", {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, {"retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"}),
        ("{headers: {X-Again: optional integer as retry}}", {"x-again": "5", "retry-after": "9"}, {"retry_after": 5}),
    ],
)  # fmt: skip
def test_advice_on_trying_again_is_kept(
    documented: str, headers: dict[str, str], wanted: dict[str, Any]
) -> None:
    """What is documented of the status, and what the header says."""
    contract = told(f"body: {{m: string as message}}\nresponses: {{503: {documented}}}")
    found = plain(contract, 503, {"m": "x"}, *headers.items())
    assert {name: found[name] for name in ("retry", "retry_after") if name in found} == wanted


def test_what_the_body_and_the_code_say_on_trying_again_wins() -> None:
    """A boolean says whether; the code speaks before the status."""
    contract = told(
        "body: {c: string as code, again: optional boolean as retry}\n"
        "codes: {never: {description: No, retry: false}}\nresponses: {503: {retry: true}}"
    )
    assert plain(contract, 503, {"c": "never"})["retry"] == "no"
    assert plain(contract, 503, {"c": "never", "again": True})["retry"] == "yes"
    assert plain(contract, 503, {"c": "other", "again": False})["retry"] == "no"


def test_headers_with_roles_fill_what_the_body_does_not_say() -> None:
    """A code may stand in a header only, as in an answer to HEAD."""
    found = plain(AZURE, 503, b"", ("x-ms-error-code", "A"), ("retry-after", "3"))
    assert (found["code"], found["meaning"], found["retry_after"]) == ("A", "first", 3)
    body = {"error": {"code": "B", "message": "m", "target": "t"}}
    assert plain(AZURE, 503, body, ("x-ms-error-code", "A"))["code"] == "B"


# Several errors


def test_errors_that_are_collected_stand_in_errors() -> None:
    """Each with what it says itself, also its own status; inner ones of inner ones, too."""
    inner = {
        "message": "Invalid street",
        "code": "street",
        "status": 422,
        "inner": [{"code": "deep", "status": 404}],
    }
    body = {
        "error": {"code": "multiple", "status": 422, "inner": [inner, {"code": "not_found", "status": 404}]}
    }
    found = plain(TELECOMX, 422, body)
    assert found["code"] == "multiple"
    assert found["errors"] == [
        {"status": 422, "detail": "Invalid street", "code": "street"},
        {"status": 404, "code": "deep"},
        {"title": "The item that the URL names is not there.", "status": 404, "code": "not_found"},
    ]


def test_a_list_of_errors_has_pointers_in_the_form_of_a_fragment() -> None:
    """As in the example of RFC 9457, section 3; what is no JSON Pointer is a path, as it is."""
    sources = ["/data/a b~1c", "#/data/x", "/data/~x", "name"]
    body = {"errors": [{"title": "T", "detail": "d", "source": {"pointer": each}} for each in sources]}
    assert plain(JSONAPI, 422, body)["errors"] == [
        {"title": "T", "detail": "d", "pointer": "#/data/a%20b~1c"},
        {"title": "T", "detail": "d", "pointer": "#/data/x"},
        {"title": "T", "detail": "d", "path": "/data/~x"},
        {"title": "T", "detail": "d", "path": "name"},
    ]


def test_outside_of_lists_only_a_type_makes_a_pointer() -> None:
    """Many servers give the path of the URL."""
    assert plain(told("body: {p: string as path}"), 404, {"p": "/users/1"})["path"] == "/users/1"
    assert plain(told("body: {p: json-pointer as path}"), 404, {"p": "/users/1"})["pointer"] == "#/users/1"


def test_one_error_in_a_list_is_the_error_itself() -> None:
    """Where nothing is said around it."""
    error = {"id": "f-1", "code": "gone", "detail": "It is gone", "source": {"pointer": "/data"}}
    found = plain(JSONAPI, 404, {"errors": [error]})
    assert (found["code"], found["detail"], found["pointer"]) == ("gone", "It is gone", "#/data")
    assert (found["occurrence"], "errors" in found) == ("f-1", False)


def test_items_that_are_no_errors_are_left_out() -> None:
    """A batch holds results, too: an id alone is none."""
    failed = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "m"}}
    result = {"jsonrpc": "2.0", "id": 2, "result": 3}
    found = plain(RPC, 200, [result, failed])
    assert (found["code"], found["occurrence"], "errors" in found) == (-32601, 1, False)
    assert len(plain(RPC, 200, [failed, result, failed])["errors"]) == 2


def test_errors_that_are_mere_texts_are_details() -> None:
    """GitHub's may be a list of strings; what else stands there says nothing."""
    body = {"message": "Validation Failed", "errors": ["name is too long", "url is empty"]}
    assert plain(GITHUB, 422, body)["errors"] == [{"detail": "name is too long"}, {"detail": "url is empty"}]
    by_name = told(
        "body: {errors: map of (string or Error) as children}\nschemas: {Error: {m: string as message}}"
    )
    found = plain(by_name, 422, {"errors": {"zip": "too short", "city": {"m": "missing"}}})
    assert found["errors"] == [{"detail": "too short"}, {"detail": "missing"}]


def test_codes_in_objects_of_their_own_are_errors_of_their_own() -> None:
    """The outermost is the error, whether or not the definition says that it collects the others."""
    contract = told(
        "body: {error: Error}\n"
        "schemas: {Error: {code: string as code, message: optional string as message, innererror: optional Error}}"
    )
    body = {"error": {"code": "a", "message": "m", "innererror": {"code": "b", "innererror": {"code": "c"}}}}
    found = plain(contract, 404, body)
    assert (found["code"], found["detail"]) == ("a", "m")
    assert found["errors"] == [{"code": "b"}, {"code": "c"}]


# Bodies of other kinds


def test_what_is_not_json_is_what_its_status_says() -> None:
    """A page of a gateway, where the server tells whose response it is."""
    assert plain(TELECOMX, 502, b"<html>Bad Gateway</html>") == {
        "type": "about:blank",
        "title": "Bad Gateway",
        "status": 502,
        "docs": "https://wiki.telecomx.dk/doku.php?id=api:errors",
        "format": "telecomx",
    }


RFC = """media: application/problem+json
body:
  type: optional uri-reference as docs
  title: optional string as title
  status: optional integer as status
  detail: optional string as message
  instance: optional uri-reference as id
rules: {members: any}
"""
PROBLEM = ("content-type", "application/problem+json; charset=utf-8")


def test_problem_details_come_out_as_they_are() -> None:
    """With the format that they are of, and all extensions."""
    body = {
        "type": "/probs/out-of-credit",
        "title": "You do not have enough credit.",
        "status": 403,
        "detail": "Your current balance is 30, but that costs 50.",
        "instance": "account/12345/msgs/abc",
        "balance": 30,
        "accounts": ["/account/12345", "/account/67890"],
        "errors": [{"detail": "must be a positive integer", "pointer": "#/age", "rule": "min"}],
    }
    assert plain(told(RFC), 403, body, PROBLEM) == {**body, "format": "test"}


def test_problem_details_with_members_of_wrong_types_lose_these() -> None:
    """A reader has to ignore them (RFC 9457, section 3.1); the status is that of HTTP."""
    body = {
        "type": ["x"],
        "title": 5,
        "status": "500",
        "detail": "d",
        "instance": "not a reference",
        "extra": None,
    }
    found = plain(told("body: {any: optional any}"), 404, body, PROBLEM)
    assert found == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "d",
        "extra": None,
        "format": "test",
    }


# What must not come out


def test_secrets_are_masked_by_their_places() -> None:
    """Members, parameters of URLs, user names in them, and headers."""
    contract = told(
        "body: {access_token: Inner, url: uri as docs, m: string as message}\nschemas: {Inner: {code: string as code}}\n"
        "headers: {X-Api-Key: optional string as id}"
    )
    body = {
        "access_token": {"code": "s3cret"},
        "url": "https://example.com/?token=s3cret",
        "m": "see https://user:s3cret@example.com",
    }
    found = plain(contract, 401, body, ("x-api-key", "s3cret"))
    assert "s3cret" not in json.dumps(found)
    assert found["code"] == "[redacted]"
    carried = plain(told(RFC), 401, {"detail": "d", "session_token": "s3cret"}, PROBLEM)
    assert carried["session_token"] == "[redacted]"


def test_lone_surrogates_are_replaced() -> None:
    """Strict readers of JSON refuse them; they come from headers and names of files."""
    contract = told("body: any\nheaders: {X-Code: optional string as code}\ndocs: https://example.com/{code}")
    exchange = Exchange(Origin("a\udc80.har"), Response(404, (("x-code", "b\ud800"),), b""))
    found = derive(contract, exchange, bodies.read(exchange.response)).as_json(with_origin=True)
    assert orjson.loads(orjson.dumps(found)) == found
    assert (found["code"], found["recording"]["source"]) == ("b\ufffd", "a\ufffd.har")


def test_where_it_was_recorded_is_said_on_request() -> None:
    """The problem knows it in any case."""
    found = problem(TWILIO, 404, {"errors": ["a"], "ok": False})
    assert "recording" not in found.as_json()
    assert found.as_json(with_origin=True)["recording"] == {"source": "test.har", "entry": 3, "line": 17}
    assert found.origin == Origin("test.har", 3, (), 17)


def test_many_errors_take_time_in_proportion() -> None:
    """A bulk request of ten thousand lines may fail in each."""
    body = {"errors": [{"code": f"c{number}", "detail": "m", "status": "422"} for number in range(10_000)]}
    begun = time.process_time()
    found = plain(JSONAPI, 422, body)
    assert len(found["errors"]) == 10_000
    assert time.process_time() - begun < 30
