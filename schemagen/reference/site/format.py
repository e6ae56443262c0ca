"""A format in the catalogue: its reference, and what its pages share, worked out once."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

from schemagen.pointers import Pointer, parse
from schemagen.reference.context import Reference, as_data
from schemagen.reference.site import addresses
from schemagen.reference.site.outline import outline, places


class Format:
    """A format, where its pages are, and what stands where in its bodies."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.page = addresses.of_format(reference.id)
        self.pages = addresses.of_codes(reference.id, reference.codes)
        """The page of each code, by the code's anchor."""
        self.places = places(reference)
        """Where each role stands."""

    @functools.cached_property
    def data(self) -> dict[str, Any]:
        """The reference as templates get it."""
        return as_data(self.reference)

    @functools.cached_property
    def overview(self) -> dict[str, Any]:
        """The format as it stands beside others."""
        return {
            "id": self.reference.id,
            "title": self.reference.title,
            "page": self.page,
            "outline": outline(self.reference),
            "places": self.places,
            "statuses": [each.status for each in self.reference.responses if each.is_error],
            "codes": len(self.reference.codes),
            "media": self.reference.media,
        }

    def examples(self, code: str) -> list[dict[str, Any]]:
        """The examples in which a code stands, which is given as JSON; those that are as documented first."""
        order = ("good", "drift", "broken")
        found = [self.data["examples"][number] for number in self._examples.get(code, ())]
        return sorted(found, key=lambda example: order.index(example["shows"]))

    @functools.cached_property
    def _examples(self) -> dict[str, list[int]]:
        """The numbers of the examples in which a code stands, by the code as JSON."""
        paths = [parse(place) for place in self.places.get("code", ()) if not place.endswith(":")]
        found: dict[str, list[int]] = {}
        for number, example in enumerate(self.reference.examples):
            if example.language != "json":
                continue
            body = json.loads(example.body)
            met = [value for path in paths for value in _values(body, path)]
            for value in dict.fromkeys(json.dumps(value, ensure_ascii=False) for value in met):
                found.setdefault(value, []).append(number)
        return found


def _values(body: Any, path: Pointer) -> Iterator[Any]:
    """What stands at a place; `*` is any item."""
    if not path:
        yield body
    elif path[0] == "*" and isinstance(body, dict | list):
        for item in body.values() if isinstance(body, dict) else body:
            yield from _values(item, path[1:])
    elif isinstance(body, dict) and path[0] in body:
        yield from _values(body[path[0]], path[1:])
