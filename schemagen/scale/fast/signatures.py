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
from schemagen.contract import Contract
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
_PLAIN: frozenset[type] = frozenset((str, int, bool, type(None)))
_KNOWN = frozenset((*_SILENT, *_TOGETHER, *_INSTEAD, *_OF_NAMES, *_OF_SIZES, *_OF_VALUES))
_KNOWN = _KNOWN.union(*_ASKED.values())

_Place: TypeAlias = tuple[str, Pointer]  # "exact" or "tolerant", and where in that schema


class UnsignedError(Exception):
    """What cannot be signed."""


class Signatures:
    """Signs bodies for one contract."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._texts = [Texts(code) for code in contract.codes if code.texts]
        self._codes = _codes_of(contract)
        self._spots: dict[tuple[_Place, ...], _Spot] = {}
        self._roots: dict[int, _Spot] = {}
        self._left = 0
        self._status = 0

    def sign(self, status: int, value: Any, told: list[object]) -> object:
        """The signature of a body of a response with this status. What its codes show beside that is put into `told`.

        Raises:
            UnsignedError: it has none.
        """
        if status not in self._roots:
            self._roots[status] = self._root(status)
        root = self._roots[status]
        if isinstance(value, list) and root.items is None and any(each.has for each in self._contract.when):
            raise UnsignedError
        self._left = _VALUES
        self._status = status
        return self._sign(root, value, told)

    def _root(self, status: int) -> _Spot:
        if any(each.body is not None or each.unless is not None for each in self._contract.when):
            raise UnsignedError
        at = self._contract.select(status).at or ()
        return self._spot((("exact", at), ("tolerant", at)))

    def _sign(self, spot: _Spot, value: Any, told: list[object]) -> object:
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
        key = kind, value, self._status if spot.role == "status" else 0
        known = spot.known.get(key)
        if known is None:
            known = self._ask(spot, kind, value)
            if len(spot.known) < _MOST:
                spot.known[key] = known
        if spot.role:
            told.append(known[1])
        return known[0]

    def _spend(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise UnsignedError

    def _ask(self, spot: _Spot, kind: type, value: Any) -> tuple[object, object]:
        """What is kept of a value that is no container, and what it shows if it has a role."""
        if kind is float and spot.keeps:
            raise UnsignedError
        holds = tuple([column.accepts(value) for column in spot.asked.get(kind, ())])
        listed = tuple([value in values for values in spot.values])
        if spot.role == "message":
            return (kind, holds, listed), tuple([texts.meant(value) for texts in self._texts])
        if not spot.role:
            return (kind, holds, listed, kind is float and value.is_integer()), None
        if kind is str and len(value) > _LONGEST:
            raise UnsignedError
        if spot.role == "status":
            return (kind, holds, listed, str(value) == str(self._status)), value
        every, deprecated, tied = self._codes
        return (
            kind,
            holds,
            listed,
            value in every,
            value in deprecated,
            value if value in tied else None,
        ), value

    def _know(self, spot: _Spot, names: Iterable[str]) -> dict[str, _Spot | None]:
        """The members of a place with those that were not there before."""
        if len(spot.members) > _VALUES:
            spot.members = {}
        for name in names:
            if name not in spot.members:
                starts = tuple(_starts(self._contract, spot.places, name))
                spot.members[name] = self._spot(starts) if starts else None
        return spot.members

    def _spot(self, starts: tuple[_Place, ...]) -> _Spot:
        if starts not in self._spots:
            self._spots[starts] = spot = _read(self._contract, starts)
            items = tuple(
                (variant, (*at, "items"))
                for variant, at in spot.places
                if "items" in _node(self._contract, variant, at)
            )
            spot.items = self._spot(items) if items else None
        return self._spots[starts]


@dataclasses.dataclass(slots=True)
class _Spot:
    """All schemas that may be asked of the values at a place. `asked` are keywords, by the type of values that they are
    about, `values` the lists of values in them; `keeps` says that something of a value itself may count; of values of the
    types `plain`, nothing does.
    """

    places: tuple[_Place, ...]
    asked: dict[type, tuple[Column, ...]]
    values: tuple[frozenset[object], ...]
    role: str
    keeps: bool
    plain: frozenset[type]
    items: _Spot | None = None
    known: dict[tuple[type, Any, int], tuple[object, object]] = dataclasses.field(default_factory=dict)
    members: dict[str, _Spot | None] = dataclasses.field(default_factory=dict)


def _codes_of(contract: Contract) -> tuple[frozenset[object], ...]:
    """All codes, those that are deprecated, and those that something is tied to: a status, or a text."""
    return (
        frozenset(code.value for code in contract.codes),
        frozenset(code.value for code in contract.codes if code.deprecated),
        frozenset(code.value for code in contract.codes if code.texts or code.statuses),
    )


def _read(contract: Contract, starts: Sequence[_Place]) -> _Spot:
    places = tuple(dict.fromkeys(place for start in starts for place in _reach(contract, *start)))
    nodes = [_node(contract, *place) for place in places]
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
    notes = [getattr(contract, variant).notes.get(at) for variant, at in places]
    roles = {note.role for note in notes if note} & {"code", "message", "status"}
    if len(roles) > 1:
        raise UnsignedError
    values = tuple(dict.fromkeys(map(frozenset, lists)))
    keeps = bool(roles or values)
    plain = _PLAIN.difference(_PLAIN if keeps else asked)
    return _Spot(places, asked, values, next(iter(roles), ""), keeps, plain)


def _reach(contract: Contract, variant: str, start: Pointer) -> Iterator[_Place]:
    """The schema objects that may be asked of a value that is judged at `start`: behind references and in every branch."""
    seen: set[Pointer] = set()
    pending = [start]
    while pending:
        at = pending.pop()
        node = _node(contract, variant, at)
        if at in seen or not node:
            continue
        seen.add(at)
        yield variant, at
        if "$ref" in node:
            pending.append(pointers.parse(node["$ref"][1:], getattr(contract, variant).document))
        pending += [(*at, key, index) for key in _TOGETHER & node.keys() for index in range(len(node[key]))]
        pending += [(*at, key) for key in _INSTEAD & node.keys()]


def _node(contract: Contract, variant: str, at: Pointer) -> dict[str, Any]:
    """The schema object at a place; none where `true` or `false` stands."""
    node = pointers.resolve(getattr(contract, variant).document, at)
    return node if isinstance(node, dict) else {}


def _starts(contract: Contract, places: Sequence[_Place], name: str) -> Iterator[_Place]:
    """The schemas for a member."""
    for variant, at in places:
        node = _node(contract, variant, at)
        if name in node.get("properties", ()):
            yield variant, (*at, "properties", name)
        elif isinstance(node.get("additionalProperties"), dict):
            yield variant, (*at, "additionalProperties")


@functools.lru_cache(maxsize=1024)
def _asked(keyword: str, wanted: Any) -> Column:
    """What tells whether one keyword holds."""
    return Column({keyword: wanted}, ((),))
