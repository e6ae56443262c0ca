"""A run of `normalize`: takes recordings and gives problem details one by one, keeping only counts."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemagen import bodies, problems
from schemagen.api.reading import NO_RECORDING, open_file
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding, Severity
from schemagen.limits import DEFAULTS, Limits
from schemagen.problems import Problem
from schemagen.recognition import is_error, recognise
from schemagen.recordings.form import Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.streams import Stream, read_stream
from schemagen.scale import remote


@dataclasses.dataclass(slots=True)
class Normalisation:
    """What was read so far: `inputs` are files, `exchanges` responses; of these `written` are those that became problem
    details, `unrecognised` those with a status of 400 or more that are no error of any definition, `out_of_scope` those
    of other hosts, `filtered` those that the filters leave out. `others` are files in folders that are no recordings. `damaged`: a recording has mistakes that are
    errors; `unusable` are the names of those in which there was nothing else.

    `named`: the user has chosen the definitions, and other hosts are out of scope.
    """

    contracts: Sequence[Contract]
    named: bool = False
    filters: Filters = EVERYTHING
    limits: Limits = DEFAULTS
    inputs: int = 0
    exchanges: int = 0
    written: int = 0
    unrecognised: int = 0
    out_of_scope: int = 0
    filtered: int = 0
    others: int = 0
    damaged: bool = False
    unusable: list[str] = dataclasses.field(default_factory=list)

    def read_file(
        self, name: str, *, form: str | None = None, status: int | None = None, folder: str = ""
    ) -> Iterator[Problem | Finding]:
        """The errors of a recording (a file, a URL, `-` for standard input) as they are read, and what is wrong with the recording.

        `form` is its format, `status` that of a single body. With `folder`, the file was found in that folder: that it
        is no recording is no mistake.

        Raises:
            InputError: it cannot be read.
        """
        opened = open_file(remote.label(name), name, form, status, self.limits)
        is_file = name != "-" and not remote.is_url(name)
        neighbour = beside(Path(name), self.limits) if is_file else None
        name = remote.label(name)
        recording = Recording(name, b"", None, self.limits, neighbour)
        items = read_stream(recording, opened) if isinstance(opened, Stream) else opened
        first = next(items, None)
        if folder and isinstance(first, Finding) and first.rule.code in NO_RECORDING:
            self.others += 1
            return
        self.inputs += 1
        before, damaged = self.exchanges, False
        for item in itertools.chain([] if first is None else [first], items):
            if isinstance(item, Finding):
                damaged |= item.severity is Severity.ERROR
                yield item
            elif (problem := self.take(item)) is not None:
                yield problem
        self.damaged |= damaged
        if damaged and self.exchanges == before:
            self.unusable.append(name)

    def take(self, exchange: Exchange) -> Problem | None:
        """One exchange as problem details, if it is an error of a definition; else it is counted."""
        self.exchanges += 1
        if not self.filters.admits(exchange):
            self.filtered += 1
            return None
        response = exchange.response
        body = bodies.read(response, self.limits)
        recognition = recognise(self.contracts, exchange, body, named=self.named)
        contract = recognition.contract
        if contract is not None and is_error(contract, response.status, body.value if body.is_json else None):
            self.written += 1
            return problems.derive(contract, exchange, body)
        if recognition.out_of_scope:
            self.out_of_scope += 1
        elif response.status >= 400:
            self.unrecognised += 1
        return None
