"""The report as a page, in a browser: it filters, keeps its state in the address, fits any screen, and runs nothing else.

The browser is spoken to as W3C WebDriver says, which needs no package: https://www.w3.org/TR/webdriver2/
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemagen import api
from schemagen.report import Report
from schemagen.reporters import Look
from schemagen.reporters.html import render

pytestmark = pytest.mark.tools("chromium", "chromedriver")

ROOT = Path(__file__).parents[1]
AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,900",
]
ESCAPE, ENTER, TAB = "\ue00c", "\ue007", "\ue004"
HOSTILE = (
    "</style></script><script>hacked=1</script><img src=x onerror=hacked=1><svg onload=hacked=1>"
    "<a href=javascript:hacked=1>\" onfocus=hacked=1 autofocus ' \u202ereversed <!-- https://evil.example/x.png"
)


class Browser:
    """One window of a browser."""

    def __init__(self, port: int, profile: Path) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def close(self) -> None:
        """Ends the browser."""
        self._call("DELETE", self._session)
        self._connection.close()

    def open(self, address: str) -> None:
        """Goes to a page, by way of none: another fragment alone would load nothing."""
        for url in ("about:blank", address):
            self._call("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns; a promise is waited for."""
        return self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": arguments})

    def press(self, *keys: str) -> None:
        """Types keys, and waits until the page has taken them in."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call(
            "POST",
            f"{self._session}/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )
        self.settle()

    def settle(self) -> None:
        """Waits until the filter has been applied."""
        self.run("return new Promise((done) => setTimeout(done, 200))")

    def click(self, selector: str) -> None:
        """Clicks on what a selector finds."""
        self.run("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def order(self, command: str, **parameters: object) -> Any:
        """A command of the Chrome DevTools Protocol."""
        body = {"cmd": command, "params": parameters}
        return self._call("POST", f"{self._session}/goog/cdp/execute", body)

    def log(self, kind: str) -> list[str]:
        """What was logged since the last time: `browser` is the console, `performance` what the page did."""
        return [entry["message"] for entry in self._call("POST", f"{self._session}/se/log", {"type": kind})]

    def requests(self) -> set[str]:
        """The addresses that were asked for."""
        events = [json.loads(message)["message"] for message in self.log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return {each["request"]["url"] for each in sent}

    def _call(self, method: str, path: str, body: object = None) -> Any:
        self._connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = json.loads(self._connection.getresponse().read())["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{answer['error']}: {answer['message']}")
        return answer


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests."""
    with subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        try:
            ports = (re.search(r"successfully on port (\d+)", line) for line in driver.stdout)
            port = next(int(found[1]) for found in ports if found)
            browser = Browser(port, tmp_path_factory.mktemp("profile"))
            yield browser
            browser.close()
        finally:
            driver.terminate()


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """The browser as it is at first; whatever a test does, the page logs no error and asks for nothing."""
    window.order("Emulation.clearDeviceMetricsOverride")
    window.order("Emulation.setEmulatedMedia", features=[])
    window.order("Emulation.setScriptExecutionDisabled", value=False)
    window.log("browser")
    window.requests()
    yield window
    assert window.log("browser") == []
    assert {url for url in window.requests() if not url.startswith(("file:", "data:", "about:"))} == set()


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
    browser.order(
        "Emulation.setDeviceMetricsOverride", width=width, height=740, deviceScaleFactor=1, mobile=width < 500
    )
    report = report_of(text)
    statuses = tuple((status, 1) for status in range(500, 540))
    coverage = dataclasses.replace(report.coverage[0], undocumented=statuses)
    browser.open(write(tmp_path, render(dataclasses.replace(report, coverage=(coverage,)), Look())))
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    wide = browser.run(
        "const width = document.documentElement.clientWidth;"
        "return [...document.querySelectorAll('body *')].filter((node) => !node.closest('.scroll > *')"
        "&& node.getBoundingClientRect().right > width + 1).map((node) => node.outerHTML.slice(0, 200))"
    )
    assert wide == []
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_200])
def test_axe_finds_nothing_to_mend(
    browser: Browser, page: str, tmp_path: Path, report_of: Callable[[str], Report], scheme: str, width: int
) -> None:
    """Contrast, names, landmarks, headings, tables: in both colour schemes, with everything opened."""
    if not AXE.is_file():
        pytest.skip("axe-core is missing (npm ci --prefix tests/node)")
    browser.order("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.order(
        "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
    )
    everything = write(tmp_path, render(report_of("text"), Look()))
    for address in (page, everything):
        browser.open(address)
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
        browser.run(AXE.read_text(encoding="utf-8"))
        violations = browser.run("return axe.run().then((results) => results.violations)")
        told = [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in violations]
        assert told == []


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
