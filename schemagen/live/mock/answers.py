"""What a mock answers: the sample that is wanted, the next one in turn, or why there is none."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator

import orjson

from schemagen.api import samples
from schemagen.contract import Contract
from schemagen.errors import SampleError
from schemagen.live.mock.preferences import PreferenceError, Preferences, preferences_of

_PROBLEM = "application/problem+json"
_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><center><h1>502 Bad Gateway</h1></center></body></html>\n"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A response, after how many seconds, and how its connection fails (`reset`, `cut-off`; empty: it does not)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay: float = 0.0
    fault: str = ""


class Answers:
    """The answers of one contract. The same wish has the same answer; requests without one get samples in turn."""

    def __init__(self, contract: Contract, *, seed: int = 0, delay: float = 0.0) -> None:
        self._contract = contract
        self._seed = seed
        self._delay = delay
        self._lock = threading.Lock()
        self._turns: dict[str, Iterator[tuple[Contract, samples.Sample]]] = {}

    def to(self, target: str, prefer: list[str]) -> Answer:
        """The answer to a request with this target and these headers `Prefer`; 501 if it wants what cannot be."""
        try:
            wanted = preferences_of(target, prefer)
            return self._answer(wanted)
        except (PreferenceError, SampleError) as problem:
            return _refusal(str(problem))

    def _answer(self, wanted: Preferences) -> Answer:
        delay = self._delay if wanted.delay is None else wanted.delay
        applied = (("Preference-Applied", ", ".join(wanted.applied)),) if wanted.applied else ()
        if wanted.fault == "page":
            return Answer(502, (("Content-Type", "text/html"), *applied), _PAGE, delay)
        sample = self._sample(wanted)
        body = orjson.dumps(sample.body) if sample.has_body else b""
        return Answer(sample.status, (*sample.headers, *applied), body, delay, wanted.fault)

    def _sample(self, wanted: Preferences) -> samples.Sample:
        """The sample that is wanted.

        Raises:
            SampleError: there is none.
        """
        if wanted.says_which:
            seed = self._seed if wanted.seed is None else wanted.seed
            made = samples.make(
                self._contract, status=wanted.status, code=wanted.code, seed=seed, shows=wanted.shows
            )
            return next(made)[1]
        with self._lock:
            if wanted.shows not in self._turns:
                self._turns[wanted.shows] = samples.make(self._contract, seed=self._seed, shows=wanted.shows)
            try:
                return next(self._turns[wanted.shows])[1]
            except SampleError:
                del self._turns[wanted.shows]  # it has ended; the next request begins another
                raise


def _refusal(why: str) -> Answer:
    body = {
        "type": "about:blank",
        "title": "Not Implemented",
        "status": 501,
        "detail": f"schemagen mock: {why}",
    }
    return Answer(501, (("Content-Type", _PROBLEM),), orjson.dumps(body))
