"""Responses that are alike are judged once: what came of the first is counted for the others.

That holds as soon as enough findings of each of their groups are kept: of later ones only the number counts.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable
from typing import Any, NamedTuple

import msgspec
import orjson

from schemagen.bodies import read
from schemagen.bodies.shapes import shape
from schemagen.contract import Contract
from schemagen.coverage import sightings
from schemagen.exchanges import Response
from schemagen.limits import Limits
from schemagen.recognition import Candidates
from schemagen.scale.fast.signatures import Signatures
from schemagen.scale.fast.spots import UnsignedError
from schemagen.tally import FIRST, GroupKey, Kept, Sighting, Tally

_MOST = 50_000  # signatures that are kept
_TOLD = 1000  # different codes that are kept, of responses that are alike
_LARGEST = 16_384  # bytes of a body that is signed
_BRACKETS = 100  # in such a body

# What these say is about more than the signature: the host, the shape of a body, how many there are.
_UNLIKE = ("response/unrecognised", "response/ambiguous", "response/more-findings")


@dataclasses.dataclass(slots=True)
class Outcome:
    """What came of the first response of those that are alike. `contract` has judged it, if one has.

    `seen` is what such responses show, by what their codes are; `number` counts them until they are put into a tally.
    """

    tally: Tally
    contract: Contract | None
    is_full: bool = False
    number: int = 0
    seen: dict[tuple[object, ...], frozenset[Sighting]] = dataclasses.field(default_factory=dict)


class Signed(NamedTuple):  # one for each response: quicker than a dataclass
    """A response with what it is alike in with others: `key` says what is found in it, `told` what its codes show."""

    key: Hashable
    told: tuple[object, ...]
    contracts: tuple[Contract, ...]
    status: int
    value: Any


class Alike:
    """What came of responses, by the keys of their signatures."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._signatures: dict[
            int, tuple[Candidates, Signatures]
        ] = {}  # each lives as long as its id is used
        self._outcomes: dict[Hashable, Outcome] = {}
        self._kept: collections.Counter[GroupKey] = collections.Counter()
        self._counted: list[Outcome] = []
        self._seen: collections.Counter[frozenset[Sighting]] = collections.Counter()

    def begin(self) -> None:
        """Forgets what was kept: what comes now may stand before it in a report."""
        self._kept.clear()
        for outcome in self._outcomes.values():
            outcome.is_full = False

    def sign(
        self, found: Candidates, status: int, headers: Hashable, body: msgspec.Raw | str
    ) -> Signed | None:
        """A response with its signature; None where it is alike to none."""
        is_text = isinstance(body, str)
        text = body.encode() if isinstance(body, str) else bytes(memoryview(body))
        try:
            if text[:1] == b'"' and not is_text:
                text, is_text = orjson.loads(text).encode(), True
            elif text == b"null" and not is_text:  # there was none
                return None
            if len(text) > _LARGEST or text.count(b"[") + text.count(b"{") > _BRACKETS:
                return None
            value = orjson.loads(text)
            if isinstance(value, dict) and value.keys() == {"$base64"} and not is_text:
                return None
            signed, told = self._of(found).sign(status, value)
        except orjson.JSONDecodeError:
            return self._sign_unread(found, status, headers, text) if is_text else None
        except UnsignedError:
            return None
        return Signed((id(found), status, headers, signed), told, found.contracts, status, value)

    def _sign_unread(self, found: Candidates, status: int, headers: Hashable, text: bytes) -> Signed | None:
        """A response whose body is no JSON: all that are built alike have the same findings."""
        if found.evidence == "body" or not text:
            return None
        body = read(Response(status, (), text, decoded=True), self._limits)
        if body.is_json:
            return None
        key = id(found), status, headers, (body.problem, shape(body))
        return Signed(key, (), found.contracts, status, None)

    def _of(self, found: Candidates) -> Signatures:
        if id(found) not in self._signatures:
            if len(self._signatures) > _MOST:
                self._signatures.clear()
                self._outcomes.clear()
            self._signatures[id(found)] = found, Signatures(found.contracts)
        return self._signatures[id(found)][1]

    def find(self, signed: Signed) -> Outcome | None:
        """What came of a response like this one, if it needs not be judged itself: enough findings of its are kept."""
        outcome = self._outcomes.get(signed.key)
        if outcome is not None and not outcome.is_full:
            outcome.is_full = all(self._kept[group] >= FIRST for group in outcome.tally.kept)
        return outcome if outcome is not None and outcome.is_full else None

    def count(self, signed: Signed, outcome: Outcome) -> None:
        """Counts a response as the first one that was like it was counted; that is held back until `settle`."""
        if not outcome.number:
            self._counted.append(outcome)
        outcome.number += 1
        seen = outcome.seen.get(signed.told)
        if seen is None:
            contract, characters = outcome.contract, self._limits.value_characters
            seen = frozenset(sightings(contract, signed.status, signed.value, characters) if contract else ())
            if len(outcome.seen) < _TOLD:
                outcome.seen[signed.told] = seen
        self._seen[seen] += 1

    def settle(self, tally: Tally) -> None:
        """Puts into `tally` what was counted since the last time, but for the number of exchanges."""
        for outcome in self._counted:
            number, outcome.number = outcome.number, 0
            for name in outcome.tally.counts.keys() - {"exchanges"}:
                tally.counts[name] += outcome.tally.counts[name] * number
            for match, count in outcome.tally.matches.items():
                tally.matches[match] += count * number
            for severity, count in outcome.tally.severities.items():
                tally.severities[severity] += count * number
            for group, kept in outcome.tally.kept.items():
                tally.kept.setdefault(group, Kept()).count += kept.count * number
        for seen, number in self._seen.items():
            for sighting in seen:
                tally.seen[sighting] += number
        self._counted.clear()
        self._seen.clear()

    def learn(self, signed: Signed | None, outcome: Tally) -> None:
        """Takes what came of a response that was judged itself, with nothing else in its tally."""
        for group, kept in outcome.kept.items():
            self._kept[group] += kept.count
        if signed is None or any(group[1] in _UNLIKE for group in outcome.kept):
            return
        if len(self._outcomes) < _MOST and signed.key not in self._outcomes:
            counted = {group: Kept(kept.count) for group, kept in outcome.kept.items()}
            judging = {definition for definition, _ in outcome.matches}
            contract = next((each for each in signed.contracts if each.id in judging), None)
            self._outcomes[signed.key] = Outcome(dataclasses.replace(outcome, kept=counted), contract)
