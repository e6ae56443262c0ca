"""`schemagen new`: a commented definition to start from."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import click

from schemagen.cli import completion, console, options
from schemagen.display import shown
from schemagen.filenames import is_device


@click.command("new")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path(allow_dash=True))
@click.option(
    "--from",
    "example",
    metavar="BODY.json",
    shell_complete=completion.files,
    help="An example of an error body to begin with.",
)
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

    project = options.configured()
    body = None if example is None else api.read_whole(example, project.limits.body_bytes, "body_bytes")
    path = None if file is None or file == "-" else Path(file)
    schema = Path(project.output) / "definition.schema.json"
    start = functools.partial(
        api.new, body=body, status=status, schema=_seen_from(path, schema), built=schema.is_file()
    )
    if path is None:
        console.put(start("my-api"))
        return
    if path.suffix not in (".yaml", ".yml"):
        raise click.UsageError(f"{shown(str(file))}: a definition ends in .yaml or .yml")
    if is_device(path.name):
        name = shown(f"my-{path.name}")
        raise click.UsageError(
            f"{shown(str(file))}: Windows keeps this name for a device; add a word, as in {name}"
        )
    console.create(path, start(path.stem, file=str(file)))
    console.note(f"{shown(str(file))} written; next: schemagen check {shown(str(file))}")


def _seen_from(path: Path | None, schema: Path) -> str:
    """`schema` as a file at `path` refers to it; as one in the current folder, if there is no path."""
    try:
        return Path(os.path.relpath(schema, path.parent if path else ".")).as_posix()
    except ValueError:  # another drive, or a NUL in the name
        return schema.as_posix()
