"""A walk through a body along a schema: what the schema says of each value, found out once for each place in the schema."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from schemagen.checking import applied, best, compiled
from schemagen.contract import Note, Schema
from schemagen.engine import Identity
from schemagen.pointers import Pointer

MOST_VALUES = (
    100_000  # are looked at of a body; one of 16 MiB may hold millions, and is looked into more than once
)


class Spot(NamedTuple):
    """What a schema says of a value: the schema objects that hold for it, as pointers and as they are, with the members that
    they document, those that must be there, and the note with the role of the value, if it has one.

    `named`, `others` and `items` are where the schemas for what is inside begin: by the name of a member, of an entry of a
    map, of an item of a list.
    """

    schemas: tuple[tuple[Pointer, dict[str, Any]], ...]
    members: frozenset[str]
    required: frozenset[str]
    note: Note | None
    named: dict[str, tuple[Pointer, ...]]
    others: tuple[Pointer, ...]
    items: tuple[Pointer, ...]


class Visit(NamedTuple):  # one for each value of a body: quicker than a dataclass
    """A value of the body and what the schema says of it."""

    pointer: Pointer
    value: Any
    spot: Spot
    item: Pointer = ()


def visits(schema: Schema, at: Pointer, value: Any, most: int = MOST_VALUES) -> Iterator[Visit]:
    """Every value of a body that the schema at `at` says something about, in document order, the body itself first.

    So many values are looked at, `most`, and of one list or object a fifth of that: what stands behind it is seen, too.
    """
    return _Walk(_spots(Identity(schema)), most // 5, iter(range(most))).visits((at,), value)


class _Walk(NamedTuple):
    """A walk through a body along a schema: one of `room` is taken for each value, at most `items` are looked at of each."""

    spots: _Spots
    items: int
    room: Iterator[int]

    def visits(
        self, starts: tuple[Pointer, ...], value: Any, pointer: Pointer = (), item: Pointer = ()
    ) -> Iterator[Visit]:
        """The visits of `value`, for which the schemas at `starts` hold, and below."""
        spot = self.spots.find(starts, value)
        yield Visit(pointer, value, spot, item)
        children: Iterable[tuple[Any, Any]]
        if isinstance(value, dict):
            children, named, others = value.items(), spot.named, spot.others
        elif isinstance(value, list):
            children, named, others = enumerate(value), {}, spot.items
        else:
            return
        if spot.note is not None and spot.note.role == "children":
            item = pointer
        for (step, child), _ in zip(itertools.islice(children, self.items), self.room, strict=False):
            place = (*pointer, step)
            if step in named:
                yield from self.visits(named[step], child, place, item)
            elif others:
                yield from self.visits(others, child, place, place)


class _Spots:
    """What one schema says of values, found out once for each place in it."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._by_starts: dict[tuple[Pointer, ...], Spot] = {}  # where there is no choice
        self._by_places: dict[tuple[Pointer, ...], Spot] = {}

    def find(self, starts: tuple[Pointer, ...], value: Any) -> Spot:
        """What is said of `value`, for which the schemas at `starts` hold."""
        spot = self._by_starts.get(starts)
        if spot is not None:
            return spot
        schemas = tuple(_holding(self._schema, starts, value))
        places = tuple(at for at, _ in schemas)
        spot = self._by_places.get(places)
        if spot is None:
            spot = self._by_places[places] = _spot(self._schema, schemas)
        if not any("anyOf" in node for _, node in schemas):
            self._by_starts[starts] = spot
        return spot


@functools.lru_cache(maxsize=512)
def _spots(identity: Identity[Schema]) -> _Spots:
    return _Spots(identity.held)


def _spot(schema: Schema, schemas: tuple[tuple[Pointer, dict[str, Any]], ...]) -> Spot:
    named: dict[str, tuple[Pointer, ...]] = {}
    for at, node in schemas:
        for name in node.get("properties", ()):
            named[name] = (*named.get(name, ()), (*at, "properties", name))
    notes = (schema.notes.get(at) for at, _ in schemas)
    return Spot(
        schemas,
        frozenset(named),
        frozenset(name for _, node in schemas for name in node.get("required", ())),
        next((note for note in notes if note is not None and note.role), None),
        named,
        tuple(
            (*at, "additionalProperties")
            for at, node in schemas
            if isinstance(node.get("additionalProperties"), dict)
        ),
        tuple((*at, "items") for at, node in schemas if "items" in node),
    )


def _holding(
    schema: Schema, starts: tuple[Pointer, ...], value: Any
) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """The schema objects that hold for `value`: through `$ref` and `allOf`, and of an `anyOf` the branch that fits."""
    for start in starts:
        for at, node in applied(schema, start):
            yield at, node
            if "anyOf" in node:
                branch = _fitting(schema, at, node, value)
                if branch is not None:
                    yield from _holding(schema, ((*at, "anyOf", branch),), value)


def _fitting(schema: Schema, at: Pointer, node: dict[str, Any], value: Any) -> int | None:
    indexes = range(len(node["anyOf"]))
    accepting = [
        index for index in indexes if compiled(schema.document, (*at, "anyOf", index)).accepts(value)
    ]
    if len(accepting) == 1:
        return accepting[0]
    alike = best(schema, at, value, accepting or indexes)
    if accepting:
        return alike[0] if alike else accepting[0]
    return alike[0] if len(alike) == 1 else None
