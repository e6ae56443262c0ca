"""The report as a page, in a browser: it filters, keeps its state in the address, fits any screen, and runs nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser import ENTER, ESCAPE, TAB, Browser

from schemagen import api
from schemagen.report import Report
from schemagen.reporters import Look
from schemagen.reporters.html import render

pytestmark = pytest.mark.tools("chromium", "chromedriver")

ROOT = Path(__file__).parents[1]
HOSTILE = (
    "</style></script><script>hacked=1</script><img src=x onerror=hacked=1><svg onload=hacked=1>"
    "<a href=javascript:hacked=1>\" onfocus=hacked=1 autofocus ' \u202ereversed <!-- https://evil.example/x.png"
)


@pytest.fixture(scope="module")
def demo() -> Report:
    """What is found in the demo."""
    run = api.begin_validation()
    for name in ("telecom.har", "responses.ndjson"):
        run.read_file(str(ROOT / "docs" / "demo" / name))
    return run.report()


@pytest.fixture
def page(demo: Report, tmp_path: Path) -> str:
    """The address of the demo's page."""
    return write(tmp_path, render(demo, Look()))


def write(folder: Path, text: str) -> str:
    """Writes a page, and gives its address."""
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    return file.as_uri()


def seen(browser: Browser) -> list[str]:
    """The rules of the kinds of findings that can be seen."""
    return browser.run(  # type: ignore[no-any-return]
        "return [...document.querySelectorAll('.kind')].filter((kind) => kind.checkVisibility())"
        ".map((kind) => kind.querySelector('a[href^=\"#rule\"]').textContent)"
    )


def counted(browser: Browser) -> str:
    """What the filter says of itself."""
    return browser.run("return document.getElementById('shown').textContent")  # type: ignore[no-any-return]


def fragment(browser: Browser) -> str:
    """The state in the address."""
    return browser.run("return location.hash")  # type: ignore[no-any-return]


def test_searching_leaves_what_holds_all_words(browser: Browser, page: str, demo: Report) -> None:
    """A slash begins, letters narrow, the count says how far, Escape ends."""
    browser.open(page)
    everything = f"{len(demo.groups)} kinds, {sum(group.count for group in demo.groups)} findings"
    assert counted(browser) == everything
    browser.press("/", *"CODE catalogue")
    assert browser.run("return document.activeElement.name") == "q"
    assert set(seen(browser)) == {"response/unknown-code"}
    assert re.fullmatch(rf"\d+ of {len(demo.groups)} kinds, \d+ of \d+ findings", counted(browser))
    assert fragment(browser) == "#?q=CODE+catalogue"
    browser.press(*"zzz")
    assert seen(browser) == []
    browser.press(ESCAPE)
    assert (counted(browser), fragment(browser)) == (everything, "")


def test_filters_go_together(browser: Browser, page: str, demo: Report) -> None:
    """Severity, definition and status each leave less; Clear brings all back."""
    browser.open(page)
    browser.click("[name=severity][value=warning]")
    errors = [group.rule.code for group in demo.groups if group.severity.word == "error"]
    assert sorted(seen(browser)) == sorted(errors)
    choose = "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
    choose += "e.dispatchEvent(new Event('input', {bubbles: true}))"
    browser.run(choose, "[name=definition]", "telecomx")
    browser.settle()
    assert seen(browser) == ["response/body-status"]
    assert fragment(browser) == "#?severity=error&definition=telecomx"
    browser.run(choose, "[name=status]", "401")
    browser.settle()
    assert seen(browser) == []
    browser.click("button[type=reset]")
    assert len(seen(browser)) == len(demo.groups)


def test_an_address_keeps_the_state(browser: Browser, page: str) -> None:
    """Whoever opens it sees the same; what it names and is not there is passed over."""
    browser.open(f"{page}#?q=status&severity=error&definition=telecomx&seen=telecomx&status=403")
    assert seen(browser) == ["response/body-status"]
    assert browser.run("return document.querySelector('[name=seen][value=telecomx]').checked")
    browser.open(f"{page}#?definition=nobody&status=1&seen=nobody&q=%&severity=")
    assert seen(browser) == []
    browser.open(f"{page}#%")
    assert len(seen(browser)) > 5


def test_findings_open_by_keyboard(browser: Browser, page: str) -> None:
    """Tab goes from finding to finding, Enter opens one; its rule is one link away."""
    browser.open(page)
    browser.run("document.querySelector('#unfold').focus()")
    browser.press(TAB, ENTER)
    assert browser.run("return document.activeElement.parentElement.open")
    assert browser.run("return document.querySelector('.kind').open")
    browser.press(TAB, ENTER)
    target = browser.run(
        "return document.querySelector(':target').open && document.querySelector(':target').id"
    )
    assert target.startswith("rule-response-")


def test_a_link_to_a_finding_opens_it(browser: Browser, page: str) -> None:
    """Also one that the filter hides."""
    browser.open(page)
    last = browser.run("return [...document.querySelectorAll('.kind')].at(-1).id")
    browser.open(f"{page}#{last}")
    assert browser.run("return document.getElementById(arguments[0]).open", last)
    browser.open(f"{page}#?q=zzz")
    browser.run("location.hash = arguments[0]", last)
    browser.settle()
    assert browser.run("return document.getElementById(arguments[0]).checkVisibility()", last)


