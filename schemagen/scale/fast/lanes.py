"""The straight path through all bodies of one shape: members that must be there, without lists between.

The few values on it that decide together (the status of the response, codes, the status beside them, texts that are tied
to them) lead to a row, which is what a response counts as. Most of them were seen before, and are not looked at again.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from schemagen.scale.fast.batches import NOTHING, Examination, Look, look_of, present
from schemagen.scale.fast.shapes import Leaf, Object, Shape, Tie
from schemagen.scale.fast.shown import Row, Shown

_MOST = 5_000  # values, and messages, whose rows are kept: most are new where there are more
_UNSET = msgspec.UNSET


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
        beside = by_role.get("message", NOTHING), by_role.get("status", NOTHING)
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
        return [place for place in dict.fromkeys(found) if place != NOTHING]

    def masked(self) -> tuple[str, str]:
        """The code and the message beside it if the message decides nothing but with the code; else empty."""
        if len(self.codes) != 1:
            return "", ""
        ((code, message, _),) = self.codes
        decides = any(place == message for place, _ in self.demands)
        decides |= any(when == message or (then == message and when != code) for when, then, _ in self.ties)
        return ("", "") if decides or message == NOTHING else (code, message)


class Lane:
    """The path of one shape. `shown` makes its rows."""

    def __init__(self, shape: Shape, shown: Shown) -> None:
        self._shown = shown
        self._path = path = _Path()
        if isinstance(shape, Object):
            path.walk(shape)
        elif (look := look_of(shape)) is not None:
            path.looks.append((_itself, look))
        self._code, message = path.masked()
        self._tied = [tie for _, then, tie in path.ties if then == message]
        self._ties = [each for each in path.ties if each[1] != message]
        self._places = [place for place in path.deciding() if place != message]
        asked = [message] if message and (shown.texts or self._tied) else []
        self._getters = [operator.attrgetter(place) for place in (*self._places, *asked)]
        self._known = _Known(self._find)
        self._kept = 0

    def rows(self, statuses: Sequence[int], values: Sequence[Any]) -> list[Row | None]:
        """The row of each body; None: something that is demanded of the values that decide does not hold."""
        if self._kept > _MOST:
            self._kept = 0
            self._known.clear()
        found = map(self._known.__getitem__, statuses)
        for get in self._getters:
            found = map(operator.getitem, found, map(get, values))
        return list(found)

    def look(self, found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        """Looks at all that stands in no row."""
        for get, look in self._path.looks:
            look(found, list(map(get, values)), owners)

    def _find(self, status: int, *told: Any) -> Any:
        """What is known of a status and the first of the values that decide: the row, or what knows it by the next value."""
        self._kept += 1
        if len(told) < len(self._places):
            return _Known(functools.partial(self._find, status, *told))
        value = dict(zip(self._places, told, strict=True))
        row = self._row(status, value, ()) if self._holds(status, value) else None
        return row if len(self._getters) == len(told) else self._with_message(row, status, value)

    def _with_message(self, row: Row | None, status: int, value: Mapping[str, Any]) -> _Known | _Always:
        """What knows the row by the message; `row` is that of a message that is none of the texts."""
        code = value[self._code]
        texts = self._shown.texts.get(code)
        columns = [column for tie in self._tied if (column := tie.column(status, code)) is not None]
        if row is None or not (texts or columns):
            return _Always(row)
        rows: dict[tuple[int, ...], Row] = {(): row}

        def find(message: object) -> Row | None:
            self._kept += 1
            if message is not _UNSET and not all(column.accepts(message) for column in columns):
                return None
            meant = texts.find(message) if texts else ()
            if meant not in rows:
                rows[meant] = self._row(status, value, meant)
            return rows[meant]

        return _Known(find)

    def _holds(self, status: int, value: Mapping[str, Any]) -> bool:
        """Whether all that is demanded of the values that decide holds."""
        return all(
            leaf.by_status is None or value[place] is _UNSET or leaf.by_status[status].holds(value[place])
            for place, leaf in self._path.demands
        ) and all(
            value[then] is _UNSET or tie.holds(status, value[when], value[then])
            for when, then, tie in self._ties
        )

    def _row(self, status: int, value: Mapping[str, Any], meant: tuple[int, ...]) -> Row:
        """The row for these values. `meant` are the texts that the message is, if it is masked."""
        codes = []
        for place, message, said in self._path.codes:
            texts = None if self._code else self._shown.texts.get(value[place])
            codes.append((value[place], texts.meant(value.get(message)) if texts else meant, value.get(said)))
        return self._shown.row(status, codes)


class _Known(dict[Any, Any]):
    """What is known of each key, found out when it is asked for."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Any) -> Any:
        self[key] = found = self._find(key)
        return found


class _Always:
    """What is the same for each key."""

    __slots__ = ("_row",)

    def __init__(self, row: Row | None) -> None:
        self._row = row

    def __getitem__(self, key: object) -> Row | None:
        return self._row


def _itself(value: Any) -> Any:
    return value
