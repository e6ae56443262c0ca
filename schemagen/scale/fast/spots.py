"""The places of a body, each with all that schemas may ask of the values there."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.contract import Contract, Variant
from schemagen.engine import Column
from schemagen.pointers import Pointer

_MOST = 500  # members, and forms, that are kept as known, of one place
_NAMES = 200  # members of an object that is signed

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

VARIANTS: tuple[Variant, ...] = ("exact", "tolerant")
Place: TypeAlias = tuple[int, Variant, Pointer]  # of which contract, in which of its schemas, and where


class UnsignedError(Exception):
    """What cannot be signed."""


@dataclasses.dataclass(slots=True)
class Spot:
    """All schemas that may be asked of the values at a place.

    `asked` are keywords, by the type of values that they are about, `values` the lists of values in them; `roles` are those
    that contracts give it. `keeps` says that it may count which value it is; of values of the types `plain`, nothing does.
    """

    places: tuple[Place, ...]
    asked: dict[type, tuple[Column, ...]]
    values: tuple[frozenset[object], ...]
    roles: tuple[tuple[int, str], ...]
    keeps: bool
    plain: frozenset[type]
    items: Spot | None = None
    known: dict[tuple[type, Any, int], list[object]] = dataclasses.field(default_factory=dict)
    members: dict[str, Spot | None] = dataclasses.field(default_factory=dict)
    forms: dict[tuple[str | type, ...], Form] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Form:
    """All objects at a place with the same names of members, in the same order, and the same types of their values. `asked`
    are the members of whose values more counts than their types.
    """

    asked: tuple[tuple[str, Spot], ...]


class Spots:
    """The places of bodies that these contracts may all be asked about."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = contracts
        self._known: dict[tuple[Place, ...], Spot] = {}

    def at(self, starts: tuple[Place, ...]) -> Spot:
        """The place of values that are judged by the schemas at `starts`.

        Raises:
            UnsignedError: something is asked there that is not known here.
        """
        if starts not in self._known:
            self._known[starts] = spot = _read(self._contracts, starts)
            items = tuple(
                (contract, variant, (*at, "items"))
                for contract, variant, at in spot.places
                if "items" in _node(self._contracts, contract, variant, at)
            )
            spot.items = self.at(items) if items else None
        return self._known[starts]

    def form(self, spot: Spot, value: dict[str, Any]) -> Form:
        """The form of an object at a place; each has one, as long as there are not too many.

        Raises:
            UnsignedError: something is asked of it that is not known here.
        """
        if len(value) > _NAMES:
            raise UnsignedError
        asked = [
            (name, at)
            for name, inner in value.items()
            if (at := self._member(spot, name)) is not None and type(inner) not in at.plain
        ]
        if len(spot.forms) >= _MOST:
            spot.forms.clear()
        return spot.forms.setdefault((*value, *map(type, value.values())), Form(tuple(asked)))

    def _member(self, spot: Spot, name: str) -> Spot | None:
        """The place of a member; None where nothing is asked of it."""
        if name not in spot.members:
            if len(spot.members) >= _MOST:
                spot.members.clear()
            starts = tuple(_starts(self._contracts, spot.places, name))
            spot.members[name] = self.at(starts) if starts else None
        return spot.members[name]


def _read(contracts: Sequence[Contract], starts: Sequence[Place]) -> Spot:
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
    roles = dict.fromkeys(
        (number, note.role)
        for number, note in notes
        if note and note.role and _tells(contracts[number], note.role)
    )
    if len({number for number, _ in roles}) < len(roles):
        raise UnsignedError
    values = tuple(dict.fromkeys(map(frozenset, lists)))
    keeps = bool(values) or any(role != "message" for _, role in roles)
    plain = _PLAIN.difference(_PLAIN if roles or values else asked)
    return Spot(places, asked, values, tuple(roles), keeps, plain)


def _tells(contract: Contract, role: str) -> bool:
    """Whether values in that role are compared with something, or shown."""
    return role in ("code", "status") or (role == "message" and any(code.texts for code in contract.codes))


def _reach(contracts: Sequence[Contract], contract: int, variant: Variant, start: Pointer) -> Iterator[Place]:
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


def _starts(contracts: Sequence[Contract], places: Sequence[Place], name: str) -> Iterator[Place]:
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
