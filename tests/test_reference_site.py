"""The catalogue site: addresses that any file system takes, links that lead somewhere, data that are only text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import api, storage
from schemagen.reference import Reference, anchor, describe
from schemagen.reference.context import Code, Link
from schemagen.reference.site import addresses, write_site
from schemagen.reference.site.format import Format
from schemagen.reference.site.outline import outline, places
from schemagen.rendering import GENERATED, Artifact

HOSTILE = (
    "</script><script>hacked=1</script><img src=x onerror=hacked=1>\" onfocus=hacked=1 autofocus ' {{ 7*7 }} "
    "[a](javascript:hacked=1) <https://evil.example/> \u202ereversed \u2028 ${hacked=1} `hacked`"
)
CODES = [
    "..",
    "a/b",
    "con",
    "NUL.txt",
    "a.",
    ".a",
    "same",
    "Same",
    "SAME",
    "x" * 300,
    "ä",
    "not found",
    "1300",
    "-",
]
DEFINITION = """
schemagen: 1
id: acme
title: Acme
source: https://acme.example/errors
body: Envelope
schemas:
  Envelope:
    error: Error
    inner: optional list of Error as children
  Error:
    code: string as code
    message: string as message
responses:
  404: {description: "Nothing is there.", headers: {Retry-After: optional integer as retry}}
  5XX: Something failed.
codes:
  no_parcel: {description: "No *parcel* has this number.", status: 404, message: "There is no parcel {id}"}
  broken: {description: "Broken.", status: 5XX, retry: true}
examples:
  - {status: 500, title: "A drift", body: {"error": {"code": "no_parcel", "message": "x"}}, drift: "another status"}
  - {status: 404, title: "A good one", body: {"error": {"code": "no_parcel", "message": "There is no parcel 1"}}}
"""


class Page(HTMLParser):
    """What matters of a page: elements with attributes, ids, links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what begins."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def ids(self) -> set[str]:
        """The anchors."""
        return {given["id"] for _, given in self.elements if "id" in given}

    @property
    def links(self) -> list[str]:
        """Where it leads, and what it loads."""
        return [
            given[name] for _, given in self.elements for name in ("href", "src", "action") if name in given
        ]


def code(text: str) -> Code:
    """A code of which only its text matters."""
    return Code(
        text,
        json.dumps(text),
        anchor("code", text),
        "",
        (),
        (),
        "",
        "",
        deprecated=False,
        deprecation="",
        docs=Link(""),
    )


def references(*paths: str | Path) -> list[Reference]:
    """Definitions as they are told."""
    return [describe(each.require()) for each in api.collect(paths)]


@pytest.fixture(scope="module")
def shipped() -> list[Artifact]:
    """The site of the shipped definitions."""
    return list(write_site(references(), None))


@pytest.fixture
def acme(tmp_path: Path) -> Reference:
    """A small format in which objects stand inside each other."""
    return written(tmp_path, DEFINITION)


def written(folder: Path, text: str) -> Reference:
    """A definition from its text."""
    file = folder / "acme.yaml"
    file.write_text(text, encoding="utf-8")
    return references(file)[0]


def hostile(folder: Path) -> Reference:
    """A format whose texts would act where they can, and whose codes are no names of files."""
    codes = {each: {"description": HOSTILE, "status": 404, "message": HOSTILE} for each in [*CODES, HOSTILE]}
    definition = {
        "schemagen": 1,
        "id": "acme",
        "title": HOSTILE,
        "source": HOSTILE,
        "description": HOSTILE,
        "docs": 'https://acme.example/?q="onfocus=hacked=1',
        "body": {HOSTILE: "string as code", "message": {"type": "string as message", "description": HOSTILE}},
        "responses": {"404": HOSTILE},
        "codes": codes,
        "examples": [{"status": 404, "title": HOSTILE, "body": {HOSTILE: HOSTILE, "message": HOSTILE}}],
    }
    return written(folder, json.dumps(definition))


def by_path(artifacts: list[Artifact]) -> dict[str, str]:
    """The texts by their places."""
    return {each.path: each.text for each in artifacts}


def lost(artifacts: list[Artifact]) -> list[tuple[str, str]]:
    """Links that lead nowhere; those to other hosts are not followed."""
    pages = {path: Page(text) for path, text in by_path(artifacts).items() if path.endswith(".html")}
    known = {path: set[str]() for path in by_path(artifacts)} | {
        path: page.ids for path, page in pages.items()
    }
    found = []
    for path, page in pages.items():
        for link in page.links:
            target, fragment = urldefrag(link)
            if urlsplit(link).scheme:
                continue
            steps = path.split("/")[:-1]
            for step in unquote(target).split("/") if target else ():
                steps = steps[:-1] if step == ".." else [*steps, step]
            whole = "/".join(steps) if target else path
            if whole not in known or (fragment and unquote(fragment) not in known[whole]):
                found.append((path, link))
    return found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1300", "1300"),
        ("address.street", "address.street"),
        ("NOT_FOUND", "NOT_FOUND"),
        ("..", "code--"),
        ("con", "con--"),
        ("NUL.txt", "nul-txt--"),
        ("a.", "a--"),
        (".a", "a--"),
        ("a/b", "a-b--"),
        ("x" * 300, "x" * 64 + "--"),
    ],
)
def test_a_code_gives_its_page_a_name(text: str, name: str) -> None:
    """Its own where a file can have it; else what can stand, and a digest of it."""
    (page,) = addresses.of_codes("acme", [code(text)]).values()
    assert re.fullmatch(rf"acme/codes/{re.escape(name)}(?:(?<=--)[0-9a-f]{{12}})?\.html", page)


