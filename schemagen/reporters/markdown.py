"""The report for a pull request's comment or a job's summary: GitHub's Markdown, with tables and what opens on a click.

Everything from outside stands in code, in spans or fences: neither Markdown nor HTML acts there, and GitHub makes no
mentions, links, emoji or formulas of it. No text from outside stands in HTML, and there are no links. A comment takes
65,536 characters; each part has its share of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from schemagen import pointers
from schemagen.display import shown, shown_lines
from schemagen.findings import Place, Severity
from schemagen.pointers import Pointer
from schemagen.report import Coverage, Excerpt, Group, Report, Subject
from schemagen.reporters import Look, many, read, share, unknown_shape, worst_first

_FINDINGS, _DETAILS, _SHAPES, _COVERAGE, _NEVER = (
    18_000,
    18_000,
    8_000,
    6_000,
    8_000,
)  # characters of each part
_PLACES = 5  # places named of a group
_NAMES = 40  # codes, texts or statuses named of a definition
_LONGEST = 300  # characters of one text
_TICKS = re.compile("`{40,}")  # more than 80 open no code for cmark-gfm
_UNRECOGNISED = "response/unrecognised"

Subjects = dict[tuple[str, int], Subject]


def render(report: Report, look: Look) -> str:
    """The report as GitHub Flavored Markdown; without totals, only what was found."""
    groups = worst_first(report.groups)
    known = [group for group in groups if group.rule.code != _UNRECOGNISED]
    strange = [group for group in groups if group.rule.code == _UNRECOGNISED]
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    parts = [
        _verdict(report, look),
        _read(report) if look.totals else "",
        _findings(known),
        _details(known, subjects),
        _shapes(strange),
        _omitted(report),
        _coverage(report.coverage) if look.totals else "",
        _never(report.coverage) if look.totals else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _verdict(report: Report, look: Look) -> str:
    errors, warnings, notes = (report.count(severity) for severity in sorted(Severity, reverse=True))
    drift = report.is_about_responses
    said = [many(errors, "error"), f"{warnings} drift" if drift else many(warnings, "warning")]
    said += [many(notes, "note")] if notes else []
    least = Severity[look.fail_on.upper()] if look.fail_on != "never" else None
    fails = least is not None and any(report.count(severity) for severity in Severity if severity >= least)
    nothing = drift and not report.counts.checked
    sign = "❌" if fails else "⚠️" if nothing or not report.complete else "✅"
    return f"## {sign} schemagen {report.command}: {', '.join(said)}"


def _read(report: Report) -> str:
    text = f"{read(report)}."
    accepted = report.counts.accepted
    text += f" The baseline accepts {many(accepted, 'finding')}." if accepted else ""
    text += "" if report.complete else " **Interrupted**: what follows in the input was not looked at."
    return text


def _findings(groups: Sequence[Group]) -> str:
    head = ("", "Severity", "Rule", "Message", "First place", "Count")
    rows = (_finding_row(number, group) for number, group in enumerate(groups, 1))
    return _table("Findings", head, rows, len(groups), _FINDINGS)


def _finding_row(number: int, group: Group) -> str:
    first = group.first
    said = (group.severity.word, _code(group.rule.code), _code(first.message), _place(first.place))
    return _row(str(number), *said, str(group.count))


def _shapes(groups: Sequence[Group]) -> str:
    rows = (_shape_row(group) for group in groups)
    head = ("Host", "Status", "Body", "First place", "Count")
    return _table("Formats without a definition", head, rows, len(groups), _SHAPES)


def _shape_row(group: Group) -> str:
    seen = unknown_shape(group)
    status = str(dict(group.first.facts).get("status", ""))
    host, built = (_code(seen.host), _code(seen.shape)) if seen else ("", _code(group.first.message))
    return _row(host, _code(status), built, _place(group.first.place), str(group.count))


def _coverage(coverage: Sequence[Coverage]) -> str:
    rows = (
        _row(
            _code(one.definition),
            str(one.exchanges),
            *(share(each) if each else "–" for each in (one.responses, one.codes, one.texts)),
        )
        for one in coverage
    )
    head = ("Definition", "Judged", "Responses seen", "Codes seen", "Messages seen")
    return _table("Coverage", head, rows, len(coverage), _COVERAGE)


def _table(title: str, head: Sequence[str], rows: Iterable[str], number: int, room: int) -> str:
    """A heading and a table of `number` rows, of which those that fit into `room` are there; nothing if there are none."""
    if not number:
        return ""
    kept = _fitting(rows, room)
    lines = [f"### {title}", "", _row(*head), _row(*("---" for _ in head)), *kept]
    if len(kept) < number:
        lines += ["", f"and {number - len(kept)} more"]
    return "\n".join(lines)


def _row(*cells: str) -> str:
    r"""A row of a table, in which `|` is `\|`, in code too (GFM 4.10)."""
    escaped = (cell.replace("|", r"\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _details(groups: Sequence[Group], subjects: Subjects) -> str:
    """For each group of the table its first places, and the body that the first is about."""
    kept = _fitting((_detail(*numbered, subjects) for numbered in enumerate(groups, 1)), _DETAILS)
    return _folded("Places and bodies", [*kept, *_rest(groups, kept)]) if groups else ""


def _detail(number: int, group: Group, subjects: Subjects) -> str:
    first = group.first
    lines = [f"**{number}** {_code(first.message)} {_code(first.hint)}".rstrip(), ""]
    for item in group.findings[:_PLACES]:
        subject = subjects.get((item.place.source, item.place.entry or 0))
        differs = item.message != first.message
        lines.append(
            f"- {_place(item.place)}{_request(subject)}{' ' + _code(item.message) if differs else ''}"
        )
    shown_here = min(len(group.findings), _PLACES)
    lines += [f"- and {group.count - shown_here} more"] if group.count > shown_here else []
    lines += [f"- documented in {_place(first.related)}"] if first.related else []
    subject = subjects.get((first.place.source, first.place.entry or 0))
    excerpt = _excerpt(subject.excerpt, first.place.pointer) if subject else ""
    return "\n".join([*lines, "", excerpt]) if excerpt else "\n".join(lines)


def _request(subject: Subject | None) -> str:
    if subject is None:
        return ""
    words = (subject.method, subject.url, subject.answer)
    return f": {_code(' '.join(word for word in words if word))}"


def _excerpt(excerpt: Excerpt, pointer: Pointer) -> str:
    """The piece of a body in a fence; the line where `pointer` stands begins with `>`."""
    if not excerpt.text:
        return ""
    lines = dict(excerpt.lines)
    marked = lines.get(pointer, 0) if pointer else 0
    text = "\n".join(
        f"{'>' if number == marked else ' '} {line}".rstrip()
        for number, line in enumerate(_calm(shown_lines(excerpt.text)).split("\n"), 1)
    )
    fence = _ticks(text, 3)
    return f"{fence}\n{text}\n{fence}"


def _omitted(report: Report) -> str:
    left_out = sum(count for _, count in report.omitted)
    return f"{many(left_out, 'more finding')} of kinds that are not listed." if left_out else ""


def _never(coverage: Sequence[Coverage]) -> str:
    texts = [text for one in coverage if (text := _missing(one))]
    kept = _fitting(texts, _NEVER)
    return (
        _folded("Never seen, and seen without being documented", [*kept, *_rest(texts, kept)])
        if texts
        else ""
    )


def _missing(one: Coverage) -> str:
    """What of a definition was never seen, and what was seen that it does not have."""
    parts = (
        ("responses never seen", [each.key for each in one.responses if not each.count]),
        ("codes never seen", [each.code for each in one.codes if not each.count]),
        ("messages never seen", [each.text for each in one.texts if not each.count]),
        ("statuses without a response", [str(status) for status, _ in one.undocumented]),
        ("codes that are not in the catalogue", [each.code for each in one.unknown]),
    )
    lines = [f"- {what}: {_named(names)}" for what, names in parts if names]
    return "\n".join([f"**{_code(one.definition)}**", "", *lines]) if lines else ""


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(_code(name, 60) for name in names[:_NAMES]) + more


def _folded(summary: str, blocks: Iterable[str]) -> str:
    """What opens on a click; blank lines make Markdown of what is inside HTML (CommonMark 4.6)."""
    return "\n\n".join([f"<details>\n<summary>{summary}</summary>", *blocks, "</details>"])


def _rest(all_of_them: Sequence[object], kept: Sequence[str]) -> Iterator[str]:
    if len(kept) < len(all_of_them):
        yield f"and {len(all_of_them) - len(kept)} more"


def _fitting(blocks: Iterable[str], room: int) -> list[str]:
    """The first of `blocks` that fit into `room` characters, together with the line feeds between them."""
    kept = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            break
        kept.append(block)
    return kept


def _place(place: Place) -> str:
    line = f":{place.line}" if place.line is not None else ""
    entry = f" entry {place.entry}" if place.entry is not None else ""
    at = _code(pointers.to_text(place.pointer), 200)
    return f"{_code(f'{place.source}{line}', 200)}{entry}{' ' + at if at else ''}"


def _code(text: str, limit: int = _LONGEST) -> str:
    """`text` as code: fenced by more backticks than it holds in a row (CommonMark 6.1)."""
    line = _calm(shown(text, limit))
    if not line:
        return ""
    fence = _ticks(line, 1)
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _calm(text: str) -> str:
    """The text without very long runs of backticks, so that no fence need be longer than parsers take."""
    return _TICKS.sub("`" * 39 + "…", text)


def _ticks(text: str, least: int) -> str:
    """A run of backticks longer than any in `text`."""
    return "`" * max(least, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
