"""What can be searched for, over all formats: codes with meanings and wire texts, statuses, members, formats.

A script that is loaded when somebody begins to search, because a page that was opened from a disk may not read a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from schemagen.reference import commonmark
from schemagen.reference.site.format import Format
from schemagen.rendering import GENERATED

_KINDS = ("format", "code", "status", "member")


def script(formats: Sequence[Format]) -> str:
    """The index: formats as id and title, entries as `[kind, format, name, address, text, texts, statuses]`.

    `kind` and `format` are numbers. An address is relative to the start page. `texts` are searched like `text`, and are
    the wire texts of a code.
    """
    titles = [[one.reference.id, one.reference.title] for one in formats]
    entries = [entry for number, one in enumerate(formats) for entry in _entries(number, one)]
    data = {"kinds": _KINDS, "formats": titles, "entries": entries}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"// {GENERATED}.\nwindow.catalogue = {text};\n"


def _entries(number: int, one: Format) -> Iterator[list[Any]]:
    reference = one.reference
    yield [0, number, reference.id, one.page, _line(f"{reference.title}. {reference.description}"), [], ""]
    for code in reference.codes:
        texts = list(dict.fromkeys(text.text for text in code.texts))
        tied = " ".join(status.status for status in code.statuses)
        yield [1, number, code.code, one.pages[code.anchor], _line(code.meaning), texts, tied]
    for response in reference.responses:
        said = _line(response.description)
        known = response.phrase.lower() in said.lower()
        text = said if known else f"{response.phrase}. {said}".rstrip(". ")
        yield [2, number, response.status, f"{one.page}#{response.anchor}", text, [], ""]
    for schema in reference.schemas:
        for member in schema.members:
            more = [schema.name, member.role]
            address = f"{one.page}#{schema.anchor}"
            yield [3, number, member.name, address, _line(member.description), more, ""]


def _line(prose: str) -> str:
    """CommonMark as a line of plain text."""
    return commonmark.html_line(prose).striptags()
