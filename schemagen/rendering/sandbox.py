"""Templates that may be a stranger's: Jinja's immutable sandbox, with plain data and a few filters in it.

Whatever a template puts out is escaped, unless it is markup already. What is wrong in a template is one line with its
file and its line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.sandbox
import markupsafe

from schemagen.display import shown
from schemagen.errors import TemplateError

_UNREPEATABLE = ("lipsum", "random")  # gives other bytes on each run


class Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """An environment for templates below `folders`, of which the first that has a template gives it.

    `escape` makes markup of what is put out and is none yet. What the first folder overrides can still be reached below
    `builtin/`, as in `{% extends "builtin/html/page.html.j2" %}`.
    """

    def __init__(
        self,
        builtin: Path,
        own: Path | None,
        escape: Callable[[Any], markupsafe.Markup],
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        shipped = _Folder(builtin)
        loaders: list[jinja2.BaseLoader] = [] if own is None else [_Folder(own)]
        super().__init__(
            loader=jinja2.ChoiceLoader([*loaders, shipped, jinja2.PrefixLoader({"builtin": shipped})]),
            autoescape=True,
            finalize=escape,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        for name in _UNREPEATABLE:
            self.globals.pop(name, None)
            self.filters.pop(name, None)
        self.filters |= {**filters, "e": escape, "escape": escape, "forceescape": escape}


class _Folder(jinja2.BaseLoader):
    """The templates in a folder; a link that leads out of it is none of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = jinja2.FileSystemLoader(folder)

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of a template, the name of its file, and whether it is still the same."""
        root = os.path.realpath(self._folder) + os.sep
        if not os.path.realpath(self._folder / template).startswith(root):
            raise jinja2.TemplateNotFound(template)
        return self._files.get_source(environment, template)


def fill(environment: Sandbox, template: str, context: Mapping[str, Any]) -> str:
    """The template of that name, filled in.

    Raises:
        TemplateError: a template is missing or wrong, or asks for what it may not have.
    """
    try:
        return environment.get_template(template).render(context)
    except jinja2.TemplateSyntaxError as problem:
        raise _problem(problem.filename, problem.lineno, problem.message or "it is no template") from problem
    except jinja2.TemplateNotFound as problem:
        raise TemplateError(f"there is no template {shown(str(problem.name), 100)}") from problem
    except Exception as problem:
        name, line = _raised_in(problem)
        if name is None:
            raise
        raise _problem(name, line, f"{problem}" or type(problem).__name__) from problem


def _raised_in(problem: BaseException) -> tuple[str | None, int]:
    """The innermost place in a template that an error comes from; Jinja rewrites tracebacks to tell."""
    found: tuple[str | None, int] = (None, 0)
    trace = problem.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith(".j2"):
            found = file, trace.tb_lineno
        trace = trace.tb_next
    return found


def _problem(file: str | None, line: int, text: str) -> TemplateError:
    return TemplateError(f"{shown(file or 'template')}:{line}: {shown(text, 200)}")
