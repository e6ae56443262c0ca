"""Every example of a definition does what it says, as the validator judges it.

A good one has no findings but notes, one marked as drift has warnings and no errors, a broken one has an error.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

from schemagen import bodies
from schemagen.bodies import Body
from schemagen.contract import Contract, Example
from schemagen.exchanges import Exchange, Origin, Response
from schemagen.findings import Finding, Place, Severity, finding
from schemagen.validator import judge


def check_examples(contract: Contract) -> Iterator[Finding]:
    """What the examples of `contract` claim and do not keep."""
    for example in contract.examples:
        is_error, found = _judge(contract, example)
        errors = [item for item in found if item.severity is Severity.ERROR]
        drift = [item for item in found if item.severity is Severity.WARNING]
        if example.shows == "broken":
            if is_error and not errors:
                yield _report(contract, example, "example-not-broken")
        elif not is_error:
            yield _report(contract, example, "example-no-error")
        elif example.shows == "drift" and not errors and not drift:
            yield _report(contract, example, "example-not-drift")
        else:
            for item in errors if example.shows == "drift" else [*errors, *drift]:
                yield _refuse(contract, example, item)


def body_of(contract: Contract, example: Example) -> Body:
    """The body of an example; empty where neither a text nor, at a status without content, a value is given."""
    return bodies.read(_response(contract, example))


def _response(contract: Contract, example: Example) -> Response:
    selected = contract.select(example.status)
    if example.text is not None:
        raw = example.text.encode()
    else:
        raw = b"" if example.body is None and selected.at is None else json.dumps(example.body).encode()
    documented = selected.response.media if selected.response else contract.media
    media = example.media or (documented[0] if raw and documented else None)
    headers = tuple((name.lower(), value) for name, value in example.headers)
    if media is not None and not any(name == "content-type" for name, _ in headers):
        headers = (*headers, ("content-type", media))
    return Response(example.status, headers, raw)


def _judge(contract: Contract, example: Example) -> tuple[bool, list[Finding]]:
    """Whether the example is an error by `when`, and its findings. Headers are missing only where some are given."""
    exchange = Exchange(Origin(contract.name), _response(contract, example))
    judgement = judge(contract, exchange, bodies.read(exchange.response))
    unsaid = () if example.headers else ("response/missing-header",)
    return judgement.is_error, [item for item in judgement.findings if item.rule.code not in unsaid]


def _refuse(contract: Contract, example: Example, item: Finding) -> Finding:
    inside = "body" if example.text is None else "text"
    below = item.place.pointer if example.text is None else ()
    place = dataclasses.replace(item.place, pointer=(*example.origin, inside, *below), entry=None, line=None)
    return finding(
        "build/example-refused",
        place,
        hint=item.hint,
        related=item.related,
        definition=contract.id,
        schema=item.schema,
        shows=example.shows,
        example=example.name,
        problem=item.message,
    )


def _report(contract: Contract, example: Example, slug: str) -> Finding:
    place = Place(contract.name, example.origin)
    return finding(f"build/{slug}", place, definition=contract.id, example=example.name, shows=example.shows)
