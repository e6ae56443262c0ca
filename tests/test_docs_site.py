"""The documentation as a site: built without a warning, the same content as on GitHub, and nothing from other hosts."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from browser import Browser, served
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
SOURCES = {
    "index.html": ROOT / "README.md",
    "changes.html": ROOT / "CHANGELOG.md",
    **{f"{page.stem}.html": page for page in sorted((ROOT / "docs").glob("*.md"))},
}
COUNTED = {
    "h1",
    "h2",
    "h3",
    "h4",
    "pre",
    "table",
    "tr",
    "ul",
    "ol",
    "li",
    "blockquote",
    "strong",
    "em",
    "img",
}

pytestmark = pytest.mark.tools


class Elements(HTMLParser):
    """Counts the elements of a page, or of what stands in its `article`; and notes its ids and links."""

    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._inside = whole
        self._whole = whole

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Counts what begins."""
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        self.links += [value for name in ("href", "src") if (value := given.get(name))]
        if tag == "article":
            self._inside = True
        elif self._inside and tag in COUNTED:
            self.counts[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """Ends the article."""
        if tag == "article":
            self._inside = self._whole


def elements(text: str, *, whole: bool = True) -> Elements:
    """The elements of an HTML text."""
    found = Elements(whole=whole)
    found.feed(text)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make docs` builds it."""
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("mkdocs is missing")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", ".mkdocs.yml"]
    done = subprocess.run(
        [*command, "--site-dir", folder],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, re.findall(r"^(?!INFO).+", done.stdout + done.stderr, re.MULTILINE)) == (0, [])
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served on this machine."""
    with served(site) as address:
        yield address


@pytest.mark.parametrize("page", SOURCES)
def test_a_page_shows_what_github_shows(site: Path, page: str) -> None:
    """As many headings, lists, tables, rows and blocks: Python-Markdown and CommonMark read the page alike."""
    text = SOURCES[page].read_text(encoding="utf-8")
    github = elements(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)).counts
    here = elements((site / page).read_text(encoding="utf-8"), whole=False).counts
    assert here == github


def test_every_link_leads_somewhere(site: Path) -> None:
    """Of all pages, into the site: the file is there, and so is the anchor."""
    pages = {page: elements(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    assert len(pages) > len(SOURCES)
    lost = []
    for page, found in pages.items():
        for link in found.links:
            path, anchor = urldefrag(link)
            if urlsplit(link).scheme or page.name == "404.html":
                continue
            target = (page.parent / unquote(path)).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            known = pages[target].ids if target in pages else {""}
            if not target.is_file() or unquote(anchor) not in known | {"", "__skip"}:
                lost.append((page.name, link))
    assert lost == []


@pytest.mark.tools("chromium", "chromedriver")
@pytest.mark.parametrize(
    "page",
    [
        "index.html",
        "language.html",
        "rules.html",
        "demo/index.html",
        "errors/index.html",
        "formats/telecomx.html",
    ],
)
def test_pages_ask_no_other_host(window: Browser, address: str, page: str) -> None:
    """In a browser: nothing is logged, and everything comes from the site itself."""
    window.log("browser")
    window.requests()
    window.open(f"{address}/{page}")
    window.settle()
    asked = [url for url in window.requests() if url.startswith("http")]
    assert len(asked) >= 3
    assert [url for url in asked if not url.startswith(address)] == []
    assert window.log("browser") == []
    assert window.run("return document.querySelector('h1').checkVisibility()")


@pytest.mark.tools("chromium", "chromedriver")
def test_the_site_is_searched(window: Browser, address: str) -> None:
    """A word of one page leads to it."""
    window.open(f"{address}/index.html")
    window.run("document.querySelector('.md-search__input').focus()")
    window.press(*"unused-anchor")
    for _ in range(50):
        window.settle()
        found = window.run(
            "return [...document.querySelectorAll('.md-search-result__link')].map((a) => a.href)"
        )
        if found:
            break
    assert [link for link in found if re.search(r"rules\.html", link)]
