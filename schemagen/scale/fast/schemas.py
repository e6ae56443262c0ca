"""Exact schema → shape, whose type accepts no body that the schema refuses.

What msgspec cannot say of one value (formats, patterns, bounds) is asked of the engine; what ties one member to another
becomes a tie. What is left out here (choices, free members, anything unknown) makes a body go the usual way: it is
never wrong to refuse here.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from schemagen import pointers
from schemagen.checking import applied
from schemagen.contract import Contract, Schema
from schemagen.engine import Column, Identity
from schemagen.pointers import Pointer
from schemagen.scale.fast.shapes import (
    LARGEST,
    Demand,
    Free,
    Leaf,
    Many,
    Member,
    Object,
    Shape,
    Tie,
    UntypableError,
    can_be_named,
)

_DEEPEST = 7  # steps from the root of a body; lists that refer to themselves end there
_ROLES = ("code", "message", "status")

_SILENT = frozenset(
    ("$schema", "$id", "$comment", "$defs", "$ref", "allOf", "title", "description", "examples", "deprecated")
)
_OF_SCALARS = frozenset(
    (
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "not",
    )
)
_KNOWN = (
    _SILENT
    | _OF_SCALARS
    | frozenset(
        (
            "type",
            "const",
            "enum",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "if",
            "then",
        )
    )
)
_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
_ANY = _SCALARS | {"object", "array"}

_Nodes: TypeAlias = list[tuple[Pointer, dict[str, Any]]]


def shape_of(contract: Contract, status: int) -> Shape:
    """The shape of bodies that are exactly as documented for `status`, and on which there is nothing to remark.

    Raises:
        UntypableError: there is none.
    """
    selection = contract.select(status)
    if selection.at is None:
        raise UntypableError("no content")
    is_listed = selection.response is not None and selection.response.key == str(status)
    maker = _Maker(contract, None if is_listed else frozenset((status, str(status), None)))
    shape = maker.shape(_Spot((selection.at,), (selection.at,)))
    is_object = isinstance(shape, Object) and all(member.name != "$base64" for member in shape.members)
    is_list = isinstance(shape, Many) and not shape.is_map
    if not (is_object or is_list) or shape.nullable:  # type: ignore[union-attr]
        raise UntypableError("a body that is not told from a text, from base64, or from none")
    return shape


@dataclasses.dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a body: the schemas that hold there, exact and tolerant, and what is around it.

    `roles` are those of values around it in the same item, `nested` says that it stands in a list, a map or a member
    with role `children`.
    """

    exact: tuple[Pointer, ...]
    tolerant: tuple[Pointer, ...]
    depth: int = 0
    nested: bool = False
    roles: frozenset[str] = frozenset()


