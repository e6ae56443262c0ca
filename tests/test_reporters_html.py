"""The report as a page: what stands on it, and that nothing from outside is more than text there."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html.parser
import re
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen import rendering, rules
from schemagen.display import shown, shown_lines
from schemagen.findings import Finding, Place, Severity, finding
from schemagen.report import (
    CodeCoverage,
    Counts,
    Coverage,
    Excerpt,
    Group,
    Match,
    Report,
    ResponseCoverage,
    Subject,
    TextCoverage,
    singly,
)
from schemagen.reporters import Look
from schemagen.reporters.html import explanations, heat_map, render
from schemagen.rules import RULES

NO_EXCERPT = Excerpt()
VOID = {"meta", "link", "input", "rect"}
BODY = '{\n  "error": {\n    "code": "nope"\n  }\n}'
CODE = Place("traffic.har", ("error", "code"), entry=3, line=40)


@dataclasses.dataclass(slots=True)
class Node:
    """An element: its name, its attributes, and what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = dataclasses.field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> list[Node]:
        """All elements in it, in their order, of that name and with these attributes; `kind` is a class."""
        kind = wanted.pop("kind", "")
        return [
            node
            for node in self._below()
            if (not tag or node.tag == tag)
            and (not kind or kind in node.attributes.get("class", "").split())
            and all(node.attributes.get(name.replace("_", "-")) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", **wanted: str) -> Node:
        """The only such element."""
        (node,) = self.all(tag, **wanted)
        return node

    @property
    def raw(self) -> str:
        """The text in it, as it stands."""
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        """The text in it, without what is for the eye only, blanks taken together."""
        return " ".join(self._said().split())

    def _said(self) -> str:
        hidden = self.attributes.get("aria-hidden") == "true"
        children = [] if hidden else self.children
        return "".join(child if isinstance(child, str) else child._said() for child in children)

    def _below(self) -> Iterator[Node]:
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child._below()


class Reader(html.parser.HTMLParser):
    """Reads a page into nodes, and insists on every element being closed where it belongs."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens an element."""
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of <{tag}> is there twice"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Takes text."""
        self.open[-1].children.append(data)


def read(page: str) -> Node:
    """The page as nodes."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]


def page(report: Report, **look: str) -> Node:
    """The page of a report."""
    return read(render(report, Look(**look)))  # type: ignore[arg-type]


def unknown(place: Place = CODE, got: str = '"nope"', severity: Severity | None = None) -> Finding:
    """A code that is not in the catalogue."""
    related = Place("specs/telecomx.yaml", ("codes",), line=30, column=1)
    return finding(
        "response/unknown-code",
        place,
        related=related,
        definition="telecomx",
        severity=severity,
        got=got,
        api="telecomx",
    )


def subject(entry: int, status: int = 404, excerpt: Excerpt = NO_EXCERPT) -> Subject:
    """The exchange with that number."""
    return Subject(
        "traffic.har", entry, "GET", f"https://a.example/{entry}", status, "telecomx", "server", excerpt
    )


def validated(*groups: Group, subjects: tuple[Subject, ...] = (), **more: object) -> Report:
    """A run of `validate` with these findings."""
    return dataclasses.replace(
        Report("validate", groups, Counts(2, 240, 12, 11), subjects=subjects),
        **more,  # type: ignore[arg-type]
    )


def facts(node: Node) -> dict[str, str]:
    """What the head of a page says."""
    of = node.one("dl", kind="facts")
    return {name.text: value.text for name, value in zip(of.all("dt"), of.all("dd"), strict=True)}


def grid(table: Node) -> list[list[str]]:
    """The texts of a table's cells."""
    return [[cell.text for cell in row.all() if cell.tag in {"td", "th"}] for row in table.all("tr")]


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (validated(Group(1, (unknown(severity=Severity.ERROR),))), "Errors were found"),
        (validated(Group(1, (unknown(),))), "Drift was found"),
        (validated(Group(1, (unknown(severity=Severity.NOTE),))), "Only notes"),
        (validated(), "Nothing was found"),
        (validated(counts=Counts(1, 3)), "Nothing was checked"),
        (validated(omitted=((Severity.ERROR, 2),)), "Errors were found"),
        (Report("check", singly([unknown()])), "Warnings were found"),
        (Report("check"), "Nothing was found"),
    ],
)
def test_the_page_opens_with_what_was_found(report: Report, verdict: str) -> None:
    """The worst that was found, or that nothing was checked, is heading and title."""
    node = page(report)
    assert node.one("h1").text == verdict
    assert node.one("title").text == f"{verdict}: schemagen {report.command}"


