"""The page of coverage: what of each definition was seen, how often, and what never."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence

from schemagen.display import shown
from schemagen.report import CodeCoverage, Coverage, Report, ResponseCoverage, Sightings
from schemagen.reporters import Look, covered, many

_ROWS = 500  # codes, and statuses, of a definition that are listed
_TEXTS = 20  # texts of a code that are listed
_NAME = 40  # characters of a code
_PROSE = 100  # characters of a description or a text


def render(report: Report, look: Look) -> str:
    """A line for each definition, then a page for each; without totals, the lines alone."""
    lines = [_summary(each) for each in report.coverage] or [_nothing(report)]
    if look.totals:
        for each in report.coverage:
            lines += ["", *_page(each)]
    if not report.complete:
        lines += ["", "interrupted: what follows in the input was not looked at"]
    return "".join(f"{line}\n" for line in lines)


def _summary(one: Coverage) -> str:
    return shown(f"{one.definition}: {covered(one) or 'no responses, no codes'} seen")


def _nothing(report: Report) -> str:
    if report.is_about_responses:
        return "no response was judged by a definition: nothing is covered"
    return f"{report.command} sees no responses: validate tells what is covered"


def _page(one: Coverage) -> Iterator[str]:
    name = shown(one.definition)
    title = f"{shown(one.title, _PROSE)} ({name})" if one.title else name
    yield f"{title}: {many(one.exchanges, 'exchange')} judged"
    yield from _section("responses", [_response(each) for each in one.responses])
    yield from _section(
        "statuses without a response", [(str(status), str(count)) for status, count in one.undocumented]
    )
    yield from _section("codes", [_code(each) for each in one.codes], list(map(_texts, one.codes)))
    unknown = sorted(one.unknown, key=lambda each: -each.count)
    yield from _section("codes that are not in the catalogue", [_code(each) for each in unknown])
    yield from _section(
        "responses in which no code stood",
        [(str(status), str(count)) for status, count in one.without_code],
    )


def _response(one: ResponseCoverage) -> tuple[str, ...]:
    statuses = "" if one.key.isdigit() else _statuses(one.seen)
    return shown(one.key), _times(one.count), statuses, shown(one.description, _PROSE)


def _code(one: CodeCoverage) -> tuple[str, ...]:
    return (
        shown(one.code, _NAME),
        _times(one.count),
        _statuses(one.seen),
        shown(one.meaning, _PROSE),
    )


def _texts(one: CodeCoverage) -> list[str]:
    """The documented texts of a code, as lines."""
    lines = [f'{_times(each.count):>5}  "{shown(each.text, _PROSE)}"' for each in one.texts[:_TEXTS]]
    rest = one.texts[_TEXTS:]
    return [*lines, _more([_times(each.count) for each in rest])] if rest else lines


def _section(
    heading: str, rows: Sequence[tuple[str, ...]], below: Sequence[Sequence[str]] = ()
) -> Iterator[str]:
    """A heading and aligned rows whose second cell is a number, each with its lines of `below`; nothing without rows."""
    if not rows:
        return
    yield ""
    yield f"  {heading}"
    listed = rows[:_ROWS]
    widths = [max(map(_width, column)) for column in zip(*listed, strict=True)]
    for row, lines in itertools.zip_longest(listed, below[:_ROWS], fillvalue=()):
        yield f"    {_aligned(row, widths)}"
        yield from (f"      {line}" for line in lines)
    if len(rows) > _ROWS:
        yield f"    {_more([row[1] for row in rows[_ROWS:]])}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blanks = " " * (width - _width(cell))
        if width:
            cells.append(blanks + cell if column == 1 else cell + blanks)
    return "  ".join(cells).rstrip()


def _more(times: Sequence[str]) -> str:
    return f"and {len(times)} more, {times.count(_times(0))} of them never seen"


def _times(count: int) -> str:
    return str(count) if count else "never"


def _statuses(seen: Sightings) -> str:
    """`401 × 3, 403 × 1`."""
    return ", ".join(f"{status} × {count}" for status, count in seen)


def _width(text: str) -> int:
    """Columns that a text takes: wide characters of East Asia two (Unicode TR #11), marks above others none."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
