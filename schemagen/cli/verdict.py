"""What every command that judges responses does at its end: the baseline, what is shown, and whether enough was checked."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import click

from schemagen.cli import accepted, console, options
from schemagen.cli.accepted import Accepted
from schemagen.cli.reports import CANNOT, Reports
from schemagen.limits import Limits
from schemagen.report import Counts, Report, shorten
from schemagen.reporters import many

Function: TypeAlias = Callable[..., Any]


class Verdict(NamedTuple):
    """What the user says of a report: the baseline (and whether it is written anew), how many errors must have been
    `wanted` and checked, how many findings are shown at the `most`, and whether values are hidden.
    """

    known: Accepted
    is_updated: bool
    wanted: int
    most: int
    hides_values: bool

    def limited(self, limits: Limits) -> Limits:
        """The limits of the run: without any value, if so the user says."""
        return dataclasses.replace(limits, value_characters=0) if self.hides_values else limits

    def stop(self, report: Report, reports: Reports) -> None:
        """Writes the report of a run that did not come to its end."""
        reports.write(shorten(self.known.leave_out(report), self.most))

    def end(self, report: Report, reports: Reports, *, is_complete: bool, is_whole: bool) -> int:
        """Writes the report of a run, and gives its exit code: 2 if something could not be used (it is not `complete`) or
        too little was checked. Unless it is `whole`, nothing of the baseline is stale, and none is written.
        """
        is_enough = report.counts.checked >= self.wanted
        is_whole = is_whole and is_complete and is_enough
        known = self.known.update(report, is_whole=is_whole) if self.is_updated else self.known
        code = reports.write(shorten(known.leave_out(report, is_whole=is_whole), self.most))
        if not is_enough and (report.counts.exchanges or report.command == "validate"):
            console.note(_too_few(report, self.wanted))
        return code if is_complete and is_enough else CANNOT


def judged(function: Function) -> Function:
    """`--min-checked`, `--baseline`, `--update-baseline`, `--max-findings` and `--no-values`, handed over as `verdict`."""

    @functools.wraps(function)
    def wrapped(
        *args: Any,
        min_checked: int | None,
        baseline: str | None,
        update_baseline: bool,
        max_findings: int | None,
        no_values: bool,
        **kwargs: Any,
    ) -> Any:
        project = options.configured()
        verdict = Verdict(
            accepted.read(baseline or project.baseline, is_updated=update_baseline),
            update_baseline,
            project.min_checked if min_checked is None else min_checked,
            project.max_findings if max_findings is None else max_findings,
            no_values or project.no_values,
        )
        return function(*args, verdict=verdict, **kwargs)

    return options.decorated(
        wrapped,
        click.option(
            "--min-checked",
            type=click.IntRange(min=0),
            metavar="N",
            help="How many error responses must have been checked, so that nothing passes unseen (1).",
        ),
        click.option(
            "--baseline",
            metavar="FILE",
            type=click.Path(),
            help="Accepted findings: only others are reported.",
        ),
        click.option(
            "--update-baseline", is_flag=True, help="Write all findings of this run to the baseline."
        ),
        click.option(
            "--max-findings",
            type=click.IntRange(min=1),
            metavar="N",
            help="How many findings are shown, the worst kinds first; all are counted (1000).",
        ),
        click.option(
            "--no-values", is_flag=True, help="No value of a body, a header or a query in any report."
        ),
    )


def _too_few(report: Report, wanted: int) -> str:
    """Why fewer errors were checked than were wanted, and what helps."""
    counts = report.counts
    if report.command == "validate" and not counts.inputs:
        return "there is no recording in what was named"
    files = f" in {many(counts.inputs, 'file')}" if counts.inputs else ""
    return f"read {many(counts.exchanges, 'response')}{files}; {_reason(counts, wanted)}"


def _reason(counts: Counts, wanted: int) -> str:
    if counts.exchanges and counts.exchanges == counts.out_of_scope:
        return options.OTHER_HOSTS
    if counts.exchanges and counts.exchanges == counts.filtered + counts.out_of_scope:
        return "--only and --exclude leave none of them"
    if not counts.error_responses:
        return "none is an error; pass --min-checked 0 if that is fine"
    if not counts.checked:
        return (
            f"{counts.error_responses} of them errors, but of no known definition; "
            "name one with -d, or begin one: schemagen new"
        )
    return f"{many(counts.checked, 'error response')} checked, fewer than --min-checked {wanted}"
