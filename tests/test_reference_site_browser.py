"""The catalogue site in a browser: one finds a code by what one has of it, on any screen, by keyboard, from a disk."""

from __future__ import annotations

import dataclasses
import functools
import http.server
import threading
from pathlib import Path
from typing import Any

import pytest
from browser import DOWN, ENTER, ESCAPE, TAB, UP, Browser
from test_reference_site import hostile

from schemagen import api, storage
from schemagen.reference import Reference, describe
from schemagen.reference.site import write_site

pytestmark = pytest.mark.tools("chromium", "chromedriver")

KINDS = [
    "index.html",
    "index.html?q=message",
    "telecomx/index.html",
    "8x8/index.html",
    "telecomx/codes/expired.html",
]
"""A page of each kind, and the start page with results."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the shipped definitions, on a disk."""
    folder = tmp_path_factory.mktemp("site")
    storage.write(list(write_site(references(), None)), folder)
    return folder


@pytest.fixture
def site(folder: Path) -> str:
    """Its address."""
    return folder.as_uri()


def references() -> list[Reference]:
    """What is told of the shipped definitions."""
    return [describe(each.require()) for each in api.collect()]


def results(browser: Browser) -> list[str]:
    """The addresses of what was found, best first, as they are below the site."""
    return browser.run(  # type: ignore[no-any-return]
        "return [...document.querySelectorAll('#results a')].map((a) => a.getAttribute('href'))"
    )


def told(browser: Browser) -> str:
    """What the search says of itself."""
    return browser.run("return document.getElementById('told').textContent")  # type: ignore[no-any-return]


def ask(browser: Browser, site: str, query: str) -> list[str]:
    """What a person finds who types a question."""
    browser.open(f"{site}/index.html")
    browser.run("document.querySelector('[name=q]').focus()")
    browser.run("document.execCommand('insertText', false, arguments[0])", query)
    browser.settle()
    return results(browser)


def here(browser: Browser) -> str:
    """Where the browser is."""
    return browser.run("return location.href")  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("1300", "8x8/codes/1300.html"),
        ("what does 1300 mean?", "8x8/codes/1300.html"),
        ("EXPIRED", "telecomx/codes/expired.html"),
        ("session has expired, please login", "telecomx/codes/expired.html"),
        ('{"error": {"code": "expired", "status": 401}}', "telecomx/codes/expired.html"),
        ("telecomx 404", "telecomx/index.html#status-404"),
        ("tangoe", "tangoe/index.html"),
        ("errorId", "8x8/index.html#schema-Body"),
    ],
)
def test_a_question_finds_its_answer(browser: Browser, site: str, query: str, first: str) -> None:
    """A code, a question, a text from the wire, a whole body, a status of a format, a format, a member."""
    assert ask(browser, site, query)[0] == first


def test_nothing_found_is_said(browser: Browser, site: str) -> None:
    """And what is nearest is shown, if anything is near."""
    assert ask(browser, site, "zzzzzz") == []
    assert told(browser) == "Nothing is like that. Try a part of it."
    assert ask(browser, site, "1300 zzzzzz")[0] == "8x8/codes/1300.html"
    assert told(browser) == "Nothing has all of these words. The nearest:"


def test_the_keyboard_is_enough(browser: Browser, site: str) -> None:
    """A slash begins, arrows choose, Escape goes back and clears, Enter opens the best or the chosen one."""
    browser.open(f"{site}/index.html")
    browser.press("/", *"format")
    assert browser.run("return document.activeElement.name") == "q"
    found = results(browser)
    assert len(found) > 3
    chosen = "return document.activeElement.getAttribute('href')"
    browser.press(DOWN, DOWN)
    assert browser.run(chosen) == found[1]
    browser.press(UP)
    assert browser.run(chosen) == found[0]
    browser.press(UP)
    assert browser.run("return document.activeElement.name") == "q"
    browser.press(DOWN, ESCAPE)
    assert browser.run("return [document.activeElement.name, document.activeElement.value]") == [
        "q",
        "format",
    ]
    browser.press(ESCAPE)
    assert results(browser) == []
    assert browser.run("return document.getElementById('all').checkVisibility()")
    browser.press(*"1300", ENTER)
    browser.settle()
    assert here(browser) == f"{site}/8x8/codes/1300.html"


