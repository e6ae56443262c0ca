"""`schemagen validate`: checks recorded responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemagen.cli import completion, console, options
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.reports import CANNOT, Reports
from schemagen.display import shown
from schemagen.errors import DefinitionError, InputError
from schemagen.nearest import nearest
from schemagen.report import Counts, Report, singly
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.api.validation import Validation


def _forms() -> tuple[str, ...]:
    from schemagen import api

    return api.recording_forms()


@click.command("validate")
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@options.status_option("The HTTP status of the single body that the file is.")
@click.option(
    "--recording-format",
    metavar="NAME",
    shell_complete=completion.words(_forms),
    help="What the recordings are: har, ndjson … (detected).",
)
@click.option(
    "--min-checked",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many error responses must have been checked, so that nothing passes unseen (1).",
)
@options.scope
@options.reporting
def command(
    recordings: tuple[str, ...],
    status: int | None,
    recording_format: str | None,
    min_checked: int | None,
    scope: Scope,
    reports: Reports,
) -> int:
    """Check recorded responses against definitions.

    A RECORDING is a file of any form that is read (HAR, NDJSON, cassettes, stubs, HTTP as text …), a folder of them,
    `-` for standard input, or a single JSON body with --status.

    Each response is judged by the definition that -d names, else by the one whose server answered, else by the one
    that knows its body. What contradicts the definition is an error; what it does not document is drift, a warning.

    \b
    Examples:
      schemagen validate traffic.har
      schemagen validate -d telecomx --fail-on warning *.ndjson
      schemagen validate tests/cassettes
      curl -s https://api.example.com/users/0 | schemagen validate - --status 404
      schemagen validate traffic.har -f text -f json=report.json
    """
    from schemagen import api

    wanted = options.configured().min_checked if min_checked is None else min_checked
    _refuse_unknown_form(recording_format)
    options.spare(reports, scope, recordings)
    try:
        run = api.begin_validation(scope.names, folder=scope.folder, limits=scope.limits)
    except DefinitionError as problem:
        reports.write(Report("validate", singly(problem.findings)))
        console.complain(str(problem))
        return CANNOT
    try:
        missed = [name for name in recordings if not _read(run, name, recording_format, status)]
    except KeyboardInterrupt as stop:
        return _interrupted(run, reports, stop)
    report = run.report()
    code = reports.write(report)
    for name in run.unusable:
        console.complain(f"{name}: nothing in it could be used")
    if missed or run.unusable:
        return CANNOT
    if report.counts.checked < wanted:
        console.note(_too_few(report.counts, wanted))
        return CANNOT
    return code


def _refuse_unknown_form(name: str | None) -> None:
    known = _forms()
    if name is not None and name not in known:
        close = nearest(name, known)
        hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(known)}."
        raise click.UsageError(f"there is no recording format '{shown(name, 60)}'; {hint}")


def _read(run: Validation, name: str, form: str | None, status: int | None) -> bool:
    """Whether all files that `name` stands for could be read; those that could are in the run."""
    from schemagen import api

    is_read = True
    try:
        for file, folder in api.list_files(name):
            is_read &= _read_file(run, file, folder, form, status)
    except InputError as problem:
        console.complain(str(problem))
        return False
    return is_read


def _read_file(run: Validation, name: str, folder: str, form: str | None, status: int | None) -> bool:
    try:
        run.read_file(name, form=form, status=status, folder=folder)
    except InputError as problem:
        console.complain(str(problem))
        return False
    return True


def _interrupted(run: Validation, reports: Reports, stop: KeyboardInterrupt) -> int:
    reports.write(run.report(complete=False))
    return stopped(stop)


def _too_few(counts: Counts, wanted: int) -> str:
    read = f"read {many(counts.exchanges, 'response')} in {many(counts.inputs, 'file')}"
    if counts.exchanges and counts.exchanges == counts.out_of_scope:
        return f"{read}; all are with other hosts than the servers of the definitions named with -d"
    if not counts.errors:
        return f"{read}; none is an error; pass --min-checked 0 if that is fine"
    if not counts.checked:
        return f"{read}; {counts.errors} of them errors, but of no known definition; name one with -d, or begin one: schemagen new"
    return f"{read}; {many(counts.checked, 'error response')} checked, fewer than --min-checked {wanted}"
