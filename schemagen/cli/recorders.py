"""`--save`: what a live command sees, kept as a recording."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from schemagen.cli.reports import Reports

if TYPE_CHECKING:
    from schemagen.limits import Limits
    from schemagen.saving import Recorder

Function: TypeAlias = Callable[..., Any]


def save_option(function: Function) -> Function:
    """`--save`."""
    return click.option(
        "--save",
        multiple=True,
        metavar="NAME=FILE",
        help="Keep what is seen, without its secrets: har=FILE, ndjson=FILE; may be repeated.",
    )(function)


@contextlib.contextmanager
def recorders(texts: tuple[str, ...], limits: Limits, reports: Reports) -> Iterator[list[Recorder]]:
    """What `--save` writes to, closed in the end. Where the run cannot begin, files without an entry are removed.

    Raises:
        click.UsageError: a report would take the place of one.
        SettingsError: there is no such form.
        OutputError: a file is there already, or cannot be written.
    """
    if not texts:
        yield []
        return
    from schemagen import saving

    wanted: list[tuple[str, Path]] = [saving.parse(text) for text in texts]
    reports.spare((path for _, path in wanted), "what --save writes")
    made: list[Recorder] = []
    with contextlib.ExitStack() as stack:
        try:
            for form, path in wanted:
                made.append(stack.enter_context(saving.create(form, path, limits)))
            yield made
        except BaseException:
            stack.close()
            for recorder in made:
                if not recorder.entries:
                    recorder.path.unlink(missing_ok=True)
            raise
