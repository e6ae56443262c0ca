"""The answers of one's own application, checked after they were sent: which ones, by what, and what is said of them.

`asgi` and `wsgi` tell what is sent. Nothing in here changes an answer, delays it by more than a copy of an error's body,
or raises anything into the application.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import itertools
import logging
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.filters import parse
from schemagen.findings import Finding, Severity
from schemagen.integrations.background import Background
from schemagen.limits import Limits
from schemagen.live.checker import Checker
from schemagen.live.reactions import Callback, describe
from schemagen.recognition import may_be_error
from schemagen.report import Report

LIMITS = Limits(body_bytes=256 * 1024)
"""What is looked at of an answer: a larger body is not checked, and counted."""

_WAITING = 10_000  # answers that wait to be checked
_HELD = 32 * 1024 * 1024  # bytes of their bodies
_KINDS = 1000  # kinds of findings that are logged

_LOG = logging.getLogger("schemagen")
_LEVELS = {Severity.ERROR: logging.ERROR, Severity.WARNING: logging.WARNING, Severity.NOTE: logging.INFO}


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What passed: all `answers`; `candidates`, those that by their status may be errors; `chosen`, those of them that the
    sample took. Each of these is `checked` in the end, or it is left out: `too_many` waited, its body was `too_large`, it
    was `unfinished` (the application failed, or the client went away) or `unseen` (a file that the server sends by
    itself), or the check itself `failed`.
    """

    answers: int = 0
    candidates: int = 0
    chosen: int = 0
    checked: int = 0
    too_many: int = 0
    too_large: int = 0
    unfinished: int = 0
    unseen: int = 0
    failed: int = 0

    @property
    def left_out(self) -> int:
        """How many were chosen and cannot be checked."""
        return self.too_many + self.too_large + self.unfinished + self.unseen + self.failed


class Answer:
    """One answer while it is sent. `lacks` is the count that it goes to if it ends now; empty, it can be checked."""

    __slots__ = (
        "body",
        "headers",
        "is_candidate",
        "is_chosen",
        "is_ended",
        "is_started",
        "lacks",
        "length",
        "request",
        "size",
        "status",
    )

    def __init__(self) -> None:
        self.is_ended = False
        self.is_started = self.is_candidate = self.is_chosen = False
        self.lacks = "unfinished"

    def begin(self, *, is_candidate: bool) -> None:
        """Forgets what came before: an application may begin again as long as nothing is sent."""
        self.is_started = True
        self.is_candidate = is_candidate
        self.is_chosen = False
        self.body: list[bytes] = []
        self.size = 0
        self.lacks = "unfinished"

    def choose(self, status: int, headers: Iterable[tuple[str, str]], request: Request) -> None:
        """Takes the head; what is sent from now on is kept."""
        self.status = status
        self.headers = tuple((name.lower(), value) for name, value in headers)
        self.length = next((value.strip() for name, value in self.headers if name == "content-length"), "")
        self.request = request
        self.is_chosen = True
        self.finish(is_whole=request.method == "HEAD" or status in (204, 304))

    def add(self, part: bytes, most: int) -> None:
        """Takes a part of the body, as long as all is not larger than `most`; with all that was announced it is whole."""
        self.size += len(part)
        if self.size > most:
            self.body.clear()
            self.lacks = "too_large"
        else:
            self.body.append(bytes(part))
            self.finish(is_whole=str(self.size) == self.length)

    def finish(self, *, is_whole: bool) -> None:
        """Nothing lacks any more if it `is_whole`, but what was too large."""
        if is_whole and self.lacks == "unfinished":
            self.lacks = ""

    def exchange(self, entry: int) -> Exchange:
        """The answer as the exchange of that number."""
        body = None if self.request.method == "HEAD" else b"".join(self.body)
        return Exchange(Origin("answers", entry), Response(self.status, self.headers, body), self.request)


def _harmless(method: Callable[..., Any]) -> Callable[..., None]:
    """What goes wrong in `method` is logged, and does not reach the application."""

    @functools.wraps(method)
    def guarded(self: Answers, *given: Any, **named: Any) -> None:
        try:
            method(self, *given, **named)
        except Exception:  # noqa: BLE001 - a mistake in here must never fail a request
            self._warn("an answer could not be looked at", has_trace=True)

    return guarded


