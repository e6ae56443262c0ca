"""`--jobs`: how many processes take a share of the work."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from schemagen.cli import options
from schemagen.cli.options import Function


def option(text: str) -> Callable[[Function], Function]:
    """`--jobs`; `text` says what each process does."""
    return click.option(
        "--jobs", type=click.IntRange(min=1), metavar="N", help=f"{text} (one for each core)."
    )


def number(given: int | None) -> int:
    """How many: what is `given`, else what the project sets, else one for each processor that this process may use.

    Raises:
        SettingsError: the settings of the project are wrong.
    """
    return given or options.configured().jobs or _cores()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
