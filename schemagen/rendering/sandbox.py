"""Templates that may be a stranger's: Jinja's immutable sandbox, with plain data and a few filters in it.

Whatever a template puts out is escaped, unless it is markup already. What is wrong in a template is one line with its
file and its line.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.sandbox
import markupsafe
from jinja2.exceptions import SecurityError

from schemagen.display import shown
from schemagen.errors import TemplateError

_UNREPEATABLE = ("lipsum", "random")  # give other bytes on each run
_LARGEST = 100_000  # of a number that a template multiplies by, or hands to a filter, a method or `range`
_STEPS = 1_000_000  # of all ranges in one filling
_LONGEST = 64 * 1024 * 1024  # characters that a template may put out
_FORMAT = re.compile(r"%[-+ #0]*[0-9.]*[0-9]{5,}|\{[^{}]*:[^{}]*[0-9]{5,}")  # so wide, or so exact


class Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """An environment for templates in the folder `own`, if there is one, then in `builtin`.

    `escape` makes markup of what is put out and is none yet. What `own` overrides can still be reached below `builtin/`,
    as in `{% extends "builtin/html/page.html.j2" %}`. Numbers, ranges and results are bounded; loops over long data inside
    each other are not.
    """

    intercepted_binops = frozenset(["*", "**", "%", "+"])

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
        self.filters = {name: _bounded(function) for name, function in self.filters.items()}
        self.filters |= {**filters, "e": escape, "escape": escape, "forceescape": escape}
        self.globals["range"] = self._range
        self.steps = 0

    def _range(self, *bounds: int) -> range:
        """`range`, of which all in one filling have so many steps together."""
        steps = range(*bounds)
        if len(steps) > _LARGEST:
            raise SecurityError(f"a range of more than {_LARGEST} steps")
        self.steps += len(steps)
        if self.steps > _STEPS:
            raise SecurityError(f"ranges of more than {_STEPS} steps in all")
        return steps

    def call(self, *arguments: Any, **named: Any) -> Any:
        """A call of a function or a method, with bounded numbers: `"x".ljust(10**9)` is none."""
        _refuse_large([*arguments[2:], *named.values()])
        method = getattr(arguments[1], "__wrapped__", arguments[1])  # Jinja wraps `str.format`
        if getattr(method, "__name__", "") in ("format", "format_map"):
            _refuse_wide(getattr(method, "__self__", ""))
        return super().call(*arguments, **named)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic whose results are bounded."""
        sides = (left, right)
        if operator in ("*", "**"):
            _refuse_large(sides)
            if operator == "**" and not all(isinstance(side, int) and abs(side) <= 64 for side in sides):
                raise SecurityError("a power of numbers above 64")
        if operator == "*" and any(hasattr(side, "__len__") for side in sides):
            length = next(len(side) for side in sides if hasattr(side, "__len__"))
            times = next((side for side in sides if isinstance(side, int)), 1)
            if length * times > _LARGEST:
                raise SecurityError(f"more than {_LARGEST} of something")
        if operator == "%":
            _refuse_wide(left)
        return super().call_binop(context, operator, left, right)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses large numbers; what Jinja hands to it first, by its marks, is not looked at."""

    @functools.wraps(function)
    def bounded(*arguments: Any, **named: Any) -> Any:
        _refuse_large([*arguments, *named.values()])
        if function.__name__ == "do_format":
            _refuse_wide(arguments[0])
        return function(*arguments, **named)

    return bounded


def _refuse_large(values: Iterable[Any]) -> None:
    """Refuses numbers that are too large."""
    if any(isinstance(value, int) and abs(value) > _LARGEST for value in values):
        raise SecurityError(f"a number above {_LARGEST}")


def _refuse_wide(template: Any) -> None:
    """Refuses a format with a width or a precision that would make a text too long; one that is a value, too."""
    if isinstance(template, str) and (_FORMAT.search(template) or "*" in template):
        raise SecurityError("a format that is too wide")


def _joined(pieces: Iterable[str]) -> str:
    done: list[str] = []
    length = 0
    for piece in pieces:
        done.append(piece)
        length += len(piece)
        if length > _LONGEST:
            raise TemplateError(f"templates put out more than {_LONGEST} characters")
    return "".join(done)


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
    environment.steps = 0
    try:
        return _joined(environment.get_template(template).generate(context))
    except RecursionError as problem:
        raise TemplateError(f"{template}: templates or macros that call themselves without end") from problem
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
