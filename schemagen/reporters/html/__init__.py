"""The report as one page that needs nothing else: no network, no other file, and no script to be read.

The page's own style and script are named by their digests in its Content-Security-Policy (CSP Level 3, section 2.3.1),
so that nothing that came in with the data could run, even if it were not escaped. Data stand in the page as text.
"""

from __future__ import annotations

import base64
import collections
import hashlib
from collections.abc import Iterable, Sequence

from schemagen import __version__, rendering, rules
from schemagen.display import shown
from schemagen.findings import Severity
from schemagen.report import CodeCoverage, Coverage, Match, Report, ResponseCoverage, TextCoverage
from schemagen.reporters import EVIDENCE, Look, share
from schemagen.reporters.html import explanations, heat_map, kinds

_FAILS = {"error": "errors", "warning": "errors and {drift}", "note": "any finding", "never": "nothing"}
_TEXTS = 200  # documented texts that are listed of a definition


def render(report: Report, look: Look) -> str:
    """The report as an HTML document, in UTF-8 when it is written; colours and totals are always in it."""
    listed, more = kinds.listed(report)
    drift = "drift" if report.is_about_responses else "warnings"
    return rendering.render(
        "report.html.j2",
        version=__version__,
        amount=_amount,
        policy=_policy(),
        command=report.command,
        is_complete=report.complete,
        verdict=_verdict(report),
        totals=_totals(report),
        facts=(*_read(report), ("Fails on", _FAILS[look.fail_on].format(drift=drift))),
        omitted=sum(count for _, count in report.omitted),
        more=more,
        kinds=[kind for kind in listed if not kind.is_unmatched],
        unmatched=[kind for kind in listed if kind.is_unmatched],
        definitions=sorted({kind.definition for kind in listed}),
        statuses=sorted({status for kind in listed for status in kind.statuses}),
        coverage=[_covered(coverage, report.matches) for coverage in report.coverage],
        rules=_rules(listed),
        shades=range(1, heat_map.SHADES + 1),
    )


def _amount(number: int, noun: str) -> str:
    """`1 finding`, `12,000 findings`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _policy() -> str:
    """The Content-Security-Policy: our style, our script, an icon in the page itself, and nothing else."""
    style, script = (_digest(rendering.render(name)) for name in ("report.css", "report.js"))
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _verdict(report: Report) -> tuple[str, str]:
    """What was found, as the name of its look and in words."""
    if report.count(Severity.ERROR):
        return "error", "Errors were found"
    if report.is_about_responses and not report.counts.checked:
        return "warning", "Nothing was checked"
    if report.count(Severity.WARNING):
        return "warning", "Drift was found" if report.is_about_responses else "Warnings were found"
    return ("note", "Only notes") if report.count(Severity.NOTE) else ("fine", "Nothing was found")


def _totals(report: Report) -> list[tuple[str, int, str]]:
    """Of each severity: its name, how many findings, and what they are called."""
    drift = "drift" if report.is_about_responses else "warnings"
    names = {Severity.ERROR: "errors", Severity.WARNING: drift, Severity.NOTE: "notes"}
    counted = [(severity, report.count(severity), name) for severity, name in names.items()]
    return [
        (severity.word, count, name.removesuffix("s") if count == 1 else name)
        for severity, count, name in counted
    ]


def _read(report: Report) -> Iterable[tuple[str, str]]:
    """What was read, what of it was looked at, and what not."""
    counts = report.counts
    if report.is_about_responses:
        yield "Read", f"{_amount(counts.exchanges, 'response')} in {_amount(counts.inputs, 'file')}"
        yield "Checked", f"{counts.checked:,} of {_amount(counts.error_responses, 'error response')}"
    else:
        some = f", {counts.included:,} of them included" if counts.included else ""
        yield "Read", _amount(counts.inputs, "definition") + some
    if counts.out_of_scope:
        yield "Of other hosts", _amount(counts.out_of_scope, "response")
    if counts.filtered:
        yield "Filtered out", _amount(counts.filtered, "response")
    if counts.accepted:
        yield "Accepted by the baseline", _amount(counts.accepted, "finding")
    yield "Complete", "yes" if report.complete else "no, the run was interrupted"


def _covered(coverage: Coverage, matches: Iterable[Match]) -> dict[str, object]:
    """A definition: what it is, how much of it was seen, and its table."""
    texts = [
        (shown(code.code, 120), shown(text.text, 300), text.count)
        for code in coverage.codes
        for text in code.texts
    ]
    return {
        "id": shown(coverage.definition, 120),
        "title": shown(coverage.title, 120),
        "checked": _checked(coverage, matches),
        "meters": [
            _meter(name, items)
            for name, items in (
                ("Responses", coverage.responses),
                ("Codes", coverage.codes),
                ("Messages", coverage.texts),
            )
            if items
        ],
        "undocumented": [(str(status), count) for status, count in coverage.undocumented[:_TEXTS]],
        "unknown": len(coverage.unknown),
        "map": heat_map.draw(coverage),
        "texts": texts[:_TEXTS],
        "more_texts": max(0, len(texts) - _TEXTS),
    }


def _checked(coverage: Coverage, matches: Iterable[Match]) -> str:
    """`5 responses checked, by its server`; with the number of each where the evidence differs."""
    mine = [match for match in matches if match.definition == coverage.definition]
    words = [EVIDENCE.get(match.evidence, shown(match.evidence)) for match in mine]
    if len(mine) > 1:
        words = [f"{match.exchanges:,} {word}" for match, word in zip(mine, words, strict=True)]
    return ", ".join([f"{_amount(coverage.exchanges, 'response')} checked", *words])


def _meter(
    name: str, items: Sequence[ResponseCoverage | CodeCoverage | TextCoverage]
) -> tuple[str, str, float]:
    """What it is about, `3 of 7`, and the same in percent."""
    return name, share(items), round(100 * sum(item.count > 0 for item in items) / len(items), 1)


def _rules(listed: Iterable[kinds.Kind]) -> list[dict[str, object]]:
    """Each rule of which there is a finding, with its explanation and how many findings there are."""
    counts: collections.Counter[str] = collections.Counter()
    for kind in listed:
        counts[kind.rule] += kind.count
    return [
        {
            "code": code,
            "summary": rules.RULES[code].summary,
            "count": _amount(count, "finding"),
            "blocks": explanations.blocks(rules.explanation(code)),
        }
        for code, count in sorted(counts.items())
        if code in rules.RULES
    ]