def test_the_head_says_what_was_read_and_what_was_left_out() -> None:
    """Findings are to be read against it."""
    counts = Counts(2, 12_000, 700, 1, out_of_scope=3, filtered=1, accepted=9)
    node = page(validated(Group(1, (unknown(),)), counts=counts, omitted=((Severity.NOTE, 4),)))
    assert facts(node) == {
        "Read": "12,000 responses in 2 files",
        "Checked": "1 of 700 error responses",
        "Of other hosts": "3 responses",
        "Filtered out": "1 response",
        "Accepted by the baseline": "9 findings",
        "Complete": "yes",
        "Fails on": "errors",
    }
    assert [item.text for item in node.one("ul", kind="totals").all("li")] == [
        "0 errors",
        "1 drift",
        "4 notes",
    ]
    assert "4 findings of further kinds are counted, but not shown" in node.text


def test_an_interrupted_run_says_so() -> None:
    """Nobody takes half a run for a whole one."""
    node = page(validated(complete=False), fail_on="warning")
    assert facts(node)["Complete"] == "no, the run was interrupted"
    assert facts(node)["Fails on"] == "errors and drift"
    assert "The run was interrupted" in node.one("p", kind="warned").text


def test_definitions_have_warnings_and_no_coverage() -> None:
    """The page is one of `check` and `build`, too."""
    place = Place("specs/telecomx.yaml", ("codes",), line=4, column=2)
    node = page(Report("check", singly([unknown(place)]), Counts(inputs=3, included=1)), fail_on="note")
    assert facts(node) == {
        "Read": "3 definitions, 1 of them included",
        "Complete": "yes",
        "Fails on": "any finding",
    }
    assert node.one("details", kind="kind").one("span", kind="badge").text == "warning"
    assert node.one("details", kind="kind").all("li")[0].text == "specs/telecomx.yaml:4:2"
    assert node.all(id="coverage") == []


def test_kinds_of_findings_are_listed_from_the_worst_and_most_frequent() -> None:
    """Each with its severity, message, how often, rule, definition and places."""
    few = Group(2, (unknown(severity=Severity.ERROR), unknown(dataclasses.replace(CODE, entry=4))))
    many = Group(2_000, (unknown(got='"x"'),))
    more = Group(9, (unknown(got='"y"'),))
    node = page(validated(more, many, few, subjects=(subject(3),)))
    kinds = node.all("details", kind="kind")
    assert [kind.one("h3").text for kind in kinds] == [
        f"code {text} is not in the catalogue of telecomx" for text in ('"nope"', '"x"', '"y"')
    ]
    assert [kind.one("span", kind="badge").text for kind in kinds] == ["error", "drift", "drift"]
    assert (
        kinds[1]
        .one("summary")
        .text.endswith("2,000 times response/unknown-code telecomx /error/code traffic.har:40 entry 3")
    )
    assert kinds[1].attributes["data-statuses"] == "404"
    assert "said in specs/telecomx.yaml:30:1" in kinds[1].text
    assert "… and 1,999 more of this kind" in kinds[1].text
    assert kinds[1].one("li").text == "traffic.har:40 entry 3 GET https://a.example/3 404 /error/code"


def test_a_place_says_only_what_differs() -> None:
    """The message of the kind is not repeated; another one is given."""
    items = (
        unknown(),
        unknown(dataclasses.replace(CODE, entry=4)),
        unknown(dataclasses.replace(CODE, entry=5), "7"),
    )
    spots = page(validated(Group(3, items))).one("ol", kind="spots").all("li")
    assert ["catalogue" in spot.text for spot in spots] == [False, False, True]


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        (("error", "code"), '    "code": "nope"\n'),
        (("error", "status"), '  "error": {\n'),
        (("error", "code", 0, "x"), '    "code": "nope"\n'),
        (("message",), ""),
        ((), ""),
    ],
)
def test_the_excerpt_marks_the_line_of_the_place(pointer: tuple[str | int, ...], line: str) -> None:
    """Where the place itself has no line, the object around it is marked; the whole body never is."""
    excerpt = Excerpt(BODY, (((), 1), (("error",), 2), (("error", "code"), 3)))
    item = unknown(dataclasses.replace(CODE, pointer=pointer))
    shown_body = (
        page(validated(Group(1, (item,)), subjects=(subject(3, excerpt=excerpt),))).one("ol").one("pre")
    )
    assert shown_body.raw == BODY + "\n"
    assert "".join(mark.raw for mark in shown_body.all("mark")) == line


