"""Which responses, codes and messages were seen, how often, and which never."""

from __future__ import annotations

import collections
from typing import Any

from schemagen import compiler, coverage, definitions, documents
from schemagen.contract import Contract
from schemagen.report import Coverage

DEFINITION = b"""
schemagen: 1
id: acme
title: Acme
placeholder: "[{][a-z]+[}]"
source: https://acme.example/errors
body:
  code: string as code
  message: string as message
  status: optional integer as status
  errors: optional list of Item as children
schemas:
  Item: {code: string as code, message: optional string as message, status: optional integer as status}
responses:
  401: The key is wrong.
  404: Not there.
  4XX: Any other mistake.
  5XX: Our fault.
codes:
  bad_key: {description: "Wrong key.", status: 401, message: ["Invalid API key", "Key {id} is gone"]}
  no_parcel: {description: "No parcel.", status: 404}
  5: {description: "A number.", status: [404, 500]}
"""


def compiled(text: bytes = DEFINITION) -> Contract:
    """The contract of a definition."""
    document, _ = documents.read(text, "acme.yaml")
    assert document is not None
    model, findings = definitions.read(document)
    assert model is not None, [item.message for item in findings]
    contract, findings = compiler.compile_format(model)
    assert contract is not None, [item.message for item in findings]
    return contract


CONTRACT = compiled()


def covered(*exchanges: tuple[int, Any], contract: Contract = CONTRACT) -> Coverage:
    """What these exchanges (status, body) show of the definition."""
    seen: collections.Counter[Any] = collections.Counter()
    for status, body in exchanges:
        seen.update(coverage.sightings(contract, status, body))
    return coverage.cover(contract, seen)


def test_everything_documented_is_there_with_its_zero() -> None:
    """Also when nothing was seen at all."""
    found = covered()
    assert [(one.key, one.seen) for one in found.responses] == [
        ("401", ()),
        ("404", ()),
        ("4XX", ()),
        ("5XX", ()),
    ]
    assert [(one.code, one.count, one.documented) for one in found.codes] == [
        ("bad_key", 0, ("401",)),
        ("no_parcel", 0, ("404",)),
        ("5", 0, ("404", "500")),
    ]
    assert [(text.text, text.count) for text in found.texts] == [
        ("Invalid API key", 0),
        ("Key {id} is gone", 0),
    ]


def test_a_response_is_seen_under_the_statuses_it_judged() -> None:
    """A class of statuses has several, and a status that nothing covers is told apart."""
    found = covered((401, None), (422, None), (422, None), (418, None), (302, None))
    assert [(one.key, one.seen) for one in found.responses] == [
        ("401", ((401, 1),)),
        ("404", ()),
        ("4XX", ((418, 1), (422, 2))),
        ("5XX", ()),
    ]
    assert found.undocumented == ((302, 1),)
    assert found.exchanges == 5


def test_codes_and_their_messages_are_seen() -> None:
    """A message with variable parts is seen in any of its forms; another text is not."""
    found = covered(
        (401, {"code": "bad_key", "message": "Key 17 is gone"}),
        (401, {"code": "bad_key", "message": "Key 18 is gone"}),
        (401, {"code": "bad_key", "message": "Go away"}),
        (404, {"code": "bad_key", "message": "Invalid API key"}),
    )
    assert found.codes[0].seen == ((401, 3), (404, 1))
    assert [(text.text, text.count) for text in found.codes[0].texts] == [
        ("Invalid API key", 1),
        ("Key {id} is gone", 2),
    ]


def test_unknown_codes_are_named_and_counted() -> None:
    """Cut and escaped, since they come from outside."""
    found = covered(
        (404, {"code": "nay\x1b"}),
        (404, {"code": "x" * 100}),
        (404, {"code": True}),
        (404, {"code": "nay\x1b"}),
    )
    assert [(one.code, one.seen) for one in found.unknown] == [
        ("nay\\x1b", ((404, 2),)),
        ("x" * 60 + "…", ((404, 1),)),
    ]
    assert found.without_code == ((404, 1),)


def test_a_code_counts_once_in_an_exchange() -> None:
    """A list of a hundred equal errors is one response that has shown the code."""
    items = [{"code": "no_parcel"}] * 100
    assert covered((404, {"code": "bad", "message": "", "errors": items})).codes[1].seen == ((404, 1),)


def test_a_child_counts_under_its_own_status() -> None:
    """One response carries several errors, each with what it would have come with."""
    items = [
        {"code": "no_parcel", "status": 404},
        {"code": "bad_key", "status": 401, "message": "Invalid API key"},
    ]
    found = covered((400, {"code": "bad", "message": "", "errors": items}))
    assert found.codes[0].seen == ((401, 1),)
    assert found.codes[1].seen == ((404, 1),)
    assert found.codes[0].texts[0].count == 1


def test_without_a_catalogue_there_is_nothing_to_say_of_codes() -> None:
    """Responses are counted all the same."""
    bare = compiled(DEFINITION[: DEFINITION.index(b"codes:")])
    found = covered((404, {"code": "x", "message": ""}), contract=bare)
    assert (found.codes, found.unknown, found.without_code) == ((), (), ())
    assert found.responses[1].count == 1


def test_other_definitions_do_not_count() -> None:
    """One run has sightings of many."""
    seen = collections.Counter({("other", "response", "404", "404"): 5})
    assert coverage.cover(CONTRACT, seen).exchanges == 0
