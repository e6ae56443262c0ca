"""Blocks `error-format`: where they are found, what they may say, and what becomes of them in pages of Markdown."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import markdown
import pytest
from hypothesis import strategies

from schemagen import embedding
from schemagen.embedding import fences, trees

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "project"
ALL = ["admonition", "attr_list", "md_in_html", "smarty", "abbr", "tables", "toc"]
SUPER = [
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.details",
    "pymdownx.snippets",
    "pymdownx.smartsymbols",
]
CODES = "```error-format\ntelecomx\nshow: codes\n```"
ROW = 'id="telecomx-code-not_found"'

Convert = Callable[..., str]


@pytest.fixture
def convert(elsewhere: Path) -> Convert:
    """Converts a page, in a folder that belongs to no project."""

    def convert(text: str, *more: str, **options: object) -> str:
        extensions = ["schemagen.markdown", *more]
        return markdown.markdown(
            text, extensions=extensions, extension_configs={"schemagen.markdown": options}
        )

    return convert


def indented(text: str, margin: str = "    ") -> str:
    """The text with a margin before each line."""
    return "\n".join(margin + line for line in text.split("\n"))


# What a block says


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("telecomx", embedding.Block("telecomx")),
        ("\n telecomx \n\n", embedding.Block("telecomx")),
        ("8x8\nshow: codes", embedding.Block("8x8", "codes")),
        ("8x8\nshow: codes 404\nlevel: 0", embedding.Block("8x8", "codes", "404", 0)),
        ("8x8\nlevel: 3\nshow:   code   a b", embedding.Block("8x8", "code", "a b", 3)),
    ],
)
def test_a_block_is_an_id_and_options(text: str, block: embedding.Block) -> None:
    """One a line, in any order."""
    assert embedding.read_lines(text.split("\n")) == block


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 0, "the block is empty; its first line is the id of a definition, such as telecomx"),
        ("\nshow: codes", 2, "'show: codes' is no id of a definition (an id is a word such as telecomx)"),
        ("../x.yaml", 1, "'../x.yaml' is no id of a definition (an id is a word such as telecomx)"),
        ("x.yaml", 1, "'x.yaml' is no id of a definition (an id is a word such as telecomx)"),
        ("-", 1, "'-' is no id of a definition (an id is a word such as telecomx)"),
        ("8x8\ncodes", 2, "'codes' is no option; write one a line, as in show: codes"),
        ("8x8\nshwo: codes", 2, "there is no option 'shwo'; did you mean 'show'?"),
        ("8x8\nshow: codes\nshow: body", 3, "the option 'show' stands there twice"),
        (
            "8x8\nshow: code 1300\nlevel: two",
            3,
            "level: 'two' is no level of a heading (1 to 6, or 0 for no headings)",
        ),
        ("8x8\nshow: page", 2, "show: there is no 'page' (known: "),
        ("8x8\nshow: code\x1b[31m", 2, "show: there is no 'code\\x1b[31m' (known: "),
        ("8x8\nshow: body x", 2, "show: body takes no name; 'x' is too much"),
    ],
)
def test_what_no_block_says_is_named(text: str, line: int, message: str) -> None:
    """With its line, and the nearest known word."""
    with pytest.raises(embedding.BlockError) as caught:
        embedding.read_lines(text.split("\n"))
    assert str(caught.value).startswith(message)
    assert caught.value.line == line


# Where blocks are


@pytest.mark.parametrize("fence", ["```", "````", "~~~"])
@pytest.mark.parametrize(
    "head", ["error-format", " error-format", "{.error-format}", "{ .error-format }", ".error-format"]
)
def test_a_block_is_found_by_its_name(fence: str, head: str) -> None:
    """In each way in which the extensions of Python-Markdown read the name of a language."""
    page = f"a\n{fence}{head}\nx\n{fence}\nb".split("\n")
    assert fences.find(page) == [fences.Fence(1, 4, "", "", ("x",), closed=True)]


@pytest.mark.parametrize(
    "text",
    [
        "```error-formats\nx\n```",
        "```xerror-format\nx\n```",
        "```json\n```error-format\nx\n```",
        "````markdown\n```error-format\nx\n```\n````",
        "~~~\n```error-format\nx\n```\n~~~",
        "``error-format\nx\n``",
        "`error-format`",
    ],
)
def test_what_only_looks_like_a_block_is_none(text: str) -> None:
    """Other languages, and what a fence shows."""
    assert fences.find(text.split("\n")) == []


def test_a_fence_that_is_not_closed_ends_nothing() -> None:
    """What follows is read on; the block itself is found, so that its author learns of it."""
    page = ["```json", "x", "", "```error-format", "y", ""]
    assert [(fence.start, fence.closed) for fence in fences.find(page)] == [(3, False)]
    page = ["!!! note", "    ```error-format", "out"]
    assert [(fence.start, fence.closed) for fence in fences.find(page)] == [(1, False)]


@hypothesis.given(
    strategies.lists(
        strategies.sampled_from(["```", "````", "~~~", "error-format", " ", ">", "\n", "x", "\t"])
    )
)
def test_blocks_stand_one_after_the_other(pieces: list[str]) -> None:
    """Whatever a page is: in order, within it, and never one in another."""
    page = "".join(pieces).split("\n")
    ends = [0]
    for fence in fences.find(page):
        assert ends[-1] <= fence.start < fence.end <= len(page)
        ends.append(fence.end)


# What becomes of it in Markdown


@pytest.mark.parametrize("more", [[], ["fenced_code"], SUPER, ["fenced_code", *ALL], [*SUPER, *ALL]], ids=str)
@pytest.mark.parametrize("last", [False, True])
def test_a_block_becomes_a_table(convert: Convert, more: list[str], last: bool) -> None:
    """Beside any other extension, before and after it."""
    extensions = [*more, "schemagen.markdown"] if last else ["schemagen.markdown", *more]
    html = markdown.markdown(f"a\n{CODES}\nb", extensions=extensions)
    assert html.count(ROW) == 1
    assert "error-format\n" not in html
    assert "<p>a</p>" in html
    assert "<p>b</p>" in html


@pytest.mark.parametrize(
    ("page", "around"),
    [
        ("!!! note\n    text\n\n{block}", r'<div class="admonition note">.*{row}.*</div>'),
        ("??? tip\n{block}", r'<details class="tip">.*{row}.*</details>'),
        ('=== "One"\n\n{block}', r'<div class="tabbed-content">.*{row}.*</div>'),
        ("- item\n\n{block}", r"<li>.*{row}.*</li>"),
        ('<div markdown="1">\n{flat}\n</div>', r"<div>.*{row}.*</div>"),
        ("> text\n>\n{quoted}", r"<blockquote>.*{row}.*</blockquote>"),
    ],
)
def test_a_block_stands_where_others_do(convert: Convert, page: str, around: str) -> None:
    """In notes, folds, tabs, lists, HTML and quotations."""
    text = page.format(block=indented(CODES), flat=CODES, quoted=indented(CODES, "> "))
    html = convert(text, *SUPER, *ALL)
    assert re.search(around.format(row=ROW), html, re.DOTALL), html


@pytest.mark.parametrize("more", [["fenced_code"], SUPER, ["fenced_code", *ALL]], ids=str)
@pytest.mark.parametrize(
    "page", ["text\n\n{block}", "````\n{flat}\n````", "<!--\n{flat}\n-->", "<pre>\n{flat}\n</pre>"]
)
def test_a_block_that_is_shown_stays_a_text(convert: Convert, page: str, more: list[str]) -> None:
    """In indented code, in other fences, in comments and in HTML: as it was written."""
    html = convert(page.format(block=indented(CODES), flat=CODES), *more)
    assert ROW not in html
    assert "\ue000" not in html
    assert re.search(
        r"error-format\n(<[^>]+>)*telecomx\n(<[^>]+>)*show: codes", re.sub(r"</?span[^>]*>", "", html)
    ), html


def headings(html: str) -> list[str]:
    """Level and anchor of each heading."""
    return [f"{match[1]}#{match[2]}" for match in re.finditer(r'<(h[1-6])[^>]* id="([^"]+)"', html)]


def test_headings_are_one_below_the_one_above(convert: Convert) -> None:
    """And in the table of contents, with anchors that name the format."""
    html = convert("[TOC]\n\n# A\n\n## B\n\n```error-format\n8x8\nshow: responses\n```", "toc")
    assert headings(html)[:4] == ["h1#a", "h2#b", "h3#8x8-responses", "h4#8x8-status-200"]
    assert '<a href="#8x8-status-404">404 Not Found</a>' in html
    assert headings(convert("```error-format\n8x8\nshow: codes\nlevel: 1\n```")) == ["h1#8x8-codes"]
    assert "<h" not in convert("```error-format\n8x8\nshow: codes\nlevel: 0\n```")


def test_an_anchor_is_on_a_page_once(convert: Convert) -> None:
    """Two formats have anchors of their own; what is shown twice has them where it comes first."""
    page = "\n\n".join([CODES, CODES, CODES.replace("telecomx", "8x8"), "```error-format\ntelecomx\n```"])
    html = convert(f'<a id="telecomx-code-expired"></a>\n\n# Codes {{#telecomx-codes}}\n\n{page}', *ALL)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(set(ids) - {"telecomx-code-expired"}) == len(
        [each for each in ids if each != "telecomx-code-expired"]
    )
    assert {"8x8-code-1300", "telecomx-code-not_found", "telecomx-status-404"} <= set(ids)


def test_links_lead_to_what_is_on_the_page(convert: Convert) -> None:
    """Also to another block of it; what is not there is no link."""
    alone = convert("```error-format\ntelecomx\nshow: code not_found\n```")
    assert "#telecomx-status-404" not in alone
    both = convert(
        "```error-format\ntelecomx\nshow: code not_found\n```\n\n```error-format\ntelecomx\nshow: response 404\n```"
    )
    assert 'href="#telecomx-status-404"' in both
    for html in (alone, both):
        assert set(re.findall('href="#([^"]+)"', html)) <= set(re.findall('id="([^"]+)"', html))


def test_a_page_is_converted_anew(convert: Convert) -> None:
    """One converter for many pages carries nothing from one to the next."""
    md = markdown.Markdown(extensions=["schemagen.markdown"])
    first = md.convert(CODES)
    assert md.reset().convert("text") == "<p>text</p>"
    assert md.reset().convert(CODES) == first


HOSTILE = (
    "{: onclick=alert(1) } *[x]: y [TOC] <script>alert(1)</script> [a](javascript:alert(1)) `c` &lt;b&gt; ![](x) "
    "\ue000error-format 0\ue000 {{ 7*7 }} -- ... (c) </table> {: onfocus=alert(1) }"
)


@pytest.mark.parametrize("more", [[], [*SUPER, *ALL]], ids=["alone", "all"])
def test_texts_of_a_definition_are_only_shown(elsewhere: Path, more: list[str]) -> None:
    """Neither Markdown nor HTML nor what other extensions look for does anything in them."""
    source = (EXAMPLE / "definitions" / "acme.yaml").read_text(encoding="utf-8")
    for plain in (
        "The API key is not known.",
        "Invalid API key",
        "Acme Parcels API",
        "There is no such parcel.",
    ):
        assert plain in source
        source = re.sub(f'"?{plain}"?', lambda _: f'"{HOSTILE}"', source)
    Path("acme.yaml").write_text(source, encoding="utf-8")
    options = {"schemagen.markdown": {"definitions": "."}}
    html = markdown.markdown(
        "```error-format\nacme\n```", extensions=["schemagen.markdown", *more], extension_configs=options
    )
    root = trees.parse(html)
    assert not {"script", "abbr", "img", "svg"} & {element.tag for element in root.iter()}
    names = {name for element in root.iter() for name, _ in element.items()}
    assert [name for name in names if name.startswith("on")] == []
    assert [each for each in root.iter() if re.match("javascript", each.get("href", ""))] == []
    assert sum("toc" in element.get("class", "").split() for element in root.iter()) == 0
    literal = HOSTILE[HOSTILE.index("*[x]") : HOSTILE.index("{{ 7*7")]
    assert literal in "".join(root.itertext())


# Mistakes


def test_a_mistake_ends_the_build(convert: Convert) -> None:
    """With one line: where, what, and what to do."""
    with pytest.raises(embedding.BlockError) as caught:
        convert("# A\n\n```error-format\ntelecmx\n```")
    assert (
        str(caught.value)
        == "line 3: error-format: there is no definition 'telecmx'; did you mean 'telecomx'?"
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (
            "```error-format\n```",
            "line 1: error-format: the block is empty; its first line is the id of a definition, such as telecomx",
        ),
        (
            "```error-format\n8x8\n",
            "line 1: error-format: the block is not closed by the fence that opens it",
        ),
        (
            "```error-format 8x8\n```",
            "line 1: error-format: '8x8' stands beside the name; what a block says stands below it, one a line",
        ),
        (
            "\n```error-format\n8x8\n\nshow: cods\n```",
            "line 5: error-format: show: there is no 'cods'; did you mean 'codes'?",
        ),
        (
            "```error-format\n8x8\nshow: code 13000\n```",
            "line 1: error-format: 8x8: there is no code '13000'; did you mean '1300'?",
        ),
        (
            "```error-format\n8x8\nshow: response 4XX\n```",
            "line 1: error-format: 8x8: there is no response '4XX'; there are: 200, 201, 202, 204, 400, 401, 403, 404, 409, 410, 413, 422, 426, 429, 500",
        ),
    ],
)
def test_each_mistake_has_its_line(convert: Convert, block: str, message: str) -> None:
    """The line of the option where one is wrong, else that of the fence."""
    with pytest.raises(embedding.BlockError) as caught:
        convert(block)
    assert str(caught.value) == message


def test_a_mistaken_definition_is_named_by_its_first_mistake(elsewhere: Path, convert: Convert) -> None:
    """With its own file and line, and how many more there are."""
    Path("acme.yaml").write_text("schemagen: 1\nid: acme\ntitel: Acme\nbdoy: {}\n", encoding="utf-8")
    with pytest.raises(embedding.BlockError) as caught:
        convert("```error-format\nacme\n```", definitions=".")
    assert re.fullmatch(
        r"line 1: error-format: acme\.yaml:\d+: .+ \(and \d+ more; `schemagen check` shows them\)",
        str(caught.value),
    ), caught.value


def test_what_stands_in_a_mistaken_definition_is_never_shown_raw(elsewhere: Path, convert: Convert) -> None:
    """Builds print the message."""
    text = 'schemagen: 1\nid: acme\ntitle: Acme\nsource: https://acme.example\nbody:\n  a: {type: string, "a\\e[31m": 1}\n'
    Path("acme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(embedding.BlockError, match=re.escape("'a\\x1b[31m'")) as caught:
        convert("```error-format\nacme\n```", definitions=".")
    assert "\x1b" not in str(caught.value)


def test_a_mistake_can_be_shown_instead(convert: Convert, caplog: pytest.LogCaptureFixture) -> None:
    """Then it stands on the page, and in the log, where the strict mode of MkDocs counts it."""
    with caplog.at_level(logging.WARNING):
        html = convert(f"```error-format\n<b>\n```\n\n{CODES}", strict=False)
    assert '<div class="admonition failure">' in html
    assert "'&lt;b&gt;' is no id of a definition" in html
    assert ROW in html
    assert caplog.record_tuples == [
        (
            "mkdocs.plugins.schemagen",
            logging.WARNING,
            "line 2: error-format: '<b>' is no id of a definition (an id is a word such as telecomx)",
        )
    ]


# Definitions and templates of one's own


def test_definitions_are_those_of_the_project(elsewhere: Path, convert: Convert) -> None:
    """The folder that `[tool.schemagen]` names, or the option; without either only the shipped ones."""
    block = "```error-format\nacme\nshow: code no_parcel\n```"
    with pytest.raises(embedding.BlockError, match="there is no definition 'acme'"):
        convert(block)
    shutil.copytree(EXAMPLE / "definitions", elsewhere / "own")
    assert "No parcel has this number." in convert(block, definitions="own")
    Path("pyproject.toml").write_text('[tool.schemagen]\ndefinitions = "own"\n', encoding="utf-8")
    assert "No parcel has this number." in convert(block)
    with pytest.raises(embedding.BlockError, match="definitions: there is no folder 'gone'"):
        convert(block, definitions="gone")


def test_templates_may_be_ones_own(elsewhere: Path, convert: Convert) -> None:
    """A template of the folder replaces the shipped one of its name; a mistake in it is one line."""
    template = Path("own/html/code.html.j2")
    template.parent.mkdir(parents=True)
    block = "```error-format\n8x8\nshow: code 1300\n```"
    template.write_text("<p>{{ code.code }}: mine</p>", encoding="utf-8")
    assert "<p>1300: mine</p>" in convert(block, templates="own")
    template.write_text("<p>{{ code.cod }}</p>", encoding="utf-8")
    with pytest.raises(embedding.BlockError, match=r"html/code\.html\.j2"):
        convert(block, templates="own")
