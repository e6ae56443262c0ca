"""Judges responses one by one as they come, and can give the report of all of them at any moment.

Each is judged as recorded ones are, by the same code. Knows no client: it takes exchanges.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from schemagen import api
from schemagen.api.arguments import Kind, check_kind
from schemagen.filters import EVERYTHING, Filters
from schemagen.limits import DEFAULTS, Limits

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract
    from schemagen.exchanges import Exchange, Request
    from schemagen.findings import Finding
    from schemagen.report import Counts, Report


class Checker:
    """What is found in responses, whoever sees them; may be used by several threads at once.

    `definitions`, `folder`, `filters` and `limits` are those of `schemagen.validate`, `command` is what the report calls
    itself. Hosts other than the servers of the definitions named are out of scope, unless they are at work `anywhere`: in
    tests, in staging. Memory is bounded however many
    responses come: all findings are counted, the first ones of each kind are kept.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """

    def __init__(
        self,
        definitions: Name | Contract | Iterable[Name | Contract] = (),
        *,
        folder: Name | None = None,
        anywhere: bool = False,
        filters: Filters = EVERYTHING,
        limits: Limits = DEFAULTS,
        command: str = "validate",
    ) -> None:
        self._command = command
        self._run = api.begin_validation(
            definitions, folder=folder, anywhere=anywhere, filters=filters, limits=limits
        )
        self._lock = threading.Lock()

    def check(self, exchange: Exchange, beside: Sequence[Finding] = ()) -> tuple[Finding, ...]:
        """What is found in this one exchange, with its places in definitions; it is counted for the report as well.

        Findings `beside` it, which somebody else has made about the same exchange, are taken with it. Whatever stands in
        the response, nothing is raised.
        """
        with self._lock:
            return self._run.check(exchange, beside)

    def miss(self, item: Finding, request: Request) -> None:
        """Takes a finding about a request that got no response."""
        with self._lock:
            self._run.miss(item, request)

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """What the definitions are compiled to."""
        return tuple(self._run.contracts)

    def counts(self) -> Counts:
        """What was seen up to now."""
        with self._lock:
            return self._run.counts()

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now; not `complete` where something was cut short."""
        with self._lock:
            report = self._run.report(complete=complete)
        return dataclasses.replace(report, command=self._command)


def one_checker(definitions: Name | Contract | Iterable[Name | Contract], checker: Checker | None) -> Checker:
    """The `checker` that was given, else one for the `definitions`.

    Raises:
        ValueError: both were given.
        SchemagenError: there is no such definition, or it has mistakes.
        TypeError: one of them is something else.
    """
    if checker is None:
        return Checker(definitions)
    check_kind("checker", checker, Kind((Checker,), "a schemagen.Checker"))
    if definitions != ():
        raise ValueError("definitions and checker: give one of them; a checker has its definitions")
    return checker
