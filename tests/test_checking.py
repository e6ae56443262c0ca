"""Which constraints a body breaks, where a definition allows several shapes: one branch is spoken of, the one meant."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from schemagen import compiler, definitions, documents, engine
from schemagen.checking import compiled, deviations
from schemagen.contract import Contract
from schemagen.pointers import to_text

FORMATS = Path(__file__).parent / "formats"


@functools.cache
def contract_of(name: str) -> Contract:
    """The contract of a definition of the tests."""
    document, _ = documents.read((FORMATS / f"{name}.yaml").read_bytes(), name)
    assert document is not None
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, _ = compiler.compile_format(form)
    assert contract is not None
    return contract


def broken(name: str, status: int, value: Any) -> tuple[list[str], list[str]]:
    """Errors and drift as `place keyword member`."""
    contract = contract_of(name)
    found = deviations(contract, contract.select(status).at or (), value)
    errors, drift = (
        [f"{to_text(one.place)} {one.keyword} {one.member or ''}".strip() for one in part]
        for part in (found.errors, found.drift)
    )
    return errors, drift


ISSUE = {"resource": "Issue", "code": "invalid"}
FAILURE = {"kind": "failure", "code": "bad"}


@pytest.mark.parametrize(
    ("name", "status", "value", "errors", "drift"),
    [
        # the second item is wrong; the first, which is right, is not blamed
        (
            "github",
            422,
            {"message": "m", "errors": [ISSUE, {"resource": "x"}]},
            ["/errors/1 required code"],
            [],
        ),
        ("github", 422, {"message": "m", "errors": ["a", 1]}, ["/errors/1 type"], []),
        ("github", 422, {"message": "m", "errors": {}}, ["/errors anyOf"], []),
        (
            "github",
            422,
            {"message": "m", "errors": [{**ISSUE, "x": 1}]},
            [],
            ["/errors/0 additionalProperties x"],
        ),
        # a wrong status in the body does not make it the other shape
        (
            "twilio",
            404,
            {"code": 20404, "message": "not found", "more_info": "https://x.example", "status": 400},
            ["/status const"],
            [],
        ),
        ("twilio", 404, {"errors": [], "ok": True, "status": 400}, [], ["additionalProperties status"]),
        ("twilio", 404, {"errors": [], "code": 1}, ["required ok"], ["additionalProperties code"]),
        ("twilio", 404, {"nothing": 1}, ["anyOf"], []),
        ("twilio", 404, "text", ["anyOf"], []),
        # the author's constants tell shapes apart
        ("nested", 400, {"error": "x", "more": {"kind": "other", "code": 5}}, ["/more/code type"], []),
        # choices that only exact narrows
        ("nested", 404, {"error": FAILURE}, [], ["/error/code enum"]),
        (
            "nested",
            404,
            {"error": [FAILURE, {"kind": "failure", "code": "missing"}]},
            [],
            ["/error/0/code enum"],
        ),
        ("nested", 400, {"error": 5}, ["/error anyOf"], []),
        ("nested", 400, {"error": "x", "more": []}, ["/more anyOf"], []),
        # an error does not hide drift beside it, nor is it repeated as drift
        (
            "nested",
            400,
            {"error": {**FAILURE, "text": 5, "x": 1}},
            ["/error/text type"],
            ["/error additionalProperties x"],
        ),
        ("azure", 503, {"error": {"code": "A", "message": "m"}}, ["/error anyOf"], []),
        ("jsonapi", 404, {"errors": [{"links": {"a": 5}}]}, ["/errors/0/links/a anyOf"], []),
        # a status that is none ties no code
        ("jsonapi", 404, {"errors": [{"status": "404", "code": "taken"}]}, [], ["/errors/0/status enum"]),
        ("jsonapi", 404, {"errors": [{"status": "x", "code": "taken"}]}, ["/errors/0/status not"], []),
        ("jsonapi", 404, {"errors": [{"status": "", "code": "taken"}]}, ["/errors/0/status minLength"], []),
    ],
)
def test_deviations(name: str, status: int, value: Any, errors: list[str], drift: list[str]) -> None:
    """Exactly these places, keywords and members."""
    assert broken(name, status, value) == (errors, drift)


def test_a_good_body_has_no_deviations() -> None:
    """What exact accepts is not looked at any further."""
    assert broken("github", 422, {"message": "m", "errors": [ISSUE]}) == ([], [])


def test_engines_are_compiled_once() -> None:
    """The same document gives the same engine, an equal one gives its own."""
    document = contract_of("github").exact.document
    assert compiled(document, ("$defs", "Issue")) is compiled(document, ("$defs", "Issue"))
    assert compiled(dict(document)) is not compiled(document)


def test_another_engine_can_be_given() -> None:
    """The reference engine finds the same."""
    contract = contract_of("github")
    value = {"message": "m", "errors": [ISSUE, {"resource": "x"}]}
    assert deviations(contract, (), value, engine.reference) == deviations(contract, (), value)
