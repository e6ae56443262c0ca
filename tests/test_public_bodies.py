"""Bodies of these vendors from public sources get the verdict that a person gives them.

`public_bodies/` holds them by definition, each with its source, its status, the verdict, and why.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from schemagen import bodies, compiler, definitions, documents, validator
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Origin, Response
from schemagen.findings import Severity, worst

SPECS = Path(__file__).parent.parent / "specs"
BODIES = Path(__file__).parent / "public_bodies"
CASES = [
    (path.stem, number, case)
    for path in sorted(BODIES.glob("*.json"))
    for number, case in enumerate(json.loads(path.read_text(encoding="utf-8")), 1)
]
VERDICTS = {None: "ok", Severity.NOTE: "ok", Severity.WARNING: "drift", Severity.ERROR: "error"}


@functools.cache
def contract_of(name: str) -> Contract:
    """The contract of a shipped definition."""
    path = SPECS / f"{name}.yaml"
    document, _ = documents.read(path.read_bytes(), path.name)
    assert document is not None
    form, _ = definitions.read(document)
    assert form is not None
    contract, findings = compiler.compile_format(form)
    assert findings == []
    assert contract is not None
    return contract


def exchange_of(case: dict[str, Any]) -> Exchange:
    """The response of a case as it would have been recorded."""
    text = case["text"] if "text" in case else json.dumps(case["body"])
    headers = (("content-type", case.get("media", "application/json")),)
    return Exchange(Origin("public"), Response(case["status"], headers, text.encode()))


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name, _, case in CASES],
    ids=[f"{name}-{number}-{case['status']}-{case['verdict']}" for name, number, case in CASES],
)
def test_verdict(name: str, case: dict[str, Any]) -> None:
    """The validator agrees with the person."""
    exchange = exchange_of(case)
    judgement = validator.judge(contract_of(name), exchange, bodies.read(exchange.response))
    verdict = VERDICTS[worst(judgement.findings)] if judgement.is_error else "no error"
    assert verdict == case["verdict"], (case["why"], [item.message for item in judgement.findings])


def test_every_definition_has_public_bodies() -> None:
    """For each of the five there is at least one body that its vendor, or a client of it, has published."""
    assert sorted(path.stem for path in BODIES.glob("*.json")) == sorted(
        path.stem for path in SPECS.glob("*.yaml")
    )


def test_every_case_names_its_source_and_reason() -> None:
    """A verdict without a source and a reason could not be checked by the next person."""
    assert [case for _, _, case in CASES if not case["source"] or not case["why"]] == []
