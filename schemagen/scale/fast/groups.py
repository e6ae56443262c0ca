"""Responses by columns, and their bodies decoded."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec

from schemagen.scale.fast.batches import decode_each
from schemagen.scale.fast.headers import Headers

_QUOTE = b'"'

Bodies: TypeAlias = Sequence[msgspec.Raw] | Sequence[str]
"""Bodies as they stand in a recording, as JSON values or as texts; or all of them as texts that were decoded."""

_decode_text = msgspec.json.Decoder(str).decode


class Group(NamedTuple):
    """Responses by columns. Without `headers`, there is nothing in them but a media type that every contract takes,
    unless `is_bare`: then none were recorded. Bodies are None where none were recorded.
    """

    statuses: Sequence[int]
    bodies: Bodies | None
    headers: Headers | None = None
    is_bare: bool = False

    def only(self, positions: Sequence[int]) -> Group:
        """Those at these positions."""
        if len(positions) == len(self.statuses):
            return self
        bodies = pick(positions, self.bodies) if self.bodies is not None else None
        headers = (
            Headers(pick(positions, self.headers.values), self.headers.spellings) if self.headers else None
        )
        return Group(pick(positions, self.statuses), bodies, headers, self.is_bare)


def pick(positions: Sequence[int], column: Sequence[Any]) -> Sequence[Any]:
    """The values at these positions."""
    if len(positions) > 1:
        return operator.itemgetter(*positions)(column)  # type: ignore[no-any-return]
    return [column[position] for position in positions]


def decode_bodies(decode: Any, bodies: Bodies, bad: set[int]) -> list[Any]:
    """The bodies decoded, be they JSON values or texts of JSON. The positions of those that are refused are put into
    `bad`; another one stands in the place of each, so that columns have no holes.
    """
    if _is_quoted(bodies[0]):
        texts, _ = decode_each(_decode_text, bodies)
        decoded, refused = decode_each(decode, [text or "" for text in texts])
    else:
        decoded, refused = decode_each(decode, bodies)
        for position in [each for each in refused if _is_quoted(bodies[each])]:
            ((text,), _) = decode_each(_decode_text, [bodies[position]])
            ((decoded[position],), _) = decode_each(decode, [text or ""])
        refused = [position for position in refused if decoded[position] is None]
    if refused:
        bad.update(refused)
        filling = next((value for value in decoded if value is not None), None)
        for position in refused:
            decoded[position] = filling
    return decoded


def _is_quoted(body: msgspec.Raw | str) -> bool:
    return not isinstance(body, str) and memoryview(body)[:1] == _QUOTE
