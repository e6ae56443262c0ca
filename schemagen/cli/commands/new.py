"""`schemagen new`: a commented definition to start from."""

from __future__ import annotations

from pathlib import Path

import click

from schemagen.cli import console, options
from schemagen.display import shown


@click.command("new")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(allow_dash=True))
@click.option("--from", "example", metavar="BODY.json", help="An example of an error body to begin with.")
@options.status_option("The HTTP status that the example came with.")
def command(file: str | None, example: str | None, status: int | None) -> None:
    """Write a commented definition to FILE, or to standard output; its id is the file's name.

    With --from, members and their types come from an example of an error body (`-` is standard input). What members
    are for is only suggested: roles stand in comments until you say so. A file that exists is never overwritten.

    \b
    Examples:
      schemagen new errors/acme.yaml
      curl -s https://api.example.com/users/0 | schemagen new acme.yaml --from -
      schemagen new --from body.json | less
    """
    from schemagen import api

    limit = options.configured().limits.body_bytes
    body = None if example is None else api.read_file(example, limit, "body_bytes")
    if file is None or file == "-":
        console.put(api.new("my-api", body=body, status=status))
        return
    path = Path(file)
    if path.suffix not in (".yaml", ".yml"):
        raise click.UsageError(f"{shown(file)}: a definition ends in .yaml or .yml")
    text = api.new(path.stem, file=file, body=body, status=status)
    console.create(path, text)
    console.note(f"{shown(file)} written; next: schemagen check {shown(file)}")
