"""HTML elements as nodes of docutils, so that every builder of Sphinx can write them: HTML, LaTeX, text, manual pages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from docutils import nodes

_INLINE: dict[str, type[nodes.Element]] = {
    **dict.fromkeys(("abbr", "del", "s", "small", "span", "time"), nodes.inline),
    **dict.fromkeys(("b", "strong"), nodes.strong),
    **dict.fromkeys(("em", "i", "var"), nodes.emphasis),
    **dict.fromkeys(("code", "kbd", "samp"), nodes.literal),
    "a": nodes.reference,
    "sub": nodes.subscript,
    "sup": nodes.superscript,
}
_BLOCKS: dict[str, type[nodes.Element]] = {
    "blockquote": nodes.block_quote,
    "details": nodes.container,
    "ul": nodes.bullet_list,
    "ol": nodes.enumerated_list,
    "li": nodes.list_item,
    "dl": nodes.definition_list,
    "dd": nodes.definition,
}
_PARAGRAPHS = ("p", "summary", "caption")
_NOT_SHOWN = frozenset(
    ["button", "img", "input", "nav", "script", "style", "svg", "template", "title", "wbr"]
)
_HEADING = re.compile("h[1-6]")
_WIDEST = 30
_BLANKS = re.compile(r"\s+")


def nodes_of(root: ET.Element, *, sections: bool) -> list[nodes.Node]:
    """The nodes for what is in `root`; headings begin sections, or without `sections` they only look like headings."""
    top = nodes.container()
    _Builder(top, sections=sections).fill(top, root)
    return list(top.children)


class _Builder:
    """Goes through the elements once; an anchor goes before the text that comes next."""

    def __init__(self, top: nodes.Element, *, sections: bool) -> None:
        self._top = top
        self._sections = sections
        self._open: list[tuple[str, nodes.Element]] = []
        self._anchors: list[str] = []

    def fill(self, parent: nodes.Element, element: ET.Element) -> None:
        """Adds to `parent` what is in `element`; text that stands between blocks becomes a paragraph."""
        line: list[nodes.Node] = []
        for piece in _pieces(element):
            if isinstance(piece, str) or piece.tag in _INLINE or piece.tag == "br":
                line += self._inline(piece)
            elif piece.tag not in _NOT_SHOWN:
                self._paragraph(parent, line)
                line = []
                self._block(parent, piece)
        self._paragraph(parent, line)

    def _block(self, parent: nodes.Element, element: ET.Element) -> None:
        if "id" in element.attrib:
            self._anchors.append(element.attrib["id"])
        if _HEADING.fullmatch(element.tag):
            self._heading(parent, element)
        elif element.tag in _PARAGRAPHS:
            self._paragraph(parent, [node for piece in _pieces(element) for node in self._inline(piece)])
        elif element.tag == "pre":
            self._place(parent, self._listing(element))
        elif element.tag == "table":
            self._place(parent, self._table(element))
        elif element.tag == "dt":
            item = nodes.definition_list_item()
            item += nodes.term("", "", *self._words(element))
            self._place(parent, item)
        elif element.tag == "dd" and len(parent) and isinstance(parent[-1], nodes.definition_list_item):
            self._nested(parent[-1], element)
        elif element.tag in _BLOCKS:
            self._nested(parent, element)
        else:
            self.fill(parent, element)

    def _nested(self, parent: nodes.Element, element: ET.Element) -> None:
        node = _BLOCKS[element.tag]()
        self.fill(node, element)
        self._place(parent, node)

    def _heading(self, parent: nodes.Element, element: ET.Element) -> None:
        if not self._sections or parent is not self._top:
            self._place(parent, nodes.rubric("", "", *self._words(element)))
            return
        while self._open and self._open[-1][0] >= element.tag:
            self._open.pop()
        section = nodes.section(ids=self._anchors or [f"section-{id(element)}"])
        self._anchors = []
        section += nodes.title("", "", *self._words(element))
        self._place(parent, section)
        self._open.append((element.tag, section))

    def _listing(self, element: ET.Element) -> nodes.Element:
        text = "".join(element.itertext())
        names = " ".join(each.get("class", "") for each in element.iter())
        language = re.search(r"\blanguage-([a-z0-9]+)", names)
        listing = nodes.literal_block(text, text, language=language[1] if language else "none")
        listing["ids"], self._anchors = self._anchors, []
        return listing

    def _table(self, element: ET.Element) -> nodes.Element:
        rows = [(row, [cell for cell in row if cell.tag in ("th", "td")]) for row in element.iter("tr")]
        heads = {row for head in element.iter("thead") for row in head.iter("tr")}
        width = max((sum(_span(cell) for cell in cells) for _, cells in rows), default=1)
        group = nodes.tgroup(cols=width)
        group += [nodes.colspec(colwidth=number) for number in _widths([cells for _, cells in rows], width)]
        for kind, is_head in ((nodes.thead, True), (nodes.tbody, False)):
            part = kind()
            part.extend(self._row(row, cells) for row, cells in rows if (row in heads) is is_head)
            group += [part] if len(part) else []
        return nodes.table("", group, classes=["colwidths-auto"])

    def _row(self, row: ET.Element, cells: list[ET.Element]) -> nodes.Element:
        if "id" in row.attrib:
            self._anchors.append(row.attrib["id"])
        result = nodes.row()
        for cell in cells:
            entry = nodes.entry()
            if _span(cell) > 1:
                entry["morecols"] = _span(cell) - 1
            if "id" in cell.attrib:
                self._anchors.append(cell.attrib["id"])
            self.fill(entry, cell)
            result += entry
        return result

    def _inline(self, piece: ET.Element | str) -> list[nodes.Node]:
        if isinstance(piece, str):
            text = _BLANKS.sub(" ", piece)
            return [nodes.Text(text)] if text else []
        if "id" in piece.attrib:
            self._anchors.append(piece.attrib["id"])
        if piece.tag == "br":
            return [nodes.Text(" ")]
        if piece.tag not in _INLINE:
            return [node for each in _pieces(piece) for node in self._inline(each)]
        if _INLINE[piece.tag] is nodes.literal:
            text = "".join(piece.itertext())
            return [nodes.literal(text, text)]
        node = _INLINE[piece.tag]()
        node.extend(each for part in _pieces(piece) for each in self._inline(part))
        return _linked(node, piece.get("href", "")) if piece.tag == "a" else [node]

    def _words(self, element: ET.Element) -> list[nodes.Node]:
        return _trimmed([node for piece in _pieces(element) for node in self._inline(piece)])

    def _paragraph(self, parent: nodes.Element, line: list[nodes.Node]) -> None:
        words = _trimmed(line)
        if words:
            targets = [nodes.target("", "", ids=[each]) for each in self._anchors]
            self._anchors = []
            self._place(parent, nodes.paragraph("", "", *targets, *words))

    def _place(self, parent: nodes.Element, node: nodes.Node) -> None:
        if parent is self._top and self._open:
            self._open[-1][1].append(node)
        else:
            parent.append(node)


def _pieces(element: ET.Element) -> Iterator[ET.Element | str]:
    yield element.text or ""
    for child in element:
        yield child
        yield child.tail or ""


def _span(cell: ET.Element) -> int:
    number = cell.get("colspan", "1")
    return int(number) if number.isdecimal() and 0 < int(number) < 100 else 1


def _widths(rows: list[list[ET.Element]], count: int) -> list[int]:
    """How wide the columns are where that is not found out by itself, in characters."""
    widths = [3] * count
    for cells in rows:
        for column, cell in zip(range(count), cells, strict=False):
            length = len("".join(cell.itertext()).strip())
            widths[column] = max(widths[column], min(length + 4, _WIDEST))
    return widths


def _linked(node: nodes.Element, address: str) -> list[nodes.Node]:
    """A link to an anchor of the page, or to another address; without one, only what it says."""
    if address.startswith("#"):
        node["refid"] = address[1:]
        node["internal"] = True
    elif address:
        node["refuri"] = address
    else:
        return list(node.children)
    return [node]


def _trimmed(line: list[nodes.Node]) -> list[nodes.Node]:
    """The line without blanks at its ends."""
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while line and isinstance(line[at], nodes.Text):
            text = strip(line[at].astext())
            if text:
                line[at] = nodes.Text(text)
                break
            line.pop(at)
    return line
