"""The report for people: findings by file and exchange, then what was read, the totals and the next step."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator

from schemagen import pointers
from schemagen.display import shown
from schemagen.findings import Place, Severity
from schemagen.report import Group, Match, Report, Subject
from schemagen.reporters import EVIDENCE, LONGEST, Look, covered, many, read, unknown_shape

_SGR = {"error": "31;1", "warning": "33;1", "note": "36;1", "place": "1", "aside": "2"}
_OTHERS = 4  # places named of one group
_SHAPES = 10  # shapes without a definition


def render(report: Report, look: Look) -> str:
    """The report as text, for a terminal when `look.color`."""
    lines = [*_findings(report, look)]
    if look.totals:
        lines += (part for line in _totals(report, look) for part in _wrapped(line, "    ", look))
    return "".join(f"{line}\n" for line in lines)


def _findings(report: Report, look: Look) -> Iterator[str]:
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    by_exchange = itertools.groupby(
        report.groups, lambda group: (group.first.place.source, group.first.place.entry)
    )
    for (source, entry), groups in by_exchange:
        together = list(groups)
        if entry is not None:
            yield from _heading(together[0].first.place, subjects.get((source, entry)), look)
        for group in together:
            yield from _group(group, look)
        yield ""


def _heading(place: Place, subject: Subject | None, look: Look) -> Iterator[str]:
    words = [_spot(place)]
    if subject is not None:
        words += [shown(subject.method), shown(subject.url, 200), subject.answer]
        words.append(shown(subject.definition) or ("(no definition)" if subject.answer else "(no response)"))
    for line in _wrapped(" ".join(word for word in words if word), "", look):
        yield _paint(line, "place", look)


def _group(group: Group, look: Look) -> Iterator[str]:
    """The first finding of a group, where the others are, and what to do."""
    item, word = group.first, group.severity.word
    in_body = item.place.entry is not None
    at = shown(pointers.to_text(item.place.pointer), 200) if in_body else ""
    start = "  " if in_body else f"{_place(item.place)}: "
    where = f"{at}: " if at else ""
    rule = f"[{group.rule.code}]"
    lines = _wrapped(f"{start}{word}: {where}{shown(item.message, LONGEST)} {rule}", "      ", look)
    head = lines[0].removeprefix(start)
    lines[0] = (start if in_body else _paint(start[:-2], "place", look) + ": ") + head.replace(
        word, _paint(word, word, look), 1
    )
    lines[-1] = lines[-1].removesuffix(rule) + _paint(rule, "aside", look)
    yield from lines
    indent = "      " if in_body else "    "
    if item.hint:
        yield from _wrapped(indent + shown(item.hint, LONGEST), indent, look)
    if group.count > 1:
        yield from _wrapped(f"{indent}{_others(group)}", indent, look)
    if item.related is not None:
        yield indent + _paint(f"see {_place(item.related)}", "aside", look)


def _others(group: Group) -> str:
    """How often the finding was met, and where beside its first place."""
    spots = []
    for item in group.findings[1:_OTHERS]:
        differs = item.message != group.first.message
        spots.append(_spot(item.place) + (f" ({shown(item.message, 120)})" if differs else ""))
    more = group.count - 1 - len(spots)
    also = ", ".join(spots) + (f" and {more} more" if more and spots else "")
    return f"{group.count} times" + (f"; also {also}" if also else "")


def _spot(place: Place) -> str:
    """The exchange that a place is in, or the place in a file."""
    if place.entry is None:
        return _place(place)
    line = f":{place.line}" if place.line is not None else ""
    return f"{shown(place.source)}{line} entry {place.entry}"


def _wrapped(text: str, indent: str, look: Look) -> list[str]:
    """`text` in lines of the terminal's width, further ones with `indent`; elsewhere one line."""
    if not look.width or len(text) <= look.width:
        return [text]
    lines = textwrap.wrap(
        text,
        max(look.width, 40),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return lines or [text]


def _place(place: Place) -> str:
    text = shown(place.source)
    if place.line is not None:
        return text + f":{place.line}" + (f":{place.column}" if place.column is not None else "")
    at = pointers.to_text(place.pointer)
    return text + (f"#{shown(at, 200)}" if at else "")


def _totals(report: Report, look: Look) -> Iterator[str]:
    yield read(report)
    if report.is_about_responses:
        yield from (f"  {one}" for one in _matched(report))
        yield from _without_definition(report)
    if report.omitted:
        left_out = sum(count for _, count in report.omitted)
        yield f"{left_out} more findings are of kinds that are not shown; --max-findings N shows more"
    if not report.complete:
        yield "interrupted: what follows in the input was not looked at"
    yield _counted(report, look)
    worst = max(report.groups, key=lambda group: group.severity, default=None)
    if worst is not None:
        yield _paint(f"more about a rule: schemagen explain {worst.rule.code}", "aside", look)


def _matched(report: Report) -> Iterator[str]:
    """For each definition how many responses it judged, why it did, and how much of it was seen."""
    coverage = {one.definition: one for one in report.coverage}
    judged: dict[str, list[Match]] = {}
    for match in report.matches:
        judged.setdefault(match.definition, []).append(match)
    for definition, matches in judged.items():
        number = sum(match.exchanges for match in matches)
        reasons = [EVIDENCE.get(match.evidence, match.evidence) for match in matches]
        if len(matches) > 1:
            reasons = [f"{match.exchanges} {reason}" for match, reason in zip(matches, reasons, strict=True)]
        seen = covered(coverage[definition]) if definition in coverage else ""
        yield f"{number} as {shown(definition)}, {', '.join(reasons)}" + (f": {seen} seen" if seen else "")


def _without_definition(report: Report) -> Iterator[str]:
    """The shapes of error responses that no definition knows, the most frequent first."""
    shapes = sorted(
        (shape for shape in map(unknown_shape, report.groups) if shape), key=lambda one: -one.count
    )
    if shapes:
        yield "of no known definition:"
    for one in shapes[:_SHAPES]:
        host = f" {shown(one.host, 80)}" if one.host else ""
        yield f"  {one.count} with {one.status}{host}: {shown(one.shape)}"
    if len(shapes) > _SHAPES:
        yield f"  and {len(shapes) - _SHAPES} more kinds"


def _counted(report: Report, look: Look) -> str:
    drift = report.is_about_responses
    errors, warnings, notes = (report.count(severity) for severity in sorted(Severity, reverse=True))
    parts = [many(errors, "error"), f"{warnings} drift" if drift else many(warnings, "warning")]
    if notes:
        parts.append(many(notes, "note"))
    if report.counts.accepted:
        parts.append(f"{report.counts.accepted} accepted by the baseline")
    step = ""
    if warnings and look.fail_on == "error":
        step = f" (--fail-on warning fails on {'drift' if drift else 'warnings'})"
    if errors and look.fail_on == "never":
        step = " (--fail-on never: the exit code is 0 all the same)"
    return ", ".join(parts) + step


def _paint(text: str, kind: str, look: Look) -> str:
    return f"\x1b[{_SGR[kind]}m{text}\x1b[0m" if look.color else text
