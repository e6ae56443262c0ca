"""The contract of a shipped definition whose bodies have one shape, and an error as it documents it."""

from __future__ import annotations

from pathlib import Path

from schemagen import documents
from schemagen.compiler import compile_format
from schemagen.contract import Contract
from schemagen.definitions import read


def _compiled() -> Contract:
    spec = Path(__file__).parents[1] / "specs" / "telecomx.yaml"
    document, _ = documents.read(spec.read_bytes(), spec.name)
    assert document is not None
    form, _ = read(document)
    assert form is not None
    contract, _ = compile_format(form)
    assert contract is not None
    return contract


CONTRACT = _compiled()
GOOD = next(example for example in CONTRACT.examples if example.text is None and example.status >= 400)
