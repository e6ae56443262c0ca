"""Body → signature: bodies with the same one are told apart by no part of a contract's schemas, and by nothing that is
asked of their codes. So what is found in one of them is found in the others, in the same places.

A signature keeps the names of members and the kinds of values. Of a value itself it keeps what is asked of it: whether
each pattern, format and bound holds, in which of the lists it stands, whether it is the status of the response. What
cannot be signed so goes the usual way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from schemagen.contract import Contract
from schemagen.scale.fast.spots import VARIANTS, Spot, Spots, UnsignedError
from schemagen.scale.fast.texts import Texts

_MOST = 1000  # values that are kept as known, of one place
_LONGEST = 500  # of a signature
_CHARACTERS = 200  # of a code

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
        self._roots: dict[int, _Root | None] = {}
        self._status = 0

    def sign(self, status: int, value: Any) -> tuple[list[object], tuple[object, ...]]:
        """The signature of a body of a response with this status; and what its codes show, beside that.

        Raises:
            UnsignedError: it has none.
        """
        if status not in self._roots:
            self._roots[status] = self._root(status)
        root = self._roots[status]
        if root is None or (type(value) is list and not root.may_be_list):
            raise UnsignedError
        self._status = status
        signed: list[object] = []
        told: list[_Told] = []
        self._walk(root.spot, value, signed, told)
        if len(signed) > _LONGEST:
            raise UnsignedError
        return signed, self._shown(told) if told else ()

    def _shown(self, told: list[_Told]) -> tuple[object, ...]:
        """What values with roles show: codes and statuses themselves, messages which texts of the codes they are."""
        shown: list[object] = []
        for contract, role, value in told:
            if role != "message":
                shown.append(value)
                continue
            texts = self._texts[contract]
            for other, its_role, code in told:
                if its_role == "code" and other == contract and code in texts:
                    shown.append(texts[code].meant(value))
        return tuple(shown)

    def _root(self, status: int) -> _Root | None:
        """Where bodies of responses with this status are walked from; None if they cannot be signed."""
        whens = [each for contract in self._contracts for each in contract.when]
        if any(each.body is not None or each.unless is not None for each in whens):
            return None
        starts = [contract.select(status).at or () for contract in self._contracts]
        places = [(number, variant, at) for number, at in enumerate(starts) for variant in VARIANTS]
        try:
            spot = self._spots.at(tuple(places))
            may_be_list = all(
                self._spots.at(tuple((number, variant, starts[number]) for variant in VARIANTS)).items
                or not any(each.has for each in contract.when)
                for number, contract in enumerate(self._contracts)
            )
        except UnsignedError:
            return None
        return _Root(spot, may_be_list)

    def _walk(self, spot: Spot, value: Any, signed: list[object], told: list[_Told]) -> None:
        """Signs a value: what is put down first tells what each of the following is about."""
        kind = type(value)
        if kind is dict:
            form = spot.forms.get((*value, *map(type, value.values()))) or self._spots.form(spot, value)
            signed.append(form)
            for name, at in form.asked:
                self._walk(at, value[name], signed, told)
        elif kind is list:
            signed += kind, len(value), *_holds(spot, kind, value)
            if spot.items is not None:
                for item in value:
                    self._walk(spot.items, item, signed, told)
        else:
            if spot.keeps:
                signed += spot.known.get((kind, value, self._status)) or self._know(spot, kind, value)
            else:
                signed.append(kind if kind is not float else value.is_integer())
                for column in spot.asked.get(kind, ()):
                    signed.append(column.accepts(value))
            for contract, role in spot.roles:
                told.append((contract, role, value))

    def _know(self, spot: Spot, kind: type, value: Any) -> list[object]:
        """What is kept where it may count which value it is."""
        if kind is float:
            raise UnsignedError
        listed = [value in values for values in spot.values]
        roles = [self._of_role(*each, value) for each in spot.roles]
        known = [kind, *_holds(spot, kind, value), *listed, *roles]
        if len(spot.known) < _MOST:
            spot.known[kind, value, self._status] = known
        return known

    def _of_role(self, contract: int, role: str, value: Any) -> object:
        """What is kept of a value with this role beside what the schemas ask."""
        if role == "message":
            return None
        if isinstance(value, str) and len(value) > _CHARACTERS:
            raise UnsignedError
        if role == "status":
            return str(value) == str(self._status)
        every, deprecated = self._codes[contract]
        return value in every, value in deprecated


def _holds(spot: Spot, kind: type, value: Any) -> list[bool]:
    """Which keywords about values of this type hold."""
    return [column.accepts(value) for column in spot.asked.get(kind, ())]


class _Root(NamedTuple):
    """Where a body is walked from. `may_be_list`: of lists, too, the walk sees all that decides whether it is an error."""

    spot: Spot
    may_be_list: bool


def _codes_of(contract: Contract) -> tuple[frozenset[object], ...]:
    """All codes, and those that are deprecated."""
    return (
        frozenset(code.value for code in contract.codes),
        frozenset(code.value for code in contract.codes if code.deprecated),
    )
