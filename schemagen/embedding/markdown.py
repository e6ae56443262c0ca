"""The extension of Python-Markdown: fenced blocks `error-format` become what `schemagen.reference` says of a definition.

It is all that MkDocs and Zensical need. A block is set aside before any other extension sees it, and its elements come
to their place after the others have done their work: nothing in a definition is read as Markdown, while the table of
contents and the checks of links see headings and anchors.
"""

from __future__ import annotations

import html
import logging
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from schemagen import embedding
from schemagen.display import shown
from schemagen.embedding import fences
from schemagen.errors import SchemagenError

_log = logging.getLogger(
    "mkdocs.plugins.schemagen"
)  # below `mkdocs`, so that `--strict` counts what is logged
_MARK = "\ue000error-format {}\ue000"  # no Markdown: characters for private use
_MARKED = re.compile("\ue000error-format ([0-9]+)\ue000")
_MARK_ALONE = re.compile(rf"\n* {{0,3}}{_MARKED.pattern}\s*")

# Before what sets fenced blocks aside (31.05 and 25), and after what includes files (32).
_BEFORE_FENCES = 31.06
# Before all that read blocks (paragraphs are 10, indented code is 80, HTML and admonitions 105).
_BEFORE_BLOCKS = 200
# After all that change texts or take attributes from them (`smarty` is 6), before `toc` and MkDocs's anchors (5).
_BEFORE_CONTENTS = 5.5
# After all that is raw has come back (30).
_AFTER_RAW = 1


