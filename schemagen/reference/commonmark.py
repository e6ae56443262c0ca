"""The prose of definitions, which is CommonMark: as HTML, and as Markdown that every reader of Markdown takes alike.

HTML in it is text. Links lead to http, https and mailto addresses only; an image is a link to it, and a heading is a
bold line, because the headings of a page are the page's own.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import markupsafe

from schemagen.reference import markup
from schemagen.reference.markup import Markdown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FOLLOWED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_MARKS = {"em": "*", "strong": "**"}


@functools.cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
    reader.validateLink = lambda url: bool(_FOLLOWED.match(url))  # type: ignore[method-assign]
    reader.renderer.rules |= {  # type: ignore[attr-defined]
        "heading_open": lambda *_: "<p><strong>",
        "heading_close": lambda *_: "</strong></p>\n",
    }
    return reader


def html(prose: str) -> markupsafe.Markup:
    """Prose as HTML: paragraphs, lists, code."""
    return markupsafe.Markup(_reader().render(prose).strip())  # noqa: S704 - made of text that was escaped


def html_line(prose: str) -> markupsafe.Markup:
    """Prose as HTML within one line."""
    return markupsafe.Markup(_reader().renderInline(" ".join(prose.split())))  # noqa: S704 - as above


def markdown(prose: str) -> Markdown:
    """Prose as Markdown: one line a paragraph."""
    return Markdown("\n\n".join(_blocks(iter(_reader().parse(prose)))))


def markdown_line(prose: str) -> Markdown:
    """Prose as Markdown within one line, also of a table."""
    (token,) = _reader().parseInline(" ".join(prose.split()))
    return Markdown(_inline(token.children or ()))


def _blocks(tokens: Iterator[Token], end: str = "") -> Iterator[str]:
    """The blocks up to the token `end`, each without a final newline."""
    for token in tokens:
        if token.type == end:
            return
        if token.type in ("paragraph_open", "heading_open"):
            text = _inline(next(tokens).children or ())
            next(tokens)
            yield text if token.type == "paragraph_open" else f"**{text}**"
        elif token.type in ("fence", "code_block"):
            yield str(markup.fence(token.content.rstrip("\n"), _language(token.info)))
        elif token.type == "blockquote_open":
            yield _indented("\n\n".join(_blocks(tokens, "blockquote_close")), "> ", "> ")
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield _list(tokens, token)
        elif token.type == "hr":
            yield "* * *"


def _list(tokens: Iterator[Token], opening: Token) -> str:
    """A list whose items are indented by four, as Python-Markdown wants it and CommonMark takes it."""
    number = int(opening.attrs.get("start", 1))
    items = []
    for token in tokens:
        if token.type == opening.type.replace("open", "close"):
            break
        mark = "-   " if opening.type.startswith("bullet") else f"{number}. ".ljust(4)
        number += 1
        items.append(_indented("\n\n".join(_blocks(tokens, "list_item_close")), mark, " " * len(mark)))
        assert token.type == "list_item_open"
    return "\n\n".join(items)


def _indented(text: str, first: str, other: str) -> str:
    lines = text.split("\n")
    return "\n".join(((first if index == 0 else other) + line).rstrip() for index, line in enumerate(lines))


def _language(info: str) -> str:
    word = info.split(" ", maxsplit=1)[0]
    return word if re.fullmatch(r"[A-Za-z0-9+#-]{1,20}", word) else "text"


def _inline(tokens: Iterable[Token]) -> str:
    """Tokens of a line: each text is escaped for itself, and the line at its beginning."""
    done: list[str] = []
    links: list[str] = []
    for token in tokens:
        if token.type == "text":
            done.append(markup.inline(token.content) if done else markup.opening(token.content))
        elif token.type in ("softbreak", "hardbreak"):
            done.append(" ")
        elif token.type == "code_inline":
            done.append(str(markup.code(token.content)))
        elif token.type == "link_open":
            links.append(str(token.attrs["href"]))
            done.append("[")
        elif token.type == "link_close":
            done.append(f"]({markup.address(links.pop())})")
        else:
            done.append(_MARKS.get(token.tag, ""))
    return "".join(done)
