"""What decoded bodies of a contract look like: types that msgspec decodes by, and what is left to look at behind them.

Shapes of the same contract at several statuses are merged into one, so that their bodies are decoded and looked at
together; what only holds at one status is then looked up by status and value.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union

import msgspec

from schemagen.engine import Column

LARGEST = 2**53  # integers beyond are floats for some

Integer: TypeAlias = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Scalar: TypeAlias = str | float | bool | None

_TYPES: dict[str, Any] = {
    "string": str, "integer": Integer, "number": Union[Integer, float], "boolean": bool, "null": None,  # noqa: UP007
}  # fmt: skip
_NOTHING = Annotated[list[Literal["\0"]], msgspec.Meta(max_length=0)]


def any_json(levels: int) -> Any:
    """The type of any JSON value of at most so many levels. Nothing in it is skipped: skipped text is not looked at."""
    if not levels:
        return Scalar
    inner = any_json(levels - 1)
    return Union[Scalar, list[inner], dict[str, inner]]  # type: ignore[valid-type]  # noqa: UP007


def can_be_named(name: str) -> bool:
    """Whether msgspec takes it for the name of a member."""
    return name.isprintable() and not {'"', "\\"}.intersection(name)


class UntypableError(Exception):
    """What is documented has no shape here: it goes the usual way."""


class Demand(NamedTuple):
    """What must hold for a value: one of `values`, as `column` says, and one of `only`; None: nothing."""

    values: frozenset[object] | None = None
    column: Column | None = None
    only: frozenset[object] | None = None

    def holds(self, value: object) -> bool:
        """Whether it holds."""
        return (
            (self.values is None or value in self.values)
            and (self.only is None or value in self.only)
            and (self.column is None or self.column.accepts(value))
        )


class Leaf(NamedTuple):
    """A value that is no container, of one of the `kinds`. What is demanded holds at every status, or at each its own."""

    kinds: frozenset[str]
    role: str = ""
    demand: Demand = Demand()
    by_status: Mapping[int, Demand] | None = None

    @property
    def type(self) -> Any:
        """The type that values are decoded by."""
        if self.demand.values is not None:
            return Literal[tuple(sorted(self.demand.values, key=repr))]
        return Union[tuple(_TYPES[kind] for kind in sorted(self.kinds))]  # noqa: UP007


class Free(NamedTuple):
    """Any JSON."""

    role: str = ""
    type: Any = any_json(3)


class Member(NamedTuple):
    """A member of an object; `attribute` is its name in the type."""

    name: str
    attribute: str
    shape: Shape
    required: bool


class Tie(NamedTuple):
    """Where the member `when` has one of the values of the table, the member `then` is as its column says.

    `by_status`: the tables of single statuses, where they differ; `table` has the values of all then.
    """

    when: str
    then: str
    table: Mapping[object, Column]
    by_status: Mapping[int, Mapping[object, Column]] | None = None

    def column(self, status: int, value: object) -> Column | None:
        """What must hold beside `value`; None: nothing."""
        return (self.by_status[status] if self.by_status else self.table).get(value)

    def holds(self, status: int, value: object, told: object) -> bool:
        """Whether `told` may stand beside `value`."""
        column = self.column(status, value)
        return column is None or column.accepts(told)


class Object(NamedTuple):
    """An object with these members and no others. `nullable`: it may be null instead."""

    members: tuple[Member, ...]
    ties: tuple[Tie, ...] = ()
    nullable: bool = False
    role: str = ""

    @property
    def type(self) -> Any:
        """The type that objects are decoded by."""
        fields: list[Any] = []
        for member in sorted(self.members, key=lambda member: not member.required):
            kind = member.shape.type
            if member.required:
                fields.append((member.attribute, kind, msgspec.field(name=member.name)))
            else:
                optional = msgspec.field(name=member.name, default=msgspec.UNSET)
                fields.append((member.attribute, Union[kind, msgspec.UnsetType], optional))  # noqa: UP007
        struct = msgspec.defstruct("Body", fields, forbid_unknown_fields=True, gc=False)
        return struct | None if self.nullable else struct


class Many(NamedTuple):
    """A list of items, or a map (an object with free names) of values, all of one shape; without `item`, an empty list."""

    item: Shape | None
    is_map: bool = False
    nullable: bool = False
    role: str = ""
    least: int | None = None
    most: int | None = None

    @property
    def type(self) -> Any:
        """The type that they are decoded by."""
        if self.item is None:
            kind: Any = _NOTHING
        elif self.is_map:
            kind = dict[str, self.item.type]  # type: ignore[name-defined]
        else:
            bounds = msgspec.Meta(min_length=self.least, max_length=self.most)
            kind = list[self.item.type]  # type: ignore[name-defined]
            kind = Annotated[kind, bounds] if self.least or self.most is not None else kind
        return Union[kind, None] if self.nullable else kind  # noqa: UP007


Shape: TypeAlias = Leaf | Free | Object | Many


def merge(shapes: Mapping[int, Shape]) -> Shape:
    """One shape for what has these shapes at these statuses.

    Raises:
        UntypableError: they are built otherwise.
    """
    first, *others = shapes.values()
    if all(other == first for other in others):
        return first
    if any(type(other) is not type(first) for other in others):
        raise UntypableError("other kinds at other statuses")
    if isinstance(first, Leaf):
        return _merge_leaves(shapes)  # type: ignore[arg-type]
    if isinstance(first, Object):
        return _merge_objects(first, shapes)  # type: ignore[arg-type]
    if isinstance(first, Many) and first.item is not None:
        items = {
            status: shape.item for status, shape in shapes.items() if isinstance(shape, Many) and shape.item
        }
        alike = [shape._replace(item=None) for shape in shapes.values() if isinstance(shape, Many)]
        if len(items) == len(shapes) and all(other == alike[0] for other in alike):
            return first._replace(item=merge(items))
    raise UntypableError("built otherwise at other statuses")


def _merge_leaves(leaves: Mapping[int, Leaf]) -> Leaf:
    frames = {(leaf.kinds, leaf.role) for leaf in leaves.values()}
    if len(frames) > 1 or any(leaf.by_status is not None for leaf in leaves.values()):
        raise UntypableError("other kinds at other statuses")
    ((kinds, role),) = frames
    listed = [leaf.demand.values for leaf in leaves.values()]
    values = None if None in listed else frozenset(itertools.chain.from_iterable(filter(None, listed)))
    return Leaf(kinds, role, Demand(values), {status: leaf.demand for status, leaf in leaves.items()})


def _merge_objects(first: Object, shapes: Mapping[int, Object]) -> Object:
    def frame(shape: Object) -> object:
        members = [(member.name, member.attribute, member.required) for member in shape.members]
        return members, [(tie.when, tie.then) for tie in shape.ties], shape.nullable, shape.role

    if any(frame(shape) != frame(first) for shape in shapes.values()):
        raise UntypableError("other members at other statuses")
    members = tuple(
        member._replace(
            shape=merge({status: shape.members[position].shape for status, shape in shapes.items()}),
        )
        for position, member in enumerate(first.members)
    )
    ties = tuple(
        _merge_ties({status: shape.ties[position] for status, shape in shapes.items()})
        for position in range(len(first.ties))
    )
    return first._replace(members=members, ties=ties)


def _merge_ties(ties: Mapping[int, Tie]) -> Tie:
    first = next(iter(ties.values()))
    if all(tie == first for tie in ties.values()):
        return first
    table = {value: column for tie in ties.values() for value, column in tie.table.items()}
    return Tie(first.when, first.then, table, {status: tie.table for status, tie in ties.items()})
