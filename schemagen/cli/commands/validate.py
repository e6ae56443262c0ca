"""`schemagen validate`: checks recorded responses."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from schemagen.cli import accepted, console, options
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.progress import Progress
from schemagen.cli.reports import CANNOT, Reports
from schemagen.errors import ClusterError, DefinitionError, InputError
from schemagen.report import Counts, Report, shorten, singly
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.api.validation import Validation
    from schemagen.filters import Filters


@click.command("validate")
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@options.status_option("The HTTP status of the single body that the file is.")
@options.form_option
@click.option(
    "--min-checked",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many error responses must have been checked, so that nothing passes unseen (1).",
)
@options.selection
@click.option(
    "--baseline", metavar="FILE", type=click.Path(), help="Accepted findings: only others are reported."
)
@click.option("--update-baseline", is_flag=True, help="Write all findings of this run to the baseline.")
@click.option(
    "--max-findings",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many findings are shown, the worst kinds first; all are counted (1000).",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes judge a large recording at once (one for each core).",
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="A Dask cluster judges, instead of processes of this machine: tcp://10.0.0.5:8786.",
)
@click.option("--no-values", is_flag=True, help="No value of a body, a header or a query in any report.")
@options.scope
@options.reporting
def command(
    recordings: tuple[str, ...],
    status: int | None,
    recording_format: str | None,
    min_checked: int | None,
    baseline: str | None,
    max_findings: int | None,
    jobs: int | None,
    scheduler: str,
    filters: Filters,
    scope: Scope,
    reports: Reports,
    *,
    update_baseline: bool,
    no_values: bool,
) -> int:
    """Check recorded responses against definitions.

    A RECORDING is a file of any form that is read (HAR, NDJSON, cassettes, stubs, HTTP as text …), a folder of them,
    `-` for standard input, or a single JSON body with --status; also a URL that fsspec reads, such as
    s3://logs/*.ndjson.gz.

    Each response is judged by the definition that -d names, else by the one whose server answered, else by the one
    that knows its body. What contradicts the definition is an error; what it does not document is drift, a warning.

    \b
    Examples:
      schemagen validate traffic.har
      schemagen validate -d telecomx --fail-on warning *.ndjson
      schemagen validate tests/cassettes --exclude status=5XX
      curl -s https://api.example.com/users/0 | schemagen validate - --status 404
      schemagen validate traffic.har -f text -f html=report.html
      schemagen validate traffic.har --baseline accepted.json --update-baseline
      schemagen validate 's3://logs/*.ndjson.gz' --scheduler tcp://dask:8786
    """
    from schemagen import api

    if scheduler and "-" in recordings:
        raise click.UsageError("a cluster cannot read standard input; name files that it can read")
    project = options.configured()
    known = accepted.read(baseline or project.baseline, is_updated=update_baseline)
    options.spare(reports, scope, [*recordings, known.file])
    limits = (
        dataclasses.replace(scope.limits, value_characters=0)
        if no_values or project.no_values
        else scope.limits
    )
    progress = Progress(_files(recordings), quiet=reports.quiet)
    try:
        run = api.begin_validation(
            scope.names,
            folder=scope.folder,
            filters=filters,
            limits=limits,
            jobs=jobs or project.jobs or _cores(),
            scheduler=scheduler,
            watch=progress.tick,
        )
    except DefinitionError as problem:
        reports.write(Report("validate", singly(problem.findings)))
        console.complain(str(problem))
        return CANNOT
    reader = Reader(run, recording_format, status, progress)
    most = project.max_findings if max_findings is None else max_findings
    try:
        with progress:
            is_complete = reader.read(recordings)
    except KeyboardInterrupt as stop:
        reports.write(shorten(known.leave_out(run.report(complete=False)), most))
        return stopped(stop)
    except ClusterError as problem:
        reports.write(shorten(known.leave_out(run.report(complete=False)), most))
        console.complain(str(problem))
        return CANNOT
    report = run.report()
    wanted = project.min_checked if min_checked is None else min_checked
    is_enough = report.counts.checked >= wanted
    is_whole = is_complete and is_enough and filters.are_none and not run.is_damaged
    if update_baseline:
        known = known.update(report, is_whole=is_whole)
    code = reports.write(shorten(known.leave_out(report, is_whole=is_whole), most))
    if not is_enough:
        console.note(_too_few(report.counts, wanted))
    return code if is_complete and is_enough else CANNOT


@dataclasses.dataclass(frozen=True, slots=True)
class Reader:
    """Reads recordings into a run, and says which of them could not be used."""

    run: Validation
    form: str | None
    status: int | None
    progress: Progress

    def read(self, recordings: Iterable[str]) -> bool:
        """Whether there was something to use in every file that the names stand for."""
        is_read = True
        listed = _Listed(recordings)
        files = self.run.read_files(listed, form=self.form, status=self.status)
        with contextlib.closing(files):
            for name, problem in files:
                if problem is None:
                    self.progress.finish(name)
                else:
                    is_read = False
                    console.complain(str(problem))
        for name in self.run.found.unusable:
            console.complain(f"{name}: nothing in it could be used")
        return is_read and listed.are_complete and not self.run.found.unusable


class _Listed:
    """The files that names stand for, with their folders; `are_complete`: all could be listed."""

    def __init__(self, names: Iterable[str]) -> None:
        self.are_complete = True
        self._names = names

    def __iter__(self) -> Iterator[tuple[str, str]]:
        from schemagen import api

        for name in self._names:
            try:
                yield from api.list_files(name)
            except InputError as problem:
                self.are_complete = False
                console.complain(str(problem))


def _cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _files(names: Iterable[str]) -> Iterator[str]:
    """The files that names stand for, as far as they can be listed."""
    from schemagen import api

    for name in names:
        with contextlib.suppress(InputError):
            yield from (file for file, _ in api.list_files(name))


def _too_few(counts: Counts, wanted: int) -> str:
    read = f"read {many(counts.exchanges, 'response')} in {many(counts.inputs, 'file')}"
    if not counts.inputs:
        return "there is no recording in what was named"
    if counts.exchanges and counts.exchanges == counts.out_of_scope:
        return f"{read}; all are with other hosts than the servers of the definitions named with -d"
    if counts.exchanges and counts.exchanges == counts.filtered + counts.out_of_scope:
        return f"{read}; --only and --exclude leave none of them"
    if not counts.error_responses:
        return f"{read}; none is an error; pass --min-checked 0 if that is fine"
    if not counts.checked:
        return f"{read}; {counts.error_responses} of them errors, but of no known definition; name one with -d, or begin one: schemagen new"
    return f"{read}; {many(counts.checked, 'error response')} checked, fewer than --min-checked {wanted}"