class _Maker:
    """Makes shapes of the places of one contract. `status`: the values that a status in the body may have."""

    def __init__(self, contract: Contract, status: frozenset[object] | None) -> None:
        self._contract = contract
        self._status = status

    def shape(self, spot: _Spot) -> Shape:
        """The shape of the values at a place."""
        if spot.depth > _DEEPEST:
            raise UntypableError("too deep")
        nodes = _nodes(self._contract.exact, spot.exact)
        role = self._role(spot)
        types = _types(nodes)
        nullable = "null" in types
        if types <= _SCALARS:
            return self._leaf(spot, nodes, types, role)
        if role in _ROLES or any(node.keys() & (_OF_SCALARS | {"enum", "const"}) for _, node in nodes):
            raise UntypableError("a container as a value")
        if types == _ANY:
            return _free(nodes, role)
        if types - {"null"} == {"array"}:
            return self._list(spot, nodes, Many(None, nullable=nullable, role=role))
        if types - {"null"} == {"object"}:
            names = list(dict.fromkeys(name for _, node in nodes for name in node.get("properties", ())))
            if names:
                return self._object(spot, nodes, names, Object((), nullable=nullable, role=role))
            return self._map(spot, nodes, Many(None, is_map=True, nullable=nullable, role=role))
        raise UntypableError("a choice")

    def _role(self, spot: _Spot) -> str:
        """The role of what stands at the place, as `observation` finds it."""
        notes = (self._contract.tolerant.notes.get(at) for at, _ in self._tolerant(spot))
        return next((note.role for note in notes if note and note.role), None) or ""

    def _tolerant(self, spot: _Spot) -> _Nodes:
        return _nodes(self._contract.tolerant, spot.tolerant)

    def _column(self, places: tuple[Pointer, ...]) -> Column:
        return _column(Identity(self._contract.exact.document), places)

    def _leaf(self, spot: _Spot, nodes: _Nodes, types: frozenset[str], role: str) -> Leaf:
        if not types or ("boolean" in types and types & {"integer", "number"}):
            raise UntypableError("no type, or values that are equal only in Python")
        if role in _ROLES and types & {"boolean", "number"}:
            raise UntypableError("a code or a status that is written in several ways")
        kinds = types - {"integer"} if "number" in types else types
        only = self._status if role == "status" and not spot.nested else None
        values = _listed(nodes)
        if values is not None:
            judge = self._column(spot.exact)
            accepted = frozenset(value for value in values if _is_plain(value) and judge.accepts(value))
            if not accepted:
                raise UntypableError("no value")
            return Leaf(kinds, role, Demand(accepted, None, only))
        is_restricted = any(node.keys() & _OF_SCALARS for _, node in nodes)
        return Leaf(kinds, role, Demand(None, self._column(spot.exact) if is_restricted else None, only))

    def _list(self, spot: _Spot, nodes: _Nodes, empty: Many) -> Many:
        inner = _Spot(
            tuple((*at, "items") for at, node in nodes if "items" in node),
            tuple((*at, "items") for at, node in self._tolerant(spot) if "items" in node),
            spot.depth + 1,
            nested=True,
        )
        least = max((node["minItems"] for _, node in nodes if "minItems" in node), default=0)
        most = min((node["maxItems"] for _, node in nodes if "maxItems" in node), default=None)
        try:
            item = self.shape(inner) if inner.exact else Free()
        except UntypableError:
            if least:
                raise
            return empty
        return dataclasses.replace(empty, item=item, least=least, most=most)

    def _object(self, spot: _Spot, nodes: _Nodes, names: Sequence[str], empty: Object) -> Object:
        required = {name for _, node in nodes for name in node.get("required", ())}
        tolerant = self._tolerant(spot)
        is_nested = spot.nested or empty.role == "children"
        spots = {
            name: _Spot(_starts(nodes, name), _starts(tolerant, name), spot.depth + 1, is_nested)
            for name in names
        }
        roles = [self._role(inner) for inner in spots.values()]
        _see_to_roles(spot, roles)
        members = []
        for position, name in enumerate(names):
            if not can_be_named(name):
                continue
            try:
                shape = self.shape(dataclasses.replace(spots[name], roles=spot.roles.union(roles)))
            except UntypableError:
                continue  # with it, a body goes the usual way
            members.append(Member(name, f"m{position}", shape, name in required))
        if not required <= {member.name for member in members}:
            raise UntypableError("a member that is required and has no shape")
        ties = tuple(self._ties(nodes, {member.name: member.shape for member in members}))
        return dataclasses.replace(empty, members=tuple(members), ties=ties)

    def _map(self, spot: _Spot, nodes: _Nodes, empty: Many) -> Many:
        if any("required" in node or "if" in node for _, node in nodes):
            raise UntypableError("members without a shape")
        exact = _starts(nodes, "")
        if not exact:
            return dataclasses.replace(empty, item=Free())
        inner = _Spot(exact, _starts(self._tolerant(spot), ""), spot.depth + 1, nested=True, roles=spot.roles)
        return dataclasses.replace(empty, item=self.shape(inner))

    def _ties(self, nodes: _Nodes, members: Mapping[str, Shape]) -> Iterator[Tie]:
        """The ties of a member to the value of another, as the compiler writes them."""
        places: dict[tuple[str, str], dict[object, tuple[Pointer, ...]]] = {}
        for at, node in nodes:
            if "if" not in node:
                continue
            when, values, names = _read_condition(node["if"], node.get("then"))
            if not isinstance(members.get(when), Leaf):
                raise UntypableError("a condition on what is no single value")
            for then in sorted(names & members.keys()):
                if not isinstance(members[then], Leaf):
                    raise UntypableError("a condition about what is no single value")
                table = places.setdefault((when, then), {})
                for value in values:
                    table[value] = (*table.get(value, ()), (*at, "then", "properties", then))
        for (when, then), table in places.items():
            yield Tie(when, then, {value: self._column(at) for value, at in table.items()})


