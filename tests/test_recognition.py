"""Which definition an exchange belongs to, by what evidence, and what counts as an error."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from schemagen import bodies, compiler, definitions, documents
from schemagen.bodies import Body
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recognition import Recognition, is_error, recognise, recognise_body

ROOT = Path(__file__).parent.parent
IDS = sorted(path.stem for path in (ROOT / "specs").glob("*.yaml"))


def compiled(text: str) -> Contract:
    """The contract of a definition that has no mistakes."""
    document, problems = documents.read(text.encode(), "test.yaml")
    assert document is not None, problems
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, more = compiler.compile_format(form)
    assert contract is not None, more
    return contract


@functools.cache
def shipped() -> tuple[Contract, ...]:
    """The five shipped definitions."""
    return tuple(compiled((ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8")) for name in IDS)


def small(name: str, body: str, extra: str = "") -> Contract:
    """A definition of a few lines."""
    return compiled(
        f"schemagen: 1\nid: {name}\ntitle: {name}\nsource: made for the tests\nbody: {body}\n{extra}"
    )


def seen(contracts: Any, status: int, body: Any, url: str = "", *, named: bool = False) -> Recognition:
    """What an exchange with this body is recognised as."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = Request("GET", url) if url else None
    exchange = Exchange(Origin("test"), Response(status, body=raw), request)
    return recognise(contracts, exchange, bodies.read(exchange.response), named=named)


def names(recognition: Recognition) -> tuple[str | None, str]:
    """The id of the definition and the evidence."""
    return recognition.contract.id if recognition.contract else None, recognition.evidence


@pytest.mark.parametrize("contract", shipped(), ids=lambda contract: contract.id)
def test_every_sound_example_is_recognised_by_its_body_alone(contract: Contract) -> None:
    """Among all shipped definitions, each documented body leads to its own."""
    found = {
        names(seen(shipped(), example.status, example.body))
        for example in contract.examples
        if example.shows != "broken"
    }
    assert found == {(contract.id, "body")}


def test_the_definition_named_by_the_user_takes_what_comes() -> None:
    """With one definition named, a body of another shape is judged by it all the same."""
    contract = small("plain", "{code: string}")
    assert names(seen([contract], 404, {"other": 1}, named=True)) == ("plain", "named")
    assert names(seen([contract], 404, b"<html>", "https://any.example/x", named=True)) == ("plain", "named")


def test_with_servers_a_named_definition_leaves_other_hosts_out() -> None:
    """What is with another host is out of scope; what has no URL is not."""
    contract = small("plain", "{code: string}", "servers: [https://api.example/v1]")
    elsewhere = seen([contract], 404, {"code": "x"}, "https://other.example/v1", named=True)
    assert elsewhere.out_of_scope
    assert elsewhere.contract is None
    assert names(seen([contract], 404, {"code": "x"}, "https://api.example/v1/a", named=True)) == (
        "plain",
        "named",
    )
    assert names(seen([contract], 404, {"code": "x"}, named=True)) == ("plain", "named")
    assert names(seen([contract], 404, {"code": "x"}, "/v1/a", named=True)) == ("plain", "named")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example/v1/calls/1?x=/v2", "server"),
        ("https://API.Example:443/v1", "server"),
        ("HTTPS://user:secret@api.example/v1/", "server"),
        ("https://api.example/v1?x", "server"),
        ("https://api.example/v10/calls", ""),
        ("https://api.example/", ""),
        ("http://api.example/v1", ""),
        ("https://api.example:8443/v1", ""),
        ("https://notapi.example/v1", ""),
        ("https://api.example.evil/v1", ""),
        ("/v1/calls", ""),
        ("https://[broken/v1", ""),
        ("https://api.example:port/v1", ""),
    ],
)
def test_servers_are_base_urls(url: str, expected: str) -> None:
    """Scheme, host without case, port and whole path segments must agree; what is no URL agrees with none."""
    contract = small("plain", "{code: string}", "servers: [https://api.example/v1/]")
    assert seen([contract], 404, b"no JSON", url).evidence == expected


def test_the_longest_base_url_wins() -> None:
    """A definition for a part of an API goes before the one for the whole."""
    whole = small("whole", "{code: string}", "servers: [https://api.example]")
    part = small("part", "{code: string}", "servers: [https://api.example/part]")
    assert names(seen([whole, part], 404, b"", "https://api.example/part/1")) == ("part", "server")
    assert names(seen([whole, part], 404, b"", "https://api.example/else")) == ("whole", "server")


def test_definitions_of_one_server_are_told_apart_by_the_body() -> None:
    """Where the URL leaves several, the body decides among these."""
    one = small("one", "{code: string}", "servers: [https://api.example]")
    two = small("two", "{fault: string}", "servers: [https://api.example]")
    other = small("other", "{fault: string}")
    assert names(seen([one, two, other], 404, {"fault": "x"}, "https://api.example/a")) == ("two", "body")


def test_exact_goes_before_tolerant() -> None:
    """A body that one definition documents and the other merely allows belongs to the one."""
    drifting = small("drifting", "{code: string, message: string, id: string}")
    exact = small("exact", "{code: string, message: string, id: string, extra: string}")
    body = {"code": "x", "message": "y", "id": "z", "extra": "e"}
    assert names(seen([drifting, exact], 404, body)) == ("exact", "body")


