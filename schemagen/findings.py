"""What every stage reports: one immutable, comparable record, with its place and the facts of its sentence.

Findings hold facts that are already cut and redacted; positions in files are looked up at the edge (`api`).
"""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

from schemagen import pointers
from schemagen.pointers import Pointer
from schemagen.rules import RULES, FailOn, Rule, Severity

Fact: TypeAlias = str | int | tuple[str, ...]

__all__ = ["Fact", "FailOn", "Finding", "Place", "Severity", "finding", "order", "worst"]


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where something is: a source (file name as the user gave it), and a pointer or a line in it.

    `entry` counts the exchanges of a recording from 1. `line` and `column` count from 1. With `on_key`, the pointer
    names a member and the member's key is meant, not its value.
    """

    source: str
    pointer: Pointer = ()
    entry: int | None = None
    line: int | None = None
    column: int | None = None
    on_key: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found.

    `facts` are the named parts of the rule's sentence, `hint` is a further sentence that says what to do,
    `related` is the place in the definition that says otherwise, `definition` its id, `schema` the place in its schema;
    where no schema speaks, what tells it from others of its rule stands in: a header's name, a status, a shape.
    `severity` is the rule's own unless the definition lifts it (`rules: … closed`).
    """

    rule: Rule
    place: Place
    facts: tuple[tuple[str, Fact], ...] = ()
    hint: str = ""
    related: Place | None = None
    definition: str = ""
    schema: Pointer = ()
    severity: Severity = Severity.ERROR

    @property
    def message(self) -> str:
        """The sentence: the rule's template with the facts filled in. Raw text: show it through `display`."""
        facts = {name: ", ".join(fact) if isinstance(fact, tuple) else fact for name, fact in self.facts}
        return self.rule.message.format(**facts)

    @property
    def fingerprint(self) -> str:
        """Equal for the same finding at another time: no value from the wire, no line, no list position."""
        parts = (
            self.rule.code,
            self.definition,
            pointers.to_text(self.schema),
            pointers.to_text(pointers.without_positions(self.place.pointer)),
        )
        import hashlib  # slow to import, and fingerprints are not for all reports

        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def behind(self, entries: int, lines: int) -> Finding:
        """This finding in a part of a recording, as one in the whole, of which so much comes before the part."""
        place = self.place
        if place.entry is None:
            return self
        pointer = place.pointer
        if self.rule.code.startswith("recording/") and pointer and isinstance(pointer[-1], int):
            pointer = (*pointer[:-1], pointer[-1] + entries)  # a place in the recording, not in a body
        line = None if place.line is None else place.line + lines
        moved = dataclasses.replace(place, pointer=pointer, entry=place.entry + entries, line=line)
        return dataclasses.replace(self, place=moved)


def finding(
    code: str,
    place: Place,
    /,
    *,
    hint: str = "",
    related: Place | None = None,
    definition: str = "",
    schema: Pointer = (),
    severity: Severity | None = None,
    **facts: Fact,
) -> Finding:
    """A finding of the rule `code`, with the facts of its sentence by name.

    Raises:
        KeyError: there is no such rule (a mistake in the program).
    """
    rule = RULES[code]
    return Finding(
        rule,
        place,
        tuple(sorted(facts.items())),
        hint,
        related,
        definition,
        schema,
        severity or rule.severity,
    )


def order(item: Finding) -> tuple[object, ...]:
    """A total order for reports: by source, entry, position, pointer, rule, then the rest."""
    place = item.place
    return (
        place.source,
        place.entry or 0,
        place.line or 0,
        place.column or 0,
        pointers.sort_key(place.pointer),
        item.rule.code,
        repr(item.facts),
    )


def worst(items: list[Finding] | tuple[Finding, ...]) -> Severity | None:
    """The highest severity among `items`, or None if there are none."""
    return max((item.severity for item in items), default=None)
