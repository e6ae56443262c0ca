"""Documented response headers: there where they must be, and with the documented values."""

from __future__ import annotations

from collections.abc import Iterator

from schemagen.checking import compiled
from schemagen.contract import Header
from schemagen.findings import Finding
from schemagen.redaction import redact_header
from schemagen.validator.case import Case, to_text
from schemagen.validator.phrases import shape_of


def documented(case: Case) -> tuple[Header, ...]:
    """The headers documented for the status; where nothing is documented for it, those of every response."""
    response = case.selection.response
    return response.headers if response else case.contract.headers


def check_headers(case: Case) -> Iterator[Finding]:
    """The required headers that are missing, and the documented ones whose value is wrong.

    A response without any header was recorded without headers: nothing can be said of them.
    """
    if not case.exchange.response.headers:
        return
    for header in documented(case):
        values = [value for name, value in case.exchange.response.headers if name == header.name.lower()]
        if not values and header.required:
            yield _find(case, header, "missing-header")
        wrong = next((value for value in values if not compiled(header.schema).accepts(value.strip())), None)
        if wrong is not None:
            yield _find(
                case, header, "malformed-header", got=case.cut(to_text(redact_header(header.name, wrong)))
            )


def _find(case: Case, header: Header, slug: str, got: str = "nothing") -> Finding:
    """A finding about a header; the body has no place for it, so its name stands in for the place in a schema."""
    return case.find(
        slug,
        origin=header.origin,
        schema=("headers", header.name),
        header=header.name,
        got=got,
        want=shape_of(header.phrase) or "a value as documented",
    )
