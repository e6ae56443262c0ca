"""The user's folder of templates: everything in it must have a use, lest a wrong name go unseen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from schemagen import resources
from schemagen.display import shown
from schemagen.errors import TemplateError
from schemagen.nearest import nearest
from schemagen.rendering.filling import named_in
from schemagen.rendering.sandbox import Sandbox

FOLDER = "reference"  # of the shipped templates


def require(folder: Path, environment: Sandbox) -> None:
    """Sees that there is such a folder, that it replaces something, and that nothing in it is there for nothing.

    A file has a use if it replaces a shipped template, or if one that has a use names it. Files beside the folders that
    shipped templates are in are not looked at, unless they end in `.j2`.

    Raises:
        TemplateError: it is otherwise, or a template in it is wrong.
    """
    if not folder.is_dir():
        raise TemplateError(f"{shown(str(folder))}: there is no such folder of templates")
    shipped = _shipped()
    folders = {name.partition("/")[0] for name in shipped}
    found = _files(folder, "*.j2") | {
        f"{each}/{name}" for each in folders for name in _files(folder / each, "*.*")
    }
    used = shipped & found
    root = os.path.realpath(folder) + os.sep
    for name in sorted(found):
        if not os.path.realpath(folder / name).startswith(root):
            raise TemplateError(
                f"{shown(str(folder / name))}: a link that leads out of the folder of templates"
            )
    if not used:
        raise TemplateError(
            f"{shown(str(folder))}: no template in it has the name of one to replace, such as {min(shipped)}"
        )
    waiting = sorted(used)
    while waiting:
        more = {*_named(waiting.pop(), environment, found - used)}
        used |= more
        waiting += more
    for name in sorted(found - used):
        close = _nearest(name)
        hint = f"did you mean {close}?" if close else "rename or remove it"
        raise TemplateError(
            f"{shown(str(folder / name))}: it replaces no template, and none includes it; {hint}"
        )


def _shipped() -> set[str]:
    return _files(resources.templates() / FOLDER, "*.*")


def _files(folder: Path, pattern: str) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob(pattern)
        if path.is_file() and not path.name.startswith(".")
    }


def _named(template: str, environment: Sandbox, found: set[str]) -> Iterator[str]:
    """The templates of `found` that a template names; where it makes names up, all that are not like a shipped one."""
    for name in named_in(template, environment):
        if name is None:
            yield from (each for each in found if _nearest(each) is None)
        elif name in found:
            yield name


def _nearest(name: str) -> str | None:
    """The shipped template that was probably meant: folders and endings of all are much alike, so the rest counts first."""
    stems = {each: _stem(each) for each in _shipped()}
    stem = _stem(name)
    close = stem if stem in stems.values() else nearest(stem, stems.values())
    alike = sorted(each for each in stems if stems[each] == close)
    return nearest(name, alike) or next(iter(alike), None)


def _stem(name: str) -> str:
    return name.rpartition("/")[2].partition(".")[0]