def test_an_address_keeps_the_question(browser: Browser, site: str) -> None:
    """Whoever opens it sees the same; it is in the address while one types, and gone with the question."""
    browser.open(f"{site}/index.html?q=session+expired")
    browser.settle()
    assert browser.run("return document.querySelector('[name=q]').value") == "session expired"
    assert results(browser)[0] == "telecomx/codes/expired.html"
    browser.press("/", *"x&y")
    assert here(browser) == f"{site}/index.html?q=x%26y"
    browser.press(ESCAPE)
    assert here(browser) == f"{site}/index.html"


def test_every_page_leads_to_the_search(browser: Browser, site: str) -> None:
    """What is typed into the bar of a code's page is searched on the start page, also without script."""
    browser.open(f"{site}/telecomx/codes/expired.html")
    browser.press("/", *"1300", ENTER)
    browser.settle()
    assert here(browser) == f"{site}/index.html?q=1300"
    assert results(browser)[0] == "8x8/codes/1300.html"


def test_long_lists_of_results_grow_on_demand(browser: Browser, site: str) -> None:
    """Fifty at first; the rest by a button."""
    found = ask(browser, site, "8x8")
    assert len(found) == 50
    browser.click("#more")
    assert len(results(browser)) > 80
    assert browser.run("return document.getElementById('more').checkVisibility()") is False


def test_a_lost_index_is_told(browser: Browser, folder: Path, tmp_path: Path) -> None:
    """The page says what is missing; everything else still works."""
    for name in ("index.html", "site.js", "site.css"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    ask(browser, tmp_path.as_uri(), "1300")
    assert told(browser) == "The index of the search (search-index.js) cannot be loaded."
    assert [line for line in browser.log("browser") if "search-index.js" not in line] == []


def test_an_anchor_shows_its_code(browser: Browser, site: str) -> None:
    """The row of the table is in sight, and leads to the page of the code."""
    browser.open(f"{site}/8x8/index.html#code-1300")
    browser.settle()
    top = browser.run("return document.getElementById('code-1300').getBoundingClientRect().top")
    assert 0 <= top <= browser.run("return innerHeight")
    browser.click("#code-1300 a")
    browser.settle()
    assert here(browser) == f"{site}/8x8/codes/1300.html"


def test_the_codes_of_a_format_are_filtered(browser: Browser, site: str) -> None:
    """By words and by status; an anchor leads to its row, also to one that was left out."""
    rows = (
        "return [...document.querySelectorAll('.schemagen-codes tbody tr')].filter((row) => row.checkVisibility())"
        ".map((row) => row.id)"
    )
    filtered = "return document.querySelector('.schemagen-filter output').value"
    browser.open(f"{site}/telecomx/index.html")
    browser.run("document.querySelector('.schemagen-filter input').focus()")
    browser.press(*"TOKEN the")
    assert browser.run(rows) == ["code-format_error", "code-invalid_token"]
    assert browser.run(filtered) == "2 of 8 codes"
    choose = "const e = document.querySelector('.schemagen-filter select'); e.value = arguments[0];"
    browser.run(choose + "e.dispatchEvent(new Event('input', { bubbles: true }))", "404")
    assert browser.run(rows) == []
    browser.run("location.hash = 'code-multiple'")
    browser.settle()
    assert "code-multiple" in browser.run(rows)
    assert browser.run(filtered) == "8 codes"


def test_what_can_be_copied_has_a_button(browser: Browser, site: str) -> None:
    """The code as it stands on the wire, messages, examples; the button says that it is done."""
    browser.open(f"{site}/telecomx/codes/expired.html")
    browser.order("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.run("window.focus()")
    pasted = []
    for number in range(browser.run("return document.querySelectorAll('.copy').length")):
        browser.run("document.querySelectorAll('.copy')[arguments[0]].click()", number)
        browser.settle()
        assert (
            browser.run("return document.querySelectorAll('.copy')[arguments[0]].textContent", number)
            == "Copied"
        )
        pasted.append(browser.run("return navigator.clipboard.readText()"))
    assert pasted[:2] == ['"expired"', "Session has expired, please login"]
    assert pasted[2].startswith("HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\n")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_200])
