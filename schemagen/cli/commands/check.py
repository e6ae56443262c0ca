"""`schemagen check`: reads and proves definitions, writes nothing."""

from __future__ import annotations

import dataclasses

import click

from schemagen.cli import console, options
from schemagen.cli.options import Scope
from schemagen.cli.reports import Reports


@click.command("check")
@click.argument("names", metavar="[DEFINITION]...", nargs=-1, shell_complete=options.complete_ids)
@options.scope
@options.reporting
def command(names: tuple[str, ...], scope: Scope, reports: Reports) -> int:
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

    scope = dataclasses.replace(scope, names=(*names, *scope.names))
    options.spare(reports, scope)
    code = reports.write(api.check(scope.names, folder=scope.folder, limits=scope.limits))
    if not scope.names and scope.folder is None and not reports.quiet:
        console.note("to check yours: schemagen check FILE, or --definitions DIR")
    return code
