"""Body → signature: bodies with the same one are told apart by no part of a contract's schemas, and by nothing that is
asked of their codes. So what is found in one of them is found in the others, in the same places.

A signature keeps the names of members and the kinds of values. Of a value itself it keeps what is asked of it: whether
each pattern, format and bound holds, in which of the lists it stands, whether it is the status of the response. Codes
that nothing else is tied to are alike. What cannot be signed so goes the usual way.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.contract import Contract, Variant
from schemagen.engine import Column
from schemagen.pointers import Pointer
from schemagen.scale.fast.texts import Texts

_MOST = 5_000  # values that are kept as known, of one place
_VALUES = 200  # values in a body that is signed
_LONGEST = 200  # characters of a code

_SILENT = frozenset(
    (
        "$schema",
        "$id",
        "$comment",
        "$defs",
        "title",
        "description",
        "examples",
        "default",
        "deprecated",
        "$ref",
    )
)
_TOGETHER = frozenset(("allOf", "anyOf", "oneOf"))
_INSTEAD = frozenset(("not", "if", "then", "else"))
_OF_NAMES = frozenset(
    ("properties", "required", "additionalProperties", "dependentRequired", "propertyNames")
)
_OF_SIZES = frozenset(("items", "minItems", "maxItems", "minProperties", "maxProperties"))
_OF_VALUES = frozenset(("type", "const", "enum"))
_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ASKED: dict[type, tuple[str, ...]] = {
    str: ("pattern", "format", "minLength", "maxLength"),
    int: _OF_NUMBERS,
    float: _OF_NUMBERS,
    list: ("uniqueItems",),
}
_ROLES = ("code", "message", "status")
_PLAIN: frozenset[type] = frozenset((str, int, bool, type(None)))
_KNOWN = frozenset((*_SILENT, *_TOGETHER, *_INSTEAD, *_OF_NAMES, *_OF_SIZES, *_OF_VALUES))
_KNOWN = _KNOWN.union(*_ASKED.values())

_VARIANTS: tuple[Variant, ...] = ("exact", "tolerant")
_Place: TypeAlias = tuple[int, Variant, Pointer]  # of which contract, in which of its schemas, and where
_Told: TypeAlias = tuple[int, str, Any]  # to which contract, in which role, what


class UnsignedError(Exception):
    """What cannot be signed."""


class Signatures:
    """Signs bodies for contracts that may all be asked about them."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = contracts
        self._texts = [
            {code.value: Texts(code) for code in contract.codes if code.texts} for contract in contracts
        ]
        self._codes = [_codes_of(contract) for contract in contracts]
        self._spots: dict[tuple[_Place, ...], _Spot] = {}
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
            self._spot(tuple((number, variant, starts[number]) for variant in _VARIANTS)).items
            or not any(each.has for each in contract.when)
            for number, contract in enumerate(self._contracts)
        )
        places = [(number, variant, at) for number, at in enumerate(starts) for variant in _VARIANTS]
        return _Root(self._spot(tuple(places)), may_be_list)

    def _sign(self, spot: _Spot, value: Any, told: list[_Told]) -> object:
        kind = type(value)
        if kind is dict:
            self._spend(len(value))
            members = spot.members
            if not members.keys() >= value.keys():
                members = self._know(spot, value)
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

    def _ask(self, spot: _Spot, kind: type, value: Any) -> tuple[object, ...]:
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

    def _know(self, spot: _Spot, names: Iterable[str]) -> dict[str, _Spot | None]:
        """The members of a place with those that were not there before."""
        if len(spot.members) > _VALUES:
            spot.members = {}
        for name in names:
            if name not in spot.members:
                starts = tuple(_starts(self._contracts, spot.places, name))
                spot.members[name] = self._spot(starts) if starts else None
        return spot.members

    def _spot(self, starts: tuple[_Place, ...]) -> _Spot:
        if starts not in self._spots:
            self._spots[starts] = spot = _read(self._contracts, starts)
            items = tuple(
                (contract, variant, (*at, "items"))
                for contract, variant, at in spot.places
                if "items" in _node(self._contracts, contract, variant, at)
            )
            spot.items = self._spot(items) if items else None
        return self._spots[starts]


