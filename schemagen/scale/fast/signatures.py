"""Body → signature: bodies with the same one are told apart by no part of a contract's schemas, and by nothing that is
asked of their codes. So whatever is found in one of them is found in the others, in the same places.

A signature keeps the names of members and the kinds of values. Of a value itself it keeps what is asked of it: whether
each pattern, format and bound holds, the value where one is listed, codes and statuses as they are, and which documented
texts a message is. What cannot be signed so goes the usual way.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.contract import Contract
from schemagen.engine import Column
from schemagen.pointers import Pointer
from schemagen.scale.fast.texts import Texts

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
        self._spots: dict[tuple[_Place, ...], _Spot] = {}
        self._left = 0

    def sign(self, status: int, value: Any) -> object:
        """The signature of a body of a response with this status.

        Raises:
            UnsignedError: it has none.
        """
        contract = self._contract
        if any(each.body is not None or each.unless is not None for each in contract.when):
            raise UnsignedError
        at = contract.select(status).at or ()
        spot = self._spot((("exact", at), ("tolerant", at)))
        if isinstance(value, list) and spot.items is None and any(each.has for each in contract.when):
            raise UnsignedError
        self._left = _VALUES
        return self._sign(spot, value)

    def _sign(self, spot: _Spot, value: Any) -> object:
        self._left -= 1
        if self._left < 0:
            raise UnsignedError
        if isinstance(value, dict):
            members = spot.members
            signed: list[object] = []
            for name, inner in value.items():
                if name not in members:
                    members = self._know(spot, name)
                at = members[name]
                signed += (name, type(inner) if at is None else self._sign(at, inner))
            return tuple(signed)
        asked = spot.asked.get(type(value), ())
        holds = tuple([column.accepts(value) for column in asked])
        if isinstance(value, list):
            if spot.items is None:
                return list, holds, len(value)
            items = spot.items
            return list, holds, tuple([self._sign(items, item) for item in value])
        if spot.keeps:
            return type(value), holds, self._keep(spot, value)
        return type(value), holds, type(value) is float and value.is_integer()

    def _keep(self, spot: _Spot, value: Any) -> object:
        """What is kept of a value that is no container."""
        if spot.is_code or value in spot.values:
            if isinstance(value, float) or (isinstance(value, str) and len(value) > _LONGEST):
                raise UnsignedError
            return value
        if spot.is_message:
            return tuple([texts.meant(value) for texts in self._texts])
        return type(value) is float and value.is_integer()

    def _know(self, spot: _Spot, name: str) -> dict[str, _Spot | None]:
        """The members of a place with one more that was not there before."""
        if len(spot.members) > _VALUES:
            spot.members.clear()
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
    about, `values` are those that are listed; `keeps` says that something of a value itself may be kept.
    """

    places: tuple[_Place, ...]
    asked: dict[type, tuple[Column, ...]]
    values: frozenset[object]
    is_code: bool
    is_message: bool
    items: _Spot | None = None
    members: dict[str, _Spot | None] = dataclasses.field(default_factory=dict)

    @property
    def keeps(self) -> bool:
        """Whether a value itself counts."""
        return self.is_code or self.is_message or bool(self.values)


def _read(contract: Contract, starts: Sequence[_Place]) -> _Spot:
    places = tuple(dict.fromkeys(place for start in starts for place in _reach(contract, *start)))
    nodes = [_node(contract, *place) for place in places]
    values = [node["const"] for node in nodes if "const" in node]
    values += [value for node in nodes for value in node.get("enum", ())]
    if any(node.keys() - _KNOWN for node in nodes) or any(
        isinstance(value, dict | list | float) for value in values
    ):
        raise UnsignedError
    asked = {
        kind: tuple(
            dict.fromkeys(_asked(key, node[key]) for node in nodes for key in keywords if key in node)
        )
        for kind, keywords in _ASKED.items()
    }
    notes = [getattr(contract, variant).notes.get(at) for variant, at in places]
    roles = {note.role for note in notes if note}
    return _Spot(places, asked, frozenset(values), bool(roles & {"code", "status"}), "message" in roles)


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
