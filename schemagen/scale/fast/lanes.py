"""The straight path through all bodies of one shape: members that must be there, without lists between.

The few values on it that decide together (codes, the status beside them, texts that are tied to them) make a row. Most
rows were seen before: what is known of a row is looked up at once, and its values are not looked at again.
"""

from __future__ import annotations

import dataclasses
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from schemagen.scale.fast.batches import Examination, Look, look_of, present
from schemagen.scale.fast.shapes import Leaf, Object, Shape, Tie

Row: TypeAlias = tuple[int, Any, tuple[Any, ...]]
"""The status of a response, the message beside the code if it may decide something, and all other values that do."""

_UNSET = msgspec.UNSET
_ALWAYS = "__class__"  # an attribute that is always the same


@dataclasses.dataclass(slots=True)
class _Path:
    """What is found on the path: where values that decide stand, and what looks at the others."""

    demands: list[tuple[str, Leaf]] = dataclasses.field(default_factory=list)
    ties: list[tuple[str, str, Tie]] = dataclasses.field(default_factory=list)
    codes: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    looks: list[tuple[Callable[[Any], Any], Look]] = dataclasses.field(default_factory=list)

    def walk(self, shape: Object, path: str = "") -> None:
        """Takes the members of an object that every body has at `path`."""
        at = {member.name: f"{path}{member.attribute}" for member in shape.members}
        by_role: dict[str, str] = {}
        for member in shape.members:
            place, inner = at[member.name], member.shape
            if isinstance(inner, Leaf):
                by_role.setdefault(inner.role, place)
            if isinstance(inner, Object) and member.required and not inner.nullable:
                self.walk(inner, f"{place}.")
            elif isinstance(inner, Leaf) and inner.by_status is not None:
                self.demands.append((place, inner))
            elif (look := look_of(inner)) is not None:
                looked = look if member.required else present(_UNSET, look)
                if looked is not None:
                    self.looks.append((operator.attrgetter(place), looked))
        beside = by_role.get("message", _ALWAYS), by_role.get("status", _ALWAYS)
        self.codes += [
            (at[member.name], *beside)
            for member in shape.members
            if isinstance(member.shape, Leaf) and member.shape.role == "code"
        ]
        self.ties += [(at[tie.when], at[tie.then], tie) for tie in shape.ties]

    def deciding(self) -> list[str]:
        """All places of values that decide together, each once."""
        found = [place for place, _ in self.demands]
        found += [place for when, then, _ in self.ties for place in (when, then)]
        found += [place for places in self.codes for place in places]
        return [place for place in dict.fromkeys(found) if place != _ALWAYS]

    def masked(self) -> tuple[str, str]:
        """The code and the message beside it if the message decides nothing but with the code; else empty."""
        if len(self.codes) != 1:
            return "", ""
        ((code, message, _),) = self.codes
        decides = any(place == message for place, _ in self.demands)
        decides |= any(when == message or (then == message and when != code) for when, then, _ in self.ties)
        return ("", "") if decides or message == _ALWAYS else (code, message)


class Lane:
    """The path of one shape. `texted` are the codes that have documented texts."""

    def __init__(self, shape: Shape, texted: Iterable[object]) -> None:
        self._path = path = _Path()
        if isinstance(shape, Object):
            path.walk(shape)
        elif (look := look_of(shape)) is not None:
            path.looks.append((_itself, look))
        code, message = path.masked()
        tables = (tie.table for _, then, tie in path.ties if then == message)
        self._sensitive = frozenset(texted).union(*tables) if message else frozenset[object]()
        self._get_message = operator.attrgetter(message) if self._sensitive else None
        places = [place for place in path.deciding() if place != message]
        if code:
            places.remove(code)
            places.insert(0, code)
        self._message, self._places = message, places
        self._get = operator.attrgetter(*places, *[_ALWAYS] * max(0, 2 - len(places)))

    def rows(self, statuses: Sequence[int], values: Sequence[Any]) -> list[Row]:
        """The row of each body."""
        rows: Iterable[tuple[Any, ...]] = map(self._get, values)
        if self._get_message is None:
            return list(zip(statuses, itertools.repeat(None, len(values)), rows, strict=True))
        sensitive, rows = self._sensitive, list(rows)
        messages = [
            message if row[0] in sensitive else None
            for message, row in zip(map(self._get_message, values), rows, strict=True)
        ]
        return list(zip(statuses, messages, rows, strict=True))

    def look(self, found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        """Looks at all that stands in no row."""
        for get, look in self._path.looks:
            look(found, list(map(get, values)), owners)

    def holds(self, status: int, value: Mapping[str, Any]) -> bool:
        """Whether all that is demanded of the values of a row holds, which `named` gives."""
        return all(
            leaf.by_status is None or value[place] is _UNSET or leaf.by_status[status].holds(value[place])
            for place, leaf in self._path.demands
        ) and all(
            value[then] is _UNSET
            or value[when] not in tie.table
            or tie.holds(status, value[when], value[then])
            for when, then, tie in self._path.ties
        )

    def codes(self, value: Mapping[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
        """Each code among the values of a row, with the message and the status beside it."""
        for code, message, status in self._path.codes:
            yield value[code], value.get(message), value.get(status)

    def named(self, row: Row) -> dict[str, Any]:
        """The values of a row by their places."""
        _, message, values = row
        return {self._message: message, **dict(zip(self._places, values))}  # noqa: B905 - it may end in what is always the same


def _itself(value: Any) -> Any:
    return value
