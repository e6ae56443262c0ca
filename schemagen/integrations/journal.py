"""What is said of answers in the log `schemagen`: of each thing the first, so that no log is filled."""

from __future__ import annotations

import logging

from schemagen.exchanges import Exchange
from schemagen.findings import Finding, Severity
from schemagen.live.reactions import describe

_KINDS = 1000  # kinds of findings that are logged

_LOG = logging.getLogger("schemagen")
_LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.NOTE: logging.INFO}


class Journal:
    """Logs findings, each kind once for each status, and troubles of our own, each once."""

    def __init__(self) -> None:
        self._kinds: set[tuple[int, str]] = set()
        self._troubles: set[str] = set()

    def findings(self, exchange: Exchange, findings: tuple[Finding, ...]) -> None:
        """Logs the findings that are of no kind that was logged before."""
        status = exchange.response.status
        new = tuple(item for item in findings if (status, item.fingerprint) not in self._kinds)
        if not new:
            return
        if len(self._kinds) >= _KINDS:
            self.trouble(f"{_KINDS} kinds of findings were logged, and no more are")
            return
        self._kinds.update((status, item.fingerprint) for item in new)
        _LOG.log(_LEVELS[max(item.severity for item in new)], "%s", describe(exchange, new))

    def trouble(self, text: str, *, has_trace: bool = False) -> None:
        """Logs a trouble."""
        if text not in self._troubles:
            self._troubles.add(text)
            _LOG.warning("%s (logged once; counts() and report() tell the rest)", text, exc_info=has_trace)
