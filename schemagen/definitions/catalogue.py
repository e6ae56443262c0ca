"""The catalogue of codes: entries under `codes` and under responses, in their long and short forms, as one table."""

from __future__ import annotations

import dataclasses
import re

from schemagen.definitions.conditions import status_key
from schemagen.definitions.heading import read_link, read_retry, read_texts
from schemagen.definitions.spots import Reading, Spot, cut
from schemagen.model import Code, CodeUse, Retry

# An integer as JSON writes it (RFC 8259, section 6), short enough for every reader of 64 bits.
_CANONICAL = re.compile(r"0|-?[1-9][0-9]{0,17}")


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What one place says about a code; None or empty is what it does not say."""

    text: str
    spot: Spot
    meaning: str = ""
    messages: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    retry: Retry | None = None
    deprecated: str | bool | None = None
    docs: str | None = None

    @property
    def on_key(self) -> bool:
        """Whether the code is a key, and no item of a list."""
        return isinstance(self.spot.pointer[-1], str)

    @property
    def use(self) -> CodeUse:
        """The entry as part of a response."""
        return CodeUse(self.text, self.messages, self.spot.pointer)


def read_entries(spot: Spot) -> Reading[list[Entry]]:
    """The codes at one place: a mapping by code, or a list of bare codes."""
    found: dict[str, Entry] = {}
    for item in spot.items():
        if item.written in found:
            yield item.finding("said-twice", name=cut(item.written))
        found.setdefault(item.written, Entry(item.written, item))
    for text, part in spot.members():
        found[text] = yield from _read_entry(text, part)
    return list(found.values())


def _read_entry(text: str, spot: Spot) -> Reading[Entry]:
    if not isinstance(spot.value, dict):
        return Entry(text, spot, meaning=spot.value or "")
    ties: list[str] = []
    for item in spot["status"].each():
        key = status_key(item)
        if key in ties:
            yield item.finding("said-twice", name=key)
        else:
            ties.append(key)
    return Entry(
        text,
        spot,
        meaning=spot["description"].value or "",
        messages=(yield from read_texts(spot["message"])),
        statuses=tuple(ties),
        retry=read_retry(spot["retry"]),
        deprecated=spot["deprecated"].value,
        docs=(yield from read_link(spot["docs"])),
    )


def gather_codes(
    entries: list[Entry], listed: list[Entry], types: frozenset[str]
) -> Reading[tuple[Code, ...]]:
    """One entry for each code: those of the catalogue, then those that only responses list.

    Args:
        entries: what `codes` says.
        listed: what the responses say, in their order.
        types: the JSON types of the members with role `code`.
    """
    gathered: dict[str, Entry] = {}
    for entry in (*entries, *listed):
        before = gathered.get(entry.text)
        gathered[entry.text] = entry if before is None else (yield from _joined(before, entry))
    found: list[Code] = []
    for entry in gathered.values():
        value = yield from _read_value(entry, types)
        found.append(
            Code(
                text=entry.text,
                value=value,
                meaning=entry.meaning,
                # Texts that a response lists belong to its status; they stand in its CodeUse.
                messages=entry.messages if entry.spot.pointer[0] == "codes" else (),
                statuses=entry.statuses,
                retry=entry.retry,
                deprecated=entry.deprecated or False,
                docs=entry.docs,
                origin=entry.spot.pointer,
            )
        )
    return tuple(found)


_FACTS = {"meaning": "description", "retry": "retry", "deprecated": "deprecated", "docs": "docs"}


def _joined(first: Entry, second: Entry) -> Reading[Entry]:
    """The first entry with what only the second says; a fact said twice has to be the same."""
    added = {}
    for field, key in _FACTS.items():
        before, now = getattr(first, field), getattr(second, field)
        if before in (None, ""):
            added[field] = now
        elif now not in (None, "") and now != before:
            spot = second.spot[key] if second.spot.has(key) else second.spot
            yield spot.finding("said-differently", related=first.spot.pointer, name=key, code=cut(first.text))
    return dataclasses.replace(first, **added)


def _read_value(entry: Entry, types: frozenset[str]) -> Reading[str | int]:
    """What stands on the wire: the text, or a number where the member with role `code` is one.

    Where it may be both, a code in quotes is a text.
    """
    is_canonical = _CANONICAL.fullmatch(entry.text) is not None
    if not types & {"integer", "number"}:
        return entry.text
    if "string" in types:
        return int(entry.text) if is_canonical and not _is_quoted(entry) else entry.text
    if not is_canonical:
        yield entry.spot.finding("code-not-integer", on_key=entry.on_key, code=cut(entry.text))
        return entry.text
    return int(entry.text)


def _is_quoted(entry: Entry) -> bool:
    document = entry.spot.scope.document
    mark = (document.keys if entry.on_key else document.values).get(entry.spot.pointer)
    return mark is not None and mark.style != "plain"
