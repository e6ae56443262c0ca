"""Proof before writing: what was emitted is valid, says what the contract says, and every example keeps its word.

Everything is checked on the text that will be written, read back. Nothing here knows how an artifact is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemagen import engine
from schemagen.contract import Contract, Variant
from schemagen.findings import Finding, Place, finding
from schemagen.rendering import Artifact
from schemagen.verification.agreement import check_agreement
from schemagen.verification.examples import check_examples
from schemagen.verification.forms import Form, compile_forms
from schemagen.verification.fragments import check_fragment, check_media_examples
from schemagen.verification.reading import Emitted, read_back

__all__ = ["prove"]

_VARIANTS: tuple[Variant, ...] = ("tolerant", "exact")


def prove(contract: Contract, artifacts: Iterable[Artifact]) -> Iterator[Finding]:
    """Everything that is wrong with the artifacts of `contract`; those of other contracts may be among them.

    Both JSON Schemas must be among them, or there is nothing to compare with. What rests on something broken is not
    looked at: a schema that does not compile gives one finding, not one for every example.
    """
    own = [artifact for artifact in artifacts if artifact.path.startswith(f"{contract.id}/")]
    emitted, unreadable = read_back(own, contract.name)
    yield from unreadable
    forms: list[Form] = []
    fragments: list[Emitted] = []
    for item in emitted:
        problems = list(_check(contract, item))
        if not problems and item.kind != "other":
            compiled, problems = compile_forms(contract, item)
            forms += compiled
            if not problems and item.kind == "openapi":
                fragments.append(item)
        yield from problems
    yield from _check_bodies(contract, forms, fragments)


def _check_bodies(contract: Contract, forms: list[Form], fragments: list[Emitted]) -> Iterator[Finding]:
    baselines = _baselines(forms)
    if len(baselines) < len(_VARIANTS):
        return
    broken_promises = list(check_examples(contract, baselines))
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


def _baselines(forms: list[Form]) -> dict[Variant, Form]:
    """The first form of each variant that covers the root: a schema file under the fast engine."""
    return {
        variant: next(form for form in forms if form.variant == variant and () in form.engines)
        for variant in _VARIANTS
        if any(form.variant == variant and () in form.engines for form in forms)
    }
