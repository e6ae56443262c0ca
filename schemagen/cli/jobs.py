"""`--jobs`: how many processes take a share of the work."""

from __future__ import annotations

import os

import click

from schemagen.cli import options
from schemagen.cli.options import Function


def option(function: Function) -> Function:
    """`--jobs`."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="How many processes share the work, where there is much (one for each core).",
    )(function)


def number(given: int | None) -> int:
    """How many: what is `given`, else what the project sets, else one for each processor that this process may use.

    Raises:
        SettingsError: the settings of the project are wrong.
    """
    return given or options.configured().jobs or _cores()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
