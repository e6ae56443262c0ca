"""Responses numbered, checked and reacted to: what every hook in a client, a test or a server does with each of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from schemagen.exchanges import Exchange, Origin
from schemagen.findings import FailOn, Finding
from schemagen.live.checker import Checker
from schemagen.live.reactions import OnFinding, check_word, checked_severity, react
from schemagen.live.responses import exchange_of


class Watch:
    """Checks what it sees by `checker`, and does what `on_finding` says with findings at or above `fail_on`.

    Responses are entries of `source`, counted from 1.

    Raises:
        ValueError: `on_finding` is no word that is known, or `fail_on` no severity.
    """

    def __init__(
        self, checker: Checker, on_finding: OnFinding = "raise", *, fail_on: FailOn = "error", source: str
    ) -> None:
        check_word(on_finding)
        self.checker = checker
        self.on_finding = on_finding
        self.fail_on = checked_severity(fail_on)
        self.source = source
        self._entries = itertools.count(1)

    def see(
        self,
        response: object,
        *,
        body: bytes | None = None,
        decoded: bool = False,
        method: str = "",
        url: str = "",
    ) -> Sequence[Finding]:
        """Checks one response and reacts; the arguments are those of `exchange_of`. Gives all that was found.

        Raises:
            MismatchError: so says `on_finding`.
            TypeError: it is no response.
        """
        origin = Origin(self.source, next(self._entries))
        exchange = exchange_of(response, origin=origin, body=body, decoded=decoded, method=method, url=url)
        return self.take(exchange)

    def take(self, exchange: Exchange) -> Sequence[Finding]:
        """The same for an exchange."""
        findings = self.checker.check(exchange)
        react(self.on_finding, exchange, findings, fail_on=self.fail_on)
        return findings
