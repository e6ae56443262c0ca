"""A run of `normalize`: takes recordings and gives problem details one by one, keeping only counts."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from schemagen import bodies, problems
from schemagen.api.reading import NO_RECORDING, open_file
from schemagen.bodies import Body
from schemagen.bodies.shapes import shape
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding, Severity
from schemagen.limits import DEFAULTS, Limits
from schemagen.problems import Problem
from schemagen.recognition import Recognition, is_error, recognise
from schemagen.recordings.form import Recording
from schemagen.recordings.neighbours import beside
from schemagen.recordings.streams import Stream, read_stream
from schemagen.scale import remote

_TELLING = frozenset(
    {"code", "reason", "errors", "occurrence"}
)  # a problem without any of these and a detail tells nothing


@dataclasses.dataclass(slots=True)
class Normalisation:
    """What was read so far: `inputs` are files, `exchanges` responses; of these `written` are those that became problem
    details, `unrecognised` those with a status of 400 or more that are no error of any definition, `out_of_scope` those
    of other hosts, `filtered` those that the filters leave out. `others` are files in folders that are no recordings. `damaged`: a recording has mistakes that are
    errors; `unusable` are the names of those in which there was nothing else.

    `named`: the user has chosen the definitions, and other hosts are out of scope, unless they are at work `anywhere`.
    """

    contracts: Sequence[Contract]
    named: bool = False
    filters: Filters = EVERYTHING
    limits: Limits = DEFAULTS
    anywhere: bool = False
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
        body = bodies.read(exchange.response, self.limits)
        recognition = self._recognise(exchange, body)
        if recognition.contract is not None:
            self.written += 1
            return problems.derive(recognition.contract, exchange, body)
        if recognition.out_of_scope:
            self.out_of_scope += 1
        elif exchange.response.status >= 400:
            self.unrecognised += 1
        return None

    def explain(self, exchange: Exchange) -> tuple[Problem | None, str]:
        """One exchange as problem details, or why it is none; nothing is counted. A body that says nothing of what its
        definition documents is none, whoever sent it.
        """
        body = bodies.read(exchange.response, self.limits)
        recognition = self._recognise(exchange, body)
        contract = recognition.contract
        if contract is None:
            return None, _reason(recognition)
        problem = problems.derive(contract, exchange, body)
        is_bare = contract.select(exchange.response.status).at is None and not body.raw
        if is_bare or problem.detail or _TELLING & problem.extensions.keys():
            return problem, ""
        return None, f"the body is {shape(body)}, which says nothing that {contract.id} documents"

    def _recognise(self, exchange: Exchange, body: Body) -> Recognition:
        """The definition whose error it is; none, if it is no error by its `when`."""
        found = recognise(self.contracts, exchange, body, named=self.named, anywhere=self.anywhere)
        value, status = body.value if body.is_json else None, exchange.response.status
        if found.contract is None or is_error(found.contract, status, value):
            return found
        return Recognition(reason=f"a {status} with this body is no error of {found.contract.id}")


def _reason(recognition: Recognition) -> str:
    near = f"the nearest is {recognition.nearest}: " if recognition.nearest else ""
    return near + recognition.reason
