"""The straight path through all bodies of one shape: members that must be there, without lists between.

The few values on it that decide together (codes, the status beside them, texts that are tied to them) make a row. Most
rows were seen before: what is known of a row is looked up at once, and its values are not looked at again.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from schemagen.scale.fast.batches import Examination, Look, look_of, present
from schemagen.scale.fast.shapes import Leaf, Object, Shape, Tie
from schemagen.scale.fast.texts import Messages, Texts

Row: TypeAlias = tuple[Any, ...]
"""The status of a response, what the message beside the code is if that decides something, and all other values that do."""

_CODES = 2000  # by status, that are kept as known
_MESSAGES = 5_000  # that are kept as known, beside all codes
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
    """The path of one shape. `texts` are the documented texts of codes that have some."""

    def __init__(self, shape: Shape, texts: Mapping[Any, Texts]) -> None:
        self._texts = texts
        self._path = path = _Path()
        if isinstance(shape, Object):
            path.walk(shape)
        elif (look := look_of(shape)) is not None:
            path.looks.append((_itself, look))
        code, message = path.masked()
        tied = [tie for _, then, tie in path.ties if then == message]
        self._ties = [each for each in path.ties if each[1] != message]
        self._messages = _Messages(texts, tied)
        self._get_message = operator.attrgetter(message) if message and (texts or tied) else None
        places = [place for place in path.deciding() if place != message]
        if code:
            places.remove(code)
            places.insert(0, code)
        self._places, self._is_masked = places, bool(message)
        self._getters = [operator.attrgetter(place) for place in places]

    def columns(self, statuses: Sequence[int], values: Sequence[Any]) -> list[Sequence[Any]]:
        """The columns whose values make the row of each body."""
        found = [list(map(get, values)) for get in self._getters]
        if self._get_message is None:
            return [statuses, [None] * len(values), *found]
        tables = map(self._messages.__getitem__, zip(statuses, found[0], strict=True))
        meanings = [
            None if table is None else table[message]
            for table, message in zip(tables, map(self._get_message, values), strict=True)
        ]
        return [statuses, meanings, *found]

    def look(self, found: Examination, values: Sequence[Any], owners: Sequence[int]) -> None:
        """Looks at all that stands in no row."""
        for get, look in self._path.looks:
            look(found, list(map(get, values)), owners)

    def holds(self, row: Row) -> bool:
        """Whether all that is demanded of the values of a row holds."""
        status, meaning, value = row[0], row[1], self._named(row)
        return (
            (meaning is None or meaning.is_taken)
            and all(
                leaf.by_status is None or value[place] is _UNSET or leaf.by_status[status].holds(value[place])
                for place, leaf in self._path.demands
            )
            and all(
                value[then] is _UNSET or tie.holds(status, value[when], value[then])
                for when, then, tie in self._ties
            )
        )

    def codes(self, row: Row) -> Iterator[tuple[Any, tuple[int, ...], Any]]:
        """Each code among the values of a row, with the positions of its texts that the message beside it is, and the
        status beside it.
        """
        value = self._named(row)
        for place, message, status in self._path.codes:
            code = value[place]
            if self._is_masked:
                meant = row[1].meant if row[1] else ()
            else:
                meant = self._texts[code].meant(value.get(message)) if code in self._texts else ()
            yield code, meant, value.get(status)

    def _named(self, row: Row) -> dict[str, Any]:
        """The values of a row by their places."""
        return dict(zip(self._places, row[2:], strict=True))


class _Messages(dict[tuple[int, Any], Messages | None]):
    """What is asked of the messages beside a code in responses with a status, found out when it is asked for; None: nothing."""

    def __init__(self, texts: Mapping[Any, Texts], ties: Sequence[Tie]) -> None:
        super().__init__()
        self._texts = texts
        self._ties = ties
        self._kept = 0

    def __missing__(self, key: tuple[int, Any]) -> Messages | None:
        status, code = key
        if len(self) >= _CODES:
            self.clear()
        columns = [column for tie in self._ties if (column := tie.column(status, code)) is not None]
        is_asked = code in self._texts or columns
        self[key] = found = Messages(self._texts.get(code), columns, self._make_room) if is_asked else None
        return found

    def _make_room(self) -> None:
        """Forgets all messages when there are many: most are new then."""
        self._kept += 1
        if self._kept > _MESSAGES:
            self._kept = 1
            for messages in self.values():
                if messages is not None:
                    messages.clear()


def _itself(value: Any) -> Any:
    return value
