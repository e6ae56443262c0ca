"""A run of `validate`: takes exchanges one by one and can give its report at any moment, also when it is interrupted."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from schemagen import coverage, recordings, redaction
from schemagen.api.definitions import Definition
from schemagen.api.reading import NO_RECORDING, open_file
from schemagen.contract import Contract
from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.exchanges import Exchange, Request
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding, Place, Severity, finding, order
from schemagen.interruptions import undisturbed
from schemagen.judging import Judge
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import Neighbour
from schemagen.recordings.form import Item
from schemagen.recordings.streams import Stream
from schemagen.report import Counts, Coverage, Group, Match, Report, Subject
from schemagen.scale import remote
from schemagen.scale.runs import Outcome, place, settle
from schemagen.scale.streaming import judge_items, judge_stream
from schemagen.tally import Tally

_OWN = ("/dev/", "/proc/")  # what begins so may be another file in another process
_NAMED = 20  # files that are no recordings, named of each folder


@dataclasses.dataclass(slots=True)
class Found:
    """What is found in recordings: by folder, `others` are the files in it that are no recordings; `unusable` are the
    names of recordings in which there was nothing to read, but mistakes.
    """

    tally: Tally = dataclasses.field(default_factory=Tally)
    others: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    unusable: list[str] = dataclasses.field(default_factory=list)

    def merge(self, other: Found) -> None:
        """Takes all that `other` has."""
        self.tally.merge(other.tally)
        for folder, files in other.others.items():
            self.others.setdefault(folder, []).extend(files)
        self.unusable += other.unusable


class Validation:
    """What was `found` so far. `named`: the user has chosen the definitions, and other hosts are out of scope,
    unless they are at work `anywhere`.

    Large recordings are judged by at most `jobs` processes; with the address of a `scheduler`, `read_files` has all of
    them judged by its cluster. `watch` is told how many responses were judged.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        definitions: Iterable[Definition] = (),
        *,
        named: bool = False,
        anywhere: bool = False,
        filters: Filters = EVERYTHING,
        limits: Limits = DEFAULTS,
        jobs: int = 1,
        scheduler: str = "",
        watch: Callable[[int], None] | None = None,
    ) -> None:
        self._judge = Judge(contracts, named=named, anywhere=anywhere, filters=filters, limits=limits)
        self._definitions = {definition.source.name: definition for definition in definitions}
        self._jobs = jobs
        self._scheduler = scheduler
        self._watch = watch or _unwatched
        self.found = Found()

    @property
    def contracts(self) -> Sequence[Contract]:
        """What it judges by."""
        return self._judge.contracts

    @classmethod
    def of(cls, judge: Judge) -> Validation:
        """A run that judges as `judge` does, in this process."""
        return cls(
            judge.contracts,
            named=judge.named,
            anywhere=judge.anywhere,
            filters=judge.filters,
            limits=judge.limits,
        )

    def read_files(
        self, files: Iterable[tuple[str, str]], *, form: str | None = None, status: int | None = None
    ) -> Generator[tuple[str, InputError | None], None, None]:
        """Takes all recordings, each given with the folder that it was found in, as `api.list_files` does; see
        `read_file`. Gives the name of each when it is read, and what was wrong if it could not be, or not to its end.

        Raises:
            ClusterError: the cluster cannot be reached, or was lost.
        """
        if not self._scheduler:
            for name, folder in files:
                yield _tried(name, partial(self.read_file, name, form=form, status=status, folder=folder))
            return
        from schemagen.api.sharing import judge_files

        judged = judge_files(files, form, status, self._judge, self._scheduler)
        with contextlib.closing(judged):
            for name, source, found in judged:
                yield _tried(name, partial(self._take_judged, source, found))

    def read_file(
        self,
        name: str,
        *,
        path: str = "",
        form: str | None = None,
        status: int | None = None,
        folder: str = "",
    ) -> None:
        """Takes everything that is in the recording `name`, a file, a URL, or `-` for standard input; see `read`. With
        `path`, that is where it is.

        Raises:
            InputError: it cannot be read.
        """
        source, path = remote.label(name), path or name
        opened = open_file(source, path, form, status, self._judge.limits)
        if isinstance(opened, Stream):
            is_named = path != "-" and not remote.is_url(path) and not path.startswith(_OWN)
            is_file = is_named and Path(path).is_file()  # a pipe is read once
            self._read_parts(source, opened, path if is_file else "")
        else:
            self._read_items(source, opened, remote.label(folder))

    def read(
        self,
        source: str,
        data: bytes,
        *,
        form: str | None = None,
        status: int | None = None,
        neighbour: Neighbour | None = None,
        folder: str = "",
    ) -> None:
        """Takes everything that is in a recording: `form` is its format, `status` that of a single body, `neighbour`
        what reads the files that it names (see `recordings.neighbours`). With `folder`, the file was not named but found
        in that folder: that it is no recording is no mistake, and told in one note for all.
        """
        limits = self._judge.limits
        items = recordings.read(source, data, form=form, status=status, limits=limits, neighbour=neighbour)
        self._read_items(source, items, folder)

    def take(self, exchange: Exchange) -> None:
        """Judges one exchange."""
        self._watch(1)
        self._judge.take(exchange, self.found.tally)

    def check(self, exchange: Exchange, beside: Sequence[Finding] = ()) -> tuple[Finding, ...]:
        """Judges one exchange, and gives what is found in it; see `Judge.take`."""
        self._watch(1)
        return tuple(map(self._placed, self._judge.take(exchange, self.found.tally, beside)))

    def miss(self, item: Finding, request: Request) -> None:
        """A finding about a request that got no response."""
        url = redaction.redact_url(request.url)
        subject = Subject(item.place.source, item.place.entry or 0, request.method, url)
        self.found.tally.add([item], lambda: subject)

    def _take_judged(self, source: str, judged: Iterator[Found | Outcome]) -> None:
        """Takes what was found elsewhere in a recording: in all of it, or range by range."""
        first = next(judged)
        if isinstance(first, Found):
            with undisturbed():
                self.found.merge(first)
            self._watch(first.tally.counts["exchanges"])
            return
        ranges = (one for one in itertools.chain([first], judged) if isinstance(one, Outcome))
        with self._reading(source):
            for outcome in place(ranges):
                self._add(outcome.tally)

    def _read_parts(self, source: str, stream: Stream, path: str) -> None:
        """Takes a recording in parts."""
        with self._reading(source):
            try:
                for part in judge_stream(source, stream, self._judge, self._jobs, path):
                    self._add(part)
            finally:
                with undisturbed():
                    settle(self._judge, self.found.tally)

    def _read_items(self, source: str, items: Iterator[Item], folder: str) -> None:
        """Takes what is in a recording that is not taken apart."""
        first = next(items, None)
        if folder and isinstance(first, Finding) and first.rule.code in NO_RECORDING:
            self.found.others.setdefault(folder, []).append(source)
            return
        items = itertools.chain([] if first is None else [first], items)
        with self._reading(source):
            if self._jobs > 1:
                for part in judge_items(source, items, self._judge, self._jobs):
                    self._add(part)
                return
            for item in items:
                self._find(item) if isinstance(item, Finding) else self.take(item)

    @contextlib.contextmanager
    def _reading(self, source: str) -> Iterator[None]:
        """Counts a recording, and keeps its name if there is nothing in it but mistakes."""
        self.found.tally.counts["inputs"] += 1
        exchanges, damage = self.found.tally.counts["exchanges"], self._damage()
        yield
        if self.found.tally.counts["exchanges"] == exchanges and self._damage() > damage:
            self.found.unusable.append(source)

    def _add(self, part: Tally) -> None:
        """Takes a part of a recording."""
        with undisturbed():
            self.found.tally.merge(part)
        self._watch(part.counts["exchanges"])

    @property
    def is_damaged(self) -> bool:
        """Whether something in a recording could not be read."""
        return self._damage() > 0

    def _damage(self) -> int:
        """How many errors there are in recordings themselves."""
        return sum(
            kept.count
            for (severity, rule, *_), kept in self.found.tally.kept.items()
            if -severity == Severity.ERROR and rule.startswith("recording/")
        )

    def _find(self, item: Finding) -> None:
        """A finding about a recording itself, which is about no exchange."""
        self.found.tally.add([item], _nothing)

    def counts(self) -> Counts:
        """What was read up to now."""
        return Counts(**self.found.tally.counts)

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now."""
        tally = self.found.tally
        matches = (
            Match(definition, evidence, count) for (definition, evidence), count in tally.matches.items()
        )
        return Report(
            "validate",
            tuple(sorted((*map(self._located, tally.groups()), *self._left_out()), key=_position)),
            self.counts(),
            tuple(sorted(matches, key=lambda match: (-match.exchanges, match.definition, match.evidence))),
            tuple(self._covered()),
            tally.subjects(),
            tally.omitted(),
            complete,
        )

    def _covered(self) -> Iterator[Coverage]:
        """What was seen of the definitions that judged something, and of those that the user named."""
        judging = {definition for definition, _ in self.found.tally.matches}
        for contract in sorted(self._judge.contracts, key=lambda contract: contract.id):
            if self._judge.named or contract.id in judging:
                yield coverage.cover(contract, self.found.tally.seen)

    def _left_out(self) -> Iterator[Group]:
        for folder, files in self.found.others.items():
            names = (*files[:_NAMED], *(["…"] if len(files) > _NAMED else []))
            yield Group(1, (finding("recording/other-files", Place(folder), got=len(files), names=names),))

    def _located(self, group: Group) -> Group:
        """The group with the lines of the definition."""
        return dataclasses.replace(group, findings=tuple(map(self._placed, group.findings)))

    def _placed(self, item: Finding) -> Finding:
        """The finding with the lines of the definition."""
        definition = self._definitions.get(item.related.source) if item.related else None
        return item if definition is None else definition.locate(item)


def _tried(name: str, read: Callable[[], None]) -> tuple[str, InputError | None]:
    """The name, and why what it names could not be read."""
    try:
        read()
    except InputError as problem:
        return name, problem
    except MemoryError:
        return name, InputError(
            f"{shown(remote.label(name))}: not enough memory; --limit lowers what is read"
        )
    except OSError as problem:  # of a worker, to whom the file was not there any more
        return name, InputError(f"{shown(remote.label(name))}: {remote.reason(problem)}")
    return name, None


def _position(group: Group) -> tuple[object, ...]:
    return order(group.first)


def _nothing() -> None:
    """The exchange of a finding that is about none."""


def _unwatched(responses: int) -> None:
    """Watches where nobody does."""
