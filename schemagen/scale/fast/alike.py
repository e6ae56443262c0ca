"""Responses that are alike are judged once: what came of the first is counted for the others.

That holds as soon as enough findings of each of their groups are kept: of later ones only the number counts.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable, Sequence
from typing import Any

import msgspec
import orjson

from schemagen.contract import Contract
from schemagen.coverage import sightings
from schemagen.limits import Limits
from schemagen.recognition import Candidates
from schemagen.scale.fast.signatures import Signatures, UnsignedError
from schemagen.tally import FIRST, GroupKey, Kept, Sighting, Tally

_MOST = 50_000  # signatures that are kept
_LARGEST = 16_384  # bytes of a body that is signed
_BRACKETS = 100  # in such a body

# What these say is about more than the signature: the host, the shape of a body, how many there are.
_UNLIKE = ("response/unrecognised", "response/ambiguous", "response/more-findings")


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
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
        self._signatures: dict[int, Signatures] = {}
        self._outcomes: dict[Hashable, Tally] = {}
        self._seen: dict[Hashable, Sequence[Sighting]] = {}
        self._kept: collections.Counter[GroupKey] = collections.Counter()

    def begin(self) -> None:
        """Forgets what was kept: what comes now may stand before it in a report."""
        self._kept.clear()

    def sign(self, found: Candidates, status: int, headers: Hashable, body: msgspec.Raw) -> Signed | None:
        """A response with its signature; None where it is alike to none."""
        raw = memoryview(body)
        if len(raw) > _LARGEST:
            return None
        text = bytes(raw)
        told: list[object] = []
        try:
            if text[:1] == b'"':
                text = orjson.loads(text).encode()
            elif text == b"null":  # there was none
                return None
            if text.count(b"[") + text.count(b"{") > _BRACKETS:
                return None
            value = orjson.loads(text)
            if isinstance(value, dict) and value.keys() == {"$base64"}:
                return None
            signed = tuple([self._of(contract).sign(status, value, told) for contract in found.contracts])
        except (UnsignedError, orjson.JSONDecodeError):
            return None
        key = found.evidence, tuple(map(id, found.contracts)), status, headers, signed
        return Signed(key, tuple(told), found.contracts, status, value)

    def _of(self, contract: Contract) -> Signatures:
        if id(contract) not in self._signatures:
            self._signatures[id(contract)] = Signatures(contract)
        return self._signatures[id(contract)]

    def knows(self, signed: Signed) -> bool:
        """Whether a response needs not be judged itself, as it is like others, of which enough findings are kept."""
        outcome = self._outcomes.get(signed.key)
        return outcome is not None and all(self._kept[group] >= FIRST for group in outcome.kept)

    def count(self, responses: Sequence[Signed], tally: Tally) -> None:
        """Counts responses as the first ones that were like them were counted."""
        for key, number in collections.Counter(signed.key for signed in responses).items():
            outcome = self._outcomes[key]
            for name, count in outcome.counts.items():
                tally.counts[name] += count * number
            for match, count in outcome.matches.items():
                tally.matches[match] += count * number
            for severity, count in outcome.severities.items():
                tally.severities[severity] += count * number
            for group, kept in outcome.kept.items():
                tally.kept.setdefault(group, Kept()).count += kept.count * number
        for signed in responses:
            tally.seen.update(self._sightings(signed))

    def _sightings(self, signed: Signed) -> Sequence[Sighting]:
        """What a response shows of the contract that it was judged by."""
        key = signed.key, signed.told
        seen = self._seen.get(key)
        if seen is None:
            judging = {definition for definition, _ in self._outcomes[signed.key].matches}
            contract = next((each for each in signed.contracts if each.id in judging), None)
            characters = self._limits.value_characters
            seen = tuple(sightings(contract, signed.status, signed.value, characters)) if contract else ()
            if len(self._seen) < _MOST:
                self._seen[key] = seen
        return seen

    def learn(self, signed: Signed | None, outcome: Tally) -> None:
        """Takes what came of a response that was judged itself, with nothing else in its tally."""
        for group, kept in outcome.kept.items():
            self._kept[group] += kept.count
        if signed is None or any(group[1] in _UNLIKE for group in outcome.kept):
            return
        if len(self._outcomes) < _MOST:
            counted = {group: Kept(kept.count) for group, kept in outcome.kept.items()}
            self._outcomes[signed.key] = dataclasses.replace(outcome, kept=counted)
