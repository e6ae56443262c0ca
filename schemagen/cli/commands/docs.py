"""`schemagen docs`: writes references of error formats for readers."""

from __future__ import annotations

import os

import click

from schemagen.cli import completion, options, writing
from schemagen.cli import jobs as workers
from schemagen.cli.options import Scope
from schemagen.cli.reports import Reports
from schemagen.display import shown
from schemagen.settings import TARGETS, Target


@click.command("docs")
@writing.output_option("site")
@click.option("--to", type=click.Choice(TARGETS), help="What to write (site).")
@click.option(
    "--templates",
    metavar="DIR",
    shell_complete=completion.folders,
    help="Templates of yours; each replaces the included one of the same name.",
)
@writing.check_option
@workers.option
@options.scope_of_own
@options.reporting
def command(
    output: str | None,
    to: Target | None,
    templates: str | None,
    check: bool,
    jobs: int | None,
    scope: Scope,
    reports: Reports,
) -> int:
    """Write references of error formats for readers: what a definition says, as pages below DIR/ID/.

    `site` is a site of all formats with a search over their codes, which needs no server; `html` is one page for each
    format that needs no other file; `markdown` is the same for GitHub, MkDocs and others.

    All definitions of your folder are told, or those that -d names. Nothing is written unless everything is proved.
    DIR/ID/ belongs to this command alone: generated files that are no longer wanted are removed. A site is whole: one of
    some definitions has no pages of others.

    \b
    Examples:
      schemagen docs                        a site of all formats
      schemagen docs -d telecomx --to html  one page that needs nothing else
      schemagen docs -d telecomx --to markdown -o docs/errors
      schemagen docs --templates templates  in your own words and colours
      schemagen docs --check                in CI: is it up to date?
    """
    from schemagen import api

    project = options.configured()
    folder = output or project.site
    if os.path.realpath(folder) == os.path.realpath(project.output):
        raise click.UsageError(f"{shown(folder)} is where build writes; name another folder with -o.")
    options.spare(reports, scope)
    report = api.docs(
        folder,
        scope.names,
        folder=scope.folder,
        to=to or project.docs,
        templates=templates or project.templates,
        write=not check,
        command=writing.remedy(),
        limits=scope.limits,
        jobs=workers.number(jobs),
    )
    return writing.finish(report, reports, folder, check=check)
