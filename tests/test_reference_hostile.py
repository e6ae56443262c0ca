"""Texts of a definition that would act if they could: in every place of a text, in every form of a page, they do nothing."""

from __future__ import annotations

import html.parser
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import schemagen
from schemagen.reference import describe, pieces

TEXTS = {
    "html": "<script>hacked=1</script><img src=x onerror=hacked=1><!-- --></details></code></pre>",
    "attributes": '"\' onfocus=hacked=1 autofocus x="',
    "links": "[a](javascript:hacked=1) ![a](http://evil.example/x.png) <javascript:hacked=1> [r]: javascript:x",
    "blocks": "# heading | cell ~~~ ``` `` ` ** __ > - 1. *** === $x$ :smile: !!! note",
    "templates": "{{ 7 * 7 }}{% raw %}{# x #}{{ format.__class__ }}",
    "attribute lists": "*x*{: onclick=hacked=1 } {onclick=hacked=1}",
    "includes": '--8<-- "/etc/passwd"',
    "controls": "a1\u202eb\u2066c\u200bd",
}
TAGS = frozenset(
    [
        "a",
        "br",
        "code",
        "details",
        "em",
        "kbd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
        "blockquote",
        "section",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "figure",
        "figcaption",
        "header",
        "footer",
        "main",
        "html",
        "head",
        "meta",
        "title",
        "link",
        "style",
        "body",
        "script",
    ]
)


def definition(text: str) -> dict[str, Any]:
    """A definition with `text` wherever a text may stand."""
    member = {"type": "optional string", "description": text, "pattern": "[0-9]+", "examples": [text]}
    return {
        "schemagen": 1,
        "id": "acme",
        "title": text,
        "source": [text, f"https://acme.example/{text}"],
        "description": f"{text}\n\n- {text}\n\n      {text}\n\n[x]({text})\n\n{text}\n===\n",
        "docs": "https://acme.example/errors",
        "servers": ["https://acme.example"],
        "body": {
            "code": "string as code",
            "message": "string as message",
            text: member,
            "part": "optional Part",
        },
        "schemas": {"Part": {"$description": text, "x": "optional string"}},
        "headers": {"X-One": {"type": "optional string", "description": text}},
        "responses": {"404": {"description": text}, "500": text},
        "codes": {
            text: {"description": text, "message": text, "status": 404, "deprecated": text},
            "plain": text,
        },
        "examples": [
            {
                "status": 404,
                "title": text,
                "body": {"code": text, "message": text},
                "headers": {"X-One": text},
            },
            {"status": 500, "title": text, "text": f"```\n{text}\n~~~~\n</pre>{text}", "broken": text},
        ],
    }


class Seen(html.parser.HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        """Notes a text."""
        self.texts.append(data)


def problems(page: str) -> Iterator[str]:
    """What in a page could act, or leads anywhere else than it may."""
    for tag, attributes in Seen(page).elements:
        if tag not in TAGS:
            yield f"<{tag}>"
        for name, value in attributes.items():
            if name.startswith("on") or name in (
                "style",
                "src",
                "srcdoc",
                "formaction",
                "autofocus",
                "action",
            ):
                yield f"{tag} {name}={value}"
            if name == "href" and not value.startswith(
                ("#", "http://", "https://", "mailto:", "data:image/svg")
            ):
                yield f"{tag} href={value}"


@pytest.fixture(params=TEXTS.values(), ids=TEXTS)
def contract(request: pytest.FixtureRequest, tmp_path: Path) -> schemagen.Contract:
    """A definition full of one of the texts."""
    file = tmp_path / "acme.yaml"
    file.write_text(json.dumps(definition(request.param)), encoding="utf-8")
    return schemagen.load(file)


def test_nothing_acts_in_html(contract: schemagen.Contract) -> None:
    """No element, attribute or address but our own; exactly one script, which is ours."""
    page = pieces(contract, to="html")
    assert list(problems(page)) == []
    assert [tag for tag, _ in Seen(page).elements].count("script") == 1
    assert "49" not in [text.strip() for text in Seen(page).texts]


def test_nothing_acts_in_fragments(contract: schemagen.Contract) -> None:
    """Nor in a piece that is embedded; none brings a script or a style."""
    page = pieces(contract, "all", to="html")
    assert list(problems(page)) == []
    assert not {"script", "style", "link", "meta"} & {tag for tag, _ in Seen(page).elements}


def test_nothing_acts_in_markdown(contract: schemagen.Contract) -> None:
    """Read as GitHub reads it, with HTML and tables, by markdown-it-py."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = lambda _: True  # type: ignore[method-assign]
    page = reader.render(pieces(contract))
    assert list(problems(page)) == []
    elements = [tag for tag, _ in Seen(page).elements]
    assert "script" not in elements
    rows = [line for line in pieces(contract, "codes").split("\n") if line.startswith("|")]
    assert elements.count("h1") == 1
    assert {reader.render("\n".join([*rows[:2], row])).count("<td>") for row in rows[2:]} == {4}


def test_no_control_reaches_a_page(contract: schemagen.Contract) -> None:
    """What could reorder a line, or hide in it, is shown as an escape."""
    for to in ("html", "markdown"):
        assert not set("\u202e\u2066\u200b") & set(pieces(contract, to=to))


def test_two_codes_never_share_an_anchor(contract: schemagen.Contract) -> None:
    """Whatever their texts; and none needs escaping."""
    anchors = [code.anchor for code in describe(contract).codes]
    assert len(set(anchors)) == len(anchors)
    assert all(
        set(anchor) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
        for anchor in anchors
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"},
    ],
)
def test_a_page_made_again_has_the_same_bytes(environment: dict[str, str]) -> None:
    """Whatever the hash seed and the locale."""
    script = (
        "import sys, schemagen; from schemagen.reference import pieces;"
        "sys.stdout.buffer.write(pieces(schemagen.load('8x8'), to='html').encode())"
    )
    made = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **environment}, capture_output=True, check=True
    ).stdout
    assert made == pieces(schemagen.load("8x8"), to="html").encode()
