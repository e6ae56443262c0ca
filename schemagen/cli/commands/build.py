"""`schemagen build`: writes schemas, OpenAPI fragments and tables of codes."""

from __future__ import annotations

import click

from schemagen.cli import console, options
from schemagen.cli.options import Scope
from schemagen.cli.reports import Reports
from schemagen.report import Report
from schemagen.reporters import many
from schemagen.rules import Severity
from schemagen.settings import OPENAPI, VARIANTS, Variant

_DIFFERENCES = {"build/missing", "build/different", "build/left-over"}


@click.command("build")
@click.option("-o", "--output", metavar="DIR", help="Where to write (output).")
@click.option(
    "--openapi",
    metavar="VERSIONS",
    help=f"Which versions of OpenAPI, as in 3.0,3.1 ({','.join(OPENAPI)}).",
)
@click.option(
    "--schemas",
    type=click.Choice(VARIANTS),
    help="Which schemas the OpenAPI documents carry (tolerant).",
)
@click.option("--check", is_flag=True, help="Write nothing; name each file missing, different or left over.")
@options.scope
@options.reporting
def command(
    output: str | None,
    openapi: str | None,
    schemas: Variant | None,
    check: bool,
    scope: Scope,
    reports: Reports,
) -> int:
    """Write what definitions amount to: DIR/ID/ gets JSON Schemas, OpenAPI fragments and a table of codes.

    All of your folder are built, or those that -d names. Nothing is written unless everything is proved. DIR/ID/
    belongs to this command alone: generated files that are no longer wanted are removed.

    \b
    Examples:
      schemagen build                            all definitions of the project
      schemagen build -d telecomx -o api/errors --openapi 3.1
      schemagen build --check                    in CI: is it up to date?
    """
    from schemagen import api

    project = options.configured()
    folder = output or project.output
    options.spare(reports, scope)
    report = api.build(
        folder,
        scope.names,
        folder=scope.folder,
        openapi=project.openapi if openapi is None else _versions(openapi),
        schemas=schemas or project.schemas,
        base_uri=project.base_uri,
        write=not check,
        limits=scope.limits,
    )
    code = reports.write(report)
    if not reports.quiet:
        console.note(f"{folder}: {_outcome(report, check=check)}")
    return code


def _outcome(report: Report, *, check: bool) -> str:
    """What has become of the folder; findings that fail the run by `--fail-on` alone make no difference to it."""
    broken = {item.rule.code for item in report.findings if item.severity is Severity.ERROR}
    if broken and check:
        return "not up to date" if broken <= _DIFFERENCES else "not compared"
    if broken:
        return "nothing was written"
    done = "up to date" if check else "built"
    warnings = report.count(Severity.WARNING)
    return f"{done}, with {many(warnings, 'warning')}" if warnings else done


def _versions(text: str) -> tuple[str, ...]:
    versions = tuple(version.strip() for version in text.split(","))
    for version in versions:
        if version not in OPENAPI:
            raise click.BadParameter(f"{version!r} is none of {', '.join(OPENAPI)}.", param_hint="--openapi")
    return versions
