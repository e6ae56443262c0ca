"""The answers of one's own application, checked after they were sent: which ones, by what, and what is said of them.

`asgi` and `wsgi` tell what is sent. Nothing in here changes an answer, delays it by more than a copy of an error's body,
or raises anything into the application.
"""

from __future__ import annotations

import collections
import dataclasses
import functools
import itertools
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schemagen.api.arguments import DEFINITION, check_kind, filters_of
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.integrations.arguments import check_share, without_hosts
from schemagen.integrations.background import Background
from schemagen.integrations.journal import Journal
from schemagen.integrations.sent import Answer
from schemagen.limits import Limits
from schemagen.live.checker import Checker
from schemagen.live.reactions import Callback
from schemagen.recognition import may_be_error
from schemagen.report import Report

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract

LIMITS = Limits(body_bytes=256 * 1024)
"""What is looked at of an answer: a larger body is not checked, and counted."""

_WAITING = 10_000  # answers that wait to be checked
_HELD = 32 * 1024 * 1024  # bytes of their bodies

_TOLD = {
    "too_many": "too many wait already",
    "too_large": "its body is larger than `limits.body_bytes`",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Counts:
    """What passed: all `answers`; `candidates`, those that by their status may be errors; of them those that `only` and
    `exclude` have `filtered` out, and those that the sample has `chosen`. Each of these is `checked` in the end, or it is
    left out: `too_many` waited, its body was `too_large`, it was `unfinished` (the application failed, or the client went
    away) or `unseen` (a file that the server sends by itself), or the check itself `failed`. Of those checked, `untold` are
    those with findings which `on_finding` has raised at.
    """

    answers: int = 0
    candidates: int = 0
    filtered: int = 0
    chosen: int = 0
    checked: int = 0
    too_many: int = 0
    too_large: int = 0
    unfinished: int = 0
    unseen: int = 0
    failed: int = 0
    untold: int = 0

    @property
    def not_chosen(self) -> int:
        """How many might be errors and are not in the sample."""
        return self.candidates - self.filtered - self.chosen

    @property
    def left_out(self) -> int:
        """How many were chosen and cannot be checked."""
        return self.too_many + self.too_large + self.unfinished + self.unseen + self.failed


def _harmless(method: Callable[..., Any]) -> Callable[..., None]:
    """What goes wrong in `method` is logged, and does not reach the application; the answer has failed to be checked."""

    @functools.wraps(method)
    def guarded(self: Answers, answer: Answer, *given: Any) -> None:
        try:
            method(self, answer, *given)
        except Exception:  # noqa: BLE001 - a mistake in here must never fail a request
            answer.fail()
            self._journal.trouble("an answer could not be looked at", has_trace=True)

    return guarded


class Answers:
    """Checks the answers of an application by `definition`, an id or a file (an id also of a definition in `folder`).

    `sample` is the share of errors that is checked, 1 being all. `only` and `exclude` are terms such as `path=/v2/*` or
    `status=404`, as `schemagen.validate` takes them. `on_finding` is called, in another thread, with the exchange and its
    findings; without it, each kind of finding is logged once for each status to the logger `schemagen`. `limits.body_bytes`
    is the largest body that is looked at.

    Raises:
        DefinitionError: the definition has mistakes.
        SchemagenError: there is no such definition, it cannot be read, or a term is none.
        TypeError: `app` is no application of this kind, `on_finding` is no function, or another argument is of another kind.
        ValueError: `sample` is not between 0 and 1, or a term is about hosts.
    """

    def __init__(
        self,
        definition: Name | Contract,
        *,
        folder: Name | None = None,
        sample: float = 1.0,
        only: str | Sequence[str] = (),
        exclude: str | Sequence[str] = (),
        on_finding: Callback | None = None,
        limits: Limits = LIMITS,
    ) -> None:
        check_kind("definition", definition, DEFINITION)
        check_share(sample)
        if on_finding is not None and not callable(on_finding):
            raise TypeError(f"on_finding: {on_finding!r} is no function")
        self._filters = without_hosts(filters_of(only, exclude))
        self._make = functools.partial(Checker, definition, folder=folder, limits=limits)
        self._sample = sample
        self._on_finding = on_finding
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
        if not answer.is_candidate:
            return
        answer.is_filtered = not self._admits(status, request)
        if not answer.is_filtered and (self._sample == 1 or random.random() < self._sample):  # noqa: S311 - no secret
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
        try:
            if answer.is_chosen and not answer.lacks and not self._background.put(answer, answer.size):
                answer.lacks = "too_many"
        finally:
            for name in answer.counts():
                self._count(name)
        if answer.is_chosen and answer.lacks in _TOLD:
            self._journal.trouble(f"an answer is not checked: {_TOLD[answer.lacks]}")

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

    def _admits(self, status: int, request: Callable[[], Request]) -> bool:
        """Whether `only` and `exclude` mean an answer of this status to this request."""
        if self._filters.are_none:
            return True
        return self._filters.admits(Exchange(Origin("answers"), Response(status), request()))

    def _begin(self) -> None:
        self._lock = threading.RLock()
        self._counted: collections.Counter[str] = collections.Counter()
        self._journal = Journal()
        self._numbers = itertools.count(1)
        self._checker: Checker | None = None

    def _made(self) -> Checker:
        with self._lock:
            self._checker = self._checker or self._make()
            return self._checker

    def _count(self, name: str) -> None:
        with self._lock:
            self._counted[name] += 1

    def _check(self, answer: Answer) -> None:
        """Judges one answer, in the thread that does."""
        try:
            exchange = answer.exchange(next(self._numbers))
            findings = self._made().check(exchange)
        except Exception:  # noqa: BLE001 - whatever it is, the next answer is checked
            self._count("failed")
            self._journal.trouble("an answer could not be checked", has_trace=True)
            return
        self._count("checked")
        try:
            if findings:
                (self._on_finding or self._journal.findings)(exchange, findings)
        except Exception:  # noqa: BLE001 - the user's own function
            self._count("untold")
            self._journal.trouble("on_finding failed", has_trace=True)
