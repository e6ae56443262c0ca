"""What a suite of tests has shown of each definition, for the end of its output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemagen import api, coverage
from schemagen.display import shown
from schemagen.errors import SchemagenError
from schemagen.integrations.suite import Suite
from schemagen.report import CodeCoverage, Counts, Coverage, Report, ResponseCoverage
from schemagen.reporters import Look, covered, many, render

_NAMED = 8  # responses or codes that were never seen and are named


def summary(suite: Suite, verbosity: int = 0) -> Iterator[str]:
    """For each definition what was seen and what never; with a `verbosity` of 1 a page for each, with -1 a line for each."""
    counts = suite.counts
    found: list[Coverage] = []
    for name in sorted({definition for definition, *_ in suite.seen}):
        try:
            contract = api.load(suite.sources[name])
        except SchemagenError as problem:
            yield f"{shown(name)}: {problem}"
        else:
            found.append(coverage.cover(contract, suite.seen))
    if verbosity > 0 and found:
        report = Report("validate", counts=Counts(), coverage=tuple(found))
        yield from [*render("coverage", report, Look()).splitlines(), ""]
    for one in found if verbosity <= 0 else ():
        yield f"{shown(one.definition)}: {covered(one) or 'nothing to be'} seen"
        never = [*_never("responses", one.responses), *_never("codes", one.codes)]
        if never and verbosity == 0:
            yield f"  never: {'; '.join(never)}"
    if counts:
        drift = f"{counts['warning']} drift" + (
            ' (fail_on="warning" fails on drift)' if counts["warning"] else ""
        )
        yield (
            f"{many(counts['exchanges'], 'response')} asserted, {counts['checked']} checked: "
            f"{many(counts['error'], 'error')}, {drift}"
        )


def _never(noun: str, items: Sequence[ResponseCoverage] | Sequence[CodeCoverage]) -> Iterator[str]:
    """`codes bad_weight, too_fast`: those that were never seen."""
    names = [
        item.key if isinstance(item, ResponseCoverage) else item.code for item in items if not item.count
    ]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{noun} {', '.join(shown(name, 40) for name in names[:_NAMED])}{more}"
