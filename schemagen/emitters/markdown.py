"""The little Markdown (CommonMark, with tables) that descriptions carry."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemagen import statuses
from schemagen.contract import Code
from schemagen.reference import commonmark

# What would end a cell, begin markup or vanish as HTML. An underscore inside a word is only an underscore.
_MARKUP = re.compile(r"[\\`*\[\]<|&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLANKS = re.compile(r"\s+")
_ACTING = re.compile(r"<[A-Za-z/!?]|!\[|\](?:\(|:|\[)")  # HTML, images, links


def prose(text: str) -> str:
    """Prose of a definition for whoever renders it: HTML in it is text, images are links, links lead to http and mailto only.

    What has nothing of these is left as it is.
    """
    return str(commonmark.markdown(text)) if _ACTING.search(text) else text


def codes_table(codes: Iterable[Code], key: str = statuses.DEFAULT) -> str:
    """A table of codes and their meanings, with the texts on the wire that are documented under the statuses of `key`.

    Where `key` is more than one status, it says which statuses a code is tied to.
    """
    listed = {code: _texts(code, key) for code in codes}
    columns = ["Code"]
    columns += ["Statuses"] if not key.isdigit() and any(code.statuses for code in listed) else []
    columns += ["Meaning"] if any(code.meaning for code in listed) else []
    columns += ["Message"] if any(listed.values()) else []
    rows = [f"| {' | '.join(columns)} |", f"| {' | '.join('---' for _ in columns)} |"]
    for code, texts in listed.items():
        cells = {
            "Code": code_span(code.text),
            "Statuses": ", ".join(code.statuses) or "any",
            "Meaning": plain(code.meaning),
            "Message": texts,
        }
        rows.append(f"| {' | '.join(cells[column] for column in columns)} |")
    return "\n".join(rows)


def _texts(code: Code, key: str) -> str:
    here = (
        text.text
        for text in code.texts
        if not text.statuses or any(statuses.overlap(tied, key) for tied in text.statuses)
    )
    return " · ".join(dict.fromkeys(code_span(text) for text in here))


def plain(text: str) -> str:
    """`text` on one line, so that Markdown shows it as it is."""
    return _MARKUP.sub(lambda match: "\\" + match[0], _BLANKS.sub(" ", text).strip())


def code_span(text: str) -> str:
    """`text` as code in a cell: fenced by more backticks than it holds in a row (CommonMark 6.1); `|` needs a backslash."""
    line = _BLANKS.sub(" ", text).strip()
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line.replace('|', chr(92) + '|')}{pad}{fence}" if line else ""
