"""`--baseline` and `--update-baseline`: where accepted findings stand, and what is left of a report without them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from schemagen.cli import console
from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.report import Report
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.baseline import Entry

_LARGEST = 64 * 1024 * 1024  # bytes


class Accepted(NamedTuple):
    """The baseline of a run: its file (empty: there is none) and what stands in it."""

    file: str = ""
    entries: tuple[Entry, ...] = ()

    def leave_out(self, report: Report, *, is_whole: bool = True) -> Report:
        """The report without what is accepted. Unless it is of everything, no entry is stale."""
        if not self.file:
            return report
        from schemagen import baseline

        return baseline.apply(report, self.file, self.entries, is_whole=is_whole)

    def update(self, report: Report, *, is_whole: bool) -> Accepted:
        """Writes what is found in `report`, says what changed, and is the baseline from now on.

        Unless the report is of everything, nothing is written: what was not looked at may hold what is accepted.

        Raises:
            OutputError: the file cannot be written.
        """
        if not is_whole:
            console.complain(f"{shown(self.file)}: not written, as not everything was looked at")
            return self
        from schemagen import baseline

        text = baseline.write(report)
        console.save(Path(self.file), text)
        now = baseline.read(self.file, text.encode())
        before, after = ({entry.fingerprint for entry in entries} for entries in (self.entries, now))
        console.note(
            f"{shown(self.file)}: {many(len(after), 'kind')} of finding accepted, "
            f"{len(after - before)} new, {len(before - after)} gone"
        )
        return self._replace(entries=now)


def read(file: str | None, *, is_updated: bool) -> Accepted:
    """The baseline of a run, as the options say it. A file that is to be written need not be there yet.

    Raises:
        click.UsageError: there is nothing to be updated.
        InputError: the file cannot be read, or is no baseline.
    """
    if not file:
        if is_updated:
            raise click.UsageError("--update-baseline: which file? (--baseline accepted.json)")
        return Accepted()
    from schemagen import api, baseline

    if not Path(file).exists():
        if is_updated:
            return Accepted(file)
        raise InputError(f"{shown(file)}: there is no such baseline; --update-baseline writes it")
    return Accepted(file, baseline.read(file, api.read_file(file, _LARGEST, "recording_bytes")))
