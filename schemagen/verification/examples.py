"""Every example of a definition does what it says: good ones are exact, drift is tolerated only, broken is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from schemagen import engine
from schemagen.contract import Contract, Example, Header, Selection, Variant
from schemagen.engine import Violation
from schemagen.findings import Finding, Place, finding
from schemagen.pointers import Pointer, to_text
from schemagen.verification.forms import Form

_LONGEST = 60  # characters shown of a wanted value
_WORDS = {
    "required": "the member {member} is missing",
    "additionalProperties": "the member {member} is not documented",
    "type": "it should be of type {wanted}",
    "const": "it should be {wanted}",
    "enum": "it should be one of {wanted}",
    "not": "it is excluded there",
}


def check_examples(contract: Contract, baselines: dict[Variant, Form]) -> Iterator[Finding]:
    """What the examples of `contract` claim and do not keep, judged by the schema files under the fast engine."""
    for example in contract.examples:
        yield from _CHECKS[example.shows](contract, example, baselines)


def body_of(example: Example) -> tuple[Any, str]:
    """The body of an example, and why it has none (an empty text when it has)."""
    if example.text is None:
        return example.body, ""
    try:
        return json.loads(example.text, parse_constant=_refuse_constant), ""
    except (ValueError, RecursionError) as problem:
        return None, str(problem) or "nested too deep"


def _check_good(contract: Contract, example: Example, baselines: dict[Variant, Form]) -> Iterator[Finding]:
    body, problem = body_of(example)
    if problem:
        yield _report(contract, example, "example-not-json", shows=example.shows, problem=problem)
        return
    for what, known in _undocumented(contract, example):
        yield _report(contract, example, "example-undocumented", what=what, known=known)
    for header in _wrong_headers(contract, example):
        wanted = header.phrase or "as documented"
        yield _report(contract, example, "example-header", header=header.name, wanted=wanted)
    yield from _refusals(contract, example, body, baselines["exact"])


def _check_drift(contract: Contract, example: Example, baselines: dict[Variant, Form]) -> Iterator[Finding]:
    body, problem = body_of(example)
    if problem:
        yield _report(contract, example, "example-not-json", shows=example.shows, problem=problem)
        return
    refusals = list(_refusals(contract, example, body, baselines["tolerant"]))
    yield from refusals
    if refusals or any(_undocumented(contract, example)):
        return
    if _accepts(contract, example, body, baselines["exact"]):
        yield _report(contract, example, "example-not-drift")


def _check_broken(contract: Contract, example: Example, baselines: dict[Variant, Form]) -> Iterator[Finding]:
    body, problem = body_of(example)
    if problem or any(_undocumented(contract, example)) or any(_wrong_headers(contract, example)):
        return
    if _accepts(contract, example, body, baselines["tolerant"]):
        yield _report(contract, example, "example-not-broken")


_CHECKS = {"good": _check_good, "drift": _check_drift, "broken": _check_broken}


def _undocumented(contract: Contract, example: Example) -> Iterator[tuple[str, str]]:
    """What no schema sees: status, media type, and a body where there should be none; with what is documented."""
    selected = contract.select(example.status)
    if selected.response is None:
        if contract.rules.responses != "any":
            known = ", ".join(response.key for response in contract.responses if response.is_error)
            yield f"the status {example.status}", known or "no status"
    elif selected.at is None:
        if example.body is not None or example.text:
            yield "a body", "no content"
    elif example.media is not None and example.media.lower() not in map(str.lower, selected.response.media):
        yield f"the media type {example.media}", ", ".join(selected.response.media)


def _wrong_headers(contract: Contract, example: Example) -> Iterator[Header]:
    response = contract.select(example.status).response
    stated = {name.lower(): value for name, value in example.headers}
    for header in response.headers if response else contract.headers:
        value = stated.get(header.name.lower())
        if value is None:
            if header.required and stated:
                yield header
        elif not engine.fast(header.schema).accepts(value):
            yield header


def _accepts(contract: Contract, example: Example, body: Any, form: Form) -> bool:
    at = contract.select(example.status).at
    return at is None or form.engines[at].accepts(body)


def _refusals(contract: Contract, example: Example, body: Any, form: Form) -> Iterator[Finding]:
    selected: Selection = contract.select(example.status)
    if selected.at is None:
        return
    inside: Pointer = (*example.origin, "body") if example.text is None else (*example.origin, "text")
    for violation in form.engines[selected.at].violations(body):
        note = contract.schema(form.variant).note(violation.at, violation.keyword)
        yield finding(
            "build/example-refused",
            Place(contract.name, (*inside, *violation.place) if example.text is None else inside),
            related=Place(contract.name, note.origin) if note.origin else None,
            definition=contract.id,
            schema=(*violation.at, violation.keyword),
            shows=example.shows,
            example=example.name,
            variant=form.variant,
            pointer=to_text(violation.place) or "its root",
            problem=_describe(violation, note.phrase),
        )


def _describe(violation: Violation, phrase: str) -> str:
    if violation.keyword == "anyOf":
        return f"it fits none of: {phrase}" if phrase else "it fits none of the alternatives"
    wanted = json.dumps(violation.wanted, ensure_ascii=False)
    wanted = wanted if len(wanted) <= _LONGEST else wanted[:_LONGEST] + "…"
    template = _WORDS.get(violation.keyword, "it should keep {keyword}: {wanted}")
    return template.format(member=violation.member or "", keyword=violation.keyword, wanted=wanted)


def _report(contract: Contract, example: Example, slug: str, **facts: Any) -> Finding:
    place = Place(contract.name, example.origin)
    return finding(f"build/{slug}", place, definition=contract.id, example=example.name, **facts)


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")
