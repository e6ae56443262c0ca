"""What a run of `validate` gives to a cluster: whole files, and ranges of large ones; and what comes of one on a worker."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Generator, Iterable, Iterator

from schemagen.api.validation import Found, Validation
from schemagen.errors import InputError
from schemagen.judging import Judge
from schemagen.limits import Limits
from schemagen.scale import cluster, remote
from schemagen.scale.ranges import Range, cut
from schemagen.scale.runs import Outcome, Runner


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """A file, or a range of it, that a worker judges: the file `number` of the run, by the name `source` in the report,
    which is at `path`, an absolute one or a URL; the rest is as in `Validation.read_file`.
    """

    number: int
    source: str
    path: str = dataclasses.field(repr=False)  # may hold secrets; workers log what they were given
    folder: str
    form: str | None
    status: int | None
    range: Range | None = None

    @property
    def file(self) -> tuple[int, str, str]:
        """Which file it is a share of."""
        return self.number, self.path, self.source

    def __str__(self) -> str:
        return f"{self.source}{self.range or ''}"


def judge_files(
    files: Iterable[tuple[str, str]], form: str | None, status: int | None, judge: Judge, scheduler: str
) -> Generator[tuple[str, str, Iterator[Found | Outcome]], None, None]:
    """What the cluster of the `scheduler` finds in files, in their order: of each, where it is, its name in the report,
    and what is in its shares, one after the other. These raise InputError where a share could not be read or judged.

    Raises:
        ClusterError: the cluster cannot be reached, or was lost.
    """
    with cluster.connect(scheduler) as connected:
        shares = share_out(files, form, status, judge.limits)
        judged = connected.judge(judge_share, shares, judge)
        for (_, path, source), found in itertools.groupby(judged, key=lambda one: one[0].file):
            yield path, source, _sound(one for _, one in found)


def share_out(
    files: Iterable[tuple[str, str]], form: str | None, status: int | None, limits: Limits
) -> Iterator[Share]:
    """The shares of files, each given with the folder that it was found in, in their order."""
    for number, (name, folder) in enumerate(files):
        path = name if remote.is_url(name) else os.path.abspath(name)  # noqa: PTH100 - Path raises on a NUL
        share = Share(number, remote.label(name), path, remote.label(folder), form, status)
        ranges = [] if status else _cut(share, limits)
        yield from (dataclasses.replace(share, range=one) for one in ranges)
        if not ranges:
            yield share


def judge_share(share: Share, judge: Judge) -> Found | Outcome:
    """What is found in a share: of a whole file, or of a range with numbers of its own.

    Raises:
        InputError: it cannot be read.
    """
    if share.range:
        return Runner(judge).judge_together(share.range.runs(judge))
    run = Validation.of(judge)
    run.read_file(share.source, path=share.path, form=share.form, status=share.status, folder=share.folder)
    return run.found


def _sound(judged: Iterable[Found | Outcome | InputError]) -> Iterator[Found | Outcome]:
    for found in judged:
        if isinstance(found, InputError):
            raise found
        yield found


def _cut(share: Share, limits: Limits) -> list[Range]:
    try:
        return cut(share.source, share.path, share.form, limits)
    except InputError:  # the worker will say so, or can read it
        return []
