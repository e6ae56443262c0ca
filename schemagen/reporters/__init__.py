"""Reports as text: one module per format, each with `render(report, look) -> str`.

A reporter decides nothing: what is an error, what was checked and what the exit code is are settled before.
"""

from __future__ import annotations

import dataclasses
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemagen.report import Report

FORMATS: tuple[str, ...] = ("text", "json")
LONGEST = 1000  # characters of a message that are shown: a name in it may be as long as somebody liked


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """How a report is to look: whether with colours, whether with totals, and what `--fail-on` said."""

    color: bool = False
    totals: bool = True
    fail_on: str = "error"


def render(name: str, report: Report, look: Look) -> str:
    """The report in the format `name`, one of `FORMATS`; text that ends in a line feed, or nothing.

    Raises:
        ValueError: there is no such format.
    """
    if name not in FORMATS:
        raise ValueError(f"there is no report format {name!r}")
    rendered: str = importlib.import_module(f"schemagen.reporters.{name}").render(report, look)
    return rendered


def many(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
