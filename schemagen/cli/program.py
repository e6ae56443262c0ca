"""The group of commands, and the one place where whatever goes wrong becomes one line and an exit code."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import TextIO

import click

from schemagen import __version__
from schemagen.cli import console
from schemagen.display import shown, shown_lines
from schemagen.errors import DefinitionError, SchemagenError
from schemagen.nearest import nearest

# In the order in which a newcomer needs them. What they do stands here, so that `--help` need not import them.
COMMANDS = {
    "new": "Write a commented definition to start from.",
    "check": "Read and prove definitions; write nothing.",
    "build": "Write JSON Schemas, OpenAPI responses, tables of codes and pages.",
    "docs": "Write references of error formats for readers.",
    "list": "List the definitions that are known.",
    "show": "Show a definition, its schemas, its OpenAPI, its codes.",
    "explain": "Say what a rule means and how to fix what it found.",
    "validate": "Check recorded responses against definitions.",
    "normalize": "Write recorded errors as problem details (RFC 9457).",
    "identify": "Say what an error body means, and what to do.",
    "probe": "Send requests, and check the responses.",
    "proxy": "Pass requests on to a server, and check the responses.",
    "sample": "Print error bodies that conform to a definition.",
    "mock": "Answer every request with an error of a definition.",
}
CANNOT, INTERRUPTED, TERMINATED = 2, 130, 143

_EPILOG = """\b
Begin with:
  schemagen list                             what is known already
  schemagen validate traffic.har             check what you recorded
  schemagen new errors/acme.yaml             write a definition of your own

\b
Completion in your shell (bash; the same with zsh_source and fish_source):
  eval "$(_SCHEMAGEN_COMPLETE=bash_source schemagen)"

\b
Settings stand in [tool.schemagen] of pyproject.toml.
"""


class Terminated(KeyboardInterrupt):
    """SIGTERM: handled like Ctrl-C, but for the exit code."""


class Commands(click.Group):
    """A group that imports a command when it is asked for, and knows the nearest one to a typo."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands for `--help`, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"schemagen.cli.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but an unknown command is answered with the nearest known one."""
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        close = nearest(name, COMMANDS)
        hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(COMMANDS)}."
        raise click.UsageError(f"there is no command '{shown(name, 60)}'; {hint}", ctx)


@click.group(
    cls=Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="schemagen", message="%(prog)s %(version)s")
def program() -> None:
    """Say, publish and check how an API fails.

    A definition of an error format (YAML) becomes JSON Schemas and OpenAPI responses and pages for readers, and
    responses, recorded or live, are checked against it.
    """


def run(arguments: Sequence[str]) -> int:
    """Runs the command line `arguments` (without the program's name) and returns the exit code; raises nothing."""
    if sys.stderr is None:  # `2>&-`: nobody wants to know
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for the life of the process; pathlib is slow
    _prepare(sys.stdout)
    _prepare(sys.stderr)
    previous = signal.signal(signal.SIGTERM, _terminate)
    try:
        code = program.main(list(arguments), prog_name="schemagen", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as problem:
        _show_usage(problem)
        return CANNOT
    except DefinitionError as problem:
        _show_mistakes(problem)
        return CANNOT
    except SchemagenError as problem:
        console.complain(str(problem))
        return CANNOT
    except (click.Abort, KeyboardInterrupt) as stop:
        return stopped(stop)
    except MemoryError:
        console.complain("not enough memory for this input; --limit lowers what is read")
        return CANNOT
    except OSError as problem:
        console.complain(f"{shown(str(problem.filename or 'input or output'))}: {problem.strerror}")
        return CANNOT
    except Exception as bug:
        if os.environ.get("SCHEMAGEN_DEBUG"):
            raise
        console.complain(
            f"a bug: {type(bug).__name__}: {bug}; please report it (SCHEMAGEN_DEBUG=1 shows where)"
        )
        return CANNOT
    finally:
        signal.signal(signal.SIGTERM, previous)


def stopped(stop: BaseException) -> int:
    """Says that a run was interrupted by `stop`, and gives its exit code."""
    console.note("interrupted: what was done so far stands")
    terminated = isinstance(stop, Terminated) or isinstance(stop.__cause__, Terminated)
    return TERMINATED if terminated else INTERRUPTED


def _show_usage(problem: click.ClickException) -> None:
    """What is wrong with a command line: click repeats it as it was given."""
    text = io.StringIO()
    problem.show(text)
    sys.stderr.write(shown_lines(text.getvalue()))


def _show_mistakes(problem: DefinitionError) -> None:
    """The mistakes of a definition that a command cannot do without, where they do not disturb its output."""
    from schemagen.report import Report, singly
    from schemagen.reporters import Look, render

    sys.stderr.write(render("text", Report("check", singly(problem.findings)), Look(totals=False)))
    console.complain(str(problem))


def _terminate(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature of handlers
    raise Terminated


def _prepare(stream: TextIO | None) -> None:
    """Equal bytes on every machine where nobody looks; on a terminal, whatever it can show."""
    if stream is not None and hasattr(stream, "reconfigure"):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
