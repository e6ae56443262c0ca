"""The one function through which text from outside reaches any sink: terminals, logs, reports, messages.

What could move the cursor, reorder a line or break it is shown as an escape, never sent; and so is what a runner of CI
would obey in a log.
"""

from __future__ import annotations

import re

# C0, DEL and C1 controls; soft hyphens, zero-width and other invisible characters (but for the joiners, which scripts
# and emoji need); bidirectional controls (Unicode TR #9); line and paragraph separators; lone surrogates; tags.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
# What begins a command: `::error::` first in a line, `##[error]` anywhere (GitHub, actions/runner ActionCommand.cs),
# `##vso[…]` (Azure Pipelines), `##teamcity[…]`.
_COMMAND = re.compile(r"\A\s*:(?=:)|(?<=#)#(?=\w*\[)")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown(text: str, limit: int | None = None) -> str:
    r"""`text` on one line, with unsafe characters escaped (`\x1b`, `\u202e`) and at most `limit` characters of it.

    What is left out is marked by `…`. An escape counts as one character and is never cut in two. Applying this twice
    changes nothing more, except that a longer text is shortened.
    """
    kept = text if limit is None or len(text) <= limit else text[:limit]
    if kept.isascii() and kept.isprintable() and "::" not in kept and "##" not in kept:
        escaped = kept  # as most are
    else:
        escaped = _COMMAND.sub(_disarm, _UNSAFE.sub(_escape, kept))
    return escaped if len(kept) == len(text) else escaped + "…"


def shown_lines(text: str) -> str:
    """The same for a text of several lines: its line feeds stay, everything else is as in `shown`."""
    return "\n".join(shown(line) for line in text.split("\n"))


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    number = ord(character)
    return _SHORT.get(character) or (
        f"\\x{number:02x}"
        if number < 0x100
        else f"\\u{number:04x}"
        if number < 0x10000
        else f"\\U{number:08x}"
    )


def _disarm(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}\\x{ord(match[0][-1]):02x}"
