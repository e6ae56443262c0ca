"""The page of one format in a browser: one code is found on a phone, and nothing comes from anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import AXE, Browser

import schemagen
from schemagen.reference import pieces

pytestmark = pytest.mark.tools("chromium", "chromedriver")

SHOWN = (
    "return [...document.querySelectorAll('.schemagen-codes tbody tr')]"
    ".filter((row) => row.checkVisibility()).map((row) => row.id)"
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a format with many codes."""
    file = tmp_path_factory.mktemp("page") / "index.html"
    file.write_text(pieces(schemagen.load("8x8"), to="html"), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def small(tmp_path: Path) -> str:
    """The address of the page of a format with ties, texts and broken examples."""
    file = tmp_path / "index.html"
    file.write_text(pieces(schemagen.load("telecomx"), to="html"), encoding="utf-8")
    return file.as_uri()


def narrow(browser: Browser, width: int = 360) -> None:
    """Makes the window that of a phone."""
    browser.order(
        "Emulation.setDeviceMetricsOverride", width=width, height=740, deviceScaleFactor=2, mobile=True
    )


def test_one_code_is_found_on_a_phone(browser: Browser, page: str) -> None:
    """Typing its number leaves its row, which fits the screen."""
    narrow(browser)
    browser.open(page)
    everything = browser.run(SHOWN)
    browser.press("/", *"1300")
    browser.settle()
    found = browser.run(SHOWN)
    assert "code-1300" in found
    assert len(found) < len(everything) / 5
    box = browser.run(
        "const box = document.getElementById('code-1300').getBoundingClientRect(); return [box.left, box.right]"
    )
    assert 0 <= box[0] < box[1] <= 360
    assert browser.run("return document.documentElement.scrollWidth") <= 360


def test_a_row_on_a_phone_says_what_it_holds(browser: Browser, page: str) -> None:
    """There is no head of the table, so the status has its name; and the row that a link led to is marked."""
    narrow(browser)
    browser.open(f"{page}#code-1300")
    assert browser.run("return document.querySelector('.schemagen-codes thead').checkVisibility()") is False
    row = "document.getElementById('code-1300')"
    assert (
        browser.run(f"return getComputedStyle({row}.querySelector('td'), '::before').content") == '"Status: "'
    )
    shadow = "return getComputedStyle({}).boxShadow"
    assert (
        browser.run(shadow.format(row)) != browser.run(shadow.format(f"{row}.nextElementSibling")) == "none"
    )


def test_codes_are_filtered_by_status(browser: Browser, small: str) -> None:
    """What is tied to another status is left out."""
    browser.open(small)
    browser.run(
        "const choice = document.querySelector('.schemagen-filter select'); choice.value = '422';"
        "choice.dispatchEvent(new Event('input', { bubbles: true }))"
    )
    assert browser.run(SHOWN) == ["code-multiple"]


def test_a_link_leads_to_its_code_even_where_the_filter_hid_it(browser: Browser, small: str) -> None:
    """The filter is cleared, and the row is there."""
    browser.open(small)
    browser.press("/", *"multiple")
    browser.settle()
    assert browser.run(SHOWN) == ["code-multiple"]
    browser.run("location.hash = 'code-expired'")
    browser.settle()
    assert "code-expired" in browser.run(SHOWN)


def test_examples_can_be_copied(browser: Browser, small: str) -> None:
    """Each has a button; what is copied is the response as it is on the wire."""
    browser.open(small)
    assert browser.run("return document.querySelectorAll('.schemagen-example .copy').length") == browser.run(
        "return document.querySelectorAll('.schemagen-example').length"
    )
    browser.run(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async (text) => { window.copied = text }}})"
    )
    browser.click(".schemagen-example .copy")
    assert browser.run("return window.copied").startswith(
        "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{"
    )


CUT = (
    "return [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()"
    " && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')"
    ".map((one) => one.outerHTML.slice(0, 200))"
)
FOLDED = "document.querySelectorAll('details:not([open])').length"


def test_a_printed_page_has_everything_opened(browser: Browser, small: str) -> None:
    """The schemas, too; and afterwards they are folded as before."""
    browser.open(small)
    before = browser.run(f"return {FOLDED}")
    assert before == 2
    browser.run(f"addEventListener('beforeprint', () => {{ window.folded = {FOLDED} }})")
    browser.order("Page.printToPDF")
    assert browser.run("return window.folded") == 0
    assert browser.run(f"return {FOLDED}") == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_has_all_that_matters(browser: Browser, page: str, scheme: str) -> None:
    """Dark on white, whatever the screen is; nothing is cut at the right, and nothing that only a screen needs is there."""
    browser.order(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": scheme}],
    )
    browser.resize(720)
    browser.open(page)
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert max(browser.run("return getComputedStyle(document.body).color.match(/[0-9]+/g).map(Number)")) < 64
    assert browser.run(CUT) == []
    assert browser.wider() == []
    parts = browser.run("return [...document.querySelectorAll('h2, h3, td, dt, dd, figcaption, pre')]")
    assert len(parts) > 100
    hidden = "return [...document.querySelectorAll('h2, h3, td, dt, dd, figcaption, pre')].filter((one) => !one.checkVisibility()).length"
    assert browser.run(hidden) == 0
    needless = "return [...document.querySelectorAll('button, input, select, kbd, .skip')].filter((one) => one.checkVisibility()).length"
    assert browser.run(needless) == 0


def test_paper_says_that_codes_are_left_out(browser: Browser, page: str) -> None:
    """Who prints what a filter has left sees of how many."""
    browser.open(page)
    browser.press("/", *"1300")
    browser.order("Emulation.setEmulatedMedia", media="print")
    told = browser.run(
        "const told = document.querySelector('.schemagen-filter output'); return told.checkVisibility() && told.value"
    )
    assert re.fullmatch(r"[1-9] of [0-9]+ codes", told)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_200])
def test_axe_finds_nothing_to_mend(browser: Browser, small: str, scheme: str, width: int) -> None:
    """Contrast, landmarks, headings and names, with everything unfolded."""
    if not AXE.is_file():
        pytest.skip("axe-core is missing (npm ci --prefix tests/node)")
    browser.order("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    narrow(browser, width)
    browser.open(small)
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    browser.run(AXE.read_text(encoding="utf-8"))
    violations = browser.run("return axe.run().then((results) => results.violations)")
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in violations] == []