@given(st.lists(st.one_of(st.text(max_size=90), st.sampled_from(CODES)), unique=True, max_size=8))
def test_any_codes_have_pages_that_every_file_system_takes(texts: list[str]) -> None:
    """Names are safe, and no two are the same, also where case does not count."""
    pages = addresses.of_codes("acme", [code(text) for text in texts])
    assert len(pages) == len(texts)
    assert list(storage.refuse([Artifact(page, "") for page in pages.values()], Path("none"))) == []


@given(st.lists(st.text(max_size=20), unique=True, max_size=6), st.text(max_size=20))
def test_an_address_does_not_depend_on_other_codes(texts: list[str], text: str) -> None:
    """But for those that differ from it in case only."""
    others = [each for each in texts if each.casefold() != text.casefold() and each.lower() != text.lower()]
    key = anchor("code", text)
    alone = addresses.of_codes("acme", [code(text)])[key]
    assert addresses.of_codes("acme", [*map(code, others), code(text)])[key] == alone


def test_of_codes_that_differ_in_case_the_first_keeps_its_name() -> None:
    """The later ones get a digest."""
    pages = list(addresses.of_codes("acme", map(code, ["same", "Same", "SAME"])).values())
    assert pages[0] == "acme/codes/same.html"
    assert all(re.fullmatch(r"acme/codes/same--[0-9a-f]{12}\.html", page) for page in pages[1:])
    assert len(set(pages)) == 3


def test_an_outline_is_the_body_in_a_line(acme: Reference) -> None:
    """Objects as their members; what may be missing has a question mark."""
    error = "{ code, message }"
    assert outline(acme) == f"{{ error: {error}, inner?: list of {error} }}"


def test_roles_have_places(acme: Reference) -> None:
    """Pointers into the body, and headers."""
    assert places(acme) == {
        "code": ("/error/code", "/inner/*/code"),
        "message": ("/error/message", "/inner/*/message"),
        "children": ("/inner",),
        "retry": ("Retry-After:",),
    }


def test_a_body_inside_itself_is_named_once() -> None:
    """Telecom X collects errors in errors."""
    (telecom,) = references("telecomx")
    assert outline(telecom) == "{ error: { code, path?, status, message?, check?, inner?: list of Error } }"
    assert places(telecom)["code"] == ("/error/code",)


def test_examples_of_a_code_are_those_it_stands_in(acme: Reference) -> None:
    """What is as documented comes first."""
    one = Format(acme)
    assert [each["title"] for each in one.examples('"no_parcel"')] == ["A good one", "A drift"]
    assert one.examples('"broken"') == []


def test_every_link_leads_somewhere(shipped: list[Artifact]) -> None:
    """From every page, to a page and an anchor in it."""
    assert len(shipped) > 100
    assert lost(shipped) == []


def test_every_code_has_a_page_that_says_what_it_means(acme: Reference) -> None:
    """Meaning, place, statuses, texts, advice, neighbours."""
    pages = by_path(list(write_site([acme], None)))
    page = pages["acme/codes/no_parcel.html"]
    for said in (
        "No <em>parcel</em>",
        "/error/code",
        "Nothing is there.",
        "There is no parcel {id}",
        "broken.html",
    ):
        assert said in page
    assert "Trying again may help." in pages["acme/codes/broken.html"]


def test_codes_of_the_same_name_in_other_formats_are_linked(tmp_path: Path, acme: Reference) -> None:
    """A reader who has only the code sees who else uses it."""
    other = written(
        tmp_path, DEFINITION.replace("id: acme", "id: other").replace("title: Acme", "title: Other")
    )
    pages = by_path(list(write_site([acme, other], None)))
    assert 'href="../../other/codes/no_parcel.html"' in pages["acme/codes/no_parcel.html"]
    assert lost(list(write_site([acme, other], None))) == []


def index(artifacts: list[Artifact]) -> dict[str, list[list[object]]]:
    """The index of the search."""
    text = by_path(artifacts)["search-index.js"]
    found = re.fullmatch(r"// [^\n]+\nwindow\.catalogue = (.*);\n", text)
    assert found is not None
    return json.loads(found[1])  # type: ignore[no-any-return]


