"""What is to be done with responses of one route and status: be counted, be judged, or be left to the usual way."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeAlias

import msgspec

from schemagen.checking import applied
from schemagen.contract import Contract
from schemagen.limits import Limits
from schemagen.recognition import Candidates
from schemagen.scale.fast.batches import decode_each
from schemagen.scale.fast.groups import Group
from schemagen.scale.fast.judges import Judge
from schemagen.scale.fast.schemas import Shapes
from schemagen.scale.fast.shapes import Object, UntypableError, any_json
from schemagen.tally import Tally

_decode_any = msgspec.json.Decoder(any_json(8)).decode


class Skip:
    """Responses that are counted and not judged: successes, other hosts, what filters leave out."""

    def __init__(self, *counted: str) -> None:
        self._counted = ("exchanges", *counted)

    def count(self, group: Group, tally: Tally) -> Collection[int]:
        """Counts what is proven; gives the positions of the others."""
        bad: set[int] = set()
        if group.bodies is not None and not isinstance(group.bodies[0], str):
            values, refused = decode_each(_decode_any, group.bodies)
            bad.update(refused)
            bad.update(
                position
                for position, value in enumerate(values)
                if type(value) is dict and value.keys() == {"$base64"}
            )
        for name in self._counted:
            tally.counts[name] += len(group.statuses) - len(bad)
        return bad


class Choice:
    """Responses of which the body says whose they are: one judge after the other, none of which can be wrong.

    The one that takes most is asked first.
    """

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._judges = list(judges)
        self._taken = dict.fromkeys(judges, 0)

    def count(self, group: Group, tally: Tally) -> Collection[int]:
        """Counts what is proven to be without any finding; gives the positions of the others."""
        rest: Sequence[int] = range(len(group.statuses))
        for judge in self._judges:
            if not rest:
                break
            left = sorted(judge.count(group.only(rest), tally))
            self._taken[judge] += len(rest) - len(left)
            rest = [rest[position] for position in left]
        self._judges.sort(key=self._taken.__getitem__, reverse=True)
        return rest


Plan: TypeAlias = Skip | Judge | Choice


class Plans:
    """The plans of one run. Responses that are judged alike have the same plan, whatever their status."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._judges: dict[tuple[int, str], list[Judge]] = {}
        self._shapes: dict[int, Shapes] = {}
        self._choices: dict[tuple[int, ...], Choice] = {}
        self._skips: dict[tuple[str, ...], Skip] = {}

    def skip(self, *counted: str) -> Skip:
        """The plan that only counts."""
        return self._skips.setdefault(counted, Skip(*counted))

    def find(self, found: Candidates, status: int) -> Plan | None:
        """The plan for responses with this status whose contract is one of those found; None: each the usual way."""
        if found.out_of_scope:
            return self.skip("out_of_scope")
        claims = [_is_claimed(contract, status) for contract in found.contracts]
        if all(claim is False for claim in claims):
            return self.skip() if status < 400 else None
        if found.evidence != "body":
            return self._judge(found.contracts[0], status, found.evidence) if claims[0] else None
        judges = [
            judge
            for contract, claim in zip(found.contracts, claims, strict=True)
            if claim
            and (judge := self._judge(contract, status, "body"))
            and _is_told_by_body(judge, found, status)
        ]
        return self._choices.setdefault(tuple(map(id, judges)), Choice(judges)) if judges else None

    def settle(self, tally: Tally) -> None:
        """Puts into `tally` what judges hold back."""
        for judges in self._judges.values():
            for judge in judges:
                judge.settle(tally)

    def _judge(self, contract: Contract, status: int, evidence: str) -> Judge | None:
        """The judge of a contract for this status: one that has others already, if they are alike."""
        judges = self._judges.setdefault((id(contract), evidence), [])
        shapes = self._shapes.setdefault(id(contract), Shapes(contract))
        for judge in (*judges, Judge(contract, shapes, evidence, self._limits)):
            try:
                judge.add(status)
            except UntypableError:
                continue
            if judge not in judges:
                judges.append(judge)
            return judge
        return None


def _is_claimed(contract: Contract, status: int) -> bool | None:
    """Whether `when` makes an error of any response with this status (True), of none (False), or asks the body (None)."""
    conditions = [
        condition
        for condition in contract.when
        if not condition.statuses or any(first <= status <= last for first, last in condition.statuses)
    ]
    if not conditions:
        return False
    return any(each.body is None and each.has is None and each.unless is None for each in conditions) or None


def _is_told_by_body(judge: Judge, found: Candidates, status: int) -> bool:
    """Whether every body that the judge takes belongs to its contract, of all those found, and to it alone."""
    shape = judge.shapes[status]
    if not isinstance(shape, Object) or not any(member.required for member in shape.members):
        return False
    known = {member.name for member in shape.members}
    return _is_documented(judge.contract, status) and all(
        other is judge.contract or _is_another(known, other, status) for other in found.contracts
    )


def _is_another(known: set[str], other: Contract, status: int) -> bool:
    """Whether no object with only these members is exactly what the `other` contract documents for the status."""
    at = other.select(status).at
    if at is None or not _is_documented(other, status) or _is_claimed(other, status) is False:
        return True
    required = {name for _, node in applied(other.exact, at) for name in node.get("required", ())}
    types = [node["type"] for _, node in applied(other.exact, at) if "type" in node]
    return not required <= known or any(
        "object" not in ([each] if isinstance(each, str) else each) for each in types
    )


def _is_documented(contract: Contract, status: int) -> bool:
    return contract.select(status).response is not None or not contract.responses
