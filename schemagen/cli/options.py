"""The options that mean the same on every command, as decorators that hand over what they amount to.

A command under `scope` gets `scope: Scope`, one under `reporting` gets `reports: Reports`. What is not said on the
command line comes from `[tool.schemagen]`.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import click

from schemagen import settings
from schemagen.cli import completion
from schemagen.cli.reports import Output, Reports, outputs
from schemagen.display import shown
from schemagen.errors import DefinitionError, InputError, SettingsError
from schemagen.filters import Filters, parse
from schemagen.limits import Limits
from schemagen.nearest import nearest
from schemagen.reporters import FORMATS
from schemagen.settings import FAIL_ON, Settings

Function: TypeAlias = Callable[..., Any]

OTHER_HOSTS = "all are with other hosts than the servers of the definitions named with -d (--any-host judges them all the same)"


class Scope(NamedTuple):
    """Which definitions are meant (`names`, none: all), the user's folder of them, the bounds on what is read, and whether
    those that are named judge the responses of all hosts.
    """

    names: tuple[str, ...]
    folder: str | None
    limits: Limits
    anywhere: bool = False


def decorated(function: Function, *options: Callable[[Function], Function]) -> Function:
    """The function under options, the first of which the help shows first."""
    for option in reversed(options):
        function = option(function)
    return function


def configured() -> Settings:
    """The settings of the project that the current folder belongs to; read once in a run.

    Raises:
        SettingsError: they are wrong.
    """
    return _project()[1]


def _project() -> tuple[Path | None, Settings]:
    """The file of the settings, if there is one, and the settings."""
    meta = click.get_current_context().meta
    if "schemagen.settings" not in meta:
        path = settings.find(Path())
        meta["schemagen.settings"] = (path, settings.read(path) if path else Settings())
    found: tuple[Path | None, Settings] = meta["schemagen.settings"]
    return found


_SEVERAL = "A definition, by id or by file; may be repeated. Without it: all that are known."
_OWN = (
    "A definition, by id or by file; may be repeated. Without it: all of your folder, else the shipped ones."
)
_ONE = "The definition, by id or by file."


def scope(function: Function) -> Function:
    """`-d`, `--definitions` and `--limit`, handed over as `scope`."""
    return _scope(function, _SEVERAL)


def scope_of_own(function: Function) -> Function:
    """The same for a command to which the user's folder is all, where there is one."""
    return _scope(function, _OWN)


def scope_of_one(function: Function) -> Function:
    """The same for a command that is about one definition; `one_definition` says which."""
    return _scope(function, _ONE)


def _scope(function: Function, text: str) -> Function:
    @functools.wraps(function)
    def wrapped(
        *args: Any,
        definition: tuple[str, ...],
        definitions: str | None,
        limit: tuple[str, ...],
        any_host: bool = False,
        **kwargs: Any,
    ) -> Any:
        if any_host and not definition:
            raise click.UsageError("--any-host is about what -d names; name a definition with -d")
        scope = scoped(definition, definitions, limit)._replace(anywhere=any_host)
        return function(*args, scope=scope, **kwargs)

    return decorated(wrapped, _definition_option(text), folder_option, limit_option)


def scoped(names: tuple[str, ...], folder: str | None, limit: tuple[str, ...]) -> Scope:
    """The scope that these options and the settings amount to.

    Raises:
        SettingsError: one of them is wrong.
    """
    path, project = _project()
    if folder is None and path is not None:
        folder = settings.definitions_folder(path, project)
    return Scope(names, folder, settings.limited(project.limits, limit))


def listen_option(function: Function) -> Function:
    """`--listen`."""
    return click.option(
        "--listen",
        metavar="HOST:PORT",
        default="127.0.0.1:8080",
        show_default=True,
        help="Where to listen; port 0 is any that is free.",
    )(function)


def one_definition(scope: Scope) -> str:
    """The definition that `-d` names, where there must be exactly one.

    Raises:
        click.UsageError: there is none, or there are several.
    """
    if len(scope.names) != 1:
        raise click.UsageError("name one definition: -d ID|FILE (schemagen list says which are known)")
    return scope.names[0]


def spare(reports: Reports, scope: Scope, inputs: Iterable[str] = ()) -> None:
    """Sees that no report would overwrite what the run reads: `inputs` (files, and all in folders), definitions, settings.

    Raises:
        click.UsageError: one would.
        SchemagenError: there is no such definition.
    """
    if all(output.file is None for output in reports.outputs):
        return
    from schemagen.api import definitions, list_files

    project, _ = _project()
    known = [
        *(definitions.find(name, scope.folder, scope.limits) for name in scope.names),
        *definitions.sources(scope.folder),
    ]
    read = [source.path for source in known] + ([project] if project else [])
    for name in inputs:
        with contextlib.suppress(InputError):  # the run itself says so
            read += (Path(file) for file, _ in list_files(name))
    reports.spare(read)