def test_the_index_holds_everything_there_is(shipped: list[Artifact]) -> None:
    """Formats, codes, statuses, members; each with an address that is there."""
    found = index(shipped)
    pages = {path: Page(text).ids for path, text in by_path(shipped).items()}
    wanted = references()
    assert len(found["formats"]) == len(wanted)
    kinds = [found["kinds"][entry[0]] for entry in found["entries"]]  # type: ignore[call-overload]
    assert kinds.count("code") == sum(len(each.codes) for each in wanted)
    assert kinds.count("status") == sum(len(each.responses) for each in wanted)
    assert kinds.count("format") == len(wanted)
    assert kinds.count("member") > len(wanted)
    for entry in found["entries"]:
        page, fragment = urldefrag(str(entry[3]))
        assert not fragment or fragment in pages[page]


def test_the_same_definitions_give_the_same_bytes(shipped: list[Artifact]) -> None:
    """Again, and in any order."""
    assert list(write_site(references()[::-1], None)) == shipped


def test_pages_load_nothing_from_elsewhere_and_run_nothing_of_their_own(shipped: list[Artifact]) -> None:
    """What is loaded is the site's; no script, no style and no handler stands in a page; a policy says so, too."""
    for path, text in by_path(shipped).items():
        assert GENERATED in text[:4096]
        if not path.endswith(".html"):
            continue
        page = Page(text)
        root = addresses.to_root(path)
        loaded = [given["src"] for tag, given in page.elements if "src" in given]
        loaded += [
            given["href"] for tag, given in page.elements if tag == "link" and given["rel"] == "stylesheet"
        ]
        assert loaded == [f"{root}site.js", f"{root}site.css"]
        assert [tag for tag, given in page.elements if tag == "style" or "style" in given] == []
        assert [name for _, given in page.elements for name in given if name.startswith("on")] == []
        (policy,) = [given["content"] for _, given in page.elements if "http-equiv" in given]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_hostile_texts_are_only_text(tmp_path: Path) -> None:
    """In any place of a definition: no element, no attribute and no address comes of them; codes have safe pages."""
    made = list(write_site([hostile(tmp_path)], None))
    assert list(storage.refuse(made, tmp_path / "site")) == []
    assert lost(made) == []
    for path, text in by_path(made).items():
        assert "\u202e" not in text
        assert "\u2028" not in text
        if path.endswith(".html"):
            page = Page(text)
            assert [given for tag, given in page.elements if tag == "script"] == [
                {"src": f"{addresses.to_root(path)}site.js", "defer": ""}
            ]
            assert {tag for tag, _ in page.elements} & {"img", "svg", "iframe", "style"} == set()
            assert [name for _, given in page.elements for name in given if name.startswith("on")] == []
            assert [
                link for link in page.links if re.match(r"\s*(?:javascript|data:text)", link, re.IGNORECASE)
            ] == []
            assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", text)


def test_what_is_left_over_goes_and_what_is_foreign_stays(tmp_path: Path, acme: Reference) -> None:
    """A code that is gone takes its page with it."""
    site = tmp_path / "site"
    storage.write(list(write_site([acme], None)), site)
    assert (site / "acme" / "codes" / "broken.html").is_file()
    (site / "acme" / "codes" / "mine.html").write_text("mine", encoding="utf-8")
    fewer = written(tmp_path, re.sub(r"  broken: .*\n", "", DEFINITION))
    findings = storage.write(list(write_site([fewer], None)), site)
    assert not (site / "acme" / "codes" / "broken.html").exists()
    assert (site / "acme" / "codes" / "mine.html").read_text(encoding="utf-8") == "mine"
    assert [each.rule.code for each in findings] == ["build/foreign-file"]


def test_a_template_of_the_user_takes_the_place_of_ours(tmp_path: Path, acme: Reference) -> None:
    """Of one page, which goes on with the shipped layout; or of the style."""
    own = tmp_path / "templates" / "site"
    own.mkdir(parents=True)
    (own / "code.html.j2").write_text(
        '{% extends "site/layout.html.j2" %}{% block content %}<h1>Ours: {{ code.code }}</h1>{% endblock %}',
        encoding="utf-8",
    )
    (own / "site.css").write_text("/* ours */", encoding="utf-8")
    pages = by_path(list(write_site([acme], tmp_path / "templates")))
    assert "<h1>Ours: no_parcel</h1>" in pages["acme/codes/no_parcel.html"]
    assert pages["site.css"] == "/* ours */"
    assert "Nothing is there." in pages["acme/index.html"]


def test_a_site_of_nothing_is_a_start_page() -> None:
    """No format, no table."""
    pages = by_path(list(write_site([], None)))
    assert sorted(pages) == ["index.html", "search-index.js", "site.css", "site.js"]
    assert "<table" not in pages["index.html"]
