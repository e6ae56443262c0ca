"""The recipes of the page on other tools: built with the tools themselves, and looked at in a browser."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, served
from test_docs import transcripts
from test_reference_hostile import TEXTS, definition, problems

import schemagen
from schemagen.reference import PIECES, describe, pieces

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "embedding-tools.md"
NODE = ROOT / "tests" / "node"
MODULES = NODE / "node_modules"
LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"

pytestmark = pytest.mark.tools
in_a_browser = pytest.mark.tools("chromium", "chromedriver")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the page with all files that the page shows, and with what its commands write."""
    folder = tmp_path_factory.mktemp("shop") / "project"
    shutil.copytree(ROOT / "docs" / "examples" / "project", folder)
    for block in transcripts.blocks(PAGE):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text, encoding="utf-8")
    (folder / "docs" / "error-format.css").write_text(schemagen.reference.stylesheet(), encoding="utf-8")
    done(folder, "-m", "schemagen", "docs", "--to", "markdown", "-o", "website/docs/errors")
    done(folder, "website/pieces.py")
    return folder


def ran(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of Python, in a folder."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True
    )


def done(folder: Path, *command: str | Path) -> None:
    """The same, which must succeed."""
    found = ran(folder, *command)
    assert found.returncode == 0, found.stdout + found.stderr


TOOLS: dict[str, tuple[str, list[str], str, str]] = {
    "mkdocs": ("mkdocs", ["-m", "mkdocs", "build", "--strict", "-d"], "docs/errors.md", "errors/index.html"),
    "zensical": ("zensical", ["-m", "zensical", "build", "--clean"], "docs/errors.md", "errors/index.html"),
    "sphinx": ("sphinx", ["-m", "sphinx", "-W", "-q", "manual"], "manual/index.rst", "index.html"),
}


