"""What the shell completes: fixed words, ids of definitions, files and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import click

from schemagen import settings

Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[Any]]


def words(known: Callable[[], Iterable[str]]) -> Complete:
    """Completes what `known` gives, which is called when a completion is asked for."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
        return [word for word in known() if word.startswith(incomplete)]

    return complete


def definitions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Completes ids of definitions, and files."""
    from click.shell_completion import CompletionItem

    return [*map(CompletionItem, _ids(ctx, incomplete)), *files(ctx, param, incomplete)]


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
    """Leaves it to the shell to complete a file."""
    return _path(incomplete, "file")


def folders(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:  # noqa: ARG001
    """Leaves it to the shell to complete a folder."""
    return _path(incomplete, "dir")


def _path(incomplete: str, kind: str) -> list[Any]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type=kind)]


def _ids(ctx: click.Context, incomplete: str) -> list[str]:
    from schemagen.api import definitions
    from schemagen.errors import SchemagenError

    try:
        path = settings.find(Path())
        folder = ctx.params.get("definitions") or (settings.read(path).definitions if path else None)
        return [source.id for source in definitions.sources(folder) if source.id.startswith(incomplete)]
    except SchemagenError:
        return []