class Answers:
    """Checks the answers of an application by `definition`, an id or a file (an id also of a definition in `folder`).

    `sample` is the share of errors that is checked, 1 being all. `only` and `exclude` are terms such as `path=/v2/*`, as
    `schemagen.validate` takes them. `on_finding` is called, in another thread, with the exchange and its findings; without
    it, each kind of finding is logged once to the logger `schemagen`. `limits.body_bytes` is the largest body that is
    looked at.

    Raises:
        DefinitionError: the definition has mistakes.
        SchemagenError: there is no such definition, it cannot be read, or a term is none.
        ValueError: `sample` is not between 0 and 1.
    """

    def __init__(
        self,
        definition: str,
        *,
        folder: str | None = None,
        sample: float = 1.0,
        only: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        on_finding: Callback | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        if not 0 <= sample <= 1:
            raise ValueError(f"sample: {sample} is not between 0 and 1")
        filters = parse(only, exclude)
        self._make = functools.partial(Checker, definition, folder=folder, filters=filters, limits=limits)
        self._sample = sample
        self._on_finding = on_finding or self._log
        self._limits = limits
        self._background = Background(self._check, most=_WAITING, octets=_HELD, begin=self._begin)
        (self._contract,) = self._made().contracts

    @_harmless
    def start(
        self,
        answer: Answer,
        line: int | str,
        headers: Iterable[tuple[str, str]],
        request: Callable[[], Request],
    ) -> None:
        """The head of an answer is sent, with the status `404` or `404 Not Found`; the rest is to be told if then
        `answer.is_chosen`.
        """
        status = int(str(line)[:3])
        answer.begin(is_candidate=may_be_error(self._contract, status))
        if answer.is_candidate and (self._sample == 1 or random.random() < self._sample):  # noqa: S311 - no secret
            answer.choose(status, headers, request())

    @_harmless
    def add(self, answer: Answer, part: bytes) -> None:
        """A part of the body is sent."""
        answer.add(part, self._limits.body_bytes)

    @_harmless
    def end(self, answer: Answer) -> None:
        """Nothing more is sent; what is told of the answer from now on is not heard."""
        if answer.is_ended:
            return
        answer.is_ended = True
        if answer.is_chosen and not answer.lacks and not self._background.put(answer, answer.size):
            answer.lacks = "too_many"
        self._count("answers")
        if answer.is_candidate:
            self._count("candidates")
        if answer.is_chosen:
            self._count("chosen")
            if answer.lacks:
                self._count(answer.lacks)

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until all that was sent is checked, at most so many seconds; whether it is."""
        return self._background.finish(timeout)

    def counts(self) -> Counts:
        """What has passed up to now, in this process."""
        with self._lock:
            return Counts(**self._counted)

    def report(self) -> Report:
        """What was found up to now, in this process; `schemagen.reporters.render` makes a text of it."""
        return self._made().report(complete=self._background.finish(0))

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._counted: collections.Counter[str] = collections.Counter()
        self._warned: set[str] = set()
        self._logged: set[str] = set()
        self._numbers = itertools.count(1)
        self._checker: Checker | None = None

    def _made(self) -> Checker:
        with self._lock:
            self._checker = self._checker or self._make()
            return self._checker

    def _count(self, name: str) -> None:
        with self._lock:
            self._counted[name] += 1
        if name in ("too_many", "too_large"):
            self._warn(f"an answer is not checked: {name.replace('_', ' ')}")

    def _check(self, answer: Answer) -> None:
        """Judges one answer, in the thread that does."""
        try:
            exchange = answer.exchange(next(self._numbers))
            findings = self._made().check(exchange)
        except Exception:  # noqa: BLE001 - whatever it is, the next answer is checked
            self._count("failed")
            self._warn("an answer could not be checked", has_trace=True)
            return
        self._count("checked")
        try:
            if findings:
                self._on_finding(exchange, findings)
        except Exception:  # noqa: BLE001 - the user's own function
            self._warn("on_finding failed", has_trace=True)

    def _log(self, exchange: Exchange, findings: tuple[Finding, ...]) -> None:
        """Logs the findings that are of no kind that was logged before."""
        new = tuple(item for item in findings if item.fingerprint not in self._logged)
        if new and len(self._logged) < _KINDS:
            self._logged.update(item.fingerprint for item in new)
            _LOG.log(_LEVELS[max(item.severity for item in new)], "%s", describe(exchange, new))

    def _warn(self, text: str, *, has_trace: bool = False) -> None:
        """Logs a trouble of our own, each once."""
        if text not in self._warned:
            self._warned.add(text)
            _LOG.warning("%s; this is logged once, counts() tells how many", text, exc_info=has_trace)
