"""The report for people: findings by file and exchange, then what was read, the totals and the next step."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from schemagen import pointers
from schemagen.display import shown
from schemagen.findings import Finding, Place, Severity
from schemagen.report import Counts, Report, Subject
from schemagen.reporters import LONGEST, Look, many

_SGR = {"error": "31;1", "warning": "33;1", "note": "36;1", "place": "1", "aside": "2"}
_EVIDENCE = {"named": "named with -d", "server": "by its server", "body": "by its body"}


def render(report: Report, look: Look) -> str:
    """The report as text, for a terminal when `look.color`."""
    lines = [*_findings(report, look)]
    if look.totals:
        lines += _totals(report, look)
    return "".join(f"{line}\n" for line in lines)


def _findings(report: Report, look: Look) -> Iterator[str]:
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    groups = itertools.groupby(report.findings, lambda item: (item.place.source, item.place.entry))
    for (source, entry), group in groups:
        items = list(group)
        if entry is None:
            yield from (line for item in items for line in _in_file(item, look))
        else:
            yield _heading(items[0].place, subjects.get((source, entry)), look)
            yield from (line for item in items for line in _in_exchange(item, look))
        yield ""


def _in_file(item: Finding, look: Look) -> Iterator[str]:
    place = _paint(_place(item.place), "place", look)
    word = _paint(item.severity.word, item.severity.word, look)
    yield f"{place}: {word}: {shown(item.message, LONGEST)} {_rule(item, look)}"
    yield from _asides(item, "    ", look)


def _heading(place: Place, subject: Subject | None, look: Look) -> str:
    line = f":{place.line}" if place.line is not None else ""
    words = [shown(place.source) + line, "entry", str(place.entry)]
    if subject is not None:
        words += [shown(subject.method), shown(subject.url, 200), str(subject.status)]
        words.append(shown(subject.definition) or "(no definition)")
    return _paint(" ".join(word for word in words if word), "place", look)


def _in_exchange(item: Finding, look: Look) -> Iterator[str]:
    word = _paint(item.severity.word, item.severity.word, look)
    at = shown(pointers.to_text(item.place.pointer), 200)
    yield f"  {word}: {at + ': ' if at else ''}{shown(item.message, LONGEST)} {_rule(item, look)}"
    yield from _asides(item, "      ", look)


def _asides(item: Finding, indent: str, look: Look) -> Iterator[str]:
    if item.hint:
        yield indent + shown(item.hint, LONGEST)
    if item.related is not None:
        yield indent + _paint(f"see {_place(item.related)}", "aside", look)


def _place(place: Place) -> str:
    text = shown(place.source)
    if place.line is not None:
        return text + f":{place.line}" + (f":{place.column}" if place.column is not None else "")
    at = pointers.to_text(place.pointer)
    return text + (f"#{shown(at, 200)}" if at else "")


def _rule(item: Finding, look: Look) -> str:
    return _paint(f"[{item.rule.code}]", "aside", look)


def _totals(report: Report, look: Look) -> Iterator[str]:
    if report.command == "validate":
        yield _read(report.counts)
        yield from (
            f"  {match.exchanges} as {shown(match.definition)}, {_EVIDENCE.get(match.evidence, match.evidence)}"
            for match in report.matches
        )
    else:
        yield _proved(report.counts)
    if not report.complete:
        yield "interrupted: what follows in the input was not looked at"
    yield _counted(report, look)
    worst = max(report.findings, key=lambda item: item.severity, default=None)
    if worst is not None:
        yield _paint(f"more about a rule: schemagen explain {worst.rule.code}", "aside", look)


def _read(counts: Counts) -> str:
    scope = f", {counts.out_of_scope} of other hosts" if counts.out_of_scope else ""
    return (
        f"{many(counts.exchanges, 'response')} in {many(counts.inputs, 'file')}{scope}: "
        f"{many(counts.errors, 'error response')}, {counts.checked} checked"
    )


def _proved(counts: Counts) -> str:
    if counts.included and counts.included == counts.inputs:
        return f"{many(counts.inputs, 'included definition')} read"
    some = f", {counts.included} of them included" if counts.included else ""
    return f"{many(counts.inputs, 'definition')} read{some}"


def _counted(report: Report, look: Look) -> str:
    drift = report.command == "validate"
    errors, warnings, notes = (report.count(severity) for severity in sorted(Severity, reverse=True))
    parts = [many(errors, "error"), f"{warnings} drift" if drift else many(warnings, "warning")]
    if notes:
        parts.append(many(notes, "note"))
    step = ""
    if warnings and look.fail_on == "error":
        step = f" (--fail-on warning fails on {'drift' if drift else 'warnings'})"
    if errors and look.fail_on == "never":
        step = " (--fail-on never: the exit code is 0 all the same)"
    return ", ".join(parts) + step


def _paint(text: str, kind: str, look: Look) -> str:
    return f"\x1b[{_SGR[kind]}m{text}\x1b[0m" if look.color else text
