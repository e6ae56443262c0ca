"""`schemagen check`: reads and proves definitions, writes nothing."""

from __future__ import annotations

import click

from schemagen.cli import completion, console, options
from schemagen.cli import jobs as workers
from schemagen.cli.options import Scope
from schemagen.cli.reports import Reports


@click.command("check")
@click.argument("names", metavar="[DEFINITION]...", nargs=-1, shell_complete=completion.definitions)
@workers.option
@options.scope_of_own
@options.reporting
def command(names: tuple[str, ...], jobs: int | None, scope: Scope, reports: Reports) -> int:
    """Read and prove definitions: those named by id or file, else all of your folder, else the shipped ones.

    Every mistake is named with its line. Of a definition without mistakes the schemas and OpenAPI documents are made
    and proved, too, and every example must show what it says.

    \b
    Examples:
      schemagen check                       all definitions of the project
      schemagen check errors/acme.yaml
      schemagen check -f json telecomx
    """
    from schemagen import api

    scope = scope._replace(names=(*names, *scope.names))
    options.spare(reports, scope)
    report = api.check(scope.names, folder=scope.folder, limits=scope.limits, jobs=workers.number(jobs))
    code = reports.write(report)
    if not scope.names and scope.folder is None and not reports.quiet:
        console.note("to check yours: schemagen check FILE, or --definitions DIR")
    return code
