"""Where a command's report goes and which exit code it amounts to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

from schemagen import reporters
from schemagen.cli import console
from schemagen.display import shown
from schemagen.errors import DefinitionError, OutputError
from schemagen.nearest import nearest
from schemagen.report import Report, singly
from schemagen.reporters import FORMATS, Look
from schemagen.rules import Severity

OK, FOUND, CANNOT = 0, 1, 2
_DIFFERENCES = {"build/missing", "build/different", "build/left-over"}
_PLACED = ("github", "sarif")  # formats that GitHub reads, which names files from the top of the repository


class Output(NamedTuple):
    """A report format and the file it goes to; None is standard output."""

    format: str
    file: Path | None = None


class Reports(NamedTuple):
    """How the user wants findings: where, from which severity on they fail the run, and with how many words."""

    outputs: tuple[Output, ...]
    fail_on: str = "error"
    color: str = "auto"
    quiet: bool = False

    @console.uninterrupted()
    def write(self, report: Report) -> int:
        """Writes the report wherever it is wanted; gives 1 where findings fail the run, 2 where it was not written.

        Ctrl-C and SIGTERM wait until it stands everywhere.
        """
        code = FOUND if self.fails(report) else OK
        for output in self.outputs:
            look = Look(
                color=self.color == "always" if output.file else console.colored(self.color),
                totals=not self.quiet,
                fail_on=self.fail_on,
                width=0 if output.file else console.width(),
                folder=_folder() if output.format in _PLACED else "",
            )
            text = reporters.render(output.format, report, look)
            try:
                console.put(text) if output.file is None else console.save(output.file, text)
                if output.format == "github":
                    _summarise(report, look)
            except OutputError as problem:
                console.complain(str(problem))
                code = CANNOT
        return code

    def refuse(self, command: str, problem: DefinitionError) -> int:
        """Writes the mistakes of definitions by which a command would have to work, and gives its exit code."""
        self.write(Report(command, singly(problem.findings)))
        console.complain(str(problem))
        return CANNOT

    def spare(self, files: Iterable[Path], what: str = "what is read") -> None:
        """Sees that no report would take the place of one of `files`, which are `what` the message says.

        Raises:
            click.UsageError: one would.
        """
        kept = {_identity(file) for file in files}
        for output in self.outputs:
            if output.file is not None and _identity(output.file) in kept:
                raise click.UsageError(
                    f"the report {shown(str(output.file))} would overwrite {what}; give it another name"
                )

    def fails(self, report: Report) -> bool:
        """Whether one of its findings, shown or not, is at or above what `--fail-on` says."""
        if self.fail_on == "never":
            return False
        least = Severity[self.fail_on.upper()]
        return any(report.count(severity) for severity in Severity if severity >= least)


def outputs(texts: Iterable[str]) -> tuple[Output, ...]:
    """What `--format NAME[=FILE]` asks for; a FILE `-` is standard output.

    Raises:
        click.UsageError: there is no such format, or two reports would go to one place.
    """
    found = []
    for text in texts:
        name, sign, file = text.partition("=")
        if name not in FORMATS:
            close = nearest(name, FORMATS)
            hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(FORMATS)}."
            raise click.UsageError(f"there is no report format '{shown(name, 60)}'; {hint}")
        if sign and not file:
            raise click.UsageError(f"{shown(text, 60)}: which file? (as in {name}=report.{name})")
        found.append(Output(name, Path(file) if file and file != "-" else None))
    for output in found:
        parent = output.file and output.file.parent
        if output.file and parent and not parent.is_dir():
            raise click.UsageError(
                f"the report {shown(str(output.file))}: there is no folder {shown(str(parent))}"
            )
    # GitHub's commands may stand among the lines of a text: the runner picks them out.
    is_log = {output.format for output in found if output.file is None} == {"text", "github"}
    alone = [output for output in found if output.file or not is_log]
    places = [output.file and _identity(output.file) for output in alone]
    for output, place in zip(alone, places, strict=True):
        if places.count(place) > 1:
            where = "standard output" if output.file is None else shown(str(output.file))
            raise click.UsageError(
                f"two reports would go to {where}; give each its file, as in json=report.json"
            )
    return tuple(found)


def _folder() -> str:
    """The current folder as seen from the top of the repository that GitHub Actions has checked out."""
    top, here = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve(), Path.cwd()
    return here.relative_to(top).as_posix() if top in here.parents else ""


def _summarise(report: Report, look: Look) -> None:
    """Adds the report to the summary of the step, if GitHub Actions runs one.

    Raises:
        OutputError: it cannot be written.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if name:
        console.append(Path(name), "\n" + reporters.render("markdown", report, look))


def _identity(file: Path) -> tuple[object, ...]:
    """What is equal for two names of one file: also through links, and where case does not count."""
    try:
        facts = file.stat()
    except (OSError, ValueError):
        return (os.path.realpath(str(file).replace("\0", "")),)
    return facts.st_dev, facts.st_ino


def written(report: Report, *, check: bool) -> str:
    """What has become of a folder of artifacts; findings that fail a run by `--fail-on` alone make no difference to it."""
    broken = {item.rule.code for item in report.findings if item.severity is Severity.ERROR}
    if broken and check:
        return "not up to date" if broken <= _DIFFERENCES else "not compared"
    if broken:
        return "nothing was written"
    done = "up to date" if check else "built"
    warnings = report.count(Severity.WARNING)
    return f"{done}, with {reporters.many(warnings, 'warning')}" if warnings else done
