"""`schemagen build`: writes schemas, OpenAPI fragments, tables of codes and pages for readers."""

from __future__ import annotations

import click

from schemagen.cli import completion, options, writing
from schemagen.cli import jobs as workers
from schemagen.cli.options import Scope
from schemagen.cli.reports import Reports
from schemagen.settings import OPENAPI, VARIANTS, Variant


@click.command("build")
@writing.output_option("output")
@click.option(
    "--openapi",
    metavar="VERSIONS",
    shell_complete=completion.words(lambda: OPENAPI),
    help=f"Which versions of OpenAPI, as in 3.0,3.1 ({','.join(OPENAPI)}).",
)
@click.option(
    "--schemas",
    type=click.Choice(VARIANTS),
    help="Which schemas the OpenAPI documents carry (tolerant).",
)
@writing.check_option
@workers.option
@options.scope_of_own
@options.reporting
def command(
    output: str | None,
    openapi: str | None,
    schemas: Variant | None,
    check: bool,
    jobs: int | None,
    scope: Scope,
    reports: Reports,
) -> int:
    """Write what definitions amount to: DIR/ID/ gets JSON Schemas, OpenAPI fragments, the codes and a page for readers.

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
        templates=project.templates,
        write=not check,
        command=writing.remedy(),
        limits=scope.limits,
        jobs=workers.number(jobs),
    )
    return writing.finish(report, reports, folder, check=check)


def _versions(text: str) -> tuple[str, ...]:
    versions = tuple(version.strip() for version in text.split(","))
    for version in versions:
        if version not in OPENAPI:
            raise click.BadParameter(f"{version!r} is none of {', '.join(OPENAPI)}.", param_hint="--openapi")
    return versions