@functools.lru_cache(maxsize=4096)
def _column(identity: Identity[dict[str, Any]], places: tuple[Pointer, ...]) -> Column:
    return Column(identity.held, places)


def _free(nodes: _Nodes, role: str) -> Free:
    if any(node.keys() - _SILENT - {"type"} for _, node in nodes):
        raise UntypableError("constraints without a type")
    return Free(role)


def _see_to_roles(spot: _Spot, roles: Sequence[str]) -> None:
    """What belongs to a code must stand beside it, once, and not around it: then it is found column by column."""
    for role in ("message", "status"):
        if roles.count(role) > 1 or (role in spot.roles and "code" in roles):
            raise UntypableError("it is not clear what belongs to a code")


def _nodes(schema: Schema, starts: Sequence[Pointer]) -> _Nodes:
    """All schema objects that hold at a place, if nothing but what is known here stands in them."""
    found: _Nodes = []
    for start in starts:
        if not isinstance(pointers.resolve(schema.document, start), dict):
            raise UntypableError("a boolean schema")
        found += applied(schema, start)
    for _, node in found:
        if node.keys() - _KNOWN or not all(isinstance(each, dict) for each in node.get("allOf", ())):
            raise UntypableError("a keyword that has no type")
    return found


def _types(nodes: _Nodes) -> frozenset[str]:
    types = _ANY
    for _, node in nodes:
        declared = node.get("type", _ANY)
        named = {declared} if isinstance(declared, str) else set(declared)
        types &= named | {"integer"} if "number" in named else named
    return types


def _listed(nodes: _Nodes) -> list[Any] | None:
    """The values that one `const` or `enum` leaves; None where there is none."""
    lists = [[node["const"]] for _, node in nodes if "const" in node]
    lists += [node["enum"] for _, node in nodes if "enum" in node]
    return min(lists, key=len, default=None)


def _is_plain(value: object) -> bool:
    """Whether msgspec has a literal of it that means the same."""
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= LARGEST
    return value is None or isinstance(value, str)


def _starts(nodes: _Nodes, name: str) -> tuple[Pointer, ...]:
    """The schemas for the member `name`; the empty name stands for those that have none."""
    starts: list[Pointer] = []
    for at, node in nodes:
        if name in node.get("properties", ()):
            starts.append((*at, "properties", name))
        elif node.get("additionalProperties", True) is not True:
            starts.append((*at, "additionalProperties"))
    return tuple(starts)


def _read_condition(condition: Any, then: Any) -> tuple[str, Sequence[Any], set[str]]:
    """The member of a condition, the values it asks for, and the members that it then says something of."""
    try:
        ((when, value),) = condition["properties"].items()
        values = [value["const"]] if "const" in value else value["enum"]
        is_tie = condition == {"type": "object", "properties": {when: value}, "required": [when]}
        is_tie &= value.keys() in ({"const"}, {"enum"}) and then.keys() == {"properties"}
    except (LookupError, AttributeError, TypeError, ValueError) as problem:
        raise UntypableError("a condition of another kind") from problem
    if not is_tie or not all(map(_is_plain, values)):
        raise UntypableError("a condition of another kind")
    return when, values, set(then["properties"])
