"""A run of `validate`: takes exchanges one by one and can give its report at any moment, also when it is interrupted."""

from __future__ import annotations

import collections
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from schemagen import bodies, recordings, redaction
from schemagen.api.definitions import Definition
from schemagen.api.files import read_recording
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.findings import Finding, Place, Severity, finding, order
from schemagen.limits import DEFAULTS, Limits
from schemagen.recognition import Recognition, recognise
from schemagen.recordings import Neighbour
from schemagen.recordings.neighbours import beside
from schemagen.report import Counts, Match, Report, Subject
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
        limits: Limits = DEFAULTS,
    ) -> None:
        self._contracts = contracts
        self._definitions = {definition.source.name: definition for definition in definitions}
        self._named = named
        self._limits = limits
        self._findings: list[Finding] = []
        self._subjects: list[Subject] = []
        self._matches: collections.Counter[tuple[str, str]] = collections.Counter()
        self._inputs = self._exchanges = self._errors = self._checked = self._out_of_scope = 0
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
        before = self._exchanges
        self._inputs += 1
        damaged = False
        for item in itertools.chain([] if first is None else [first], items):
            if isinstance(item, Finding):
                damaged |= item.severity is Severity.ERROR
                self._findings.append(item)
            else:
                self.take(item)
        if damaged and self._exchanges == before:
            self.unusable.append(source)

    def take(self, exchange: Exchange) -> None:
        """Judges one exchange."""
        self._exchanges += 1
        body = bodies.read(exchange.response, self._limits)
        recognition = recognise(self._contracts, exchange, body, named=self._named)
        if recognition.out_of_scope:
            self._out_of_scope += 1
        elif recognition.contract is None:
            self._miss(exchange, recognition)
        else:
            judgement = judge(recognition.contract, exchange, body, self._limits)
            if judgement.is_error:
                self._errors += 1
                self._checked += 1
                self._matches[recognition.contract.id, recognition.evidence] += 1
                self._keep(judgement.findings, exchange, recognition)
            else:
                self._miss(exchange, Recognition(nearest=recognition.contract.id, reason=_EXCLUDED))

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now."""
        matches = (
            Match(definition, evidence, count) for (definition, evidence), count in self._matches.items()
        )
        return Report(
            "validate",
            tuple(sorted([*map(self._located, self._findings), *self._left_out()], key=order)),
            Counts(self._inputs, self._exchanges, self._errors, self._checked, self._out_of_scope),
            tuple(sorted(matches, key=lambda match: (-match.exchanges, match.definition, match.evidence))),
            tuple(self._subjects),
            complete,
        )

    def _left_out(self) -> Iterator[Finding]:
        for folder, files in self._others.items():
            names = (*files[:_NAMED], *(["…"] if len(files) > _NAMED else []))
            yield finding("recording/other-files", Place(folder), got=len(files), names=names)

    def _miss(self, exchange: Exchange, recognition: Recognition) -> None:
        """Counts and reports an error status that no definition claims."""
        missed = unrecognised(exchange, recognition)
        if missed is not None:
            self._errors += 1
            self._keep([missed], exchange, recognition)

    def _keep(self, findings: Sequence[Finding], exchange: Exchange, recognition: Recognition) -> None:
        if findings:
            self._findings += findings
            self._subjects.append(_subject(exchange, recognition))

    def _located(self, item: Finding) -> Finding:
        definition = self._definitions.get(item.related.source) if item.related else None
        return definition.locate(item) if definition else item


def _subject(exchange: Exchange, recognition: Recognition) -> Subject:
    request = redaction.redact(exchange).request
    return Subject(
        exchange.origin.source,
        exchange.origin.entry,
        request.method if request else "",
        request.url if request else "",
        exchange.response.status,
        recognition.contract.id if recognition.contract else "",
        recognition.evidence,
    )