def test_an_unknown_code_leads_to_its_findings(browser: Browser, page: str) -> None:
    """Codes that are not in the catalogue are links into the filter."""
    browser.open(page)
    browser.click("tbody a[href*=CREDIT_EXHAUSTED]")
    assert seen(browser) == ["response/unknown-code"]
    assert counted(browser).startswith("1 of ")


def test_all_findings_open_and_close_together(browser: Browser, page: str) -> None:
    """Those that are hidden stay as they are."""
    opened = "return document.querySelectorAll('.kind[open]').length"
    browser.open(f"{page}#?severity=error")
    browser.click("#unfold")
    assert browser.run(opened) == len(seen(browser))
    browser.click("#unfold")
    assert browser.run(opened) == 0


def test_codes_never_seen_can_be_left_out(browser: Browser, page: str) -> None:
    """The table keeps what was seen; the address says so."""
    rows = (
        "return [...document.querySelector('[name=seen][value=\"8x8\"]').closest('details').querySelectorAll('tr')]"
        ".filter((row) => row.checkVisibility()).length"
    )
    browser.open(page)
    browser.run("for (const fold of document.querySelectorAll('.heat')) fold.open = true")
    before = browser.run(rows)
    browser.click("[name=seen][value='8x8']")
    assert browser.run(rows) < before
    assert fragment(browser) == "#?seen=8x8"


def test_without_script_everything_is_there(browser: Browser, page: str, demo: Report) -> None:
    """The filter, which would do nothing, is not shown."""
    browser.order("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)

    def evaluate(expression: str) -> Any:
        return browser.order("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    assert evaluate("document.querySelectorAll('.kind:not([hidden])').length") == len(demo.groups)
    assert evaluate("document.getElementById('filter').checkVisibility()") is False


def test_data_that_would_act_is_text(
    browser: Browser, tmp_path: Path, report_of: Callable[[str], Report]
) -> None:
    """Scripts, handlers and addresses in the data do nothing, whatever is opened, filtered or focused."""
    browser.open(write(tmp_path, render(report_of(HOSTILE), Look())))
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    browser.click("tbody a")
    browser.press("/", *"script", ESCAPE)
    browser.press(*[TAB] * 30)
    assert browser.run("return typeof hacked") == "undefined"
    assert (
        browser.run("return document.querySelectorAll('main img, main script, main svg:not(.bar)').length")
        == 0
    )
    assert "<script>hacked=1</script>" in browser.run("return document.querySelector('main').textContent")
    assert "\u202e" not in browser.run("return document.documentElement.outerHTML")


def test_the_policy_holds_even_if_data_were_not_escaped(
    window: Browser, tmp_path: Path, report_of: Callable[[str], Report]
) -> None:
    """Neither script nor style nor images of others get through, wherever they stand."""
    text = render(report_of("PLACE"), Look())
    raw = "<script>hacked=1</script><img src=http://localhost:9/x onerror=hacked=1><p style='color:red'>x</p>"
    window.open(write(tmp_path, text.replace("PLACE</h3>", f"{raw}</h3>").replace("<h1", f"{raw}<h1")))
    window.settle()
    assert window.run("return typeof hacked") == "undefined"
    assert window.run("return document.querySelectorAll('img').length") > 0
    assert any("Content Security Policy" in message for message in window.log("browser"))
    assert window.run("return document.getElementById('filter').hidden") is False


@pytest.mark.parametrize("text", ["x", "long_" * 60, "a long sentence of short words " * 9])
@pytest.mark.parametrize("width", [360, 700, 1_000])
def test_no_page_is_wider_than_the_screen(
    browser: Browser, tmp_path: Path, report_of: Callable[[str], Report], text: str, width: int
) -> None:
    """Tables scroll for themselves, with everything opened."""
    browser.resize(width, 740)
    report = report_of(text)
    statuses = tuple((status, 1) for status in range(500, 540))
    coverage = dataclasses.replace(report.coverage[0], undocumented=statuses)
    browser.open(write(tmp_path, render(dataclasses.replace(report, coverage=(coverage,)), Look())))
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert browser.wider() == []
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_200])
def test_axe_finds_nothing_to_mend(
    browser: Browser, page: str, tmp_path: Path, report_of: Callable[[str], Report], scheme: str, width: int
) -> None:
    """Contrast, names, landmarks, headings, tables: in both colour schemes, with everything opened."""
    browser.prefer(color_scheme=scheme)
    browser.resize(width)
    everything = write(tmp_path, render(report_of("text"), Look()))
    for address in (page, everything):
        browser.open(address)
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
        assert browser.accuse() == []


def test_a_printed_page_has_everything_opened(browser: Browser, page: str) -> None:
    """And afterwards is as it was."""
    browser.open(page)
    browser.run(
        "addEventListener('beforeprint', () => { window.folded = document.querySelectorAll('.kind:not([open])').length })"
    )
    before = browser.run("return document.querySelectorAll('details[open]').length")
    browser.order("Page.printToPDF")
    assert browser.run("return window.folded") == 0
    assert browser.run("return document.querySelectorAll('details[open]').length") == before
