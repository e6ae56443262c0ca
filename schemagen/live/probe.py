"""Sends requests one after the other, at a measured pace, and has what comes back checked.

Knows how often and how long to try; how one request is sent is the business of `sending`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import email.utils
import itertools
import time
import urllib.parse
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from schemagen.errors import InputError
from schemagen.exchanges import Exchange, Origin, Request, host_of
from schemagen.findings import Finding, Place, finding
from schemagen.live.calls import Call, checked
from schemagen.live.checker import Checker
from schemagen.live.sending import Answer, Sender
from schemagen.redaction import redact_url

if TYPE_CHECKING:
    import aiohttp

    from schemagen.filters import Filters
    from schemagen.report import Report
    from schemagen.saving import Recorder

LONGEST_WAIT = 60.0  # seconds that a server may ask for before the next try
_REDIRECTS = 10
_MOVED = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_HARMLESS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE")  # RFC 9110, section 9.2.2: idempotent
_LASTING = ("live/insecure", "live/not-http")  # the next try ends alike


@dataclasses.dataclass(frozen=True, slots=True)
class Manners:
    """How a probe behaves: requests in a second, how often it tries again, whether it follows redirects on one host, and
    which statuses are `expected`, as filters (`words` of the user).
    """

    rate: float = 5.0
    retries: int = 0
    follow: bool = False
    expected: Filters | None = None
    words: tuple[str, ...] = ()


class Probe:
    """Requests sent by `sender` and checked by `checker`; what is seen goes to `recorder`, too.

    `unanswered` is how many requests got no response in the end.
    """

    def __init__(
        self,
        checker: Checker,
        sender: Sender,
        manners: Manners,
        *,
        source: str = "probe",
        recorders: Sequence[Recorder] = (),
    ) -> None:
        self.unanswered = 0
        self._checker = checker
        self._sender = sender
        self._manners = manners
        self._source = source
        self._recorders = recorders
        self._entries = itertools.count(1)
        self._next = 0.0

    def report(self, *, complete: bool = True) -> Report:
        """What was found up to now."""
        return self._checker.report(complete=complete)

    async def run(self, calls: Iterable[Call]) -> None:
        """Sends all of `calls`.

        Raises:
            OutputError: what is seen cannot be recorded.
        """
        async with self._sender.session() as session:
            for call in calls:
                await self._ask(session, call)

    async def _ask(self, session: aiohttp.ClientSession, call: Call) -> None:
        """Sends a call, again where that is worth it, and to where it redirects."""
        tries, redirects = 0, 0
        while True:
            origin = Origin(self._source, next(self._entries), line=call.line)
            await self._pace()
            answer = await self._sender.send(session, call, origin)
            delay = self._delay(call, answer, tries)
            if delay is not None:
                self._take(call, answer, is_last=False)
                tries += 1
                await asyncio.sleep(delay)
                continue
            further = self._redirected(call, answer, redirects)
            is_last = not isinstance(further, Call)
            self._take(call, answer, [further] if isinstance(further, Finding) else [], is_last=is_last)
            if not isinstance(further, Call):
                return
            call, tries, redirects = further, 0, redirects + 1

    async def _pace(self) -> None:
        """Waits until the next request may go."""
        now = time.monotonic()
        if self._next > now:
            await asyncio.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._manners.rate

    def _take(
        self,
        call: Call,
        answer: Answer,
        remarks: Sequence[Finding] = (),
        *,
        is_last: bool,
    ) -> None:
        """Has an answer checked and recorded. A request without a response counts when it is not sent again."""
        beside = [*remarks, *([answer.trouble] if answer.trouble else [])]
        if answer.exchange is not None:
            if is_last:
                beside += self._surprises(answer.exchange)
            self._checker.check(answer.exchange, beside)
            for recorder in self._recorders:
                recorder.add(answer.exchange)
        elif is_last and answer.trouble is not None:
            self.unanswered += 1
            self._checker.miss(answer.trouble, Request(call.method, call.url))

    def _surprises(self, exchange: Exchange) -> Iterable[Finding]:
        expected = self._manners.expected
        if expected is not None and not expected.admits(exchange):
            got = exchange.response.status
            yield finding(
                "live/unexpected-status", _place(exchange.origin), got=got, want=self._manners.words
            )

    def _delay(self, call: Call, answer: Answer, tries: int) -> float | None:
        """How many seconds to wait before the call is sent again; None if it is not."""
        if tries >= self._manners.retries:
            return None
        doubled = min(2.0**tries, LONGEST_WAIT)
        if answer.exchange is None:
            is_lasting = answer.trouble is not None and answer.trouble.rule.code in _LASTING
            return doubled if call.method in _HARMLESS and not is_lasting else None
        if answer.exchange.response.status not in _BUSY:
            return None
        asked = answer.exchange.response.header("retry-after")
        delay = doubled if asked is None else seconds_of(asked, dt.datetime.now(dt.UTC))
        return delay if delay is not None and delay <= LONGEST_WAIT else None

    def _redirected(self, call: Call, answer: Answer, redirects: int) -> Call | Finding | None:
        """Where an answer sends the call; a finding if it is not to go there."""
        if answer.exchange is None or answer.exchange.response.status not in _MOVED:
            return None
        exchange = answer.exchange
        location = exchange.response.header("location")
        if location is None:
            return None
        try:
            target = urllib.parse.urljoin(call.url, location).partition("#")[0]
            further = checked(dataclasses.replace(_moved(call, exchange.response.status), url=target))
        except (ValueError, InputError):
            why, target = "that is no place to go to", location
        else:
            if not self._manners.follow:
                why = "--follow goes there" if _is_near(call.url, target) else "it is another host"
            elif not _is_near(call.url, target):
                why = "it is another host"
            elif redirects >= _REDIRECTS:
                why = f"{_REDIRECTS} redirects are enough"
            else:
                return further
        place = _place(exchange.origin)
        return finding("live/redirect", place, to=redact_url(target)[:200], why=why)


def seconds_of(retry_after: str, now: dt.datetime) -> float | None:
    """How many seconds `Retry-After` asks for, by a number or a date (RFC 9110, section 10.2.3); None if it says nothing."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return max(0.0, (date - now).total_seconds())


def _moved(call: Call, status: int) -> Call:
    """The call for another place: 303, and for POST 301 and 302, ask for it by GET (RFC 9110, section 15.4)."""
    if call.method == "HEAD" or not (status == 303 or (status in (301, 302) and call.method == "POST")):
        return call
    headers = tuple(header for header in call.headers if header[0].lower() != "content-type")
    return dataclasses.replace(call, method="GET", headers=headers, body=None)


def _is_near(url: str, target: str) -> bool:
    """Whether `target` is on the same host and port, or the same host by HTTPS."""
    one, other = urllib.parse.urlsplit(url), urllib.parse.urlsplit(target)
    if host_of(url) == host_of(target) and one.scheme == other.scheme:
        return True
    is_plain = one.scheme == "http" and one.port in (None, 80)
    return (
        is_plain and other.scheme == "https" and other.port in (None, 443) and one.hostname == other.hostname
    )


def _place(origin: Origin) -> Place:
    return Place(origin.source, entry=origin.entry, line=origin.line)
