"""Examples: responses as documented, which prove the definition."""

from __future__ import annotations

from schemagen.definitions.conditions import can_be_error
from schemagen.definitions.heading import read_one_media
from schemagen.definitions.spots import Reading, Spot, cut
from schemagen.model import Condition, Example


def read_examples(root: Spot, when: tuple[Condition, ...]) -> Reading[tuple[Example, ...]]:
    """The examples, each with either a body or a text."""
    found: list[Example] = []
    for spot in root["examples"].items():
        if spot.has("status"):
            found += [(yield from _read_example(spot, when))]
    return tuple(found)


def _read_example(spot: Spot, when: tuple[Condition, ...]) -> Reading[Example]:
    status = int(spot["status"].value)
    if spot.has("body") and spot.has("text"):
        yield spot["text"].finding("body-or-text", on_key=True, problem="both a body and a text")
    elif isinstance(spot.value, dict) and not spot.value.keys() & {"body", "text"}:
        yield spot.finding("body-or-text", problem="neither a body nor a text")
    if spot.has("drift") and spot.has("broken"):
        yield spot["broken"].finding("drift-and-broken", on_key=True)
    if not spot.has("broken") and not can_be_error(str(status), when):
        yield spot["status"].finding("never-an-error", what="the example", status=str(status))
    return Example(
        status=status,
        body=spot["body"].value,
        text=spot["text"].value,
        title=spot["title"].value or "",
        headers=(yield from _read_headers(spot["headers"])),
        media=(yield from read_one_media(spot["media"])),
        drift=spot["drift"].value,
        broken=spot["broken"].value,
        origin=spot.pointer,
    )


def _read_headers(spot: Spot) -> Reading[tuple[tuple[str, str], ...]]:
    found: list[tuple[str, str]] = []
    for name, part in spot.members():
        if any(name.lower() == before.lower() for before, _ in found):
            yield part.finding(
                "said-twice", on_key=True, hint="case does not count in header names", name=cut(name)
            )
        found.append((name, part.written))
    return tuple(found)
