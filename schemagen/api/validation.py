"""A run of `validate`: takes exchanges one by one and can give its report at any moment, also when it is interrupted."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from schemagen import bodies, coverage, excerpts, recordings, redaction
from schemagen.api.definitions import Definition
from schemagen.api.files import read_recording
from schemagen.bodies import Body
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Request
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding, Place, Severity, finding, order
from schemagen.limits import DEFAULTS, Limits
from schemagen.recognition import Recognition, recognise
from schemagen.recordings import Neighbour
from schemagen.recordings.neighbours import beside
from schemagen.report import Counts, Coverage, Group, Match, Report, Subject
from schemagen.tally import Tally
from schemagen.validator import judge, unrecognised

_NO_RECORDING = ("recording/unrecognised-form", "recording/missing-status", "recording/empty")
_NAMED = 20  # files that are no recordings, named of each folder
_EXCLUDED = "its `when` makes no error of it"


class Validation:
    """What was found so far. `named`: the user has chosen the definitions, and other hosts are out of scope."""

    def __init__(
        self,
        contracts: Sequence[Contract],
        definitions: Iterable[Definition] = (),
        *,
        named: bool = False,
        filters: Filters = EVERYTHING,
        limits: Limits = DEFAULTS,
        watch: Callable[[], None] | None = None,
    ) -> None:
        self._contracts = contracts
        self._definitions = {definition.source.name: definition for definition in definitions}
        self._named = named
        self._filters = filters
        self._limits = limits
        self._watch = watch or _nothing
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
        neighbour = None if name == "-" else beside(Path(name), self._limits)
        data = read_recording(name, self._limits)
        self.read(name, data, form=form, status=status, neighbour=neighbour, folder=folder)

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
        items = recordings.read(
            source, data, form=form, status=status, limits=self._limits, neighbour=neighbour
        )
        first = next(items, None)
        if folder and isinstance(first, Finding) and first.rule.code in _NO_RECORDING:
            self._others.setdefault(folder, []).append(source)
            return
        before = self._tally.counts["exchanges"]
        self._tally.counts["inputs"] += 1
        damaged = False
        for item in itertools.chain([] if first is None else [first], items):
            if isinstance(item, Finding):
                damaged |= item.severity is Severity.ERROR
                self._tally.add([item], _nothing)
            else:
                self.take(item)
        if damaged and self._tally.counts["exchanges"] == before:
            self.unusable.append(source)

    def take(self, exchange: Exchange) -> None:
        """Judges one exchange."""
        self._watch()
        self._tally.counts["exchanges"] += 1
        if not self._filters.admits(exchange):
            self._tally.counts["filtered"] += 1
            return
        body = bodies.read(exchange.response, self._limits)
        recognition = recognise(self._contracts, exchange, body, named=self._named)
        if recognition.out_of_scope:
            self._tally.counts["out_of_scope"] += 1
        elif recognition.contract is None:
            self._miss(exchange, recognition, body)
        else:
            self._judge(recognition.contract, exchange, recognition, body)

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

    def _judge(self, contract: Contract, exchange: Exchange, recognition: Recognition, body: Body) -> None:
        judgement = judge(contract, exchange, body, self._limits)
        if not judgement.is_error:
            self._miss(exchange, Recognition(nearest=contract.id, reason=_EXCLUDED), body)
            return
        self._tally.counts["errors"] += 1
        self._tally.counts["checked"] += 1
        self._tally.matches[contract.id, recognition.evidence] += 1
        value = body.value if body.is_json else None
        characters = self._limits.value_characters
        self._tally.note(coverage.sightings(contract, exchange.response.status, value, characters))
        self._keep(judgement.findings, exchange, recognition, body)

    def _miss(self, exchange: Exchange, recognition: Recognition, body: Body) -> None:
        """Counts and reports an error status that no definition claims."""
        missed = unrecognised(exchange, recognition, body)
        if missed is not None:
            self._tally.counts["errors"] += 1
            self._keep([missed], exchange, recognition, body)

    def _keep(
        self, findings: Sequence[Finding], exchange: Exchange, recognition: Recognition, body: Body
    ) -> None:
        def subject() -> Subject:
            return _subject(exchange, recognition, body, findings, self._limits)

        if findings:
            self._tally.add(findings, subject)

    def _covered(self) -> Iterator[Coverage]:
        """What was seen of the definitions that judged something, and of those that the user named."""
        judging = {definition for definition, _ in self._tally.matches}
        for contract in sorted(self._contracts, key=lambda contract: contract.id):
            if self._named or contract.id in judging:
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
    """What a finding is about that is about no exchange; what watches where nobody does."""


def _subject(
    exchange: Exchange, recognition: Recognition, body: Body, findings: Sequence[Finding], limits: Limits
) -> Subject:
    request = exchange.request or Request()
    url = redaction.redact_url(request.url)
    return Subject(
        exchange.origin.source,
        exchange.origin.entry,
        request.method,
        url if limits.value_characters else url.partition("?")[0],
        exchange.response.status,
        recognition.contract.id if recognition.contract else "",
        recognition.evidence,
        excerpts.excerpt(body, [item.place.pointer for item in findings], limits),
    )
