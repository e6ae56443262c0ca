"""`schemagen validate`: checks recorded responses."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import click

from schemagen.cli import console, options
from schemagen.cli import jobs as workers
from schemagen.cli.listing import Listed
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.progress import Progress
from schemagen.cli.reports import CANNOT, Reports
from schemagen.cli.verdict import Verdict, judged
from schemagen.errors import ClusterError, InputError

if TYPE_CHECKING:
    from schemagen.api.validation import Validation
    from schemagen.filters import Filters


@click.command("validate")
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@options.status_option("The HTTP status of the single body that the file is.")
@options.form_option
@options.selection
@options.any_host_option
@judged
@workers.option
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="A Dask cluster judges, instead of processes of this machine: tcp://10.0.0.5:8786.",
)
@options.scope
@options.reporting
def command(
    recordings: tuple[str, ...],
    status: int | None,
    recording_format: str | None,
    jobs: int | None,
    scheduler: str,
    filters: Filters,
    verdict: Verdict,
    scope: Scope,
    reports: Reports,
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
    options.spare(reports, scope, [*recordings, verdict.known.file])
    progress = Progress(_files(recordings), quiet=reports.quiet)
    run = api.begin_validation(
        scope.names,
        folder=scope.folder,
        anywhere=scope.anywhere,
        filters=filters,
        limits=verdict.limited(scope.limits),
        jobs=workers.number(jobs),
        scheduler=scheduler,
        watch=progress.tick,
    )
    reader = Reader(run, recording_format, status, progress)
    return _run(reader, recordings, verdict, reports, is_whole=filters.are_none)


def _run(
    reader: Reader, recordings: Iterable[str], verdict: Verdict, reports: Reports, *, is_whole: bool
) -> int:
    """Reads all recordings, and writes the report of what was found, however far it came."""
    run = reader.run
    try:
        with reader.progress:
            is_complete = reader.read(recordings)
    except KeyboardInterrupt as stop:
        verdict.stop(run.report(complete=False), reports)
        return stopped(stop)
    except ClusterError as problem:
        verdict.stop(run.report(complete=False), reports)
        console.complain(str(problem))
        return CANNOT
    is_whole = is_whole and not run.is_damaged
    return verdict.end(run.report(), reports, is_complete=is_complete, is_whole=is_whole)


class Reader(NamedTuple):
    """Reads recordings into a run, and says which of them could not be used."""

    run: Validation
    form: str | None
    status: int | None
    progress: Progress

    def read(self, recordings: Iterable[str]) -> bool:
        """Whether there was something to use in every file that the names stand for."""
        is_read = True
        listed = Listed(recordings)
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


def _files(names: Iterable[str]) -> Iterator[str]:
    """The files that names stand for, as far as they can be listed."""
    from schemagen import api

    for name in names:
        with contextlib.suppress(InputError):
            yield from (file for file, _ in api.list_files(name))