def build(tool: str, project: Path, into: str) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Runs a tool in a project, and gives the page that it makes; Zensical writes into one folder only."""
    module, command, _, page = TOOLS[tool]
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is missing")
    if tool != "zensical":
        return ran(project, *command, into), project / into / page
    found = ran(project, *command)
    shutil.rmtree(project / into, ignore_errors=True)
    if (project / "site").is_dir():
        (project / "site").rename(project / into)
    return found, project / into / page


@pytest.fixture(scope="module", params=TOOLS)
def made(
    request: pytest.FixtureRequest, shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """A tool, and the page that it makes of the recipe."""
    project = tmp_path_factory.mktemp(request.param) / "project"
    shutil.copytree(shop, project)
    found, page = build(request.param, project, "one")
    assert found.returncode == 0, found.stdout + found.stderr
    return request.param, page


def test_a_recipe_shows_what_the_definition_says(made: tuple[str, Path]) -> None:
    """Responses and codes with their anchors, and links between them."""
    _, page = made
    text = page.read_text(encoding="utf-8")
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    assert {"acme-status-404", "acme-code-no_parcel", "acme-code-bad_key", "acme-code-too_fast"} <= ids
    assert re.search(r'href="[^"]*#acme-status-404"', text)
    assert "There is no such parcel." in text
    assert "No parcel has this number." in text
    assert "error-format\n" not in text


def test_the_same_page_built_twice_has_the_same_bytes(made: tuple[str, Path]) -> None:
    """From the same files, in another folder."""
    tool, page = made
    project = page.parents[len(Path(TOOLS[tool][3]).parts)]
    found, other = build(tool, project, "two")
    assert found.returncode == 0, found.stdout + found.stderr
    assert other.read_bytes() == page.read_bytes()


def test_a_changed_definition_is_seen_by_the_next_build(made: tuple[str, Path], tmp_path: Path) -> None:
    """Though the page itself is what it was; Zensical has to be told to forget what it keeps."""
    tool, page = made
    project = tmp_path / "project"
    shutil.copytree(page.parents[len(Path(TOOLS[tool][3]).parts)], project)
    _, other = build(tool, project, "again")
    assert "No parcel has this number." in other.read_text(encoding="utf-8")
    acme = project / "definitions" / "acme.yaml"
    text = acme.read_text(encoding="utf-8")
    acme.write_text(text.replace("No parcel has this number", "Nobody has sent this"), encoding="utf-8")
    found, other = build(tool, project, "again")
    assert found.returncode == 0, found.stdout + found.stderr
    assert "Nobody has sent this." in other.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("acme\n", "acne\n", "there is no definition 'acne'; did you mean 'acme'?"),
        ("show: response 404", "show: response 405", "acme: there is no response '405'"),
        ("show: response 404", "shwo: response 404", "did you mean 'show'?"),
    ],
)
def test_a_mistake_ends_the_build_with_page_and_line(
    made: tuple[str, Path], tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    """The nearest known name is told."""
    tool, page = made
    project = tmp_path / "project"
    shutil.copytree(page.parents[len(Path(TOOLS[tool][3]).parts)], project)
    source = project / TOOLS[tool][2]
    text = source.read_text(encoding="utf-8")
    assert right in text
    source.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found, _ = build(tool, project, "wrong")
    said = re.sub(r"\s+", " ", found.stdout + found.stderr)
    assert found.returncode != 0
    assert told in said
    assert re.search(rf"{re.escape(source.name)}:\d+", said), said
    assert "Traceback" not in said or tool == "zensical"  # which has one for any exception


def test_a_reference_to_a_code_that_no_page_shows_is_told(shop: Path, tmp_path: Path) -> None:
    """With the nearest that one shows; Sphinx counts it, so `-W` ends the build."""
    project = tmp_path / "project"
    shutil.copytree(shop, project)
    source = project / "manual" / "index.rst"
    source.write_text(
        source.read_text(encoding="utf-8").replace("acme/no_parcel", "acme/no_parcl"), encoding="utf-8"
    )
    found, _ = build("sphinx", project, "wrong")
    assert found.returncode == 1
    assert (
        "index.rst:4: WARNING: error-code: no page shows a code 'acme/no_parcl'; did you mean 'acme/no_parcel'?"
        in (found.stderr)
    )


SCHEMES = {
    "mkdocs": {
        "light": ("body", "data-md-color-scheme", "default"),
        "dark": ("body", "data-md-color-scheme", "slate"),
    },
    "zensical": {
        "light": ("body", "data-md-color-scheme", "default"),
        "dark": ("body", "data-md-color-scheme", "slate"),
    },
    "sphinx": {"light": ("body", "data-theme", "light"), "dark": ("body", "data-theme", "dark")},
}
TABLES = (
    "return [...document.querySelectorAll('table')].filter((one) => one.checkVisibility()"
    " && one.textContent.includes('no_parcel')).length"
)
LEGIBLE = """
const channels = (color) => (color.match(/[0-9.]+/g) || []).map(Number);
const brightness = ([red, green, blue]) => red * 0.3 + green * 0.59 + blue * 0.11;
const ground = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const found = channels(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0.9) return brightness(found);
  }
  return 255;
};
const cells = [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility());
return cells.map((one) => Math.abs(brightness(channels(getComputedStyle(one).color)) - ground(one)));
"""


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_legible_in_both_schemes(window: Browser, made: tuple[str, Path], scheme: str) -> None:
    """Tables are there, texts stand out from their ground, nothing is logged, nothing comes from another host."""
    tool, page = made
    site = page.parents[len(Path(TOOLS[tool][3]).parts) - 1]
    selector, attribute, value = SCHEMES[tool][scheme]
    with served(site) as address:
        visit(window, f"{address}/{page.relative_to(site).as_posix()}")
        window.run("document.querySelector(arguments[0]).setAttribute(arguments[1], arguments[2])", selector, attribute, value)  # fmt: skip
        assert window.until(TABLES)
        contrasts = window.until(LEGIBLE, "article td, article th, main td, main th")
        assert min(contrasts) > 60
        leave(window, address)


def visit(window: Browser, address: str) -> None:
    """Opens a page; what was logged before is forgotten."""
    window.order("Emulation.clearDeviceMetricsOverride")
    window.prefer()
    window.open("about:blank")
    window.log("browser")
    window.requests()
    window.open(address)
    window.until("return document.readyState === 'complete'")


def leave(window: Browser, address: str, *, but: str = "") -> None:
    """Nothing was logged and no other host was asked, `but` for one address; and no text of a definition has acted."""
    asked = {url for url in window.requests() if url.startswith("http")}
    assert {url for url in asked if not url.startswith(address)} <= {but}
    assert [line for line in window.log("browser") if not (but and but in line)] == []
    assert window.run("return window.hacked === undefined")
    window.open("about:blank")


# Docusaurus and other MDX


@pytest.fixture(scope="module")
def mdx(shop: Path) -> Any:
    """Makes HTML of pages of MDX, by name."""
    require("@mdx-js")

    def mdx(pages: dict[str, str]) -> dict[str, Any]:
        found = subprocess.run(
            ["node", NODE / "mdx.mjs", shop / "website" / "docusaurus.config.js"],
            input=json.dumps(pages),
            capture_output=True,
            text=True,
        )
        assert found.returncode == 0, found.stderr
        result: dict[str, Any] = json.loads(found.stdout)
        assert result["hacked"] is None
        return result["pages"]

    return mdx


def require(package: str) -> None:
    """Skips a test where a package of node is missing."""
    if not (MODULES / package).exists():
        pytest.skip(f"{package} is missing (npm ci --prefix tests/node)")


@pytest.mark.tools("node")
def test_every_piece_of_every_shipped_format_is_mdx(mdx: Any) -> None:
    """What links lead to are anchors that Docusaurus gets to know."""
    pages = {}
    for each in schemagen.api.collect():
        reference = describe(each.require())
        names = {
            "schema": [one.name for one in reference.schemas],
            "response": [one.status for one in reference.responses],
            "code": [one.code for one in reference.codes][:3],
        }
        pages |= {
            f"{each.id} {what} {name}": pieces(reference, what, name)
            for what in PIECES
            for name in names.get(what, [""])
        }
    for name, page in mdx(pages).items():
        assert "problem" not in page, (name, page)
        assert set(re.findall(r'href="#([^"]+)"', page["html"])) <= set(page["anchors"]), name
        assert list(problems(page["html"])) == []


@pytest.mark.tools("node")
def test_the_files_of_the_recipe_are_mdx(mdx: Any, shop: Path) -> None:
    """The page and the piece; and the page that imports it names both."""
    folder = shop / "website" / "docs"
    files = {
        name: (folder / name).read_text(encoding="utf-8")
        for name in ("errors/acme/reference.md", "_pieces/codes.md")
    }
    found = mdx(files)
    assert all("no_parcel" in page["html"] for page in found.values())
    assert "code-no_parcel" in found["errors/acme/reference.md"]["anchors"]
    assert files["errors/acme/reference.md"].startswith("# Acme Parcels API\n")
    assert all(name in (folder / "shop.mdx").read_text(encoding="utf-8") for name in files)


PROGRAMS = {
    "import": "import fs from 'node:fs'; globalThis.hacked = 1",
    "export": "export const x = (globalThis.hacked = 1)",
    "expressions": "{globalThis.hacked = 1} ${globalThis.hacked = 1} <x y={globalThis.hacked=1}/> <></> </p> {/* x */} {",
    "directives": ":::tip[x]{onclick=hacked=1}",
    "lines": "-8<- {{ x }}\n\n  two\n\nexport const x = (globalThis.hacked = 1)",
}


@pytest.mark.tools("node")
def test_hostile_texts_do_nothing_in_mdx(mdx: Any, tmp_path: Path) -> None:
    """They are no programs, and no elements but those that a page has."""
    pages = {}
    for name, text in {**TEXTS, **PROGRAMS}.items():
        file = tmp_path / "acme.yaml"
        file.write_text(json.dumps(definition(text)), encoding="utf-8")
        pages[name] = pieces(schemagen.load(file))
    for name, page in mdx(pages).items():
        assert "problem" not in page, (name, page)
        assert list(problems(page["html"])) == []


@pytest.mark.tools("node")
def test_lines_of_an_example_stay_lines_in_mdx(mdx: Any) -> None:
    """Also where it cannot be a fence, because something would act in it; with their indentation, and empty ones."""
    page = mdx({"page": pieces(schemagen.load("bandwidth-voice"), "examples")})["page"]["html"]
    assert "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{\n  &quot;type&quot;" in page
    assert "{{invalid-call-id}}" in page


# OpenAPI


@pytest.fixture(scope="module")
def api(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the recipes for Redoc and Swagger UI are served, with the project and a hostile definition beside it."""
    require("redoc")
    require("swagger-ui-dist")
    folder = tmp_path_factory.mktemp("api") / "project"
    shutil.copytree(shop, folder)
    for file in (
        "redoc/bundles/redoc.standalone.js",
        "swagger-ui-dist/swagger-ui-bundle.js",
        "swagger-ui-dist/swagger-ui.css",
    ):
        shutil.copy(MODULES / file, folder)
    document = (folder / "openapi.yaml").read_text(encoding="utf-8")
    for name, text in {**TEXTS, **PROGRAMS}.items():
        hostile = folder / name
        (hostile / "definitions").mkdir(parents=True)
        (hostile / "definitions" / "acme.yaml").write_text(json.dumps(definition(text)), encoding="utf-8")
        schemagen.build(hostile / "errors", folder=hostile / "definitions", openapi=["3.1"])
        (hostile / "openapi.yaml").write_text(
            "\n".join(line for line in document.split("\n") if "'401'" not in line and "'429'" not in line)
        )
        for tool in ("redoc", "swagger-ui"):
            page = (folder / f"{tool}.html").read_text(encoding="utf-8")
            (hostile / f"{tool}.html").write_text(
                re.sub('(src|href)="(redoc|swagger)', r'\1="../\2', page), encoding="utf-8"
            )
    with served(folder) as address:
        yield address


