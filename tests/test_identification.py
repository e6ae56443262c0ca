"""What `identify` answers of a body."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from schemagen import bodies, compiler, definitions, documents
from schemagen.contract import Contract
from schemagen.exchanges import Response
from schemagen.identification import Identification, NamedCode, identify

ROOT = Path(__file__).parent.parent


@functools.cache
def contract_of(path: str) -> Contract:
    """The contract of a definition in the repository."""
    document, _ = documents.read((ROOT / path).read_bytes(), path)
    assert document is not None
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, _ = compiler.compile_format(form)
    assert contract is not None
    return contract


def shipped() -> list[Contract]:
    """The five shipped definitions."""
    return [contract_of(f"specs/{path.name}") for path in sorted((ROOT / "specs").glob("*.yaml"))]


def answer(status: int | None, body: Any, contracts: list[Contract] | None = None) -> Identification:
    """What is known of a body."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return identify(contracts or shipped(), status, bodies.read(Response(status or 0, body=raw)))


EXPIRED = {"error": {"code": "expired", "status": 401, "message": "Session has expired, please login"}}


def test_a_documented_body_is_explained() -> None:
    """Which API, which code, what it means, where it is documented."""
    found = answer(401, EXPIRED)
    assert (found.verdict, found.definition, found.title) == ("exact", "telecomx", "Telecom X API")
    (code,) = found.codes
    assert (code.value, code.known, code.documented) == ("expired", True, ("401",))
    assert code.meaning == "The session has ended; log in again."
    assert code.message == "Session has expired, please login"
    assert code.docs == "https://wiki.telecomx.dk/doku.php?id=api:errors"
    assert found.response.startswith("Unauthorized")
    assert found.why == ""


def test_without_a_status_the_body_says_it_itself() -> None:
    """The status member stands in for the HTTP status."""
    found = answer(None, EXPIRED)
    assert (found.verdict, found.definition, found.status) == ("exact", "telecomx", 401)


def test_without_any_status_the_code_is_explained_all_the_same() -> None:
    """8x8 has no status in the body."""
    body = {
        "code": 1300,
        "message": "Message not found.",
        "errorId": "1949a467-2db1-ea11-afa9-00155db6eaf4",
        "timestamp": "2020-06-18T06:31:58.11Z",
    }
    found = answer(None, body)
    assert (found.verdict, found.definition, found.status) == ("exact", "8x8", None)
    assert [code.meaning for code in found.codes] == ["Not found"]


def test_drift_says_what_differs() -> None:
    """An unknown code is drift, and is not known."""
    found = answer(400, {"ResponseStatus": {"ErrorCode": "NO_CREDIT", "Message": "m"}})
    assert (found.verdict, found.definition) == ("drift", "fonedynamics")
    assert found.codes == (NamedCode("NO_CREDIT", ("ResponseStatus", "ErrorCode"), message="m"),)
    assert found.why == "/ResponseStatus/ErrorCode is a code that is not documented here"


def test_a_contradiction_is_recognised_where_it_is_unmistakable() -> None:
    """All of Tangoe's members with the wrong status."""
    body = {"errorCode": "403-Tenant-error", "id": "bhwop", "message": "Unknown tenant.", "status": 400}
    found = answer(403, body)
    assert (found.verdict, found.definition) == ("contradiction", "tangoe")
    assert found.why == "/status is not the status of the response"


def test_a_single_definition_explains_what_contradicts_it() -> None:
    """With one definition there is nothing to choose: what is wrong is said."""
    found = answer(404, {"error": {"message": "m"}}, [contract_of("specs/telecomx.yaml")])
    assert (found.verdict, found.why) == ("contradiction", 'no member "code" in /error')


def test_the_nearest_miss_is_named() -> None:
    """What is unknown is compared with the definition that misses least."""
    found = answer(404, {"error": {"message": "m", "status": 404}})
    assert (found.verdict, found.definition, found.nearest) == ("unknown", "", "telecomx")
    assert found.why == 'no member "code" in /error'


def test_what_is_not_json_is_unknown() -> None:
    """A page of a gateway is nobody's error."""
    assert answer(502, b"<html>") == Identification(
        "unknown", status=502, why="the body is an HTML page, not JSON"
    )


def test_retry_is_said_by_the_code_else_by_the_response() -> None:
    """Azure's 503 in the tests' definition says to wait; the catalogue says nothing."""
    azure = contract_of("tests/formats/azure.yaml")
    body = {"error": {"code": "A", "message": "m", "target": "t"}}
    assert answer(503, body, [azure]).retry == "after"
    assert answer(500, body, [azure]).retry is None


def test_all_codes_are_named_in_order_with_the_message_beside_them() -> None:
    """The outer code comes first; a message of an enclosing list item is not an inner one's."""
    body = {
        "error": {
            "code": "multiple",
            "status": 422,
            "inner": [
                {"message": "User not found", "code": "userId", "status": 404},
                {"code": "x", "status": 404},
            ],
        }
    }
    found = answer(422, body)
    assert [(code.value, code.message, code.known) for code in found.codes] == [
        ("multiple", "", True),
        ("userId", "User not found", False),
        ("x", "", False),
    ]


def test_other_roles_are_given_once_from_the_outermost_place() -> None:
    """Ids and timestamps help when talking to the vendor."""
    found = answer(400, {"type": "validation", "description": "Bad Request", "id": "a-1"})
    assert dict(found.roles) == {"message": "Bad Request", "id": "a-1"}


def test_what_belongs_to_one_of_several_errors_stands_with_its_code() -> None:
    """A path and a message of an item are not said of the whole body."""
    body = {
        "errors": [
            {"code": "taken", "detail": "m", "source": {"pointer": "/data/name"}},
            {"title": "No code"},
            {"code": "gone", "id": "f-1", "title": "Gone", "source": {"pointer": "/data"}},
        ]
    }
    found = answer(422, body, [contract_of("tests/formats/jsonapi.yaml")])
    assert [(code.value, code.message, dict(code.roles)) for code in found.codes] == [
        ("taken", "m", {"path": "/data/name"}),
        ("gone", "", {"id": "f-1", "title": "Gone", "path": "/data"}),
    ]
    assert dict(found.roles) == {"title": "No code"}


def test_deprecated_codes_say_so() -> None:
    """What the definition says of a deprecated code is in the answer."""
    twilio = contract_of("tests/formats/twilio.yaml")
    body = {"code": 20400, "message": "m", "more_info": "https://x.example", "status": 400}
    (code,) = answer(400, body, [twilio]).codes
    assert (code.deprecated, code.docs) == ("20404 says more", "https://www.twilio.com/docs/errors/20400")
