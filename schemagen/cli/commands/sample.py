"""`schemagen sample`: bodies that conform to a definition, or on request do not."""

from __future__ import annotations

import itertools
import json
from typing import Any

import click

from schemagen.cli import console, options
from schemagen.cli.options import Scope


@click.command("sample")
@options.status_option("Only bodies of this HTTP status.")
@click.option("--code", metavar="CODE", help="Only bodies with this code of the catalogue.")
@click.option(
    "-n",
    "--count",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="How many (1).",
    show_default=False,
)
@click.option("--seed", type=int, default=0, metavar="N", help="Another seed gives other bodies (0).")
@click.option("--drift", is_flag=True, help="Bodies that are allowed, but not as documented.")
@click.option("--broken", is_flag=True, help="Bodies that contradict the definition.")
@click.option("--exchange", is_flag=True, help="Whole responses, each a line that `validate -` takes.")
@click.option("--json", "as_json", is_flag=True, help="One indented list, instead of lines.")
@options.scope_of_one
def command(
    status: int | None,
    code: str | None,
    count: int,
    seed: int,
    scope: Scope,
    *,
    drift: bool,
    broken: bool,
    exchange: bool,
    as_json: bool,
) -> None:
    """Print error bodies that conform to a definition.

    Every documented status comes once, then every code, before any comes again. The same seed gives the same bodies,
    and each was proved to be what was asked for before it is printed.

    \b
    Examples:
      schemagen sample -d telecomx
      schemagen sample -d 8x8 --status 404 --code 1300
      schemagen sample -d 8x8 -n 100 --seed 7 > bodies.ndjson
      schemagen sample -d tangoe --broken --exchange | schemagen validate -
    """
    name = options.one_definition(scope)
    if drift and broken:
        raise click.UsageError("--drift and --broken: one of them")
    from schemagen.api import samples

    made = itertools.islice(
        samples.make(
            name,
            status=status,
            code=code,
            seed=seed,
            shows="drift" if drift else "broken" if broken else "good",
            folder=scope.folder,
            limits=scope.limits,
        ),
        count,
    )
    values: list[Any] = []
    for contract, sample in made:
        value = samples.as_record(contract, sample) if exchange else sample.body
        if as_json:
            values.append(value)
        elif not console.put_line(_line(value)):
            return
    if as_json:
        console.put(_line(values, indent=2) + "\n")


def _line(value: Any, indent: int | None = None) -> str:
    """The value as JSON in ASCII characters that no terminal acts on."""
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
