"""Many decoded bodies of one shape at once: which of them break what no type says, and which codes stand in them.

Values are looked at by columns: one member of all bodies at a time, so that loops run in C. `owners` says of each value
of a column the position of its body.
"""

from __future__ import annotations

import dataclasses
import itertools
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import msgspec

from schemagen.scale.fast.shapes import Leaf, Many, Member, Object, Shape, Tie

_MOST = 20_000  # pairs of values that are kept as good, in one place

_UNSET = msgspec.UNSET
NOTHING = "__class__"  # an attribute of every object that is no value
FAILURES = (msgspec.MsgspecError, ValueError, RecursionError)  # bad UTF-8 is a ValueError


def decode_each(decode: Callable[[Any], Any], texts: Iterable[Any]) -> tuple[list[Any], list[int]]:
    """What `decode` makes of each text, and the positions of those that it refuses, for which None stands.

    The loop runs in C: `extend` keeps what came before the one that is refused, and `map` goes on behind it.
    """
    decoded: list[Any] = []
    refused: list[int] = []
    rest = map(decode, texts)
    while True:
        try:
            decoded.extend(rest)
        except FAILURES:
            refused.append(len(decoded))
            decoded.append(None)
        else:
            return decoded, refused


Told: TypeAlias = tuple[Sequence[int], Iterable[tuple[Any, Any, Any]]]
"""The positions of bodies; and for each, a code in it, with what stands beside that as its message and its status."""


@dataclasses.dataclass(slots=True)
class Examination:
    """What is found in many bodies: `bad` are the positions of those that are not proven, `told` the codes in all.

    `statuses` are those of the responses, by position.
    """

    statuses: Sequence[int]
    bad: set[int] = dataclasses.field(default_factory=set)
    told: list[Told] = dataclasses.field(default_factory=list)

    def of(self, owners: Sequence[int]) -> Sequence[int]:
        """The statuses of the responses at these positions."""
        return self.statuses if isinstance(owners, range) else [self.statuses[owner] for owner in owners]


Look: TypeAlias = Callable[[Examination, Sequence[Any], Sequence[int]], None]


def look_of(shape: Shape) -> Look | None:
    """What looks at values that were decoded by the type of `shape`; None where there is nothing to look at."""
    if isinstance(shape, Leaf):
        return _look_of_leaf(shape)
    if isinstance(shape, Object):
        return present(None, _look_of_object(shape)) if shape.nullable else _look_of_object(shape)
    if isinstance(shape, Many) and shape.item is not None:
        look = look_of(shape.item)
        if look is not None:
            return present(None, _look_into(look, is_map=shape.is_map))
    return None


def _look_of_leaf(leaf: Leaf) -> Look | None:
    column, only, by_status = leaf.demand.column, leaf.demand.only, leaf.by_status
    good: set[tuple[int, Any]] = set()

    def look_by_status(found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        pairs = list(zip(found.of(owners), values, strict=True))
        new = set(pairs) - good
        wrong = {(status, value) for status, value in new if not by_status[status].holds(value)}  # type: ignore[index]
        _remember(good, new - wrong)
        if wrong:
            found.bad.update(owner for pair, owner in zip(pairs, owners, strict=True) if pair in wrong)

    def look(found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        if only is not None and not only.issuperset(values):
            found.bad.update(owner for value, owner in zip(values, owners, strict=True) if value not in only)
        if column is not None and values:
            found.bad.update(owners[position] for position in column.refused(list(values)))

    if by_status is not None:
        return look_by_status
    return look if column is not None or only is not None else None


def _look_into(look: Look, *, is_map: bool) -> Look:
    """Looks at the items of lists, or at the values of maps, all together."""

    def look_into(found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        if any(values):
            inner = [value.values() for value in values] if is_map else values
            repeated = map(itertools.repeat, owners, map(len, inner))
            items = list(itertools.chain.from_iterable(inner))
            look(found, items, list(itertools.chain.from_iterable(repeated)))

    return look_into


def present(nothing: object, look: Look | None) -> Look | None:
    """Looks only at the values that are not `nothing`."""
    if look is None:
        return None

    def look_at_present(found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        kept = [value is not nothing for value in values]
        if all(kept):
            look(found, values, owners)
        elif any(kept):
            look(found, list(itertools.compress(values, kept)), list(itertools.compress(owners, kept)))

    return look_at_present


def _look_of_object(shape: Object) -> Look | None:
    looks = [(member, each) for member in shape.members if (each := _look_of_member(member)) is not None]
    ties = [(tie.when, tie.then, _tie(tie)) for tie in shape.ties]
    at = {member.name: member.attribute for member in shape.members}
    by_role = {
        member.shape.role: member.attribute for member in shape.members if isinstance(member.shape, Leaf)
    }
    beside = by_role.get("message", NOTHING), by_role.get("status", NOTHING)
    codes = [
        operator.attrgetter(member.attribute, *beside)
        for member in shape.members
        if isinstance(member.shape, Leaf) and member.shape.role == "code"
    ]
    used = {name for when, then, _ in ties for name in (when, then)}
    used.update(member.name for member, _ in looks)
    getters = [(name, operator.attrgetter(attribute)) for name, attribute in at.items() if name in used]

    def look(found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        columns = {name: list(map(get, values)) for name, get in getters}
        for member, each in looks:
            each(found, columns[member.name], owners)
        for when, then, check in ties:
            check(found, columns[when], columns[then], owners)
        found.told.extend((owners, map(get, values)) for get in codes)

    return look if used or codes else None


def _look_of_member(member: Member) -> Look | None:
    look = look_of(member.shape)
    return look if member.required else present(_UNSET, look)


def _tie(tie: Tie) -> Callable[[Examination, Sequence[Any], Sequence[Any], Sequence[int]], None]:
    table, by_status = tie.table, tie.by_status
    good: set[tuple[int, Any, Any]] = set()

    def check(found: Examination, when: Sequence[Any], then: Sequence[Any], owners: Sequence[int]) -> None:
        if table.keys().isdisjoint(when):
            return
        statuses = found.of(owners) if by_status else [0] * len(owners)
        triples = list(zip(statuses, when, then, strict=True))
        new = {triple for triple in triples if triple[1] in table} - good
        wrong = {triple for triple in new if triple[2] is not _UNSET and not tie.holds(*triple)}
        _remember(good, new - wrong)
        if wrong:
            found.bad.update(owner for triple, owner in zip(triples, owners, strict=True) if triple in wrong)

    return check


def _remember(good: set[Any], more: set[Any]) -> None:
    if len(good) < _MOST:
        good |= more
