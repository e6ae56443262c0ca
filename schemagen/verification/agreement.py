"""All forms of a schema judge alike: the examples, and bodies that are nearly examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from schemagen.contract import Contract, Variant
from schemagen.findings import Finding, Place, finding
from schemagen.mutations import mutate, share
from schemagen.pointers import Pointer
from schemagen.verification.examples import body_of
from schemagen.verification.forms import Form


def check_agreement(
    contract: Contract, baselines: dict[Variant, Form], forms: list[Form]
) -> Iterator[Finding]:
    """Forms that differ from their baseline, each once; and bodies that exact accepts and tolerant does not."""
    silent: set[str] = set()
    for name, at, body in _bodies(contract):
        verdicts = {variant: _verdict(form, at, body) for variant, form in baselines.items()}
        if verdicts["exact"] and not verdicts["tolerant"] and "tolerant" not in silent:
            silent.add("tolerant")
            yield _report(contract, name, "exact", "the tolerant schema", accepts=True)
        judged: dict[int, bool] = {}  # by engine, for forms may share theirs
        for form in forms:
            if form.name in silent or at not in form.engines:
                continue
            wanted, judge = verdicts[form.variant], form.engines[at]
            if id(judge) not in judged:
                judged[id(judge)] = judge.accepts(body)
            if judged[id(judge)] != wanted:
                silent.add(form.name)
                yield _report(contract, name, form.variant, form.name, accepts=bool(wanted))


def _verdict(form: Form, at: Pointer, body: Any) -> bool:
    return form.engines[at].accepts(body)


def _bodies(contract: Contract) -> Iterator[tuple[str, Pointer, Any]]:
    """(name, place of the schema, body): each example under its own status, under the others, and mutated.

    What several examples amount to is given once.
    """
    given = set()
    for name, place, body in _all_bodies(contract):
        content = (place, json.dumps(body))
        if content not in given:
            given.add(content)
            yield name, place, body


def _all_bodies(contract: Contract) -> Iterator[tuple[str, Pointer, Any]]:
    places: list[Pointer] = [(), *(one.at for one in contract.responses if one.at is not None)]
    bodies = []
    for example in contract.examples:
        body = body_of(contract, example)
        at = contract.select(example.status).at
        if body.is_json and at is not None:
            bodies.append((example.name, at, body.value))
    for name, at, body in bodies:
        for place in places:
            yield name, place, body
        most = share(len(bodies), body)
        for number, mutant in enumerate(mutate(body, contract, most), 1):
            yield f"{name}, mutant {number}", at, mutant


def _report(contract: Contract, name: str, variant: Variant, form: str, *, accepts: bool) -> Finding:
    return finding(
        "build/forms-disagree",
        Place(contract.name),
        definition=contract.id,
        variant=variant,
        accepts="accepts" if accepts else "refuses",
        example=name,
        form=form,
    )
