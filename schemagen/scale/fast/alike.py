"""Responses that are alike are judged once: what came of the first is counted for the others.

That holds as soon as enough findings of each of their groups are kept: of later ones only the number counts.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable
from typing import Any, TypeAlias

from schemagen.bodies import read
from schemagen.bodies.shapes import shape
from schemagen.contract import Contract
from schemagen.coverage import sightings
from schemagen.exchanges import Response
from schemagen.limits import Limits
from schemagen.recognition import Candidates
from schemagen.scale.fast.recent import Recent
from schemagen.scale.fast.signatures import Signatures
from schemagen.scale.fast.spots import UnsignedError
from schemagen.scale.fast.values import UNLIKE, Unread
from schemagen.tally import FIRST, GroupKey, Kept, Sighting, Tally

_MOST = 50_000  # signatures that are kept
_REPEATED = 1500  # bodies that are kept as they are
_LONGEST = 1000  # bytes or characters of one
_TOLD = 1000  # different codes that are kept, of responses that are alike

# What these say is about more than the signature: the host, the shape of a body, how many there are.
_UNLIKE = ("response/unrecognised", "response/ambiguous", "response/more-findings")


_Told: TypeAlias = tuple[object, ...]


@dataclasses.dataclass(slots=True, eq=False)
class Outcome:
    """What came of the first response of those that are alike. `contract` has judged it, if one has.

    `counted` are those that were like it, by what their codes are.
    """

    tally: Tally
    contract: Contract | None
    is_full: bool = False
    counted: dict[_Told, Counted] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Counted:
    """Responses that are alike and show the same, which is `seen`; `number` counts them until they are put into a tally."""

    outcome: Outcome
    seen: frozenset[Sighting]
    number: int = 0


Taken: TypeAlias = tuple[Candidates, int, Hashable, bytes | str]
"""A response as far as it may be like others: whose it may be, its status, its headers that matter, and its body."""

Read: TypeAlias = tuple[Taken, Any]
"""Such a response with the value of its body, `UNLIKE` or `Unread`."""


class Alike:
    """What came of responses, by the keys of their signatures."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._unshown = dataclasses.replace(limits, value_characters=0)
        self._signatures: dict[
            int, tuple[Candidates, Signatures]
        ] = {}  # each lives as long as its id is used
        self._outcomes: dict[Hashable, Outcome] = {}
        self._repeated: Recent[Counted] = Recent(_REPEATED)
        self._kept: collections.Counter[GroupKey] = collections.Counter()
        self._counted: list[Counted] = []

    def begin(self) -> None:
        """Forgets what was kept: what comes now may stand before it in a report."""
        self._kept.clear()
        self._repeated.clear()
        for outcome in self._outcomes.values():
            outcome.is_full = False

    def count_again(self, response: Taken) -> bool:
        """Counts a response whose body is, byte for byte, one that was counted."""
        found, status, headers, body = response
        counted = self._repeated.get((id(found), status, headers, body))
        if counted is None:
            return False
        self._add(counted)
        return True

    def count(self, response: Read) -> bool:
        """Counts a response as the first one that was like it was counted, if enough findings of its are kept; that is held
        back until `settle`. Else it is to be judged itself.
        """
        key, told = self._sign(*response)
        outcome = self._outcomes.get(key)
        if outcome is None or not (outcome.is_full or self._is_full(outcome)):
            return False
        counted = outcome.counted.get(told)
        if counted is None:
            counted = self._see(response, told, outcome)
        self._add(counted)
        found, status, headers, body = response[0]
        if len(body) <= _LONGEST:
            self._repeated.put((id(found), status, headers, body), counted)
        return True

    def _add(self, counted: Counted) -> None:
        if not counted.number:
            self._counted.append(counted)
        counted.number += 1

    def _sign(self, response: Taken, body: Any) -> tuple[Hashable, _Told]:
        """What is found in a response is told by the first; what its codes show, by both. None: it is like no other."""
        found, status, headers, _ = response
        if body is UNLIKE:
            return None, ()
        if type(body) is Unread:
            return self._sign_unread(found, status, headers, body.text), ()
        try:
            signed, told = self._of(found).sign(status, body)
        except UnsignedError:
            return None, ()
        return (id(found), status, headers, *signed), told

    def _sign_unread(self, found: Candidates, status: int, headers: Hashable, text: bytes) -> Hashable:
        """Of bodies that are no JSON, all that are built alike have the same findings."""
        if found.evidence == "body" or not text:
            return None
        body = read(Response(status, (), text, decoded=True), self._unshown)
        return None if body.is_json else (id(found), status, headers, body.problem, shape(body))

    def _of(self, found: Candidates) -> Signatures:
        known = self._signatures.get(id(found))
        if known is None:
            if len(self._signatures) > _MOST:
                self._signatures.clear()
                self._outcomes.clear()
                self._repeated.clear()
            self._signatures[id(found)] = known = found, Signatures(found.contracts)
        return known[1]

    def _is_full(self, outcome: Outcome) -> bool:
        """Whether enough findings of all its groups are kept."""
        outcome.is_full = all(self._kept[group] >= FIRST for group in outcome.tally.kept)
        return outcome.is_full

    def _see(self, response: Read, told: _Told, outcome: Outcome) -> Counted:
        (_, status, _, _), body = response
        contract, value = outcome.contract, None if isinstance(body, Unread) else body
        seen = sightings(contract, status, value, self._limits.value_characters) if contract else ()
        if len(outcome.counted) >= _TOLD:
            outcome.counted.clear()
        outcome.counted[told] = counted = Counted(outcome, frozenset(seen))
        return counted

    def settle(self, tally: Tally) -> None:
        """Puts into `tally` what was counted since the last time, but for the number of exchanges."""
        numbers: collections.Counter[Outcome] = collections.Counter()
        for counted in self._counted:
            numbers[counted.outcome] += counted.number
            for sighting in counted.seen:
                tally.seen[sighting] += counted.number
            counted.number = 0
        self._counted.clear()
        for outcome, number in numbers.items():
            once = outcome.tally
            for name in once.counts.keys() - {"exchanges"}:
                tally.counts[name] += once.counts[name] * number
            for match, count in once.matches.items():
                tally.matches[match] += count * number
            for severity, count in once.severities.items():
                tally.severities[severity] += count * number
            for group, kept in once.kept.items():
                tally.kept.setdefault(group, Kept()).count += kept.count * number

    def learn(self, response: Read | None, outcome: Tally) -> None:
        """Takes what came of a response that was judged itself, with nothing else in its tally."""
        for group, kept in outcome.kept.items():
            self._kept[group] += kept.count
        if response is None or any(group[1] in _UNLIKE for group in outcome.kept):
            return
        key, _ = self._sign(*response)
        if key is not None and len(self._outcomes) < _MOST and key not in self._outcomes:
            counted = {group: Kept(kept.count) for group, kept in outcome.kept.items()}
            judging = {definition for definition, _ in outcome.matches}
            contract = next((each for each in response[0][0].contracts if each.id in judging), None)
            self._outcomes[key] = Outcome(dataclasses.replace(outcome, kept=counted), contract)
