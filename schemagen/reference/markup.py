"""Text in Markdown that shows as it is, on GitHub (CommonMark and tables), in Python-Markdown, which MkDocs uses, and in MDX,
which Docusaurus uses.

They differ in what a backslash escapes, and their extensions in what acts; so most of what could act is written as a
character reference, which all read alike and which begins nothing (CommonMark 0.31.2, section 2.5).
"""

from __future__ import annotations

import re
from typing import Any

import markupsafe

_BLANKS = re.compile(r"\s+")
# All escape these by a backslash. An underscore inside a word is only an underscore.
_BACKSLASHED = re.compile(r"[\\`*\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# HTML, tables, what makes an image of a link after it, strikethrough, mathematics, superscript, attributes and macros, marks, emoji, includes.
_REFERENCED = re.compile(r"[<>&|~$^{}]|!$|=(?==)|(?<==)=|:(?=[\w+-]+:)|(?<=-)-|(?<=\+)\+")
# At the beginning of a line: headings, lists, definitions, rules, underlines of headings, admonitions, blocks, and what MDX
# takes for a program (https://mdxjs.com/docs/what-is-mdx/#esm).
_LEADING = re.compile(
    r"( ?[0-9]*)([.)](?=\s|$)|(?<![0-9])(?:[#+=:-]|!(?=!)|[?](?=[?])|/(?=//)|e(?=xport\b)|i(?=mport\b)))"
)
_FENCE = re.compile(r"^ *(`{3,})", re.MULTILINE)
# What a preprocessor of MkDocs or a site's macros would act on, even in a fence.
_PREPROCESSED = re.compile(r"-8<-|\{[{%#]|^ *:::", re.MULTILINE)
_UNFIT = re.compile(r"[`|]|\{[{%#]|-8<-")  # for backticks
_UNSAFE = re.compile(r"[()\[\]<>{}|\\^`*'\"!$~ ]")  # in an address between parentheses
_PUNCTUATION = re.compile(r"[^\w\s/,;?@%.()]|_")


class Markdown(markupsafe.Markup):
    """Text that is Markdown already; whatever is joined to it is escaped."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any) -> Markdown:
        """`s` as it is, if it is markup; else its text, so that Markdown shows it."""
        return cls(s) if hasattr(s, "__html__") else text(str(s))


def text(plain: str) -> Markdown:
    """A text within one line, to be shown as it is, wherever in the line it stands."""
    return Markdown(opening(_BLANKS.sub(" ", plain)))


def opening(plain: str) -> str:
    """`inline` for a text that may stand at the beginning of a line."""
    leading = _LEADING.match(plain)
    if leading is None:
        return inline(plain)
    return f"{leading[1]}&#{ord(leading[2])};{inline(plain[leading.end() :])}"


def inline(plain: str) -> str:
    """A piece of a line, to be shown as it is."""
    return _REFERENCED.sub(_reference, _BACKSLASHED.sub(r"\\\g<0>", plain))


def address(url: str) -> Markdown:
    """An address of a link, as it stands between the parentheses."""
    return Markdown(_UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", url))


def code(plain: str) -> Markdown:
    """A text as code within a line, also of a table; where backticks could not hold it in every Markdown, as HTML."""
    line = _BLANKS.sub(" ", plain).strip()
    if not line:
        return Markdown()
    if _UNFIT.search(line):
        return Markdown(f"<code>{_PUNCTUATION.sub(_reference, line)}</code>")
    return Markdown(f"`{line}`")


def fence(plain: str, language: str = "text") -> Markdown:
    """A text of several lines as code, between fences that are longer than any in it (CommonMark 0.31.2, section 4.5)."""
    if _PREPROCESSED.search(plain):
        line = _PUNCTUATION.sub(_reference, plain).replace(
            "\n", "&#10;"
        )  # in MDX, an empty line would end it
        return Markdown(f"<pre><code>{line}</code></pre>")
    longest = max((len(run) for run in _FENCE.findall(plain)), default=2)
    ticks = "`" * (longest + 1)
    return Markdown(f"{ticks}{language}\n{plain}\n{ticks}")


def _reference(match: re.Match[str]) -> str:
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return named.get(match[0]) or f"&#{ord(match[0])};"
