"""One exchange after the other, judged by the contract that it belongs to, and counted in a tally.

Knows neither recordings nor reports: it is what every way to get at exchanges ends in.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemagen import bodies, coverage, excerpts, redaction
from schemagen.bodies import Body
from schemagen.contract import Contract
from schemagen.exchanges import Exchange, Request
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.recognition import Recognition, recognise
from schemagen.report import Subject
from schemagen.tally import Tally
from schemagen.validator import judge, unrecognised

_EXCLUDED = "its `when` makes no error of it"


class Judge:
    """Judges by `contracts`. `named`: the user has chosen them, and other hosts are out of scope, unless they are at work
    `anywhere`; what `filters` leave out is only counted.
    """

    __slots__ = ("anywhere", "contracts", "filters", "limits", "named")

    def __init__(
        self,
        contracts: Sequence[Contract],
        *,
        named: bool = False,
        anywhere: bool = False,
        filters: Filters = EVERYTHING,
        limits: Limits = DEFAULTS,
    ) -> None:
        self.contracts = contracts
        self.named = named
        self.anywhere = anywhere
        self.filters = filters
        self.limits = limits

    def take(self, exchange: Exchange, tally: Tally, beside: Sequence[Finding] = ()) -> Sequence[Finding]:
        """What is found in one exchange, and `beside` it, as findings about the same that somebody else has made; it is
        counted in `tally`.
        """
        tally.counts["exchanges"] += 1
        if not self.filters.admits(exchange):
            tally.counts["filtered"] += 1
            return ()
        body = bodies.read(exchange.response, self.limits)
        recognition = recognise(self.contracts, exchange, body, named=self.named, anywhere=self.anywhere)
        if recognition.out_of_scope:
            tally.counts["out_of_scope"] += 1
            found: Sequence[Finding] = ()
        elif recognition.contract is None:
            found = self._miss(exchange, recognition, body, tally)
        else:
            found = self._judge(recognition.contract, exchange, recognition, body, tally)
        return self._keep([*found, *beside], exchange, recognition, body, tally)

    def _judge(
        self, contract: Contract, exchange: Exchange, recognition: Recognition, body: Body, tally: Tally
    ) -> Sequence[Finding]:
        judgement = judge(contract, exchange, body, self.limits)
        if not judgement.is_error:
            return self._miss(exchange, Recognition(nearest=contract.id, reason=_EXCLUDED), body, tally)
        tally.counts["error_responses"] += 1
        tally.counts["checked"] += 1
        tally.matches[contract.id, recognition.evidence] += 1
        value = body.value if body.is_json else None
        status, characters = exchange.response.status, self.limits.value_characters
        tally.note(coverage.sightings(contract, status, value, characters))
        return judgement.findings

    def _miss(
        self, exchange: Exchange, recognition: Recognition, body: Body, tally: Tally
    ) -> Sequence[Finding]:
        """Counts and reports an error status that no definition claims."""
        missed = unrecognised(exchange, recognition, body)
        if missed is None:
            return ()
        tally.counts["error_responses"] += 1
        return (missed,)

    def _keep(
        self,
        findings: Sequence[Finding],
        exchange: Exchange,
        recognition: Recognition,
        body: Body,
        tally: Tally,
    ) -> Sequence[Finding]:
        def subject() -> Subject:
            return _subject(exchange, recognition, body, findings, self.limits)

        if findings:
            tally.add(findings, subject)
        return findings


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
