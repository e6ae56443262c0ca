"""A definition file as plain data in which every place has a line: `read` makes it, `Document.locate` answers.

Turns the problems of `yaml_events` into findings; knows YAML's traps, and nothing of what a definition means.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemagen.findings import Finding, Place, Severity, finding
from schemagen.limits import DEFAULTS, Limits, option
from schemagen.pointers import Pointer

if TYPE_CHECKING:
    from schemagen.yaml_events import Mark, Problem

# What to do, where a problem does not say it better for its own case.
_HINTS = {
    "too-deep": option("yaml_depth"),
    "too-many-nodes": option("yaml_nodes"),
    "not-utf8": "save the file as UTF-8",
    "control-character": "delete it, or write the text in double quotes with an escape",
    "invisible-character": "delete it; if it belongs to a text, write that in double quotes with {escape} in its place",
    "tab": "put blanks in the tab's place",
    "unclosed-quote": "close it at the end of the text",
    "unclosed-bracket": "put quotes around a text that holds a bracket",
    "unknown-anchor": "if '*' belongs to the text, put quotes around it",
    "unused-anchor": "if '&' belongs to the text, put quotes around it; otherwise delete the mark",
    "item-in-text": "give the '-' the same blanks before it as the item above; or put quotes around the text",
    "tag": "if '!' belongs to the text, put quotes around it; otherwise delete the tag",
    "number": "if it is a text, put quotes around it",
    "duplicate-key": "delete one of the two, or give it its own name",
    "several-documents": "put it into a file of its own; a text that begins with '---' needs quotes",
    "merge-key": "a schema that stands in several places gets a name under `schemas`",
    "comment-in-text": "put quotes around the text if '#' belongs to it; two blanks before '#' if it begins a comment",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """One file: the name the user gave it, its plain data, and how each value and key is written, by pointer."""

    source: str
    data: Any
    values: Mapping[Pointer, Mark]
    keys: Mapping[Pointer, Mark]

    def mark(self, pointer: Pointer) -> Mark | None:
        """How the value at `pointer` is written; None where there is none."""
        return self.values.get(pointer)

    def locate(self, place: Place) -> Place:
        """`place` with line and column: of its value, or its key if it is on a key, else of the nearest part above it.

        A place in another source, or one that has a line, stays as it is.
        """
        if place.source != self.source or place.line is not None:
            return place
        mark = self.keys.get(place.pointer) if place.on_key else None
        pointer = place.pointer
        while mark is None:
            mark = self.values.get(pointer)
            if not pointer:
                break
            pointer = pointer[:-1]
        return dataclasses.replace(place, line=mark.line, column=mark.column) if mark else place


def read(data: bytes, source: str, limits: Limits = DEFAULTS) -> tuple[Document | None, list[Finding]]:
    """The document that the bytes of the file `source` hold, and what was found; no document if that is an error."""
    if len(data) > limits.definition_bytes:
        return None, [
            finding(
                "source/too-large",
                Place(source, line=1, column=1),
                hint=option("definition_bytes"),
                size=len(data),
                limit=limits.definition_bytes,
            )
        ]
    from schemagen import yaml_events

    loaded = yaml_events.read(data, limits=limits)
    findings = [_finding(problem, source) for problem in loaded.problems]
    if any(item.severity is Severity.ERROR for item in findings):
        return None, findings
    return Document(source, loaded.data, loaded.values, loaded.keys), findings


def _finding(problem: Problem, source: str) -> Finding:
    facts: dict[str, Any] = dict(problem.facts)
    place = Place(source, problem.pointer, line=problem.line, column=problem.column, on_key=problem.on_key)
    hint = problem.hint or _HINTS.get(problem.slug, "").format(**facts)
    return finding(f"source/{problem.slug}", place, hint=hint, **facts)