def test_an_undocumented_status_counts_as_drift() -> None:
    """Of two definitions with one shape, the one that documents the status is meant."""
    one = small("one", "{code: string}", "responses: [404]")
    two = small("two", "{code: string}", "responses: [400]")
    assert names(seen([one, two], 400, {"code": "x"})) == ("two", "body")


def test_the_more_specific_definition_wins() -> None:
    """Of two definitions that document the body, the one that requires more of it is meant."""
    loose = small("loose", "{code: string, message: optional string}")
    strict = small("strict", "{code: string, message: string}")
    assert names(seen([loose, strict], 404, {"code": "x", "message": "y"})) == ("strict", "body")


def test_a_tie_is_said_honestly() -> None:
    """Two definitions that fit equally well: none is chosen, both are named."""
    twins = [small("b-twin", "{code: string}"), small("a-twin", "{code: string}")]
    recognition = seen(twins, 404, {"code": "x"})
    assert (recognition.contract, recognition.candidates) == (None, ("a-twin", "b-twin"))
    assert recognition.reason == "a-twin and b-twin fit equally well"


def test_a_definition_that_names_hardly_a_member_is_not_recognised() -> None:
    """A loose definition does not swallow every body that happens to have a message."""
    loose = small("loose", "{message: string}", "rules: {members: any}")
    assert names(seen([loose], 404, {"message": "x", "a": 1, "b": 2}))[0] is None
    assert names(seen([loose], 404, {"message": "x", "a": 1}))[0] == "loose"


def test_an_unmistakable_body_is_recognised_though_it_contradicts() -> None:
    """All members, at least three, nothing else and one wrong value: that is this API, and it is wrong."""
    contract = small(
        "plain", "{code: string, message: string, status: integer as status}", "responses: [404]"
    )
    assert names(seen([contract], 404, {"code": "x", "message": "y", "status": 400})) == ("plain", "body")
    assert names(seen([contract], 404, {"code": 1, "message": 2, "status": 404}))[0] is None
    assert names(seen([contract], 404, {"code": "x", "message": "y", "status": 400, "z": 1}))[0] is None


@pytest.mark.parametrize(
    ("status", "body", "nearest", "reason"),
    [
        (404, {"error": {"message": "x", "status": 404}}, "telecomx", 'no member "code" in /error'),
        (403, {"responseStatus": {}}, "fonedynamics", 'no member "ResponseStatus", but "responseStatus"'),
        (400, {"errorCode": "x", "message": "y", "status": 400}, "tangoe", 'no member "id"'),
        (404, {"message": "x", "documentation_url": "y"}, "", "none is like {documentation_url, message}"),
        (404, {"failure": 1}, "", "none is like {failure}"),
        (404, ["x"], "", "none is like [a string]"),
        (404, b"<html>", "", "the body is an HTML page, not JSON"),
        (404, b"{'a': 1}", "", "the body is broken JSON"),
        (404, b"", "", "there is no body to recognise it by"),
        (200, {"error": {}}, "", "a 200 with this body is no error of any definition"),
    ],
)
def test_the_nearest_miss_and_why(status: int, body: Any, nearest: str, reason: str) -> None:
    """What no definition recognises is compared with the one that misses least, if that is near at all."""
    recognition = seen(shipped(), status, body)
    assert recognition.contract is None
    assert (recognition.nearest, recognition.reason) == (nearest, reason)


def test_without_definitions_nothing_is_recognised() -> None:
    """No definition, no comparison, no exception."""
    assert (
        recognise_body([], 404, Body(b"{}", {}, is_json=True)).reason
        == "there is no definition to compare it with"
    )


WHEN = """
when:
  - {status: 400-499}
  - {status: 200-299, body: {ok: false}}
  - {status: 200, has: error}
  - {status: [201, 299], unless: {errcode: 0}}
  - {status: 207, body: {messages: {status: failed}}}
  - {status: 208, unless: {messages: {status: 0}}}
"""


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, None, True),
        (499, {"ok": True}, True),
        (500, {"ok": True}, False),
        (204, {"ok": False, "more": 1}, True),
        (204, {"ok": 0}, False),
        (204, {"ok": True}, False),
        (204, None, False),
        (200, {"error": None}, True),
        (200, {"result": 1}, False),
        (200, [{"result": 1}, {"error": 2}], True),
        (200, [{"result": 1}], False),
        (200, [], False),
        (200, "error", False),
        (201, {"errcode": 0}, False),
        (201, {"errcode": 0.0}, False),
        (201, {"errcode": False}, True),
        (201, {"errcode": 7}, True),
        (201, {}, True),
        (201, None, True),
        (201, [], True),
        (299, [{"errcode": 0}, {"errcode": 3}], True),
        (207, {"messages": [{"status": "sent"}, {"status": "failed"}]}, True),
        (207, {"messages": [{"status": "sent"}]}, False),
        (208, {"messages": [{"status": 0}, {"status": 4}]}, True),
        (208, {"messages": [{"status": 0}, {"status": 0}]}, False),
    ],
)
def test_when_says_what_is_an_error(status: int, body: Any, expected: bool) -> None:
    """Any condition counts, all that one says must hold, and of a list anywhere one item is enough."""
    contract = small("plain", "{code: string}", WHEN)
    assert is_error(contract, status, body) is expected


def test_the_default_is_four_and_five_hundred() -> None:
    """Without `when`, the status alone decides, even where there is no body."""
    contract = small("plain", "{code: string}")
    assert [is_error(contract, status, None) for status in (200, 399, 400, 599, 600)] == [
        False,
        False,
        True,
        True,
        False,
    ]