class ErrorFormatExtension(Extension):
    """Its options are two folders, and whether a mistake ends the build."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "definitions": ["", "The folder of definitions; without it, the one of [tool.schemagen]"],
            "templates": ["", "A folder of templates that replace shipped ones"],
            "strict": [True, "A mistake ends the build; otherwise the page shows it, and it is logged"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Python-Markdown's
        """Registers the four steps."""
        page = _Page(md, self.getConfigs())
        md.preprocessors.register(_SetAside(page), "error-format", _BEFORE_FENCES)
        md.parser.blockprocessors.register(_Place(page), "error-format", _BEFORE_BLOCKS)
        md.treeprocessors.register(_Fill(page), "error-format", _BEFORE_CONTENTS)
        md.postprocessors.register(_PutBack(page), "error-format", _AFTER_RAW)


makeExtension = ErrorFormatExtension  # noqa: N816 - the name is Python-Markdown's


class _Page:
    """The page at hand: its blocks, where each stands among the elements, and how its mistakes are told."""

    def __init__(self, md: Markdown, options: dict[str, Any]) -> None:
        self.md = md
        self.blocks: list[tuple[fences.Fence, str]] = []
        self.places: list[tuple[ET.Element, fences.Fence, str]] = []
        self.text = ""
        self._options = options

    def content(self, fence: fences.Fence, source: str, level: int) -> ET.Element:
        """The elements for a block: what it asks for, or what is wrong with it.

        Raises:
            BlockError: there is a mistake, and the page is strict (in MkDocs: its `PluginError`).
        """
        try:
            asked = _asked(fence)
            where = embedding.folders(self._options["definitions"], self._options["templates"])
            return embedding.fragment(asked, where, level).tree
        except SchemagenError as problem:
            message = f"{self._where(source, getattr(problem, 'line', 0))}error-format: {problem}"
            if self._options["strict"]:
                raise _ending(message) from None
            _log.warning(message)
            return _box(str(problem))

    def _where(self, source: str, line: int) -> str:
        """The page and the line, as far as the tool tells them: what it cut off or put in before is not counted."""
        name, text = _page_file(self.md) or ("", self.text)
        before, found, _ = text.partition(source)
        number = before.count("\n") + 1 + line
        return f"{shown(name) or 'line '}{':' if name else ''}{number}: " if found else f"{shown(name)}: "


class _SetAside(Preprocessor):
    """Puts a mark in the place of each block."""

    def __init__(self, page: _Page) -> None:
        super().__init__(page.md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        self._page.text = "\n".join(lines)
        self._page.blocks.clear()
        self._page.places.clear()
        result: list[str] = []
        at = 0
        for fence in fences.find(lines):
            mark = _MARK.format(len(self._page.blocks))
            empty = fence.margin.rstrip()
            result += [*lines[at : fence.start], empty, fence.margin + mark, empty]
            at = fence.end
            self._page.blocks.append((fence, "\n".join(lines[fence.start : fence.end])))
        return result + lines[at:]


class _Place(BlockProcessor):
    """Puts an empty element where a mark is a block of its own."""

    def __init__(self, page: _Page) -> None:
        super().__init__(page.md.parser)
        self._page = page

    def test(self, parent: ET.Element, block: str) -> bool:  # noqa: ARG002
        return _marked(block, len(self._page.blocks)) is not None

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        number = _marked(blocks.pop(0), len(self._page.blocks))
        assert number is not None
        element = ET.SubElement(parent, "div", {"class": "error-format"})
        self._page.places.append((element, *self._page.blocks[number]))


class _Fill(Treeprocessor):
    """Puts into each element what its block asks for."""

    def __init__(self, page: _Page) -> None:
        super().__init__(page.md)
        self._page = page

    def run(self, root: ET.Element) -> None:
        taken = embedding.ids(root)
        levels = _levels(root)
        for place, fence, source in self._page.places:
            content = self._page.content(fence, source, min(levels[place] + 1, 6))
            embedding.forget_ids(content, taken)
            taken |= embedding.ids(content)
            place.text = None
            place.extend(content)
        for place, _, _ in self._page.places:
            embedding.forget_links(place, taken)
            _keep_texts(place)


class _PutBack(Postprocessor):
    """Gives back the text of blocks that turned out to be shown: in indented code, in comments, in HTML."""

    def __init__(self, page: _Page) -> None:
        super().__init__(page.md)
        self._page = page

    def run(self, text: str) -> str:
        return _MARKED.sub(self._source, text)

    def _source(self, match: re.Match[str]) -> str:
        number = int(match[1])
        if number >= len(self._page.blocks):
            return match[0]
        fence, source = self._page.blocks[number]
        return html.escape(
            "\n".join(line.removeprefix(fence.margin) for line in source.split("\n")), quote=False
        )


def _marked(block: str, count: int) -> int | None:
    """The number of the mark that is all of `block`, unless it is indented code or no mark of ours."""
    found = _MARK_ALONE.fullmatch(block)
    return int(found[1]) if found and int(found[1]) < count else None


def _asked(fence: fences.Fence) -> embedding.Block:
    if not fence.closed:
        raise embedding.BlockError("the block is not closed by the fence that opens it")
    if fence.rest:
        raise embedding.BlockError(
            f"'{shown(fence.rest, 60)}' stands beside the name; what a block says stands below it, one a line"
        )
    return embedding.read_lines(fence.lines)


def _ending(message: str) -> Exception:
    """What ends the build: MkDocs prints one line for errors of its own, and a traceback for others."""
    mkdocs = sys.modules.get("mkdocs.exceptions")
    return mkdocs.PluginError(message) if mkdocs else embedding.BlockError(message)


def _page_file(md: Markdown) -> tuple[str, str] | None:
    """The name and the text of the page's file: MkDocs resolves links by it, Zensical keeps it as the context."""
    if "relpath" in md.treeprocessors:
        file = getattr(md.treeprocessors["relpath"], "file", None)
        return (file.src_uri, file.content_string) if file else None
    if "rendering_context" in md.preprocessors:
        context: Any = md.preprocessors["rendering_context"]
        try:
            path = Path(context.config["docs_dir"], context.page.path)
            return context.page.path, path.read_text(encoding="utf-8")
        except (AttributeError, KeyError, OSError, UnicodeDecodeError):
            return None
    return None


def _levels(root: ET.Element) -> dict[ET.Element, int]:
    """For each element, the level of the heading that it stands under; 1 before the first."""
    found: dict[ET.Element, int] = {}
    level = 1
    for element in root.iter():
        if embedding.is_heading(element):
            level = int(element.tag[1])
        found[element] = level
    return found


def _box(message: str) -> ET.Element:
    """What the page shows in place of a mistaken block; themes know the classes."""
    root = ET.Element("div")
    box = ET.SubElement(root, "div", {"class": "admonition failure"})
    ET.SubElement(box, "p", {"class": "admonition-title"}).text = "error-format"
    ET.SubElement(box, "p").text = message
    return root


def _keep_texts(root: ET.Element) -> None:
    """Python-Markdown takes `&lt;` in a text for markup, and we take our marks for blocks: both are written as they are."""
    for element in root.iter():
        element.text = element.text and _kept(element.text)
        if element is not root:
            element.tail = element.tail and _kept(element.tail)
        for name, value in element.items():
            element.set(name, _kept(value))


def _kept(text: str) -> str:
    return text.replace("&", "&amp;").replace("\ue000", "&#xe000;")