def text_of(window: Browser) -> str:
    """What can be read of the document, once its error responses are there."""
    window.until("return /\\b404\\b/.test(document.getElementById('api').innerText)")
    found: str = window.run("return document.getElementById('api').innerText")
    return found


SAID = [
    "The API key is missing or wrong.",
    "There is no such parcel.",
    "No parcel has this number.",
    "Slow down, please",
    "Retry-After",
]


@in_a_browser
def test_redoc_shows_error_responses(window: Browser, api: str) -> None:
    """With their codes, members, headers and examples; but for its maker's logo, nothing comes from another host."""
    visit(window, f"{api}/redoc.html")
    text = text_of(window)
    assert [line for line in SAID if line not in text] == []
    assert {"code", "message", "status", "requestId"} <= set(re.findall(r"[A-Za-z]+", text))
    window.run(
        "[...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent === '404').click()"
    )
    assert "There is no parcel 17" in window.until(
        "return [...document.querySelectorAll('.redoc-json')].filter((one) => one.checkVisibility()"
        " && one.innerText.includes('no_parcel')).map((one) => one.innerText).join()"
    )
    leave(window, api, but=LOGO)


@in_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_swagger_ui_shows_error_responses(window: Browser, api: str, scheme: str) -> None:
    """With their codes, examples, members and headers, legible in both schemes, and nothing comes from another host."""
    visit(window, f"{api}/swagger-ui.html")
    window.run("document.documentElement.classList.toggle('dark-mode', arguments[0] === 'dark')", scheme)
    text = text_of(window)
    assert [line for line in [*SAID, "There is no parcel 17"] if line not in text] == []
    contrasts = window.run(
        LEGIBLE, ".responses-table .markdown td, .responses-table .markdown p, .response-col_status"
    )
    assert len(contrasts) >= 5
    assert min(contrasts) > 60
    window.run(
        "[...document.querySelectorAll('.responses-table .tablinks')].filter((one) => /Schema|Model/.test(one.textContent))"
        ".forEach((one) => one.click())"
    )
    members = "requestId", "message"
    assert all(
        window.until(f"return document.getElementById('api').innerText.includes('{name}')")
        for name in members
    )
    leave(window, api)


@in_a_browser
@pytest.mark.parametrize("tool", ["redoc", "swagger-ui"])
@pytest.mark.parametrize("name", [*TEXTS, *PROGRAMS])
def test_hostile_texts_do_nothing_in_openapi(window: Browser, api: str, tool: str, name: str) -> None:
    """They are shown; nothing runs, and nothing is asked for."""
    visit(window, f"{api}/{name.replace(' ', '%20')}/{tool}.html")
    assert "X-One" in text_of(window)
    leave(window, api, but=LOGO if tool == "redoc" else "")
