"""Exact schema → shape, whose type accepts no body that the schema refuses.

What msgspec cannot say of one value (formats, patterns, bounds) is asked of the engine; what ties one member to another
becomes a tie. What is left out here (choices, free members, anything unknown) makes a body go the usual way: it is
never wrong to refuse here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from schemagen.contract import Contract
from schemagen.engine import Column, Identity
from schemagen.pointers import Pointer
from schemagen.scale.fast.nodes import (
    ANY,
    OF_SCALARS,
    SCALARS,
    SILENT,
    Nodes,
    is_plain,
    listed_in,
    nodes_at,
    read_condition,
    starts_of,
    types_of,
)
from schemagen.scale.fast.shapes import (
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


class _Spot(NamedTuple):
    """A place in a body: the schemas that hold there, exact and tolerant, and what is around it.

    `roles` are those of values around it in the same item, `nested` says that it stands in a list, a map or a member
    with role `children`.
    """

    exact: tuple[Pointer, ...]
    tolerant: tuple[Pointer, ...]
    depth: int = 0
    nested: bool = False
    roles: frozenset[str] = frozenset()


class Shapes:
    """Makes the shapes of bodies of one contract. What is the same at several statuses is made once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._status: frozenset[object] | None = None  # the values that a status in the body may have
        self._asked_status = False
        self._made: dict[_Spot, Shape] = {}
        self._made_by_status: dict[tuple[_Spot, frozenset[object] | None], Shape] = {}

    def of(self, status: int) -> Shape:
        """The shape of bodies that are exactly as documented for `status`, and on which there is nothing to remark.

        Raises:
            UntypableError: there is none.
        """
        selection = self._contract.select(status)
        if selection.at is None:
            raise UntypableError("no content")
        is_listed = selection.response is not None and selection.response.key == str(status)
        self._status = None if is_listed else frozenset((status, str(status), None))
        shape = self._shape(_Spot((selection.at,), (selection.at,)))
        is_object = isinstance(shape, Object) and all(member.name != "$base64" for member in shape.members)
        is_list = isinstance(shape, Many) and not shape.is_map
        if not (is_object or is_list) or shape.nullable:  # type: ignore[union-attr]
            raise UntypableError("a body that is not told from a text, from base64, or from none")
        return shape

    def _shape(self, spot: _Spot) -> Shape:
        """The shape of the values at a place."""
        if spot in self._made:
            return self._made[spot]
        by_status = spot, self._status
        if by_status in self._made_by_status:
            self._asked_status = True
            return self._made_by_status[by_status]
        asked_before, self._asked_status = self._asked_status, False
        try:
            shape = self._make(spot)
            if self._asked_status:
                self._made_by_status[by_status] = shape
            else:
                self._made[spot] = shape
        finally:
            self._asked_status |= asked_before
        return shape

    def _make(self, spot: _Spot) -> Shape:
        if spot.depth > _DEEPEST:
            raise UntypableError("too deep")
        nodes = nodes_at(self._contract.exact, spot.exact)
        role = self._role(spot)
        types = types_of(nodes)
        nullable = "null" in types
        if types <= SCALARS:
            return self._leaf(spot, nodes, types, role)
        if role in _ROLES or any(node.keys() & (OF_SCALARS | {"enum", "const"}) for _, node in nodes):
            raise UntypableError("a container as a value")
        if types == ANY:
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

    def _tolerant(self, spot: _Spot) -> Nodes:
        return nodes_at(self._contract.tolerant, spot.tolerant)

    def _only(self, spot: _Spot, role: str) -> frozenset[object] | None:
        """The values that a place may have because of the status of the response; None: any."""
        if role != "status" or spot.nested:
            return None
        self._asked_status = True
        return self._status

    def _column(self, places: tuple[Pointer, ...]) -> Column:
        return _column(Identity(self._contract.exact.document), places)

    def _leaf(self, spot: _Spot, nodes: Nodes, types: frozenset[str], role: str) -> Leaf:
        if not types or ("boolean" in types and types & {"integer", "number"}):
            raise UntypableError("no type, or values that are equal only in Python")
        if role in _ROLES and types & {"boolean", "number"}:
            raise UntypableError("a code or a status that is written in several ways")
        kinds = types - {"integer"} if "number" in types else types
        only = self._only(spot, role)
        values = listed_in(nodes)
        if values is not None:
            judge = self._column(spot.exact)
            accepted = frozenset(value for value in values if is_plain(value) and judge.accepts(value))
            if not accepted:
                raise UntypableError("no value")
            return Leaf(kinds, role, Demand(accepted, None, only))
        is_restricted = any(node.keys() & OF_SCALARS for _, node in nodes)
        return Leaf(kinds, role, Demand(None, self._column(spot.exact) if is_restricted else None, only))

    def _list(self, spot: _Spot, nodes: Nodes, empty: Many) -> Many:
        inner = _Spot(
            tuple((*at, "items") for at, node in nodes if "items" in node),
            tuple((*at, "items") for at, node in self._tolerant(spot) if "items" in node),
            spot.depth + 1,
            nested=True,
        )
        least = max((node["minItems"] for _, node in nodes if "minItems" in node), default=0)
        most = min((node["maxItems"] for _, node in nodes if "maxItems" in node), default=None)
        try:
            item = self._shape(inner) if inner.exact else Free()
        except UntypableError:
            if least:
                raise
            return empty
        return empty._replace(item=item, least=least, most=most)

    def _object(self, spot: _Spot, nodes: Nodes, names: Sequence[str], empty: Object) -> Object:
        required = {name for _, node in nodes for name in node.get("required", ())}
        tolerant = self._tolerant(spot)
        is_nested = spot.nested or empty.role == "children"
        spots = {
            name: _Spot(starts_of(nodes, name), starts_of(tolerant, name), spot.depth + 1, is_nested)
            for name in names
        }
        roles = [self._role(inner) for inner in spots.values()]
        _see_to_roles(spot, roles)
        members = []
        for position, name in enumerate(names):
            if not can_be_named(name):
                continue
            try:
                shape = self._shape(spots[name]._replace(roles=spot.roles.union(roles)))
            except UntypableError:
                continue  # with it, a body goes the usual way
            members.append(Member(name, f"m{position}", shape, name in required))
        if not required <= {member.name for member in members}:
            raise UntypableError("a member that is required and has no shape")
        ties = tuple(self._ties(nodes, {member.name: member.shape for member in members}))
        return empty._replace(members=tuple(members), ties=ties)

    def _map(self, spot: _Spot, nodes: Nodes, empty: Many) -> Many:
        if any("required" in node or "if" in node for _, node in nodes):
            raise UntypableError("members without a shape")
        exact = starts_of(nodes, "")
        if not exact:
            return empty._replace(item=Free())
        inner = _Spot(
            exact, starts_of(self._tolerant(spot), ""), spot.depth + 1, nested=True, roles=spot.roles
        )
        return empty._replace(item=self._shape(inner))

    def _ties(self, nodes: Nodes, members: Mapping[str, Shape]) -> Iterator[Tie]:
        """The ties of a member to the value of another, as the compiler writes them."""
        places: dict[tuple[str, str], dict[object, tuple[Pointer, ...]]] = {}
        for at, node in nodes:
            if "if" not in node:
                continue
            when, values, names = read_condition(node["if"], node.get("then"))
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


def _free(nodes: Nodes, role: str) -> Free:
    if any(node.keys() - SILENT - {"type"} for _, node in nodes):
        raise UntypableError("constraints without a type")
    return Free(role)


def _see_to_roles(spot: _Spot, roles: Sequence[str]) -> None:
    """What belongs to a code must stand beside it, once, and not around it: then it is found column by column."""
    for role in ("message", "status"):
        if roles.count(role) > 1 or (role in spot.roles and "code" in roles):
            raise UntypableError("it is not clear what belongs to a code")
