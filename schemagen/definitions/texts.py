"""What YAML loses without a word: unquoted texts that a comma cuts in two, and values that are not there.

Inside `[…]` and `{…}` an unquoted text with a blank is refused, unless a phrase stands in that place. A key without a
value is refused, unless the place has a short form (`responses`, `codes`); a written `null` is a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemagen.definitions.spots import Spot, cut
from schemagen.documents import Document
from schemagen.findings import Finding
from schemagen.pointers import Pointer

_BLANKS = (" ", "\t")


def lost_texts(root: Spot) -> tuple[list[Finding], frozenset[Pointer]]:
    """The findings, and the places and keys that are explained by them."""
    document = root.scope.document
    phrases = frozenset(phrase_places(document.data))
    values = {pointer for pointer in _cut_texts(document.values) if pointer not in phrases}
    keys = set(_cut_texts(document.keys))
    parents = {pointer[:-1] for pointer in values}
    empty = {
        pointer
        for pointer, mark in document.values.items()
        if mark.style == "plain" and mark.text == "" and not _may_be_empty(pointer)
    }
    # In `{message: Session expired, please login}` the key without a value is the rest of the text before it.
    rests = {pointer for pointer in (empty | keys) if pointer[:-1] in parents and _is_rest(document, pointer)}
    findings = [
        _spot(root, pointer).finding("unquoted-text", text=_written(document.values, pointer))
        for pointer in values
    ]
    findings += [
        _spot(root, pointer).finding(
            "unquoted-text", on_key=True, hint=_COMMA, text=_written(document.keys, pointer)
        )
        for pointer in keys - rests
    ]
    findings += [_empty(_spot(root, pointer)) for pointer in empty - rests - keys]
    return findings, frozenset(values | keys | empty | rests)


_COMMA = "put quotes around it; if it is the rest of a text that a comma cut, put them around the whole text"


def _cut_texts(marks: Mapping[Pointer, Any]) -> Iterator[Pointer]:
    """The unquoted texts with a blank inside brackets; what an alias repeats counts once."""
    seen = set()
    for pointer, mark in marks.items():
        place = (mark.line, mark.column)
        if mark.in_flow and mark.style == "plain" and mark.text and place not in seen:
            seen.add(place)
            if any(blank in mark.text for blank in _BLANKS):
                yield pointer


def _is_rest(document: Document, pointer: Pointer) -> bool:
    value, key = document.values.get(pointer), document.keys.get(pointer)
    return bool(value and key and value.text == "" and value.style == "plain" and key.in_flow)


def _empty(spot: Spot) -> Finding:
    mark = spot.scope.document.mark(spot.pointer)
    hint = "write null if null is meant"
    if mark is not None and mark.in_flow:
        hint = "if it is the rest of a text that a comma cut, put quotes around the whole text"
    return spot.finding("empty-value", on_key=isinstance(spot.pointer[-1], str), hint=hint, name=spot.name)


def _spot(root: Spot, pointer: Pointer) -> Spot:
    return Spot(root.scope, pointer, None)


def _written(marks: Mapping[Pointer, Any], pointer: Pointer) -> str:
    return cut(marks[pointer].text or "")


def _may_be_empty(pointer: Pointer) -> bool:
    """Whether a key without a value is a short form here: a response, a code of the catalogue or of a response."""
    if not pointer or not isinstance(pointer[-1], str):
        return False
    outer = pointer[:-1]
    return outer in (("responses",), ("codes",)) or (
        len(outer) == 3 and outer[0] == "responses" and outer[2] == "codes"
    )


def phrase_places(data: Any) -> Iterator[Pointer]:
    """Where phrases stand in the data of a definition, whatever else is wrong with it."""
    for name, value in _entries(data):
        if name == "body":
            yield from _body(("body",), value)
        elif name == "schemas":
            for schema, members in _entries(value):
                yield from _schema((name, schema), members)
        elif name == "headers":
            yield from _members((name,), value)
        elif name == "responses":
            for key, response in _entries(value):
                for part, inner in _entries(response):
                    if part == "body":
                        yield from _body((name, key, part), inner)
                    elif part == "headers":
                        yield from _members((name, key, part), inner)


def _body(pointer: Pointer, value: Any) -> Iterator[Pointer]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _schema((*pointer, position), item)
    else:
        yield from _schema(pointer, value)


def _schema(pointer: Pointer, value: Any) -> Iterator[Pointer]:
    if isinstance(value, dict):
        yield from _members(pointer, value)
    else:
        yield pointer


def _members(pointer: Pointer, value: Any) -> Iterator[Pointer]:
    """The phrases of members; members in a member's place are a mistake of its own, their phrases are phrases."""
    pending = [(pointer, value)]
    while pending:
        outer, members = pending.pop()
        for name, member in _entries(members):
            if not isinstance(member, dict):
                if name == "$others" or not name.startswith("$") or name.startswith("$$"):
                    yield (*outer, name)
            elif "type" in member:
                yield (*outer, name, "type")
            else:
                pending.append(((*outer, name), member))


def _entries(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