def _definition_option(text: str) -> Callable[[Function], Function]:
    return click.option(
        "-d",
        "--definition",
        multiple=True,
        metavar="ID|FILE",
        shell_complete=completion.definitions,
        help=text,
    )


def folder_option(function: Function) -> Function:
    """`--definitions`."""
    return click.option(
        "--definitions",
        metavar="DIR",
        shell_complete=completion.folders,
        help="Your folder of definitions; its ids win over the shipped ones.",
    )(function)


def limit_option(function: Function) -> Function:
    """`--limit`."""
    return click.option(
        "--limit",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=completion.words(settings.limit_names),
        help="Raise or lower a bound on what is read, such as json-depth=200.",
    )(function)


def reporting(function: Function) -> Function:
    """`--format`, `--fail-on`, `--color` and `--quiet`, handed over as `reports`.

    Definitions that have mistakes, so that nothing can be done by them, are what is reported.
    """

    @functools.wraps(function)
    def wrapped(
        *args: Any, formats: tuple[str, ...], fail_on: str | None, color: str, quiet: bool, **kwargs: Any
    ) -> Any:
        project = configured()
        wanted = outputs(formats) if formats else _configured_outputs()
        reports = Reports(wanted, fail_on or project.fail_on, color=color, quiet=quiet)
        try:
            return function(*args, reports=reports, **kwargs)
        except DefinitionError as problem:
            return reports.refuse(click.get_current_context().info_name or "", problem)

    return decorated(
        wrapped,
        click.option(
            "-f",
            "--format",
            "formats",
            multiple=True,
            metavar="NAME[=FILE]",
            shell_complete=completion.words(lambda: FORMATS),
            help=f"How to report: {', '.join(FORMATS)}; to standard output or a file; may be repeated.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(FAIL_ON),
            help="The least severity that makes the exit code 1 (error).",
        ),
        click.option(
            "--color",
            type=click.Choice(("auto", "always", "never")),
            default="auto",
            show_default=True,
            help="Colours; auto follows the terminal and NO_COLOR.",
        ),
        click.option(
            "-q", "--quiet", is_flag=True, help="Only findings: no totals, no hints what to do next."
        ),
    )


def _configured_outputs() -> tuple[Output, ...]:
    path, project = _project()
    try:
        return outputs(project.format)
    except click.UsageError as problem:
        raise settings.mistake(path or Path(), "format", problem.message) from problem


def status_option(text: str) -> Callable[[Function], Function]:
    """`--status`, which is always the HTTP status that a body came with."""
    return click.option("--status", type=click.IntRange(100, 599), metavar="N", help=text)


def selection(function: Function) -> Function:
    """`--only` and `--exclude`, handed over as `filters`."""

    @functools.wraps(function)
    def wrapped(*args: Any, only: tuple[str, ...], exclude: tuple[str, ...], **kwargs: Any) -> Any:
        return function(*args, filters=_filters(only, exclude), **kwargs)

    return decorated(
        wrapped,
        click.option(
            "--only",
            multiple=True,
            metavar="KIND=PATTERN",
            help="Only these: host=api.example.com, path=/v2/*, status=4XX; may be repeated.",
        ),
        click.option("--exclude", multiple=True, metavar="KIND=PATTERN", help="Not these; as --only."),
    )


def any_host_option(function: Function) -> Function:
    """`--any-host`, which `scope` hands over; it stands above it."""
    return click.option(
        "--any-host",
        is_flag=True,
        help="What -d names judges the responses of all hosts: a test server, a stage, a proxy.",
    )(function)


def _filters(only: tuple[str, ...], exclude: tuple[str, ...]) -> Filters:
    path, project = _project()
    try:
        settled = parse(project.only, project.exclude)
    except SettingsError as problem:
        raise settings.mistake(path or Path(), "only and exclude", str(problem)) from problem
    chosen = parse(only, exclude)
    return Filters(chosen.only or settled.only, chosen.exclude or settled.exclude)


def form_option(function: Function) -> Function:
    """`--recording-format`, one of the forms of recordings that can be read."""
    return click.option(
        "--recording-format",
        metavar="NAME",
        callback=_known_form,
        shell_complete=completion.words(_forms),
        help="What the recordings are: har, ndjson … (detected).",
    )(function)


def _forms() -> tuple[str, ...]:
    from schemagen import api

    return api.recording_forms()


def _known_form(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:  # noqa: ARG001
    known = () if name is None else _forms()
    if name is not None and name not in known:
        close = nearest(name, known)
        hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(known)}."
        raise click.UsageError(f"there is no recording format '{shown(name, 60)}'; {hint}")
    return name


def json_option(function: Function) -> Function:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON.")(function)
