"""What `build` and `docs` share: the options that say where to write, the command that mends a folder, and how they end."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any, TypeAlias

import click
from click.core import ParameterSource

from schemagen.cli import completion, console
from schemagen.cli.reports import Reports, written
from schemagen.report import Report

Function: TypeAlias = Callable[..., Any]

_MENDS_NOTHING = (
    "check",
    "formats",
    "fail_on",
    "color",
    "quiet",
)  # options that only look, or say how to report


def output_option(default: str) -> Callable[[Function], Function]:
    """`-o/--output`."""
    return click.option(
        "-o",
        "--output",
        metavar="DIR",
        shell_complete=completion.folders,
        help=f"Where to write ({default}).",
    )


def check_option(function: Function) -> Function:
    """`--check`."""
    text = "Write nothing; name each file missing, different or left over."
    return click.option("--check", is_flag=True, help=text)(function)


def remedy() -> str:
    """The command that writes what `--check` misses: the one that was given, without what only looks."""
    context = click.get_current_context()
    words = ["schemagen", context.command.name or ""]
    for option in context.command.params:
        name = option.name or ""
        if name in _MENDS_NOTHING or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        given = context.params[name]
        for value in given if option.multiple else (given,):
            words += [option.opts[0], str(value)]
    return shlex.join(words)


def finish(report: Report, reports: Reports, folder: str, *, check: bool) -> int:
    """Writes the report, says what became of the folder, and gives the exit code."""
    code = reports.write(report)
    if not reports.quiet:
        console.note(f"{folder}: {written(report, check=check)}")
    return code
