"""What reporters get: the findings of one run with positions resolved, and what was read, checked, seen and left out."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable

from schemagen.findings import Finding, Severity, order
from schemagen.pointers import Pointer
from schemagen.rules import Rule


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Findings that are the same but for where they were met: `count` of them, of which `findings` are the first, at
    least one, in their order.
    """

    count: int
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that stands for all."""
        return self.findings[0]

    @property
    def rule(self) -> Rule:
        """The rule of all."""
        return self.first.rule

    @property
    def severity(self) -> Severity:
        """The severity of all."""
        return self.first.severity


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """How many exchanges a definition judged, and by what evidence it was chosen (`named`, `server`, `body`)."""

    definition: str
    evidence: str
    exchanges: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """Exchanges read; of these error responses (by a definition's `when`, or a status ≥ 400 no definition claims); of these
    checked, that is judged by a definition; those out of scope: other hosts than the servers asked for; and those
    `filtered` out by host, path or status. Where `inputs` are definitions, `included` are those of them that come with
    schemagen. `accepted` are findings that are not shown, as a baseline accepts them.
    """

    inputs: int = 0
    exchanges: int = 0
    error_responses: int = 0
    checked: int = 0
    out_of_scope: int = 0
    filtered: int = 0
    accepted: int = 0
    included: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a body on several lines, short and redacted. `lines` says on which line (from 1) a place stands."""

    text: str = ""
    lines: tuple[tuple[Pointer, int], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """An exchange that findings are about, already redacted: what a reader needs to find it again.

    `source` and `entry` are those of the findings' places; `definition` and `evidence` say what judged it, if anything.
    Status 0: a request that got no response.
    """

    source: str
    entry: int
    method: str = ""
    url: str = ""
    status: int = 0
    definition: str = ""
    evidence: str = ""
    excerpt: Excerpt = Excerpt()

    @property
    def answer(self) -> str:
        """The status as text; empty where there was no response."""
        return str(self.status) if self.status else ""

    def behind(self, entries: int) -> Subject:
        """This exchange of a part of a recording, as one of the whole, of which so many entries come before the part."""
        return dataclasses.replace(self, entry=self.entry + entries)


Sightings = tuple[tuple[int, int], ...]
"""HTTP statuses in their order, each with how many exchanges had it; what was never seen is not in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class TextCoverage:
    """A documented text of a code, and in how many exchanges it stood."""

    text: str
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class CodeCoverage:
    """A code, and under which statuses it was seen; `documented` are the status keys the catalogue ties it to."""

    code: str
    meaning: str = ""
    documented: tuple[str, ...] = ()
    seen: Sightings = ()
    texts: tuple[TextCoverage, ...] = ()

    @property
    def count(self) -> int:
        """In how many exchanges it was seen."""
        return sum(count for _, count in self.seen)


@dataclasses.dataclass(frozen=True, slots=True)
class ResponseCoverage:
    """A documented response (`404`, `4XX`, `default`), and which statuses were judged by it."""

    key: str
    description: str = ""
    seen: Sightings = ()

    @property
    def count(self) -> int:
        """How many exchanges were judged by it."""
        return sum(count for _, count in self.seen)


@dataclasses.dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen of a definition and what never.

    `responses` and `codes` are all that are documented, with their zeros. `undocumented` are statuses with no response,
    `unknown` codes that are not in the catalogue, `without_code` the exchanges in which no code stood.
    """

    definition: str
    title: str = ""
    exchanges: int = 0
    responses: tuple[ResponseCoverage, ...] = ()
    codes: tuple[CodeCoverage, ...] = ()
    undocumented: Sightings = ()
    unknown: tuple[CodeCoverage, ...] = ()
    without_code: Sightings = ()

    @property
    def texts(self) -> tuple[TextCoverage, ...]:
        """All documented texts of all codes."""
        return tuple(text for code in self.codes for text in code.texts)


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """One run of `command`: its findings in groups, and what they are to be read against.

    `omitted` counts, by severity, the findings of groups that are not shown. `complete` is false when the run was
    interrupted: the rest of the input was not looked at.
    """

    command: str
    groups: tuple[Group, ...] = ()
    counts: Counts = Counts()
    matches: tuple[Match, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    subjects: tuple[Subject, ...] = ()
    omitted: tuple[tuple[Severity, int], ...] = ()
    complete: bool = True

    @property
    def is_about_responses(self) -> bool:
        """Whether the command has seen responses, whether recorded or live; else it is about definitions."""
        return self.command in ("validate", "probe", "proxy")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are shown, each with its own place, in their total order."""
        return tuple(sorted((item for group in self.groups for item in group.findings), key=order))

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity, shown or not."""
        shown = sum(group.count for group in self.groups if group.severity is severity)
        return shown + sum(count for which, count in self.omitted if which is severity)


def singly(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Each finding as a group of its own, in their total order: where every place is to be mended by itself."""
    return tuple(Group(1, (item,)) for item in sorted(findings, key=order))


def shorten(report: Report, most: int) -> Report:
    """`report` with at most `most` findings shown: the worst kinds first, and of each kind one before a second of any."""
    worst_first = sorted(report.groups, key=lambda group: -group.severity)
    ranked = [(rank, index) for index, group in enumerate(worst_first) for rank in range(len(group.findings))]
    lengths = collections.Counter(index for _, index in sorted(ranked)[:most])
    groups = [
        Group(group.count, group.findings[: lengths[index]])
        for index, group in enumerate(worst_first)
        if lengths[index]
    ]
    omitted = collections.Counter(dict(report.omitted))
    for index, group in enumerate(worst_first):
        omitted[group.severity] += 0 if lengths[index] else group.count
    places = {(item.place.source, item.place.entry) for group in groups for item in group.findings}
    return dataclasses.replace(
        report,
        groups=tuple(sorted(groups, key=lambda group: order(group.first))),
        subjects=tuple(each for each in report.subjects if (each.source, each.entry) in places),
        omitted=tuple((severity, count) for severity, count in sorted(omitted.items()) if count),
    )
