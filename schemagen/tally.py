"""What the parts of a run add up to: counts, groups of findings with the first of each, and what was covered.

Adding up is associative and does not depend on the order of the parts: one process and many give the same report.
Findings are counted without limit and kept up to one.
"""

from __future__ import annotations

import bisect
import collections
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.findings import Finding, Severity, order
from schemagen.pointers import Pointer
from schemagen.report import Group, Subject

FIRST = 20  # findings that are kept of each group
MOST = 10_000  # groups that are kept, and sightings; the names of members may be of any number

GroupKey: TypeAlias = tuple[int, str, str, Pointer, Pointer]
Sighting: TypeAlias = tuple[str, ...]


@dataclasses.dataclass(slots=True)
class Kept:
    """The findings of one group: how many, and the first ones in their order, with the exchanges they are about."""

    count: int = 0
    first: list[tuple[tuple[object, ...], Finding, Subject | None]] = dataclasses.field(default_factory=list)

    def takes(self, rank: tuple[object, ...]) -> bool:
        """Whether a finding of this order would be among the first."""
        return len(self.first) < FIRST or rank < self.first[-1][0]

    def keep(self, rank: tuple[object, ...], item: Finding, subject: Subject | None) -> None:
        """Puts a finding, and its order, among the first."""
        bisect.insort(self.first, (rank, item, subject), key=_rank)
        del self.first[FIRST:]


@dataclasses.dataclass(slots=True)
class Tally:
    """What was found in a part of the input.

    `counts` has the names of the members of `report.Counts`, `matches` definition and evidence, `seen` what coverage
    counts. `severities` counts all findings, also those of groups that are not kept.
    """

    counts: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    matches: collections.Counter[tuple[str, str]] = dataclasses.field(default_factory=collections.Counter)
    seen: collections.Counter[Sighting] = dataclasses.field(default_factory=collections.Counter)
    severities: collections.Counter[Severity] = dataclasses.field(default_factory=collections.Counter)
    kept: dict[GroupKey, Kept] = dataclasses.field(default_factory=dict)

    def add(self, findings: Sequence[Finding], subject: Callable[[], Subject | None]) -> None:
        """Takes the findings about one exchange; `subject` describes it, and is asked only if one of them is kept.

        Who interrupts that leaves no group without a finding.
        """
        described: Subject | None = None
        is_described = False
        for item in findings:
            key, rank = _key(item), order(item)
            kept = self.kept.get(key) or Kept()
            is_kept = kept.takes(rank)
            if is_kept and not is_described:
                described, is_described = subject(), True
            self.severities[item.severity] += 1
            kept.count += 1
            if is_kept:
                kept.keep(rank, item, described)
            self.kept[key] = kept
        _bound(self.kept)

    def note(self, sightings: Iterable[Sighting]) -> None:
        """Counts what one exchange has shown of a definition."""
        self.seen.update(sightings)
        _bound(self.seen)

    def merge(self, other: Tally) -> None:
        """Takes all that `other` has counted and kept."""
        self.counts.update(other.counts)
        self.matches.update(other.matches)
        self.seen.update(other.seen)
        self.severities.update(other.severities)
        for key, theirs in other.kept.items():
            kept = self.kept.setdefault(key, Kept())
            kept.count += theirs.count
            kept.first = sorted([*kept.first, *theirs.first], key=_rank)[:FIRST]
        _bound(self.kept)
        _bound(self.seen)

    def move(self, entries: int, lines: int) -> None:
        """Puts what was found in a part of a recording behind so many entries and lines of it."""
        for kept in self.kept.values():
            moved = [
                (item.behind(entries, lines), subject and subject.behind(entries))
                for _, item, subject in kept.first
            ]
            kept.first = [(order(item), item, subject) for item, subject in moved]

    def groups(self) -> tuple[Group, ...]:
        """The groups, in the order of their first findings."""
        _trim(self.kept)
        groups = (Group(kept.count, tuple(item for _, item, _ in kept.first)) for kept in self.kept.values())
        return tuple(sorted(groups, key=lambda group: order(group.first)))

    def omitted(self) -> tuple[tuple[Severity, int], ...]:
        """How many findings, by severity, belong to groups that were too many to keep."""
        _trim(self.kept)
        rest = collections.Counter(self.severities)
        for kept in self.kept.values():
            rest[kept.first[0][1].severity] -= kept.count
        return tuple((severity, rest[severity]) for severity in sorted(Severity) if rest[severity])

    def subjects(self) -> tuple[Subject, ...]:
        """The exchanges that the kept findings are about, each once, in their order."""
        found = (subject for kept in self.kept.values() for _, _, subject in kept.first if subject)
        return tuple(sorted(dict.fromkeys(found), key=lambda subject: (subject.source, subject.entry)))


def _rank(kept: tuple[tuple[object, ...], Finding, Subject | None]) -> tuple[object, ...]:
    return kept[0]


def _key(item: Finding) -> GroupKey:
    return (
        -item.severity,
        item.rule.code,
        item.definition,
        item.schema,
        pointers.without_positions(item.place.pointer),
    )


def _bound(table: dict[Any, Any]) -> None:
    if len(table) > 2 * MOST:
        _trim(table)


def _trim(table: dict[Any, Any]) -> None:
    """Keeps MOST keys, those with the least digests: the same ones whatever the parts were, and none half counted."""
    if len(table) > MOST:
        for key in sorted(table, key=_digest)[MOST:]:
            del table[key]


def _digest(key: tuple[object, ...]) -> bytes:
    import hashlib  # slow to import, and few runs have so much

    return hashlib.sha256(repr(key).encode("utf-8", "surrogatepass")).digest()
