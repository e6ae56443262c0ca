"""The report as JUnit XML, in the form that the schemas of Jenkins describe: for CI servers.

A suite is a definition, and what concerns none is in the suite of its file. A case is a group of findings; its name is
the same in every run, as servers follow cases by their names. A case fails at or above `--fail-on`, else it has passed
and says what it has to say as its output. No time is measured: each is 0, which readers want rather than none.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator
from typing import TypeAlias
from xml.etree import ElementTree as ET

from schemagen import pointers
from schemagen.display import shown, shown_lines
from schemagen.findings import Finding, Place, Severity
from schemagen.report import Group, Report, Subject
from schemagen.reporters import EVIDENCE, LONGEST, Look, many

Subjects: TypeAlias = dict[tuple[str, int], Subject]


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """A case of a suite: it has passed, or `outcome` (`failure`, `error`) of a `kind` with a `message`; and its text."""

    suite: str
    name: str
    text: str = ""
    outcome: str = ""
    kind: str = ""
    message: str = ""


def render(report: Report, look: Look) -> str:
    """The report as an XML text of ASCII characters; of how it is to look only `fail_on` counts."""
    suites: dict[str, list[Case]] = {}
    for case in _cases(report, look):
        suites.setdefault(case.suite, []).append(case)
    every = [case for cases in suites.values() for case in cases]
    root = ET.Element("testsuites", {"name": "schemagen", **_totals(every)})
    for name, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", {"name": name, **_totals(cases), "skipped": "0"})
        if name == _own(report):
            _describe(suite, report)
        _fill(suite, cases)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root).decode("ascii") + "\n"


def _own(report: Report) -> str:
    """The suite of the run itself; no definition has a name with a blank in it."""
    return f"schemagen {report.command}"


def _totals(cases: list[Case]) -> dict[str, str]:
    outcomes = collections.Counter(case.outcome for case in cases)
    numbers = {"tests": len(cases), "failures": outcomes["failure"], "errors": outcomes["error"], "time": 0}
    return {name: str(number) for name, number in numbers.items()}


def _describe(suite: ET.Element, report: Report) -> None:
    """What was read, as properties."""
    properties = ET.SubElement(suite, "properties")
    for name, number in dataclasses.asdict(report.counts).items():
        ET.SubElement(properties, "property", {"name": name, "value": str(number)})


def _fill(suite: ET.Element, cases: list[Case]) -> None:
    """The cases, each with a name of its own: of two with one name, servers read the first."""
    met: collections.Counter[str] = collections.Counter()
    for case in cases:
        met[case.name] += 1
        name = case.name if met[case.name] == 1 else f"{case.name} ({met[case.name]})"
        element = ET.SubElement(suite, "testcase", {"name": name, "classname": case.suite, "time": "0"})
        # Some servers attach the file that an output names in this form; ours may quote anybody.
        text = case.text.replace("[[ATTACHMENT|", "[ [ATTACHMENT|")
        if case.outcome:
            said = ET.SubElement(element, case.outcome, {"type": case.kind, "message": case.message})
            said.text = text
        elif text:
            ET.SubElement(element, "system-out").text = text


def _cases(report: Report, look: Look) -> Iterator[Case]:
    yield _whole(report)
    yield from _omitted(report, look)
    yield from _checked(report)
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    for group in report.groups:
        yield _found(group, subjects, look)


def _whole(report: Report) -> Case:
    """Whether all was looked at: the case that every run has, so that a clean one is not taken for none."""
    name = "everything was looked at"
    if report.complete:
        return Case(_own(report), name)
    message = "interrupted: what follows in the input was not looked at"
    return Case(_own(report), name, message, "error", "interrupted", message)


def _omitted(report: Report, look: Look) -> Iterator[Case]:
    """For each severity the findings of the groups that are not shown."""
    for severity, count in report.omitted:
        message = f"{many(count, 'more ' + severity.word)} of kinds that are not shown"
        outcome = "failure" if _fails(severity, look) else ""
        yield Case(_own(report), f"{severity.word}s that are not shown", message, outcome, "omitted", message)


def _checked(report: Report) -> Iterator[Case]:
    """For each definition how many responses it judged, and why it did."""
    reasons: dict[str, list[str]] = {}
    for match in report.matches:
        why = EVIDENCE.get(match.evidence, shown(match.evidence))
        reasons.setdefault(match.definition, []).append(f"{many(match.exchanges, 'response')} checked, {why}")
    for definition, lines in reasons.items():
        yield Case(shown(definition), "responses are checked", "\n".join(lines))


def _found(group: Group, subjects: Subjects, look: Look) -> Case:
    first = group.first
    at = pointers.to_text(pointers.without_positions(first.place.pointer))
    by = pointers.to_text(first.schema)
    times = f" ({group.count} times)" if group.count > 1 else ""
    return Case(
        shown(first.definition) or ("no definition" if first.place.entry else _file(first.place.source)),
        f"{group.rule.code}{' at ' + shown(at, 200) if at else ''}{' by ' + shown(by, 200) if by else ''}",
        _told(group, subjects),
        "failure" if _fails(group.severity, look) else "",
        group.rule.code,
        shown(first.message, LONGEST) + times,
    )


def _file(source: str) -> str:
    return "standard input" if source in ("", "-") else shown(source)


def _fails(severity: Severity, look: Look) -> bool:
    return look.fail_on != "never" and severity >= Severity[look.fail_on.upper()]


def _told(group: Group, subjects: Subjects) -> str:
    """All that is known of a group: the places with their messages, what the definition says, a body."""
    first = group.first
    lines = [f"{group.severity.word}: {group.rule.summary}", ""]
    lines += [line for item in group.findings for line in _one(item, subjects)]
    if group.count > len(group.findings):
        lines.append(f"and {group.count - len(group.findings)} more")
    lines.append("")
    if first.related:
        lines.append(f"see {_place(first.related)}")
    lines.append(f"more about the rule: schemagen explain {group.rule.code}")
    subject = subjects.get((first.place.source, first.place.entry or 0))
    if subject and subject.excerpt.text:
        lines += ["", f"the body of entry {subject.entry}:", shown_lines(subject.excerpt.text)]
    return "\n".join(lines)


def _one(item: Finding, subjects: Subjects) -> Iterator[str]:
    subject = subjects.get((item.place.source, item.place.entry or 0))
    exchange = (shown(subject.method), shown(subject.url, 200), subject.answer) if subject else ()
    yield f"{_place(item.place, *exchange)}: {shown(item.message, LONGEST)}"
    if item.hint:
        yield f"    {shown(item.hint, LONGEST)}"


def _place(place: Place, *exchange: str) -> str:
    """The file with its line, which entry of it, what `exchange` says of that, and the place in it."""
    numbers = [str(number) for number in (place.line, place.column) if number is not None]
    entry = f"entry {place.entry}" if place.entry is not None else ""
    at = shown(pointers.to_text(place.pointer), 200)
    return " ".join(
        word for word in (":".join([shown(place.source), *numbers]), entry, *exchange, at) if word
    )
