"""Body → signature: bodies with the same one are told apart by no part of a contract's schemas, and by nothing that is
asked of their codes. So what is found in one of them is found in the others, in the same places.

A signature keeps the names of members and the kinds of values. Of a value itself it keeps what is asked of it: whether
each pattern, format and bound holds, in which of the lists it stands, whether it is the status of the response. What
cannot be signed so goes the usual way.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeAlias

from schemagen.contract import Contract
from schemagen.scale.fast.spots import VARIANTS, Spot, Spots, UnsignedError
from schemagen.scale.fast.texts import Texts

_MOST = 1000  # values that are kept as known, of one place
_VALUES = 200  # values in a body that is signed
_LONGEST = 200  # characters of a code

_Told: TypeAlias = tuple[int, str, Any]  # to which contract, in which role, what


class Signatures:
    """Signs bodies for contracts that may all be asked about them."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = contracts
        self._texts = [
            {code.value: Texts(code) for code in contract.codes if code.texts} for contract in contracts
        ]
        self._codes = [_codes_of(contract) for contract in contracts]
        self._spots = Spots(contracts)
        self._roots: dict[int, _Root] = {}
        self._left = 0
        self._status = 0

    def sign(self, status: int, value: Any) -> tuple[object, tuple[object, ...]]:
        """The signature of a body of a response with this status; and what its codes show, beside that.

        Raises:
            UnsignedError: it has none.
        """
        if status not in self._roots:
            self._roots[status] = self._root(status)
        root = self._roots[status]
        if isinstance(value, list) and not root.may_be_list:
            raise UnsignedError
        self._left = _VALUES
        self._status = status
        told: list[_Told] = []
        signed = self._sign(root.spot, value, told)
        return signed, tuple([self._shown(each, told) for each in told])

    def _shown(self, one: _Told, told: Sequence[_Told]) -> object:
        """What a value with a role shows: a code or a status itself, a message which texts of the codes it is."""
        contract, role, value = one
        if role != "message":
            return value
        texts, codes = self._texts[contract], [told[2] for told in told if told[:2] == (contract, "code")]
        return tuple([texts[code].meant(value) for code in codes if code in texts])

    def _root(self, status: int) -> _Root:
        whens = [each for contract in self._contracts for each in contract.when]
        if any(each.body is not None or each.unless is not None for each in whens):
            raise UnsignedError
        starts = [contract.select(status).at or () for contract in self._contracts]
        may_be_list = all(
            self._spots.at(tuple((number, variant, starts[number]) for variant in VARIANTS)).items
            or not any(each.has for each in contract.when)
            for number, contract in enumerate(self._contracts)
        )
        places = [(number, variant, at) for number, at in enumerate(starts) for variant in VARIANTS]
        return _Root(self._spots.at(tuple(places)), may_be_list)

    def _sign(self, spot: Spot, value: Any, told: list[_Told]) -> object:
        kind = type(value)
        if kind is dict:
            self._spend(len(value))
            members = spot.members
            if not members.keys() >= value.keys():
                members = self._spots.know(spot, value)
            signed = [
                type(inner)
                if (at := members[name]) is None or type(inner) in at.plain
                else self._sign(at, inner, told)
                for name, inner in value.items()
            ]
            return tuple(value), tuple(signed)
        if kind is list:
            self._spend(len(value))
            holds = tuple([column.accepts(value) for column in spot.asked[list]])
            if spot.items is None:
                return list, holds, len(value)
            items = spot.items
            return list, holds, tuple([self._sign(items, item, told) for item in value])
        if kind not in spot.asked and not spot.keeps:
            return kind if kind is not float else (float, value.is_integer())
        key = kind, value, self._status if spot.is_status else 0
        known = spot.known.get(key)
        if known is None:
            known = self._ask(spot, kind, value)
            if len(spot.known) < _MOST:
                spot.known[key] = known
        for contract, role in spot.roles:
            told.append((contract, role, value))
        return known

    def _spend(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise UnsignedError

    def _ask(self, spot: Spot, kind: type, value: Any) -> tuple[object, ...]:
        """What is kept of a value that is no container."""
        if kind is float and spot.keeps:
            raise UnsignedError
        holds = tuple([column.accepts(value) for column in spot.asked.get(kind, ())])
        listed = tuple([value in values for values in spot.values])
        roles = tuple([self._of_role(*each, value) for each in spot.roles])
        return kind, holds, listed, roles, kind is float and value.is_integer()

    def _of_role(self, contract: int, role: str, value: Any) -> object:
        """What is kept of a value with this role beside what the schemas ask."""
        if role == "message":
            return None
        if isinstance(value, str) and len(value) > _LONGEST:
            raise UnsignedError
        if role == "status":
            return str(value) == str(self._status)
        every, deprecated = self._codes[contract]
        return value in every, value in deprecated


@dataclasses.dataclass(frozen=True, slots=True)
class _Root:
    """Where a body is walked from. `may_be_list`: of lists, too, the walk sees all that decides whether it is an error."""

    spot: Spot
    may_be_list: bool


def _codes_of(contract: Contract) -> tuple[frozenset[object], ...]:
    """All codes, and those that are deprecated."""
    return (
        frozenset(code.value for code in contract.codes),
        frozenset(code.value for code in contract.codes if code.deprecated),
    )
