"""Proof before writing: what was emitted is valid, says what the contract says, and every example keeps its word.

Everything is checked on the text that will be written, read back. Nothing here knows how an artifact is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen import engine
from schemagen.contract import Contract
from schemagen.findings import Finding, Place, finding
from schemagen.pointers import Pointer
from schemagen.rendering import Artifact
from schemagen.verification.agreement import check_agreement
from schemagen.verification.examples import check_examples
from schemagen.verification.forms import Form, compile_baselines, compile_forms
from schemagen.verification.fragments import check_fragment, check_media_examples
from schemagen.verification.reading import Emitted, read_back

__all__ = ["prove"]


def prove(contract: Contract, artifacts: Iterable[Artifact]) -> Iterator[Finding]:
    """Everything that is wrong with the artifacts of `contract`; those of other contracts may be among them.

    What rests on something broken is not looked at: a schema that does not compile gives one finding, not one for
    every example.
    """
    own = [artifact for artifact in artifacts if artifact.path.startswith(f"{contract.id}/")]
    emitted, unreadable = read_back(own, contract.name)
    yield from unreadable
    forms: list[Form] = []
    engines: dict[str, dict[Pointer, engine.Engine]] = {}
    fragments: list[Emitted] = []
    for item in emitted:
        problems = list(_check(contract, item))
        if not problems and item.kind != "other":
            compiled, problems = compile_forms(contract, item, engines)
            forms += compiled
            if not problems and item.kind == "openapi":
                fragments.append(item)
        yield from problems
    yield from _check_bodies(contract, forms, fragments)


def _check_bodies(contract: Contract, forms: list[Form], fragments: list[Emitted]) -> Iterator[Finding]:
    try:
        baselines = compile_baselines(contract)
    except engine.SchemaError:  # its file does not compile either, which is said already
        return
    broken_promises = list(check_examples(contract))
    yield from broken_promises
    if not broken_promises:  # fragments show the same examples: each mistake is said once
        for item in fragments:
            yield from check_media_examples(contract, item)
    yield from check_agreement(contract, baselines, forms)


def _check(contract: Contract, item: Emitted) -> Iterator[Finding]:
    if item.kind == "openapi":
        yield from check_fragment(contract, item)
    elif item.kind == "schema":
        for problem in engine.metaschema_problems(item.data):
            yield finding(
                "build/invalid-schema",
                Place(contract.name),
                definition=contract.id,
                artifact=item.path,
                problem=problem,
            )
