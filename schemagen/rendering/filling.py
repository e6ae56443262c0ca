"""A template filled in, and what is wrong with one: a line with its file and its line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2 import meta

from schemagen.display import shown
from schemagen.errors import TemplateError
from schemagen.nearest import nearest
from schemagen.rendering.sandbox import Sandbox


def fill(environment: Sandbox, template: str, context: Mapping[str, Any]) -> str:
    """The template of that name, filled in.

    Raises:
        TemplateError: a template is missing or wrong, or asks for what it may not have.
    """
    environment.budget.renew(sum(len(part) for part in context.values() if isinstance(part, (list, tuple))))
    try:
        return environment.concat(environment.get_template(template).generate(context))
    except RecursionError as problem:
        raise TemplateError(f"{template}: templates or macros that call themselves without end") from problem
    except jinja2.TemplateSyntaxError as problem:
        raise _problem(problem.filename, problem.lineno, problem.message or "it is no template") from problem
    except Exception as problem:
        place, line = _raised_in(problem)
        message = (
            _missing(str(problem.name), environment)
            if isinstance(problem, jinja2.TemplateNotFound)
            else f"{problem}" or type(problem).__name__
        )
        if place is not None:
            raise _problem(place, line, message) from problem
        if isinstance(problem, UnicodeDecodeError):
            raise TemplateError(f"{shown(template)}: it is not UTF-8") from problem
        raise


def named_in(template: str, environment: Sandbox) -> list[str | None]:
    """The templates that a template names; None stands for names that it makes up.

    Raises:
        TemplateError: it is wrong.
    """
    assert environment.loader is not None
    try:
        source, file, _ = environment.loader.get_source(environment, template)
        return list(meta.find_referenced_templates(environment.parse(source, template, file)))
    except jinja2.TemplateSyntaxError as problem:
        raise _problem(problem.filename, problem.lineno, problem.message or "it is no template") from problem
    except UnicodeDecodeError as problem:
        raise TemplateError(f"{shown(template)}: it is not UTF-8") from problem


def _missing(name: str, environment: Sandbox) -> str:
    close = nearest(name, environment.list_templates())
    hint = f"; did you mean {shown(close, 100)}?" if close else ""
    return f"there is no template {shown(name, 100)}{hint}"


def _raised_in(problem: BaseException) -> tuple[str | None, int]:
    """The innermost place in a template that an error comes from; Jinja rewrites tracebacks to tell."""
    found: tuple[str | None, int] = (None, 0)
    trace = problem.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            found = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return found


def _problem(file: str | None, line: int, text: str) -> TemplateError:
    return TemplateError(f"{shown(file or 'template')}:{line}: {shown(text, 200)}")
