"""Documented response headers: there where they must be, and with the documented values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemagen import pointers
from schemagen.checking import compiled, is_of_wrong_type
from schemagen.contract import Header, readings
from schemagen.findings import Finding, Severity
from schemagen.redaction import redact_header
from schemagen.validator.case import Case, to_text
from schemagen.validator.demands import LENGTHS, Demand, demand_of, demand_shape, keyword_of
from schemagen.validator.phrases import shape_of


def documented(case: Case) -> tuple[Header, ...]:
    """The headers documented for the status; where nothing is documented for it, those of every response."""
    response = case.selection.response
    return response.headers if response else case.contract.headers


def check_headers(case: Case) -> Iterator[Finding]:
    """The headers that are missing, and the documented ones whose value is wrong: an error, or drift in exact only.

    A response without any header was recorded without headers: nothing can be said of them.
    """
    if not case.exchange.response.headers:
        return
    for header in documented(case):
        values = [value for name, value in case.exchange.response.headers if name == header.name.lower()]
        if not values and header.presence != "optional":
            severity = Severity.ERROR if header.required else Severity.WARNING
            yield _find(
                case, header, "missing-header", severity, "nothing", demand_shape(shape_of(header.phrase))
            )
        for schema, severity in ((header.schema, Severity.ERROR), (header.exact, Severity.WARNING)):
            wrong = next((value for value in values if not _accepts(schema, value)), None)
            if wrong is not None:
                got = case.cut(to_text(redact_header(header.name, wrong)))
                demand = _demand(case, header, schema, wrong)
                yield _find(case, header, "malformed-header", severity, got, demand)
                break


def _accepts(schema: dict[str, Any], text: str) -> bool:
    return any(compiled(schema).accepts(value) for value in readings(text))


def _demand(case: Case, header: Header, schema: dict[str, Any], text: str) -> Demand:
    """What the value should have been: the shape, or what the keyword asks for that a value of the right type breaks."""
    engine = compiled(schema)
    for value in readings(text):
        broken = engine.violations(value)
        if broken and not any(one.keyword == "anyOf" or is_of_wrong_type(one) for one in broken):
            keyword = keyword_of(broken[0], pointers.resolve(schema, broken[0].at))
            demand = demand_of(keyword, broken[0].wanted, case.cut, expected=schema is not header.schema)
            unit = f" {LENGTHS[keyword][0]}" if keyword in LENGTHS else ""
            return demand._replace(sentence=demand.sentence + unit)
    return demand_shape(shape_of(header.phrase))


def _find(case: Case, header: Header, slug: str, severity: Severity, got: str, demand: Demand) -> Finding:
    """A finding about a header; the body has no place for it, so its name stands in for the place in a schema."""
    return case.find(
        slug,
        origin=header.origin,
        schema=("headers", header.name),
        severity=severity,
        header=header.name,
        got=got,
        want=demand.want,
        demand=demand.sentence,
    )
