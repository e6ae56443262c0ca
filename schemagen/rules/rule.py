"""What a rule is."""

from __future__ import annotations

import dataclasses
import enum
from typing import Literal, TypeAlias

FailOn: TypeAlias = Literal["error", "warning", "note", "never"]
"""The severity from which findings are a failure."""


class Severity(enum.IntEnum):
    """How bad a finding is; higher is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as reports write it: `error`, `warning`, `note`."""
        return self.name.lower()


@dataclasses.dataclass(frozen=True, slots=True)
class Rule:
    """A row of the catalogue. `message` is a `str.format` template over the facts of a finding; one line."""

    code: str
    severity: Severity
    summary: str
    message: str


def table(stage: str, *rows: tuple[str, Severity, str, str]) -> tuple[Rule, ...]:
    """The rules of one stage from rows (slug, severity, summary, message)."""
    return tuple(
        Rule(f"{stage}/{slug}", severity, summary, message) for slug, severity, summary, message in rows
    )
