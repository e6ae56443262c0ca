"""ajv 8, in its strict default, compiles every emitted schema and judges as our engines do."""

from __future__ import annotations

import functools
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schemagen import definitions, documents, engine, pointers
from schemagen.compiler import compile_format
from schemagen.contract import Contract
from schemagen.emitters import emit
from schemagen.mutations import mutate

ROOT = Path(__file__).parent.parent
NODE = Path(__file__).parent / "node"
DEFINITIONS = sorted([*(ROOT / "specs").glob("*.yaml"), *(ROOT / "tests" / "formats").glob("*.yaml")])
MOST = 60  # mutants of an example: the engines have been compared with more of them elsewhere

pytestmark = pytest.mark.tools("node", "npm")


@functools.cache
def contract_of(path: Path) -> Contract:
    """The contract of a definition file."""
    document, _ = documents.read(path.read_bytes(), path.name)
    assert document is not None
    form, _ = definitions.read(document)
    assert form is not None
    contract, findings = compile_format(form)
    assert findings == []
    assert contract is not None
    return contract


def cases(contract: Contract) -> list[tuple[pointers.Pointer, Any]]:
    """The examples of a contract and their mutants, each with the place of the schema for its status."""
    found = []
    for example in contract.examples:
        at = contract.select(example.status).at
        if example.text is None and at is not None:
            found += [(at, body) for body in (example.body, *mutate(example.body, contract, MOST))]
    return found


@functools.cache
def judged(path: Path) -> dict[str, Any]:
    """What ajv says of the schema files of a definition and of its cases, by file name."""
    if not (NODE / "node_modules" / "ajv").is_dir():
        pytest.skip("ajv is missing (npm ci --prefix tests/node)")
    contract = contract_of(path)
    bodies = [{"at": "#" + pointers.to_text(at), "body": body} for at, body in cases(contract)]
    jobs = [
        {"name": artifact.path.rpartition("/")[2], "schema": json.loads(artifact.text), "bodies": bodies}
        for artifact in emit(contract, names=["schema", "exact"])
    ]
    command = ["node", "compile.mjs"]
    done = subprocess.run(
        command, cwd=NODE, input=json.dumps(jobs), capture_output=True, text=True, check=True
    )
    return {result["name"]: result for result in json.loads(done.stdout)}


@pytest.mark.parametrize("variant", ["tolerant", "exact"])
@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_ajv_compiles_and_agrees(path: Path, variant: Any) -> None:
    """Each schema compiles without an error or a warning; each example and mutant gets the verdict of our engines."""
    contract = contract_of(path)
    suffix = ".exact" if variant == "exact" else ""
    result = judged(path)[f"{contract.id}{suffix}.schema.json"]
    assert "problem" not in result, result
    assert result["warnings"] == []
    document = contract.schema(variant).document
    ours = [engine.fast(document, at).accepts(body) for at, body in cases(contract)]
    assert result["verdicts"] == ours
    assert True in ours
