"""`schemagen normalize`: recorded errors of any format as RFC 9457 problem details, one a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from schemagen.cli import console, options
from schemagen.cli.listing import Listed
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.reports import CANNOT, FOUND, OK
from schemagen.errors import InputError
from schemagen.findings import Finding
from schemagen.report import Report, singly
from schemagen.reporters import Look, many, render

if TYPE_CHECKING:
    from schemagen.api.normalisation import Normalisation
    from schemagen.filters import Filters
    from schemagen.problems import Problem


@click.command("normalize")
@click.argument(
    "recordings", metavar="RECORDING...", nargs=-1, required=True, type=click.Path(allow_dash=True)
)
@options.status_option("The HTTP status of the single body that the file is.")
@options.form_option
@options.selection
@options.any_host_option
@click.option("--with-origin", is_flag=True, help="Say in the member `recording` where each was recorded.")
@click.option(
    "--min-checked",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many error responses must have been checked, so that nothing passes unseen (1).",
)
@options.scope
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no totals, no hints what to do next.")
def command(
    recordings: tuple[str, ...],
    status: int | None,
    recording_format: str | None,
    with_origin: bool,
    min_checked: int | None,
    quiet: bool,
    filters: Filters,
    scope: Scope,
) -> int:
    """Write recorded errors of any format as problem details (RFC 9457), one JSON object a line.

    A RECORDING is what `validate` takes. Every response that is an error of a definition becomes a line, whether or
    not it is as documented. All else is left out and counted.

    \b
    Examples:
      schemagen normalize traffic.har
      schemagen normalize tests/cassettes --with-origin > errors.ndjson
      schemagen normalize traffic.har | jq -r .code | sort | uniq -c
      curl -s https://api.example.com/users/0 | schemagen normalize - --status 404
    """
    from schemagen import api

    wanted = options.configured().min_checked if min_checked is None else min_checked
    run = api.begin_normalisation(
        scope.names, folder=scope.folder, anywhere=scope.anywhere, filters=filters, limits=scope.limits
    )
    missed: list[str] = []
    try:
        for item in _read(run, recordings, recording_format, status, missed):
            if isinstance(item, Finding):
                _tell(item)
            elif not console.put_line(_line(item, with_origin=with_origin)):
                return OK
    except KeyboardInterrupt as stop:
        _summarise(run, quiet=quiet)
        return stopped(stop)
    _summarise(run, quiet=quiet)
    return _verdict(run, wanted, unread=bool(missed))


def _read(
    run: Normalisation, names: tuple[str, ...], form: str | None, status: int | None, missed: list[str]
) -> Iterator[Problem | Finding]:
    """What is in the files that `names` stand for; those that cannot be read are told, and added to `missed`."""
    listed = Listed(names)
    for file, folder in listed:
        try:
            yield from run.read_file(file, form=form, status=status, folder=folder)
        except InputError as problem:
            console.complain(str(problem))
            missed.append(file)
    if not listed.are_complete:
        missed += names


def _line(problem: Problem, *, with_origin: bool) -> str:
    """The problem as JSON in ASCII characters that no terminal acts on."""
    return json.dumps(problem.as_json(with_origin=with_origin)).replace("\x7f", "\\u007f")


def _tell(item: Finding) -> None:
    """Shows what is wrong with a recording, where it does not disturb the output."""
    text = render("text", Report("normalize", singly([item])), Look(totals=False))
    for line in text.rstrip("\n").split("\n"):
        console.note(line)


def _summarise(run: Normalisation, *, quiet: bool) -> None:
    rest = (
        (run.unrecognised, f"{run.unrecognised} unrecognised"),
        (run.out_of_scope, f"{run.out_of_scope} of other hosts"),
        (run.filtered, f"{run.filtered} filtered out"),
        (run.others, f"{many(run.others, 'file')} left out as no recordings"),
    )
    said = f"{many(run.written, 'error')} of {many(run.exchanges, 'response')} written as problem details"
    if not quiet:
        console.note("; ".join([said, *(text for number, text in rest if number)]))


def _verdict(run: Normalisation, wanted: int, *, unread: bool) -> int:
    """The exit code; why too few errors were written is said."""
    for name in run.unusable:
        console.complain(f"{name}: nothing in it could be used")
    if unread or run.unusable:
        return CANNOT
    if run.written >= wanted:
        return FOUND if run.damaged else OK
    if run.written:
        why = f"{many(run.written, 'error')} written, fewer than --min-checked {wanted}"
    elif run.unrecognised:
        why = "the errors are of no known definition; name one with -d, or begin one: schemagen new"
    elif run.exchanges and run.exchanges == run.out_of_scope:
        why = options.OTHER_HOSTS
    elif run.exchanges and run.exchanges == run.out_of_scope + run.filtered:
        why = "--only and --exclude leave none of them"
    else:
        why = "none is an error; pass --min-checked 0 if that is fine"
    console.note(f"read {many(run.exchanges, 'response')} in {many(run.inputs, 'file')}; {why}")
    return CANNOT
