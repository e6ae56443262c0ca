"""Which roles stand where in a body: what makes formats comparable, whatever their members are called.

A body is walked along the contract's tolerant schema, in the order of the document. Wrong bodies are walked as far as
they are recognisable, huge ones so far as takes no more than a second.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schemagen.checking import applied, best, compiled
from schemagen.contract import Contract, Note, Schema, readings
from schemagen.exchanges import Response
from schemagen.pointers import Pointer

MOST_VALUES = (
    100_000  # are looked at of a body; one of 16 MiB may hold millions, and is looked into more than once
)


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """A value that has a role.

    `item` is where the one of several errors begins that it stands in: the nearest item of a list, entry of a map or
    member with role `children` around it; `()` where there is none. `note` is the contract's note on the member, with
    its phrase and its origin in the definition.
    """

    role: str
    pointer: Pointer
    value: Any
    note: Note
    item: Pointer = ()

    @property
    def nested(self) -> bool:
        """Whether it stands inside a list, a map or a member with role `children`."""
        return self.item != ()


@dataclasses.dataclass(frozen=True, slots=True)
class Visit:
    """A value of the body and the schema objects that hold for it, as pointers and as they are."""

    pointer: Pointer
    value: Any
    schemas: tuple[tuple[Pointer, dict[str, Any]], ...]
    item: Pointer = ()

    @property
    def members(self) -> frozenset[str]:
        """The members that are documented here."""
        return frozenset(name for _, schema in self.schemas for name in schema.get("properties", ()))

    @property
    def required(self) -> frozenset[str]:
        """The members that must be here."""
        return frozenset(name for _, schema in self.schemas for name in schema.get("required", ()))


def observe(contract: Contract, at: Pointer, value: Any) -> tuple[Seen, ...]:
    """The values with a role in a body judged by the schema at `at`, in document order, each place once."""
    seen: list[Seen] = []
    for visit in visits(contract.tolerant, at, value):
        note = _role_note(contract.tolerant, visit)
        if note is not None and note.role is not None:
            seen.append(Seen(note.role, visit.pointer, visit.value, note, visit.item))
    return tuple(seen)


def observe_body(contract: Contract, status: int | None, value: Any) -> tuple[Seen, ...]:
    """The values with a role in the body of a response with this status, where it is known."""
    at = contract.select(status).at if status is not None else ()
    return observe(contract, at or (), value)


def observe_headers(contract: Contract, response: Response) -> tuple[Seen, ...]:
    """The values with a role in the headers documented for the response's status; the pointer is the header's name.

    A value is what the documented type makes of the text.
    """
    documented = contract.select(response.status).response
    seen = []
    for header in documented.headers if documented else contract.headers:
        text = response.header(header.name.lower())
        if header.role is not None and text is not None:
            fitting = (value for value in readings(text) if compiled(header.schema).accepts(value))
            note = Note(role=header.role, phrase=header.phrase, origin=header.origin)
            seen.append(Seen(header.role, (header.name,), next(fitting, text), note))
    return tuple(seen)


def outermost(seen: Iterable[Seen]) -> dict[str, Seen]:
    """One value for each role, the one nearest to the root; of several, the first."""
    roles: dict[str, Seen] = {}
    for one in seen:
        if one.role not in roles or len(one.pointer) < len(roles[one.role].pointer):
            roles[one.role] = one
    return roles


def by_error(seen: Iterable[Seen]) -> list[tuple[Seen, ...]]:
    """The values by the error that they tell of: what the body says of itself, perhaps nothing, then each item of it.

    Where several codes stand in objects of their own, each object is an error; what is in none of them belongs to the
    outermost.
    """
    seen = tuple(seen)
    codes = sorted((one for one in seen if one.role == "code"), key=lambda one: len(one.pointer))
    homes: dict[Pointer, dict[Pointer, None]] = {}  # by item, the objects with a code, the outermost first
    for code in codes:
        homes.setdefault(code.item, {}).setdefault(code.pointer[:-1])
    groups: dict[tuple[Pointer, Pointer], list[Seen]] = {((), ()): []}
    for one in seen:
        groups.setdefault((one.item, _home(one, tuple(homes.get(one.item, ())))), []).append(one)
    return [tuple(group) for group in groups.values()]


def message_of(code: Seen, seen: tuple[Seen, ...]) -> str:
    """The message in the same object as `code`, else in the nearest enclosing one without a list between; else empty."""
    return next((one.value for one in _around(code, "message", seen) if isinstance(one.value, str)), "")


def status_of(code: Seen, seen: tuple[Seen, ...]) -> int | None:
    """The HTTP status that the body says beside `code`, found as its message is; None where it says none."""
    for one in _around(code, "status", seen):
        text = str(one.value)
        if len(text) == 3 and text.isascii() and text.isdigit() and not isinstance(one.value, bool):
            return int(text)
    return None


def _around(code: Seen, role: str, seen: tuple[Seen, ...]) -> Iterator[Seen]:
    """The values of a role beside `code`, the nearest first, as far as the list it stands in."""
    for length in range(len(code.pointer) - 1, -1, -1):
        yield from (one for one in seen if one.role == role and one.pointer[:-1] == code.pointer[:length])
        if length and isinstance(code.pointer[length - 1], int):
            return


def _home(one: Seen, objects: Sequence[Pointer]) -> Pointer:
    """The narrowest of the objects that `one` stands in, unless that is the first of them; else its item."""
    around = [place for place in objects[1:] if one.pointer[: len(place)] == place]
    return max(around, key=len, default=one.item)


def visits(schema: Schema, at: Pointer, value: Any, most: int = MOST_VALUES) -> Iterator[Visit]:
    """Every value of a body that the schema at `at` says something about, in document order, the body itself first.

    So many values are looked at, `most`, and of one list or object a fifth of that: what stands behind it is seen, too.
    """
    return _Walk(schema, most // 5, iter(range(most))).visits((at,), value)


@dataclasses.dataclass(frozen=True, slots=True)
class _Walk:
    """A walk through a body along `schema`: one of `room` is taken for each value, at most `items` are looked at of each."""

    schema: Schema
    items: int
    room: Iterator[int]

    def visits(
        self, starts: tuple[Pointer, ...], value: Any, pointer: Pointer = (), item: Pointer = ()
    ) -> Iterator[Visit]:
        """The visits of `value`, for which the schemas at `starts` hold, and below."""
        visit = Visit(pointer, value, tuple(_holding(self.schema, starts, value)), item)
        yield visit
        if not isinstance(value, dict | list):
            return
        note = _role_note(self.schema, visit)
        if note is not None and note.role == "children":
            item = pointer
        children: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for (step, child), _ in zip(itertools.islice(children, self.items), self.room, strict=False):
            inner, in_map = _starts_of(visit, step)
            if inner:
                place = (*pointer, step)
                is_item = in_map or isinstance(value, list)
                yield from self.visits(inner, child, place, place if is_item else item)


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


def _starts_of(visit: Visit, step: str | int) -> tuple[tuple[Pointer, ...], bool]:
    """The schema objects for one member or item, and whether it is an entry of a map, not a member with a name."""
    if isinstance(step, int):
        return tuple((*at, "items") for at, node in visit.schemas if "items" in node), False
    named = tuple(
        (*at, "properties", step) for at, node in visit.schemas if step in node.get("properties", ())
    )
    if named:
        return named, False
    others = tuple(
        (*at, "additionalProperties")
        for at, node in visit.schemas
        if isinstance(node.get("additionalProperties"), dict)
    )
    return others, True


def _role_note(schema: Schema, visit: Visit) -> Note | None:
    return next(
        (note for at, _ in visit.schemas if (note := schema.notes.get(at)) is not None and note.role), None
    )
