"""A run of `validate`: takes exchanges one by one and can give its report at any moment, also when it is interrupted."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from schemagen import coverage, recordings
from schemagen.api.definitions import Definition
from schemagen.api.files import join, read_pieces
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding, Place, Severity, finding, order
from schemagen.judging import Judge
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import Neighbour
from schemagen.recordings.neighbours import beside
from schemagen.recordings.parts import SIZE
from schemagen.recordings.streams import Stream, open_stream
from schemagen.report import Counts, Coverage, Group, Match, Report
from schemagen.scale.streaming import judge_stream
from schemagen.tally import Tally

_NO_RECORDING = ("recording/unrecognised-form", "recording/missing-status", "recording/empty")
_NAMED = 20  # files that are no recordings, named of each folder


class Validation:
    """What was found so far. `named`: the user has chosen the definitions, and other hosts are out of scope.

    Large recordings are judged by at most `jobs` processes. `watch` is told how many responses were judged.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        definitions: Iterable[Definition] = (),
        *,
        named: bool = False,
        filters: Filters = EVERYTHING,
        limits: Limits = DEFAULTS,
        jobs: int = 1,
        watch: Callable[[int], None] | None = None,
    ) -> None:
        self._judge = Judge(contracts, named, filters, limits)
        self._definitions = {definition.source.name: definition for definition in definitions}
        self._jobs = jobs
        self._watch = watch or _unwatched
        self._tally = Tally()
        self._others: dict[str, list[str]] = {}  # by folder, the files in it that are no recordings
        self.unusable: list[str] = []  # names of recordings in which there was nothing to read, but mistakes

    def read_file(
        self, name: str, *, form: str | None = None, status: int | None = None, folder: str = ""
    ) -> None:
        """Takes everything that is in the recording `name` (`-` is standard input); see `read`.

        Raises:
            InputError: it cannot be read.
        """
        neighbour = None if name == "-" else beside(Path(name), self._judge.limits)
        pieces = read_pieces(name, SIZE)
        head = next(pieces, b"")
        stream = None if status else open_stream(name, head, pieces, form, self._judge.limits)
        if stream is None:
            data = join(name, itertools.chain([head], pieces), self._judge.limits)
            self.read(name, data, form=form, status=status, neighbour=neighbour, folder=folder)
        else:
            self._read_parts(name, stream)

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
        first = next(items, None)
        if folder and isinstance(first, Finding) and first.rule.code in _NO_RECORDING:
            self._others.setdefault(folder, []).append(source)
            return
        with self._reading(source):
            for item in itertools.chain([] if first is None else [first], items):
                self._find(item) if isinstance(item, Finding) else self.take(item)

    def take(self, exchange: Exchange) -> None:
        """Judges one exchange."""
        self._watch(1)
        self._judge.take(exchange, self._tally)

    def _read_parts(self, source: str, stream: Stream) -> None:
        """Takes a recording in parts."""
        with self._reading(source):
            for part in judge_stream(source, stream, self._judge, self._jobs):
                self._watch(part.counts["exchanges"])
                self._tally.merge(part)
            for trouble in stream.troubles:
                self._find(trouble)

    @contextlib.contextmanager
    def _reading(self, source: str) -> Iterator[None]:
        """Counts a recording, and keeps its name if there is nothing in it but mistakes."""
        self._tally.counts["inputs"] += 1
        exchanges, damage = self._tally.counts["exchanges"], self._damage()
        yield
        if self._tally.counts["exchanges"] == exchanges and self._damage() > damage:
            self.unusable.append(source)

    @property
    def is_damaged(self) -> bool:
        """Whether something in a recording could not be read."""
        return self._damage() > 0

    def _damage(self) -> int:
        """How many errors there are in recordings themselves."""
        return sum(
            kept.count
            for (severity, rule, *_), kept in self._tally.kept.items()
            if -severity == Severity.ERROR and rule.startswith("recording/")
        )

    def _find(self, item: Finding) -> None:
        """A finding about a recording itself, which is about no exchange."""
        self._tally.add([item], _nothing)

    def counts(self) -> Counts:
        """What was read up to now."""
        return Counts(**self._tally.counts)

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now."""
        tally = self._tally
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
        judging = {definition for definition, _ in self._tally.matches}
        for contract in sorted(self._judge.contracts, key=lambda contract: contract.id):
            if self._judge.named or contract.id in judging:
                yield coverage.cover(contract, self._tally.seen)

    def _left_out(self) -> Iterator[Group]:
        for folder, files in self._others.items():
            names = (*files[:_NAMED], *(["…"] if len(files) > _NAMED else []))
            yield Group(1, (finding("recording/other-files", Place(folder), got=len(files), names=names),))

    def _located(self, group: Group) -> Group:
        """The group with the lines of the definition."""
        place = group.first.related
        definition = self._definitions.get(place.source) if place else None
        if definition is None:
            return group
        return dataclasses.replace(group, findings=tuple(map(definition.locate, group.findings)))


def _position(group: Group) -> tuple[object, ...]:
    return order(group.first)


def _nothing() -> None:
    """The exchange of a finding that is about none."""


def _unwatched(responses: int) -> None:
    """Watches where nobody does."""
