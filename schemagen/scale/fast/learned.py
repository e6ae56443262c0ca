"""Types that are learned from values: of what stands beside the parts that are read, and has to be JSON all the same.

Nothing in them is skipped, because what msgspec skips it does not check for UTF-8, depth and the size of numbers.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Collection, Mapping
from typing import Annotated, Any, TypeAlias, Union

import msgspec

from schemagen.scale.fast.shapes import any_json, can_be_named

_Scalar: TypeAlias = str | Annotated[int, msgspec.Meta(ge=-(2**62), le=2**62)] | float | bool | None
_DEEPEST = 24  # levels that are learned: stacks of callers are deep
_MEMBERS = 60  # of an object; one with more is a map, whose names are not learned


class UnlearnableError(Exception):
    """A value that is nested too deep, or has a member that no type can name."""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in one place, besides texts, numbers and the like, and lists of them, which may stand in any.

    `members`: what was seen in those of objects, by their names; None: there was no object. `items`: in those of lists.
    """

    members: Mapping[str, Seen] | None = None
    items: Seen | None = None

    def __or__(self, other: Seen) -> Seen:
        mine, theirs = self.members, other.members
        if mine is not None and theirs is not None:
            both = {name: mine[name] | theirs[name] for name in mine.keys() & theirs.keys()}
            mine = {**mine, **theirs, **both}
        items = self.items | other.items if self.items and other.items else self.items or other.items
        return Seen(theirs if mine is None else mine, items)

    @property
    def size(self) -> int:
        """How many names were seen, in all places."""
        inner = [*(self.members or {}).values(), *([self.items] if self.items else [])]
        return len(self.members or ()) + sum(each.size for each in inner)

    def at(self, *names: str) -> Seen:
        """What was seen in a member of a member."""
        return functools.reduce(lambda seen, name: (seen.members or {}).get(name, Seen()), names, self)

    @property
    def type(self) -> Any:
        """The type of what was seen."""
        item = self.items.type if self.items else _Scalar
        kinds: list[Any] = [_Scalar, list[item]]  # type: ignore[valid-type]
        if self.members is not None:
            is_map = len(self.members) > _MEMBERS
            kinds.append(dict[str, any_json(2)] if is_map else self.object_type("Others", {}))  # type: ignore[misc]
        return Union[tuple(kinds)]  # noqa: UP007

    def object_type(
        self,
        title: str,
        parts: Mapping[str, tuple[str, Any]],
        others: Mapping[str, Any] | None = None,
        *,
        optional: Collection[str] = (),
    ) -> Any:
        """The type of objects that have all these `parts`, each with its attribute and type, but for those that are `optional`,
        for which None stands; and perhaps `others`, of these types, and members that were seen.

        They stand in it in the order in which they were seen: so msgspec finds them soonest.
        """
        kinds = {name: inner.type for name, inner in (self.members or {}).items()} | dict(others or {})
        fields: list[Any] = []
        for position, name in enumerate(dict.fromkeys((*kinds, *parts))):
            attribute, kind = parts[name] if name in parts else (f"other{position}", kinds[name])
            default = msgspec.NODEFAULT if name in parts and name not in optional else None
            fields.append((attribute, kind, msgspec.field(name=name, default=default)))
        return msgspec.defstruct(title, fields, forbid_unknown_fields=True, gc=False, kw_only=True)


def look_at(value: Any, levels: int = _DEEPEST) -> Seen:
    """What is to be seen in a value.

    Raises:
        UnlearnableError: it has no type.
    """
    if not isinstance(value, dict | list):
        return Seen()
    if not levels:
        raise UnlearnableError
    if isinstance(value, list):
        return Seen(
            None, functools.reduce(operator.or_, (look_at(item, levels - 1) for item in value), Seen())
        )
    if not all(map(can_be_named, value)):
        raise UnlearnableError
    return Seen({name: look_at(inner, levels - 1) for name, inner in value.items()})