def test_findings_that_are_alike_have_links_of_their_own() -> None:
    """Two keys of a file may break a rule in the same way; no id is there twice."""
    node = page(Report("check", singly([unknown(Place("x.yaml", line=line)) for line in (1, 2, 3)])))
    ids = [each.attributes["id"] for each in node.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for link in node.all("a"):
        assert link.attributes["href"].removeprefix("#") in ids


def test_responses_without_a_definition_have_a_table() -> None:
    """Host, status and shape tell them apart; the nearest definition is named."""
    missed = finding(
        "response/unrecognised",
        Place("traffic.har", entry=3),
        status=503,
        host="a.example",
        shape="{code, detail}",
        reason="the nearest is telecomx: no error",
    )
    node = page(validated(Group(7, (missed,)), subjects=(subject(3, 503, Excerpt(BODY)),)))
    rows = grid(node.one("table", kind="formats"))
    assert rows[0] == ["Count", "Host", "Status", "Shape of the body", "Why"]
    assert rows[1] == ["7", "a.example", "503", "{code, detail}", "the nearest is telecomx: no error"]
    assert "GET https://a.example/3 503" in rows[2][1]
    assert node.all("details", kind="kind") == []


def test_a_definition_says_how_much_of_it_was_seen() -> None:
    """Responses, codes and messages, each of how many; what it has none of is not counted."""
    coverage = Coverage(
        "telecomx", "Telecom X", 1_200, (ResponseCoverage("404", "", ((404, 3),)), ResponseCoverage("4XX"))
    )
    matches = (Match("telecomx", "server", 1_100), Match("8x8", "body", 4), Match("telecomx", "body", 100))
    card = page(validated(coverage=(coverage,), matches=matches)).one("article")
    assert card.one("h3").text == "Telecom X telecomx"
    assert card.one("div", kind="overview").one("p").text == (
        "1,200 responses checked, 1,100 by its server, 100 by its body"
    )
    assert [meter.text for meter in card.one("ul", kind="meters").all("li")] == ["Responses 1 of 2 seen"]
    assert card.one("rect").attributes["width"] == "50.0%"
    assert card.all("details", kind="messages") == []


COVERAGE = Coverage(
    "telecomx",
    "Telecom X",
    20,
    (
        ResponseCoverage("401"),
        ResponseCoverage("404", "Gone.", ((404, 9),)),
        ResponseCoverage("4XX", "", ((418, 1),)),
    ),
    (
        CodeCoverage(
            "expired", "Too late.", ("401",), ((404, 1),), (TextCoverage("Log in", 2), TextCoverage("Out", 0))
        ),
        CodeCoverage("gone", "", ("404", "4XX"), ((404, 8), (418, 1))),
        CodeCoverage("any", "", (), ((404, 1),)),
    ),
    ((500, 2),),
    (CodeCoverage("nope", "", (), ((404, 1),)),),
    ((500, 2),),
)


def test_the_heat_map_sets_codes_against_statuses() -> None:
    """A status stands under the response that covers it; what is in no response and in no catalogue is told apart."""
    card = page(validated(coverage=(COVERAGE,))).one("article")
    assert grid(card.one("details", kind="heat").one("table")) == [
        ["Code", "Seen", "401", "404", "4XX", "500, not documented", "Meaning"],
        ["all responses", "12", "0", "9", "1", "2, not documented here", ""],
        ["without a code", "2", "", "", "", "2", ""],
        ["Not in the catalogue"],
        ["nope", "1", "", "1", "", "", ""],
        ["Catalogue"],
        ["expired", "1", "0", "1, not documented here", "", "", "Too late."],
        ["gone", "9", "", "8", "1", "", ""],
        ["any", "1", "", "1", "", "", ""],
    ]
    assert grid(card.one("details", kind="messages").one("table"))[1:] == [
        ["expired", "Log in", "2"],
        ["expired", "Out", "never"],
    ]
    assert "status 500, not documented (2)" in card.text
    assert "1 code not in the catalogue" in card.text


def test_every_cell_of_a_heat_map_has_its_heads() -> None:
    """Rows are as long as the head; rows and columns are named for those who do not see the table."""
    table = page(validated(coverage=(COVERAGE,))).one("details", kind="heat").one("table")
    rows = [row for row in table.all("tr") if not row.all("th", scope="rowgroup")]
    assert len({len([cell for cell in row.all() if cell.tag in {"td", "th"}]) for row in rows}) == 1
    assert all(head.attributes["scope"] in {"col", "row", "rowgroup"} for head in table.all("th"))
    assert all(row.all("th", scope="row") for row in rows[1:])


def test_shades_grow_with_the_logarithm() -> None:
    """Ten times as many is a step more, and the largest count is the darkest."""
    seen = ((400, 1), (401, 10), (402, 100), (403, 1_000), (404, 10_000), (405, 100_000))
    coverage = Coverage("x", responses=(ResponseCoverage("4XX"),), codes=(CodeCoverage("c", seen=seen[:3]),))
    both = dataclasses.replace(coverage, undocumented=(), unknown=(CodeCoverage("d", seen=seen),))
    assert heat_map.draw(both).unknown[0].cells[0].shade == heat_map.SHADES
    apart = heat_map.draw(Coverage("x", codes=(CodeCoverage("c", seen=seen),)))
    assert [cell.shade for cell in apart.codes[0].cells] == [1, 2, 3, 4, 5, 6]
    once = heat_map.draw(Coverage("x", codes=(CodeCoverage("c", seen=((400, 1),)),)))
    assert once.codes[0].cells[0].shade == 1


def test_a_heat_map_has_an_end() -> None:
    """Of thousands of statuses and codes, those seen most are shown and the others counted."""
    odd = tuple((status, 1) for status in range(1_000, 3_000))
    codes = (*(CodeCoverage(f"n{index}") for index in range(600)), CodeCoverage("seen", seen=((404, 1),)))
    unknown_codes = tuple(CodeCoverage(f"u{index}", seen=((500, 1),)) for index in range(150))
    drawn = heat_map.draw(Coverage("x", codes=codes, undocumented=odd, unknown=unknown_codes))
    assert [column.key for column in drawn.columns][-1] == heat_map.OTHER
    assert len(drawn.columns) <= 42
    assert sum(cell.count for cell in drawn.responses[0].cells) == 2_000
    assert (len(drawn.codes), drawn.codes[-1].name, drawn.more_codes) == (500, "seen", 101)
    assert (len(drawn.unknown), drawn.more_unknown) == (100, 50)


def test_each_rule_is_explained_once() -> None:
    """Findings link to it."""
    groups = [Group(4, (unknown(),)), Group(5, (unknown(got="8"),))]
    node = page(validated(*groups))
    rule = node.one("details", kind="rule")
    assert rule.attributes["id"] == "rule-response-unknown-code"
    assert rule.one("summary").text == "response/unknown-code A code that is not in the catalogue 9 findings"
    assert [head.text for head in rule.all("h4")] == [
        "What it means",
        "Why it matters",
        "Example",
        "How to fix",
    ]
    assert len(node.all("a", href="#rule-response-unknown-code")) == len(groups)


@pytest.mark.parametrize("code", RULES)
def test_every_explanation_is_converted_without_leftovers(code: str) -> None:
    """No mark of Markdown is left in prose, and no word is lost."""
    source = rules.explanation(code)
    blocks = explanations.blocks(source)
    prose = [span.text for block in blocks for item in block.items for span in item if not span.is_code]
    assert [text for text in prose if re.search(r"`|\*\*|\]\(|^#|^[-*>|] |^\d+\. ", text)] == []
    assert {block.kind for block in blocks} <= {"heading", "paragraph", "list", "code"}
    kept = "".join(span.text for block in blocks for item in block.items for span in item)
    without_marks = re.sub(r"\A# .*|^`{3,}[a-z]*$", "", source, flags=re.MULTILINE)
    assert re.sub(r"[-#*`\s]", "", kept) == re.sub(r"[-#*`\s]", "", without_marks)


def test_explanations_know_lists_and_long_fences() -> None:
    """A list item goes on in the next line; a fence ends with one as long."""
    text = "# t\n\nOne `a`\ntwo.\n\n- b `c`\n  d\n- e\n\n## H\n\n````yaml\n```\n# x\n````\nend\n"
    found = [
        (block.kind, ["|".join(span.text for span in item) for item in block.items])
        for block in explanations.blocks(text)
    ]
    assert found == [
        ("paragraph", ["One |a| two."]),
        ("list", ["b |c| d", "e"]),
        ("heading", ["H"]),
        ("code", ["```\n# x"]),
        ("paragraph", ["end"]),
    ]


def test_only_our_own_style_and_script_may_act(report_of: Callable[[str], Report]) -> None:
    """The policy names them by their digests and forbids everything else; no attribute holds script or style."""
    node = page(report_of("<b onclick=x>"))
    style, script = (
        "sha256-" + base64.b64encode(hashlib.sha256(node.one(tag).raw.encode()).digest()).decode()
        for tag in ("style", "script")
    )
    assert node.one("meta", http_equiv="Content-Security-Policy").attributes["content"] == (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    for each in node.all():
        assert each.tag not in {"iframe", "object", "embed", "base", "img"}
        assert not any(
            name.startswith("on") or name in {"style", "src", "srcset"} for name in each.attributes
        )
        assert each.attributes.get("href", "#").startswith(("#", "data:image/svg+xml,%3Csvg "))


def structure(node: Node) -> object:
    """The elements of a page and the names of their attributes, without any text."""
    return (
        node.tag,
        tuple(node.attributes),
        [structure(child) for child in node.children if isinstance(child, Node)],
    )


PIECES = st.sampled_from(
    [
        *"<>&\"'`=/ \n\t#{}%x\x00\u202e\u2028\ud800",
        "</script>",
        "<script>alert(1)</script>",
        "<!--",
        "-->",
        "]]>",
        "javascript:alert(1)",
        '" onmouseover="alert(1)',
        "&lt;",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "\x1b[31m",
    ]
)
HOSTILE = st.one_of(
    st.lists(PIECES, min_size=1, max_size=6).map("".join),
    st.text(st.characters(codec=None, exclude_categories=()), min_size=1, max_size=20),
)


@given(text=HOSTILE)
@example(text="</style><img src=x onerror=alert(1)>")
@example(text="(none)")
def test_no_text_from_outside_becomes_more_than_text(text: str, report_of: Callable[[str], Report]) -> None:
    """Whatever stands in bodies, URLs, names of files and definitions: elements and attributes are the same."""
    rendered = render(report_of(text), Look())
    assert structure(read(rendered)) == structure(page(report_of("x")))
    assert shown_lines(rendered) == rendered
    rendered.encode()


def test_text_from_outside_stands_as_it_is_written(report_of: Callable[[str], Report]) -> None:
    """It is escaped once, not twice; what would reorder a line is shown as an escape."""
    text = "<b>&amp; \u202e\"'"
    node = page(report_of(text))
    assert node.one("article").attributes["aria-labelledby"] == node.one("article").one("h3").attributes["id"]
    assert node.one("article").one("h3").text == f"{shown(text)} {shown(text)}"
    assert shown(text) in [option.attributes.get("value") for option in node.all("option")]


def test_the_same_report_is_the_same_page(report_of: Callable[[str], Report]) -> None:
    """Byte for byte, and it ends in a line feed."""
    assert render(report_of("x"), Look()) == render(report_of("x"), Look(color=True, totals=False, width=40))
    assert render(report_of("x"), Look()).endswith("</html>\n")


def test_our_own_files_hold_nothing_that_would_end_them() -> None:
    """Style and script stand in the page as they are."""
    assert "</" not in rendering.render("report.css")
    assert "</" not in rendering.render("report.js")
    assert "innerHTML" not in rendering.render("report.js")


def test_a_thousand_kinds_are_a_page_that_opens() -> None:
    """Places are shared out among the kinds: made in a second or two, and a few megabytes."""
    excerpt = Excerpt("\n".join(['  "member": "' + "x" * 60 + '",'] * 20), ((("error", "code"), 3),))
    entries = range(1, 20_001)
    findings = [unknown(dataclasses.replace(CODE, entry=entry)) for entry in entries]
    groups = [Group(500, tuple(findings[start : start + 20])) for start in range(0, 20_000, 20)]
    report = validated(*groups, subjects=tuple(subject(entry, excerpt=excerpt) for entry in entries))
    render(validated(), Look())
    begun = time.process_time()
    rendered = render(report, Look())
    assert time.process_time() - begun < 10
    assert len(rendered) < 12_000_000
    assert rendered.count("data-status=") == 4_000


def test_more_kinds_than_a_page_can_bear_are_counted() -> None:
    """Those shown are the worst and the most frequent."""
    groups = [Group(count, (unknown(got=str(count)),)) for count in range(1, 2_101)]
    node = page(validated(*groups))
    kinds = node.all("details", kind="kind")
    assert (kinds[0].attributes["data-count"], kinds[-1].attributes["data-count"]) == ("2100", "101")
    assert "100 kinds of findings are not on this page" in node.text
