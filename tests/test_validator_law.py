"""The law of findings, tried on nearly good bodies of many definitions: exact fails ⇔ there is a finding, tolerant fails
⇔ there is an error, and both engines name the same places.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import compiler, definitions, documents, engine, pointers
from schemagen.bodies import Body
from schemagen.checking import compiled, deviations
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Response
from schemagen.findings import Severity
from schemagen.identification import identify
from schemagen.limits import Limits
from schemagen.mutations import mutate
from schemagen.observation import observe
from schemagen.recognition import is_error
from schemagen.validator import judge

ROOT = Path(__file__).parent.parent
DEFINITIONS = sorted([*ROOT.glob("specs/*.yaml"), *ROOT.glob("tests/formats/*.yaml")])
UNLISTED = 418

# What schemas cannot say: these findings stand beside the law.
REMARKS = {"near-miss-member", "deprecated-code", "code-mismatch", "missing-header", "undocumented-status"}


@functools.cache
def contract_of(path: Path) -> Contract:
    """The contract of a definition in the repository."""
    document, _ = documents.read(path.read_bytes(), path.name)
    assert document is not None
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, _ = compiler.compile_format(form)
    assert contract is not None
    return contract


_references: dict[tuple[int, pointers.Pointer], engine.Engine] = {}


def interpreted(document: dict[str, Any], at: pointers.Pointer = ()) -> engine.Engine:
    """The reference engine, compiled once for each schema (the contracts live as long as the tests)."""
    key = (id(document), at)
    if key not in _references:
        _references[key] = engine.reference(document, at)
    return _references[key]


def nearly_good(contract: Contract) -> Iterator[tuple[int, Any]]:
    """Each example, and what comes of it by one change, under its own status and one that is not listed."""
    for example in contract.examples:
        if example.text is None:
            for body in (example.body, *mutate(example.body, contract, 120)):
                yield example.status, body
                yield UNLISTED, body


def check(contract: Contract, status: int, value: Any) -> None:
    """The law for one body."""
    selection = contract.select(status)
    if selection.at is None:
        return
    exact = compiled(contract.exact.document, selection.at).accepts(value)
    tolerant = compiled(contract.tolerant.document, selection.at).accepts(value)
    found = deviations(contract, selection.at, value)
    assert exact == (not found.errors and not found.drift)
    assert tolerant == (not found.errors)
    if not is_error(contract, status, value):
        return
    body = Body(b"raw", value, is_json=True)
    exchange = Exchange(Origin("law"), Response(status, (("content-type", contract.media[0]),), b"raw"))
    findings = judge(contract, exchange, body, Limits(findings=10_000)).findings
    said = [item for item in findings if item.rule.code.removeprefix("response/") not in REMARKS]
    if status != UNLISTED and selection.response is not None and selection.response.key == str(status):
        assert exact == (not said)
        assert tolerant == all(item.severity is not Severity.ERROR for item in said)
    for item in findings:
        pointers.resolve(value, item.place.pointer)
        assert item.message


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_nearly_good_bodies_follow_the_law(path: Path) -> None:
    """Every mutant of every example of every definition; every pointer of a finding leads somewhere."""
    contract = contract_of(path)
    for status, body in nearly_good(contract):
        check(contract, status, body)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_both_engines_name_the_same_places(path: Path) -> None:
    """Place, keyword and member of errors and of drift are the same, whichever engine found them."""
    contract = contract_of(path)
    for status, body in nearly_good(contract):
        at = contract.select(status).at
        if at is not None:
            assert deviations(contract, at, body) == deviations(contract, at, body, interpreted)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["expired", "404", "code", "A", "2026-01-01T00:00:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["error", "code", "status", "errors", "message"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Contract, int, Any]:
    """An example of some definition with arbitrary JSON in some place, under some status."""
    contract = contract_of(draw(st.sampled_from(DEFINITIONS)))
    example = draw(st.sampled_from([one for one in contract.examples if one.text is None]))
    status = draw(st.sampled_from([example.status, *(one.status for one in contract.examples), UNLISTED]))

    def damage(value: Any) -> Any:
        if isinstance(value, dict) and value and draw(st.booleans()):
            name = draw(st.sampled_from(sorted(value)))
            return {**value, name: damage(value[name])}
        if isinstance(value, list) and value and draw(st.booleans()):
            return [damage(value[0]), *value[1:]]
        return draw(JSON_VALUES)

    return contract, status, damage(example.body)


@settings(max_examples=400, deadline=None, database=None)
@given(damaged())
def test_bodies_with_anything_in_them_follow_the_law(case: tuple[Contract, int, Any]) -> None:
    """Whatever stands in a body, the law holds, and observing and identifying it raise nothing."""
    contract, status, value = case
    check(contract, status, value)
    observe(contract, contract.select(status).at or (), value)
    identify([contract], status, Body(b"raw", value, is_json=True))
    identify([contract], None, Body(b"raw", value, is_json=True))


@settings(max_examples=150, deadline=None, database=None)
@given(damaged())
def test_both_engines_agree_on_bodies_with_anything_in_them(case: tuple[Contract, int, Any]) -> None:
    """The places are the same for arbitrary JSON, too."""
    contract, status, value = case
    at = contract.select(status).at
    if at is not None:
        assert deviations(contract, at, value) == deviations(contract, at, value, interpreted)
