"""Which roles stand where in a body: what makes formats comparable, whatever their members are called.

A body is walked along the contract's tolerant schema, in the order of the document. Wrong bodies are walked as far as
they are recognisable, huge ones so far as takes no more than a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from schemagen.checking import compiled
from schemagen.contract import Contract, Note, readings
from schemagen.exchanges import Response
from schemagen.observation.visits import visits
from schemagen.pointers import Pointer


class Seen(NamedTuple):  # some for each body: quicker than a dataclass
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


def observe(contract: Contract, at: Pointer, value: Any) -> tuple[Seen, ...]:
    """The values with a role in a body judged by the schema at `at`, in document order, each place once."""
    seen: list[Seen] = []
    for pointer, inner, spot, item in visits(contract.tolerant, at, value):
        if spot.note is not None and spot.note.role is not None:
            seen.append(Seen(spot.note.role, pointer, inner, spot.note, item))
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
    inner = {item: list(objects)[1:] for item, objects in homes.items()}
    groups: dict[tuple[Pointer, Pointer], list[Seen]] = {((), ()): []}
    for one in seen:
        objects = inner.get(one.item)
        home = _home(one, objects) if objects else one.item
        groups.setdefault((one.item, home), []).append(one)
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
    those = [one for one in seen if one.role == role]
    for length in range(len(code.pointer) - 1, -1, -1) if those else ():
        yield from (one for one in those if one.pointer[:-1] == code.pointer[:length])
        if length and isinstance(code.pointer[length - 1], int):
            return


def _home(one: Seen, objects: Sequence[Pointer]) -> Pointer:
    """The narrowest of the objects that `one` stands in; else its item."""
    around = [place for place in objects if one.pointer[: len(place)] == place]
    return max(around, key=len, default=one.item)