@pytest.mark.parametrize("page", KINDS)
def test_axe_finds_nothing_to_mend(browser: Browser, site: str, page: str, width: int, scheme: str) -> None:
    """Contrast, names, landmarks, headings, tables: on every kind of page, in both colour schemes."""
    browser.prefer(color_scheme=scheme)
    browser.resize(width)
    browser.open(f"{site}/{page}")
    browser.settle()
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") is (scheme == "dark")
    assert browser.accuse() == []


@pytest.mark.parametrize("page", KINDS)
@pytest.mark.parametrize("width", [360, 700])
def test_no_page_is_wider_than_the_screen(browser: Browser, site: str, page: str, width: int) -> None:
    """On a phone one finds an error code without scrolling sideways."""
    browser.resize(width, 740)
    browser.open(f"{site}/{page}")
    browser.settle()
    browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert browser.wider() == []
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_focus_can_be_seen(browser: Browser, site: str) -> None:
    """Whatever Tab comes to has an outline; first is the way past the bar."""
    browser.open(f"{site}/telecomx/codes/expired.html")
    seen = []
    for _ in range(8):
        browser.press(TAB)
        seen.append(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
    assert seen == ["solid"] * 8
    browser.open(f"{site}/index.html")
    browser.press(TAB)
    assert browser.run("return document.activeElement.getAttribute('href')") == "#content"


def test_whoever_wants_no_motion_gets_none(browser: Browser, site: str) -> None:
    """Nothing glides."""
    glides = "return getComputedStyle(document.documentElement).scrollBehavior"
    browser.open(f"{site}/index.html")
    assert browser.run(glides) == "smooth"
    browser.prefer(reduced_motion="reduce")
    browser.open(f"{site}/index.html")
    assert browser.run(glides) == "auto"


def test_a_printed_page_has_everything_opened(browser: Browser, site: str) -> None:
    """The schemas, too; and afterwards they are folded as before. Nothing that only a screen needs is on paper."""
    browser.open(f"{site}/telecomx/index.html")
    folded = "document.querySelectorAll('details:not([open])').length"
    before = browser.run(f"return {folded}")
    assert before > 0
    browser.run(f"addEventListener('beforeprint', () => {{ window.folded = {folded} }})")
    browser.order("Page.printToPDF")
    assert browser.run("return window.folded") == 0
    assert browser.run(f"return {folded}") == before
    browser.order("Emulation.setEmulatedMedia", media="print")
    needless = "return [...document.querySelectorAll('header, button, input, select')].some((one) => one.checkVisibility())"
    assert browser.run(needless) is False
    browser.order("Emulation.setEmulatedMedia", media="")


def test_without_script_everything_is_there(browser: Browser, site: str) -> None:
    """The search, which would do nothing, is not shown; lists, tables and links are."""
    browser.order("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(f"{site}/index.html")

    def evaluate(expression: str) -> Any:
        return browser.order("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    assert evaluate("document.getElementById('search').checkVisibility()") is False
    assert evaluate("[...document.querySelectorAll('.card a')].every((a) => a.checkVisibility())")
    assert evaluate("document.querySelectorAll('kbd').length > 0")
    assert evaluate("[...document.querySelectorAll('kbd')].some((kbd) => kbd.checkVisibility())") is False
    browser.open(f"{site}/8x8/index.html")
    assert evaluate("document.getElementById('code-1300').checkVisibility()")


def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path) -> None:
    """Searched, marked, opened, focused: they are text."""
    (tmp_path / "site").mkdir()
    storage.write(list(write_site([hostile(tmp_path)], None)), tmp_path / "site")
    site = (tmp_path / "site").as_uri()
    found = ask(browser, site, "script hacked")
    assert len(found) > 10
    browser.press(*[TAB] * 5)
    assert browser.run("return typeof hacked") == "undefined"
    assert browser.run("return document.querySelectorAll('main img, main script, main svg').length") == 0
    for page in ("acme/index.html", found[0]):
        browser.resize(360)
        browser.open(f"{site}/{page}")
        browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        browser.press(*[TAB] * 10)
        assert browser.run("return typeof hacked") == "undefined"
        assert browser.wider() == []
        assert "<script>hacked=1</script>" in browser.run("return document.querySelector('main').textContent")


def test_the_policy_holds_even_if_data_were_not_escaped(
    window: Browser, folder: Path, tmp_path: Path
) -> None:
    """Neither script nor style nor images of others get through."""
    raw = "<script>hacked=1</script><img src=http://localhost:9/x onerror=hacked=1><p style='color:red'>x</p>"
    text = (folder / "index.html").read_text(encoding="utf-8")
    (tmp_path / "index.html").write_text(text.replace("<h1", f"{raw}<h1"), encoding="utf-8")
    window.open((tmp_path / "index.html").as_uri())
    window.settle()
    assert window.run("return typeof hacked") == "undefined"
    assert window.run("return document.querySelectorAll('img').length") > 0
    assert any("Content Security Policy" in message for message in window.log("browser"))


def test_it_works_below_any_address(window: Browser, folder: Path) -> None:
    """Served from some folder of some server: search, pages and the way back."""

    class Below(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            """The site is below `/docs/v2`."""
            return super().translate_path(path.removeprefix("/docs/v2"))

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    handler = functools.partial(Below, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}/docs/v2"
        window.log("browser")
        window.requests()
        assert ask(window, site, "1300")[0] == "8x8/codes/1300.html"
        window.press(ENTER)
        window.settle()
        assert here(window) == f"{site}/8x8/codes/1300.html"
        window.click(".home")
        window.settle()
        assert here(window) == f"{site}/index.html"
        assert [url for url in window.requests() if url.startswith("http") and not url.startswith(site)] == []
        assert window.log("browser") == []
        server.shutdown()


def test_six_thousand_codes_are_searched_at_once(browser: Browser, tmp_path: Path) -> None:
    """An answer comes within a second after the last key, also on a busy machine, whatever is asked."""
    (one,) = [each for each in references() if each.id == "telecomx"]
    codes = tuple(
        dataclasses.replace(
            one.codes[number % len(one.codes)],
            code=f"code{number}",
            anchor=f"code-code{number}",
            json=f'"code{number}"',
        )
        for number in range(6_000)
    )
    for artifact in write_site([dataclasses.replace(one, codes=codes)], None):
        if "/" in artifact.path:
            break
        (tmp_path / artifact.path).write_text(artifact.text, encoding="utf-8")
    assert ask(browser, tmp_path.as_uri(), "code5999") == ["telecomx/codes/code5999.html"]
    slowest = browser.run(
        """
        const field = document.querySelector("[name=q]");
        const results = document.getElementById("results");
        let slowest = 0;
        for (const query of ["c", "session expired", "what does code4711 mean?", "code", "zzz yyy"]) {
          const begun = performance.now();
          const changed = new Promise((done) => new MutationObserver(done).observe(results, { childList: true }));
          field.value = query;
          field.dispatchEvent(new Event("input", { bubbles: true }));
          await changed;
          slowest = Math.max(slowest, performance.now() - begun);
        }
        return slowest;
        """
    )
    assert 0 < slowest < 1_000, slowest
