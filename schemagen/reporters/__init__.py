"""Reports as text: one module per format, each with `render(report, look) -> str`.

A reporter decides nothing: what is an error, what was checked and what the exit code is are settled before.
"""

from __future__ import annotations

import dataclasses
import importlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemagen.report import CodeCoverage, Coverage, Group, Report, ResponseCoverage, TextCoverage

FORMATS: tuple[str, ...] = ("text", "json", "markdown", "github", "coverage", "sarif", "junit", "html")
EVIDENCE = {"named": "named with -d", "server": "by its server", "body": "by its body"}
LONGEST = 1000  # characters of a message that are shown: a name in it may be as long as somebody liked


class Look(NamedTuple):
    """How a report is to look: whether with colours, whether with totals, and what `--fail-on` said.

    `width` is that of the terminal, in characters; 0: lines are as long as they are. `folder` is the current folder as
    seen from the top of the repository, for formats that name files from there.
    """

    color: bool = False
    totals: bool = True
    fail_on: str = "error"
    width: int = 0
    folder: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class UnknownShape:
    """Error responses that no definition recognises and that are alike: how many, and what they have in common."""

    count: int
    status: int
    host: str
    shape: str
    reason: str
    group: Group


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


def read(report: Report) -> str:
    """What the run has read: `240 responses in 2 files: 12 error responses, 11 checked`, or `5 definitions read`."""
    counts = report.counts
    if report.is_about_responses:
        scope = f", {counts.out_of_scope} of other hosts" if counts.out_of_scope else ""
        scope += f", {counts.filtered} filtered out" if counts.filtered else ""
        files = f" in {many(counts.inputs, 'file')}" if counts.inputs or report.command == "validate" else ""
        return (
            f"{many(counts.exchanges, 'response')}{files}{scope}: "
            f"{many(counts.error_responses, 'error response')}, {counts.checked} checked"
        )
    if counts.included and counts.included == counts.inputs:
        return f"{many(counts.inputs, 'included definition')} read"
    some = f", {counts.included} of them included" if counts.included else ""
    return f"{many(counts.inputs, 'definition')} read{some}"


def covered(one: Coverage) -> str:
    """`3 of 7 responses, 5 of 31 codes, 4 of 12 messages`: what was seen of a definition; without what it has none of."""
    parts = ((one.responses, "response"), (one.codes, "code"), (one.texts, "message"))
    return ", ".join(
        f"{share(items)} {noun}{'' if len(items) == 1 else 's'}" for items, noun in parts if items
    )


def share(items: Sequence[ResponseCoverage | CodeCoverage | TextCoverage]) -> str:
    """`3 of 7`: how many of `items` were seen."""
    return f"{sum(item.count > 0 for item in items)} of {len(items)}"


def unknown_shape(group: Group) -> UnknownShape | None:
    """What the responses of a group have in common, if it is one of responses that no definition recognises."""
    facts = dict(group.first.facts)
    if "shape" not in facts:
        return None
    return UnknownShape(
        group.count,
        int(str(facts["status"])),
        str(facts.get("host", "")),
        str(facts["shape"]),
        str(facts.get("reason", "")),
        group,
    )


def worst_first(groups: Iterable[Group]) -> list[Group]:
    """The groups by severity, then by how often; else they stay in their order."""
    return sorted(groups, key=lambda group: (-group.severity, -group.count))
