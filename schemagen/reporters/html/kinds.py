"""Groups of findings as a page shows them: the worst and most frequent first, as many as a browser can bear.

All text from outside is passed through `display` here; the template escapes it for HTML.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from schemagen import pointers
from schemagen.display import shown, shown_lines
from schemagen.findings import Finding, Place
from schemagen.pointers import Pointer
from schemagen.report import Excerpt, Group, Report, Subject
from schemagen.reporters import LONGEST, worst_first

_KINDS = 2_000  # groups on a page
_SPOTS = 4_000  # findings on a page, shared out evenly among the groups
_AT = 200  # characters of a pointer or URL
_UNMATCHED = ("response/unrecognised", "response/ambiguous")
_NOBODY = Subject("", 0)

Subjects: TypeAlias = Mapping[tuple[str, int | None], Subject]
Piece: TypeAlias = tuple[str, str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """One finding of a kind: where it is, in what exchange, and the body around it.

    `message` is empty where it is that of the kind. `excerpt` is the text before the line of the place, that line, and
    the text after it; the line is empty where the place is not on any.
    """

    where: str
    request: str
    status: str
    pointer: str
    message: str
    excerpt: Piece | None


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A group of findings. `statuses` are those of the spots, `more` findings are not among these."""

    id: str
    severity: str
    label: str
    rule: str
    message: str
    hint: str
    related: str
    definition: str
    pointer: str
    count: int
    statuses: tuple[int, ...]
    spots: tuple[Spot, ...]
    more: int
    facts: Mapping[str, str]

    @property
    def is_unmatched(self) -> bool:
        """Whether it is about responses that no definition, or no single one, recognises."""
        return self.rule in _UNMATCHED


def listed(report: Report) -> tuple[list[Kind], int]:
    """The groups of the report that a page shows, and how many it does not."""
    groups = worst_first(report.groups)
    kept = groups[:_KINDS]
    share = max(1, _SPOTS // max(1, len(kept)))
    subjects: Subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    label = "drift" if report.is_about_responses else "warning"
    used: set[str] = set()
    return [_kind(group, subjects, share, label, used) for group in kept], len(groups) - len(kept)


def _kind(group: Group, subjects: Subjects, share: int, label: str, used: set[str]) -> Kind:
    first = group.first
    items = group.findings[:share]
    met = [subjects.get((item.place.source, item.place.entry), _NOBODY) for item in items]
    return Kind(
        _free("f-" + first.fingerprint[:12], used),
        group.severity.word,
        label if group.severity.word == "warning" else group.severity.word,
        first.rule.code,
        shown(first.message, LONGEST),
        shown(first.hint, LONGEST),
        _place(first.related) if first.related else "",
        shown(first.definition, _AT),
        shown(pointers.to_text(pointers.without_positions(first.place.pointer)), _AT),
        group.count,
        tuple(sorted({subject.status for subject in met if subject.status})),
        tuple(_spot(item, subject, first) for item, subject in zip(items, met, strict=True)),
        group.count - len(items),
        {name: shown(str(fact), LONGEST) for name, fact in first.facts if not isinstance(fact, tuple)},
    )


def _free(name: str, used: set[str]) -> str:
    """The name, or the name with a number: two findings may differ in nothing but their line."""
    free, number = name, 1
    while free in used:
        number += 1
        free = f"{name}-{number}"
    used.add(free)
    return free


def _spot(item: Finding, subject: Subject, first: Finding) -> Spot:
    message = shown(item.message, LONGEST)
    return Spot(
        _place(item.place),
        shown(" ".join(part for part in (subject.method, subject.url) if part), _AT),
        str(subject.status or ""),
        shown(pointers.to_text(item.place.pointer), _AT) if item.place.entry is not None else "",
        message if message != shown(first.message, LONGEST) else "",
        _cut(subject.excerpt, item.place.pointer),
    )


def _place(place: Place) -> str:
    """`traffic.har:14 entry 3`, `specs/telecomx.yaml:14:5`, `specs/telecomx.yaml#/titel`."""
    text = shown(place.source, _AT)
    if place.line is not None:
        text += f":{place.line}" + (f":{place.column}" if place.column is not None else "")
    elif place.entry is None and place.pointer:
        text += "#" + shown(pointers.to_text(place.pointer), _AT)
    return text if place.entry is None else f"{text} entry {place.entry}"


def _cut(excerpt: Excerpt, pointer: Pointer) -> Piece | None:
    """The excerpt in three: what stands before the line of `pointer`, or of the closest object around it; it; the rest."""
    if not excerpt.text:
        return None
    lines = [line + "\n" for line in shown_lines(excerpt.text).split("\n")]
    number = _line(dict(excerpt.lines), pointer)
    if not 0 < number <= len(lines):
        return "".join(lines), "", ""
    return "".join(lines[: number - 1]), lines[number - 1], "".join(lines[number:])


def _line(lines: Mapping[Pointer, int], pointer: Pointer) -> int:
    """The line of the narrowest place that has one, but for the whole body; 0 if there is none."""
    around: Sequence[Pointer] = [pointer[:length] for length in range(len(pointer), 0, -1)]
    return next((lines[place] for place in around if place in lines), 0)
