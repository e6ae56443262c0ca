"""Templates that may be a stranger's: Jinja's immutable sandbox, with plain data and a few filters in it.

Whatever a template puts out is escaped, unless it is markup already. What it may cost is bounded, see `budget`.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.sandbox
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, markup_join

from schemagen.rendering.budget import LARGEST, Budget, refuse_large
from schemagen.rendering.folders import TemplateFolder

_UNREPEATABLE = ("lipsum", "random")  # give other bytes on each run
_LARGEST_RESULT = 10**18
_FORMAT = re.compile(r"%[-+ #0]*[0-9.]*[0-9]{5,}|\{[^{}]*:[^{}]*[0-9]{5,}")  # so wide, or so exact
# Filters that go through what they get; all others make a text of it.
_THROUGH = frozenset((
    "abs", "attr", "batch", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items", "last", "length",
    "list", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "slice", "sort", "sum",
    "unique",
))  # fmt: skip
_TEXT_TESTS = ("lower", "upper")


class _Counting(CodeGenerator):
    """The code of templates, in which loops, comparisons, slices and `~` are counted."""

    def visit_For(self, node: nodes.For, frame: Frame) -> None:  # noqa: N802 - the names are Jinja's
        node.iter = _counted(node.iter, "turns")
        super().visit_For(node, frame)

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802
        node.expr = _counted(node.expr, "look")
        for operand in node.ops:
            operand.expr = _counted(operand.expr, "look")
        super().visit_Compare(node, frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        if isinstance(node.arg, nodes.Slice):
            node.node = _counted(node.node, "look")
        super().visit_Getitem(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        self.visit(_call("chain", node.nodes, node.lineno), frame)


def _counted(node: Any, method: str) -> nodes.Expr:
    return _call(method, [node], node.lineno)


def _call(method: str, given: list[nodes.Expr], line: int) -> nodes.Expr:
    return nodes.Call(nodes.EnvironmentAttribute(method), given, [], None, None, lineno=line)


class Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """An environment for templates in the folder `own`, if there is one, then in `builtin`.

    `escape` makes markup of what is put out and is none yet. What `own` overrides can still be reached below `builtin/`,
    as in `{% extends "builtin/html/page.html.j2" %}`.
    """

    code_generator_class = _Counting
    intercepted_binops = frozenset(["*", "**", "%", "+", "-"])

    def __init__(
        self,
        builtin: Path,
        own: Path | None,
        escape: Callable[[Any], markupsafe.Markup],
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        shipped = TemplateFolder(builtin)
        loaders: list[jinja2.BaseLoader] = [] if own is None else [TemplateFolder(own)]
        super().__init__(
            loader=jinja2.ChoiceLoader([*loaders, shipped, jinja2.PrefixLoader({"builtin": shipped})]),
            autoescape=True,
            finalize=self._finalize,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.budget = Budget(endless=own is None)
        self.look, self.turns = self.budget.look, self.budget.turns
        self.concat = self.budget.join  # type: ignore[method-assign]
        self._escape = escape
        for name in _UNREPEATABLE:
            self.globals.pop(name, None)
            self.filters.pop(name, None)
        self.filters |= {**filters, "e": escape, "escape": escape, "forceescape": escape}
        self.filters = {
            name: self._bounded(function, through=name in _THROUGH) for name, function in self.filters.items()
        }
        tests: dict[str, Any] = dict(self.tests)
        self.tests = {
            name: self._bounded(function, through=name not in _TEXT_TESTS) for name, function in tests.items()
        }
        self.globals["range"] = _range

    def call(self, *arguments: Any, **named: Any) -> Any:
        """A call of a function or a method, with bounded numbers and texts: `"x".ljust(10**9)` is none."""
        _, function, *given = arguments
        refuse_large([*given, *named.values()])
        self.budget.call()
        owner = getattr(
            function, "__self__", getattr(getattr(function, "__wrapped__", None), "__self__", None)
        )
        if isinstance(owner, str):
            if getattr(function, "__name__", "") in ("format", "format_map"):
                _refuse_wide(owner)
            self._reserve([owner, *given, *named.values()])
        elif isinstance(function, LoopContext):  # of a loop that is recursive
            arguments = (*arguments[:2], *map(self.budget.turns, given))
        return super().call(*arguments, **named)

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic whose results are bounded."""
        sides = (left, right)
        self.budget.spend(1)
        if operator in ("*", "**"):
            refuse_large(sides)
            if operator == "**" and not all(isinstance(side, int) and abs(side) <= 64 for side in sides):
                raise SecurityError("a power of numbers above 64")
        if operator == "*" and any(hasattr(side, "__len__") for side in sides):
            length = next(len(side) for side in sides if hasattr(side, "__len__"))
            times = next((side for side in sides if isinstance(side, int)), 1)
            if length * times > LARGEST:
                raise SecurityError(f"more than {LARGEST:,} of something")
            self.budget.reserve(length * times)
        elif operator == "%" and isinstance(left, str):
            _refuse_wide(left)
            self._reserve(sides)
        elif operator == "+":
            self.budget.reserve(sum(len(side) for side in sides if hasattr(side, "__len__")))
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and abs(result) > _LARGEST_RESULT:
            raise SecurityError(f"a number above {_LARGEST_RESULT:,}")
        return result

    def chain(self, *values: Any) -> str:
        """What `~` makes of values."""
        self.budget.reserve(sum(map(self.budget.length, values)))
        return markup_join(values)

    def list_templates(self, *_: Any, **__: Any) -> list[str]:
        """The names that a template can be included by, without those below `builtin/`."""
        assert isinstance(self.loader, jinja2.ChoiceLoader)
        return sorted(
            {
                name
                for each in self.loader.loaders
                if isinstance(each, TemplateFolder)
                for name in each.list_templates()
            }
        )

    def _finalize(self, value: Any) -> markupsafe.Markup:
        if not isinstance(value, str):
            self.budget.reserve(self.budget.length(value))
        return self._escape(value)

    def _bounded(self, function: Callable[..., Any], *, through: bool) -> Callable[..., Any]:
        """A filter or a test that refuses large numbers and long texts; what Jinja hands to it first, by its marks, is not looked at."""
        marked = hasattr(function, "jinja_pass_arg")

        @functools.wraps(function)
        def bounded(*arguments: Any, **named: Any) -> Any:
            given = [*arguments[marked:], *named.values()]
            refuse_large(given)
            self.budget.call()
            if through:
                for each in given:
                    self.budget.pass_through(each)
            else:
                if function.__name__ == "do_format":
                    _refuse_wide(given[0])
                self._reserve(given)
            return function(*arguments, **named)

        return bounded

    def _reserve(self, given: Iterable[Any]) -> None:
        """Takes the steps of the longest text that could be made of these: each character of one replaced by another, or repeated."""
        lengths = (
            max(1, abs(one) // 10) if isinstance(one, int) else max(1, self.budget.length(one))
            for one in given
        )
        self.budget.reserve(math.prod(lengths))


def _range(*bounds: int) -> range:
    steps = range(*bounds)
    if len(steps) > LARGEST:
        raise SecurityError(f"a range of more than {LARGEST:,} steps")
    return steps


def _refuse_wide(template: Any) -> None:
    """Refuses a format with a width or a precision that would make a text too long; one that is a value, too."""
    if isinstance(template, str) and (_FORMAT.search(template) or "*" in template):
        raise SecurityError("a format that is too wide")
