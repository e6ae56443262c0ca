"""Responses that are alike are judged once: what came of the first is counted for the others.

That holds as soon as enough findings of each of their groups are kept: of later ones only the number counts.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable, Iterable
from typing import Any, TypeAlias

import msgspec
import orjson

from schemagen.contract import Contract
from schemagen.recognition import Candidates
from schemagen.scale.fast.signatures import Signatures, UnsignedError
from schemagen.tally import FIRST, GroupKey, Kept, Tally

_MOST = 50_000  # signatures that are kept
_LARGEST = 16_384  # bytes of a body that is signed
_BRACKETS = 100  # in such a body

# What these say is about more than the signature: the host, the shape of a body, how many there are.
_UNLIKE = ("response/unrecognised", "response/ambiguous", "response/more-findings")

Signature: TypeAlias = Hashable


class Alike:
    """What came of responses, by signature."""

    def __init__(self) -> None:
        self._signatures: dict[int, Signatures] = {}
        self._outcomes: dict[Signature, Tally] = {}
        self._kept: collections.Counter[GroupKey] = collections.Counter()

    def begin(self) -> None:
        """Forgets what was kept: what comes now may stand before it in a report."""
        self._kept.clear()

    def sign(self, found: Candidates, status: int, headers: Hashable, body: msgspec.Raw) -> Signature | None:
        """What a response is alike in with others that have the same; None: it is alike to none."""
        raw = memoryview(body)
        if len(raw) > _LARGEST:
            return None
        text = bytes(raw)
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
            signed = tuple([self._of(contract).sign(status, value) for contract in found.contracts])
        except (UnsignedError, orjson.JSONDecodeError):
            return None
        return found.evidence, tuple(map(id, found.contracts)), status, headers, signed

    def _of(self, contract: Contract) -> Signatures:
        if id(contract) not in self._signatures:
            self._signatures[id(contract)] = Signatures(contract)
        return self._signatures[id(contract)]

    def knows(self, signature: Signature) -> bool:
        """Whether a response needs not be judged itself, as it is like others, of which enough findings are kept."""
        outcome = self._outcomes.get(signature)
        return outcome is not None and all(self._kept[group] >= FIRST for group in outcome.kept)

    def count(self, signatures: Iterable[Signature], tally: Tally) -> None:
        """Counts responses as the first ones with the same signatures were counted."""
        for signature, number in collections.Counter(signatures).items():
            outcome = self._outcomes[signature]
            counters: list[tuple[Any, Any]] = [
                (tally.counts, outcome.counts),
                (tally.matches, outcome.matches),
                (tally.seen, outcome.seen),
                (tally.severities, outcome.severities),
            ]
            for mine, theirs in counters:
                for key, count in theirs.items():
                    mine[key] += count * number
            for group, kept in outcome.kept.items():
                tally.kept.setdefault(group, Kept()).count += kept.count * number

    def learn(self, signature: Signature | None, outcome: Tally) -> None:
        """Takes what came of a response that was judged itself, with nothing else in its tally."""
        for group, kept in outcome.kept.items():
            self._kept[group] += kept.count
        if signature is None or any(group[1] in _UNLIKE for group in outcome.kept):
            return
        if len(self._outcomes) < _MOST:
            counted = {group: Kept(kept.count) for group, kept in outcome.kept.items()}
            self._outcomes[signature] = dataclasses.replace(outcome, kept=counted)