@dataclasses.dataclass(frozen=True, slots=True)
class _Root:
    """Where a body is walked from. `may_be_list`: of lists, too, the walk sees all that decides whether it is an error."""

    spot: _Spot
    may_be_list: bool


@dataclasses.dataclass(slots=True)
class _Spot:
    """All schemas that may be asked of the values at a place. `asked` are keywords, by the type of values that they are
    about, `values` the lists of values in them; `roles` are those that contracts give it, `keeps` says that something of a value itself may count; of values of the
    types `plain`, nothing does.
    """

    places: tuple[_Place, ...]
    asked: dict[type, tuple[Column, ...]]
    values: tuple[frozenset[object], ...]
    roles: tuple[tuple[int, str], ...]
    is_status: bool
    keeps: bool
    plain: frozenset[type]
    items: _Spot | None = None
    known: dict[tuple[type, Any, int], tuple[object, ...]] = dataclasses.field(default_factory=dict)
    members: dict[str, _Spot | None] = dataclasses.field(default_factory=dict)


def _codes_of(contract: Contract) -> tuple[frozenset[object], ...]:
    """All codes, and those that are deprecated."""
    return (
        frozenset(code.value for code in contract.codes),
        frozenset(code.value for code in contract.codes if code.deprecated),
    )


def _read(contracts: Sequence[Contract], starts: Sequence[_Place]) -> _Spot:
    places = tuple(dict.fromkeys(place for start in starts for place in _reach(contracts, *start)))
    nodes = [_node(contracts, *place) for place in places]
    lists = [[node["const"]] for node in nodes if "const" in node] + [
        node["enum"] for node in nodes if "enum" in node
    ]
    if any(node.keys() - _KNOWN for node in nodes) or any(
        isinstance(value, dict | list | float) for values in lists for value in values
    ):
        raise UnsignedError
    asked = {
        kind: tuple(
            dict.fromkeys(_asked(key, node[key]) for node in nodes for key in keywords if key in node)
        )
        for kind, keywords in _ASKED.items()
        if kind is list or any(key in node for node in nodes for key in keywords)
    }
    notes = [(number, contracts[number].schema(variant).notes.get(at)) for number, variant, at in places]
    roles = dict.fromkeys((number, note.role) for number, note in notes if note and note.role in _ROLES)
    if len({number for number, _ in roles}) < len(roles):
        raise UnsignedError
    values = tuple(dict.fromkeys(map(frozenset, lists)))
    keeps = bool(roles or values)
    plain = _PLAIN.difference(_PLAIN if keeps else asked)
    is_status = any(role == "status" for _, role in roles)
    return _Spot(places, asked, values, tuple(roles), is_status, keeps, plain)


def _reach(
    contracts: Sequence[Contract], contract: int, variant: Variant, start: Pointer
) -> Iterator[_Place]:
    """The schema objects that may be asked of a value that is judged at `start`: behind references and in every branch."""
    document = contracts[contract].schema(variant).document
    seen: set[Pointer] = set()
    pending = [start]
    while pending:
        at = pending.pop()
        node = _node(contracts, contract, variant, at)
        if at in seen or not node:
            continue
        seen.add(at)
        yield contract, variant, at
        if "$ref" in node:
            pending.append(pointers.parse(node["$ref"][1:], document))
        pending += [(*at, key, index) for key in _TOGETHER & node.keys() for index in range(len(node[key]))]
        pending += [(*at, key) for key in _INSTEAD & node.keys()]


def _node(contracts: Sequence[Contract], contract: int, variant: Variant, at: Pointer) -> dict[str, Any]:
    """The schema object at a place; none where `true` or `false` stands."""
    node = pointers.resolve(contracts[contract].schema(variant).document, at)
    return node if isinstance(node, dict) else {}


def _starts(contracts: Sequence[Contract], places: Sequence[_Place], name: str) -> Iterator[_Place]:
    """The schemas for a member."""
    for contract, variant, at in places:
        node = _node(contracts, contract, variant, at)
        if name in node.get("properties", ()):
            yield contract, variant, (*at, "properties", name)
        elif isinstance(node.get("additionalProperties"), dict):
            yield contract, variant, (*at, "additionalProperties")


@functools.lru_cache(maxsize=1024)
def _asked(keyword: str, wanted: Any) -> Column:
    """What tells whether one keyword holds."""
    return Column({keyword: wanted}, ((),))
