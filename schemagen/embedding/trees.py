"""HTML as elements, which the tools can place, list and link: for what `schemagen.reference` renders, not for any page."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Container
from html.parser import HTMLParser

_VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


def parse(html: str) -> ET.Element:
    """The elements of `html`, in a `div`. What is never closed ends with what it stands in."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def ids(root: ET.Element) -> set[str]:
    """The anchors in it."""
    return {element.attrib["id"] for element in root.iter() if "id" in element.attrib}


def forget_ids(root: ET.Element, taken: Container[str]) -> None:
    """Takes from it the anchors that are `taken`: a page has each once, and the first to come keeps it."""
    for element in root.iter():
        if element.get("id") in taken:
            del element.attrib["id"]


def forget_links(root: ET.Element, known: Container[str]) -> None:
    """Makes text of links to anchors that are not among the `known`: of a part alone, not all is on the page."""
    for element in root.iter("a"):
        target = element.get("href", "")
        if target.startswith("#") and target[1:] not in known:
            element.tag = "span"
            del element.attrib["href"]


def name_headings(root: ET.Element, prefix: str) -> None:
    """Gives anchors to headings without one: that of the section they begin, else its class (`schemagen-codes`)."""
    for section in root.iter("section"):
        heading = next((child for child in section if is_heading(child)), None)
        if heading is not None and "id" not in heading.attrib:
            own = section.get("class", "").rpartition("schemagen-")[2]
            heading.set("id", section.attrib.pop("id", prefix + own))


def is_heading(element: ET.Element) -> bool:
    """Whether it is one of `h1` to `h6`."""
    return element.tag in _HEADINGS


class _Reader(HTMLParser):
    """Builds elements as tags come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = ET.Element("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = ET.SubElement(self._open[-1], tag, {name: value or "" for name, value in attrs})
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ET.SubElement(self._open[-1], tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        at = next((n for n in range(len(self._open) - 1, 0, -1) if self._open[n].tag == tag), 0)
        if at:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data
