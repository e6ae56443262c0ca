"""`when`: what makes a response an error."""

from __future__ import annotations

from schemagen import statuses
from schemagen.definitions.spots import Reading, Spot
from schemagen.model import Condition

DEFAULT = (Condition(statuses=((400, 599),)),)


def read_when(root: Spot) -> Reading[tuple[Condition, ...]]:
    """The conditions, any of which makes an error; `400-599` if nothing is said."""
    found: list[Condition] = []
    for spot in root["when"].each():
        ranges = yield from _read_ranges(spot["status"])
        found += [
            Condition(ranges, spot["body"].value, spot["has"].value, spot["unless"].value, spot.pointer)
        ]
    return tuple(found) or DEFAULT


def _read_ranges(spot: Spot) -> Reading[tuple[tuple[int, int], ...]]:
    found: list[tuple[int, int]] = []
    for item in spot.each():
        first, _, last = status_key(item).partition("-")
        low, high = (int(first), int(last)) if last else statuses.span(first)
        if low > high:
            yield item.bad("a range such as 400-599, the lower status first")
        elif (low, high) in found:
            yield item.finding("said-twice", name=item.written)
        else:
            found.append((low, high))
    return tuple(found)


def status_key(spot: Spot) -> str:
    """A status as a key: `404` for the numbers 404 and 404.0, texts as they are."""
    return spot.value if isinstance(spot.value, str) else str(int(spot.value))


def can_be_error(key: str, conditions: tuple[Condition, ...]) -> bool:
    """Whether a response with a status of `key` can be an error, as far as its status goes."""
    first, last = statuses.span(key)
    return any(
        not condition.statuses or any(low <= last and first <= high for low, high in condition.statuses)
        for condition in conditions
    )
