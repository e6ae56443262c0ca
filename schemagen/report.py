"""What reporters get: the findings of one run with positions resolved, and what was read, checked and left out."""

from __future__ import annotations

import dataclasses

from schemagen.findings import Finding, Severity


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
    """How many exchanges a definition judged, and by what evidence it was chosen (`named`, `server`, `body`)."""

    definition: str
    evidence: str
    exchanges: int


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """Exchanges read; of these errors (by a definition's `when`, or a status ≥ 400 no definition claims); of these
    checked, that is judged by a definition; and those out of scope: other hosts than the servers asked for. Where
    `inputs` are definitions, `included` are those of them that come with schemagen.
    """

    inputs: int = 0
    exchanges: int = 0
    errors: int = 0
    checked: int = 0
    out_of_scope: int = 0
    included: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """An exchange that findings are about, already redacted: what a reader needs to find it again.

    `source` and `entry` are those of the findings' places; `definition` and `evidence` say what judged it, if anything.
    """

    source: str
    entry: int
    method: str = ""
    url: str = ""
    status: int = 0
    definition: str = ""
    evidence: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """One run of `command`: its findings in their total order, and what they are to be read against.

    `complete` is false when the run was interrupted: the rest of the input was not looked at.
    """

    command: str
    findings: tuple[Finding, ...] = ()
    counts: Counts = Counts()
    matches: tuple[Match, ...] = ()
    subjects: tuple[Subject, ...] = ()
    complete: bool = True

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(1 for item in self.findings if item.severity is severity)
