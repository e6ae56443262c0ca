"""The report in Markdown: what stands in it, how long it may be, and that nothing from outside acts in it."""

from __future__ import annotations

import dataclasses
import html.parser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schemagen import reporters
from schemagen.display import shown_lines
from schemagen.findings import Finding, Place, Severity
from schemagen.report import (
    CodeCoverage,
    Counts,
    Coverage,
    Excerpt,
    Group,
    Report,
    ResponseCoverage,
    Subject,
    TextCoverage,
    singly,
)
from schemagen.reporters import Look
from schemagen.rules import Rule

MISSING = Rule("response/missing-member", Severity.ERROR, "…", 'the body has no member "{member}"')
UNKNOWN = Rule("response/unknown-code", Severity.WARNING, "…", "{code} is not in the catalogue")
STRANGE = Rule(
    "response/unrecognised", Severity.WARNING, "…", "no definition recognises this {status}: {reason}"
)
HEIGHT = 65_536  # characters that a comment on GitHub takes


def missing(entry: int = 5, member: str = "message", source: str = "a.har") -> Finding:
    """A member that is missing in the body of an exchange."""
    place = Place(source, ("error", member), entry=entry, line=79)
    related = Place("specs/acme.yaml", ("body",), line=9, column=12)
    return Finding(MISSING, place, (("member", member),), hint='"Message" looks like it', related=related)


def strange(**facts: str | int) -> Finding:
    """A response that no definition recognises."""
    told = {"status": 502, "reason": "it is no JSON", **facts}
    place = Place("a.har", entry=7, line=90)
    return Finding(STRANGE, place, tuple(sorted(told.items())), severity=Severity.WARNING)


COVERAGE = Coverage(
    "acme",
    "Acme Parcels API",
    12,
    (ResponseCoverage("401", "No key.", ((401, 12),)), ResponseCoverage("404"), ResponseCoverage("5XX")),
    (
        CodeCoverage(
            "bad_key", seen=((401, 12),), texts=(TextCoverage("Invalid", 3), TextCoverage("Bad", 0))
        ),
        CodeCoverage("no_parcel"),
    ),
    undocumented=((418, 2),),
    unknown=(CodeCoverage("teapot", seen=((418, 2),)),),
)
VALIDATION = Report(
    "validate",
    (Group(37, (missing(5), missing(8))), Group(1, (strange(host="gw.example", shape="an HTML page"),))),
    Counts(inputs=2, exchanges=240, error_responses=50, checked=49, out_of_scope=3, accepted=4),
    coverage=(COVERAGE, Coverage("bare", "", 1, (ResponseCoverage("404", "", ((404, 1),)),))),
    subjects=(
        Subject(
            "a.har",
            5,
            "GET",
            "https://api.acme.example/1",
            404,
            "acme",
            "server",
            Excerpt('{\n  "code": "x",\n  "error": {}\n}', (((), 1), (("error", "message"), 3))),
        ),
    ),
)


def markdown(report: Report, **look: bool | str) -> str:
    """The report in Markdown."""
    return reporters.render("markdown", report, Look(**look))  # type: ignore[arg-type]


def table(text: str, heading: str) -> list[str]:
    """The rows of the table under a heading, without its head."""
    _, _, below = text.partition(f"### {heading}\n\n")
    return below.partition("\n\n")[0].splitlines()[2:]


def test_the_first_line_is_the_verdict() -> None:
    """Who reads one line knows whether the run failed, and how many findings there are."""
    assert markdown(VALIDATION).splitlines()[0] == "## ❌ schemagen validate: 37 errors, 1 drift"
    assert markdown(VALIDATION, fail_on="never").startswith("## ✅ schemagen validate: 37 errors, 1 drift")
    assert markdown(Report("check", counts=Counts(inputs=3, included=1))) == (
        "## ✅ schemagen check: 0 errors, 0 warnings\n\n3 definitions read, 1 of them included.\n"
    )


def test_drift_fails_where_it_is_asked_to() -> None:
    """The sign follows `--fail-on`, also for findings that are not shown."""
    drift = Report("validate", counts=Counts(exchanges=1, checked=1), omitted=((Severity.WARNING, 3),))
    assert markdown(drift).startswith("## ✅ schemagen validate: 0 errors, 3 drift")
    assert markdown(drift, fail_on="warning").startswith("## ❌")
    assert "3 more findings of kinds that are not listed." in markdown(drift)


def test_a_run_without_a_verdict_is_no_success() -> None:
    """Nothing checked, or not all looked at: that is said, and not green."""
    assert markdown(Report("validate", counts=Counts(inputs=1, exchanges=9))).startswith("## ⚠️ ")
    half = Report("validate", counts=Counts(exchanges=9, checked=9), complete=False)
    assert markdown(half).startswith("## ⚠️ ")
    assert "**Interrupted**: what follows in the input was not looked at." in markdown(half)


def test_counts_say_what_was_read() -> None:
    """Responses, those left out, those checked, and findings that a baseline accepts."""
    assert markdown(VALIDATION).splitlines()[2] == (
        "240 responses in 2 files, 3 of other hosts: 50 error responses, 49 checked. "
        "The baseline accepts 4 findings."
    )


def test_findings_are_a_table_with_the_worst_first() -> None:
    """Severity before frequency; a row has rule, message, first place and count."""
    drift = Finding(UNKNOWN, Place("a.har", entry=1), (("code", "x"),), severity=Severity.WARNING)
    report = dataclasses.replace(VALIDATION, groups=(Group(900, (drift,)), *VALIDATION.groups))
    message = '`the body has no member "message"`'
    assert table(markdown(report), "Findings") == [
        f"| 1 | error | `response/missing-member` | {message} | `a.har:79` entry 5 `/error/message` | 37 |",
        "| 2 | warning | `response/unknown-code` | `x is not in the catalogue` | `a.har` entry 1 | 900 |",
    ]


def test_places_and_bodies_open_on_a_click() -> None:
    """The first places, how many more, where it is documented, and the body with the place marked."""
    folded = (
        markdown(VALIDATION).split("<summary>Places and bodies</summary>\n\n")[1].split("\n\n</details>")[0]
    )
    assert folded.splitlines() == [
        '**1** `the body has no member "message"` `"Message" looks like it`',
        "",
        "- `a.har:79` entry 5 `/error/message`: `GET https://api.acme.example/1 404`",
        "- `a.har:79` entry 8 `/error/message`",
        "- and 35 more",
        "- documented in `specs/acme.yaml:9` `/body`",
        "",
        "```",
        "  {",
        '    "code": "x",',
        '>   "error": {}',
        "  }",
        "```",
    ]


def test_findings_of_a_group_may_say_different_things() -> None:
    """A message that is not the first one's stands beside its place."""
    report = Report("validate", (Group(2, (missing(5), missing(6, "code"))),))
    assert (
        '- `a.har:79` entry 6 `/error/code` `the body has no member "code"`' in markdown(report).splitlines()
    )


def test_formats_without_a_definition_have_a_table() -> None:
    """Host, status and shape say at a glance which definitions are still to be written; they are told once."""
    text = markdown(VALIDATION)
    assert table(text, "Formats without a definition") == [
        "| `gw.example` | `502` | `an HTML page` | `a.har:90` entry 7 | 1 |"
    ]
    assert "response/unrecognised" not in text


def test_an_unrecognised_response_without_a_shape_is_told_all_the_same() -> None:
    """What is not known of it is left empty."""
    text = markdown(Report("validate", singly([strange()])))
    assert table(text, "Formats without a definition") == [
        "|  | `502` | `no definition recognises this 502: it is no JSON` | `a.har:90` entry 7 | 1 |"
    ]


def test_coverage_is_a_table_with_what_was_never_seen_below() -> None:
    """Numbers at a glance, names on a click, and what was seen that is not documented."""
    text = markdown(VALIDATION)
    assert table(text, "Coverage") == [
        "| `acme` | 12 | 1 of 3 | 1 of 2 | 1 of 2 |",
        "| `bare` | 1 | 1 of 1 | – | – |",
    ]
    assert text.split("without being documented</summary>\n\n")[1].splitlines()[:7] == [
        "**`acme`**",
        "",
        "- responses never seen: `404`, `5XX`",
        "- codes never seen: `no_parcel`",
        "- messages never seen: `Bad`",
        "- statuses without a response: `418`",
        "- codes that are not in the catalogue: `teapot`",
    ]


def test_without_totals_only_findings_are_left() -> None:
    """`--quiet` leaves out what was read and covered."""
    text = markdown(VALIDATION, totals=False)
    assert "### Findings" in text
    assert "240 responses" not in text
    assert "Coverage" not in text


def test_a_report_of_any_size_fits_into_a_comment() -> None:
    """The most severe come first, and what finds no room is counted."""
    long = "`|" * 600
    groups = [Group(20, tuple(missing(n, f"{long}{name}", long) for n in range(20))) for name in range(3000)]
    groups += [Group(1, (strange(host=long, shape=f"{long}{name}"),)) for name in range(3000)]
    codes = tuple(CodeCoverage(f"{long}{name}", texts=(TextCoverage(long, 0),)) for name in range(3000))
    coverage = tuple(dataclasses.replace(COVERAGE, definition=f"d{name}", codes=codes) for name in range(200))
    excerpt = Excerpt("\n".join([long] * 40))
    subjects = tuple(Subject(long, n, "GET", long, 400, "acme", "body", excerpt) for n in range(20))
    text = markdown(Report("validate", tuple(groups), coverage=coverage, subjects=subjects))
    assert 30_000 < len(text) < HEIGHT
    kept = len(table(text, "Findings"))
    assert kept > 10
    assert f"\n\nand {3000 - kept} more\n\n" in text


class Tags(html.parser.HTMLParser):
    """The elements of a page in their order, with the text that stands in code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.code: list[str] = []
        self.prose: list[str] = []
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes a start tag, with its attributes."""
        self.tags.append(" ".join([tag, *(name for name, _ in attrs)]))
        if tag == "code":
            self._inside += 1
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        """Takes an end tag."""
        self.tags.append(f"/{tag}")
        self._inside -= tag == "code"

    def handle_data(self, data: str) -> None:
        """Takes text: in code, or what GitHub looks for mentions in."""
        if self._inside:
            self.code[-1] += data
        else:
            self.prose.append(data)

    def handle_comment(self, data: str) -> None:
        """Takes a comment, of which there should be none."""
        self.tags.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        """Takes a declaration, of which there should be none."""
        self.tags.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        """Takes a processing instruction, of which there should be none."""
        self.tags.append(f"instruction {data}")


def rendered(text: str) -> Tags:
    """The page that GitHub's Markdown makes of `text`: HTML in it acts, and there are tables."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Tags(parser.render(text))


def report_of(text: str) -> Report:
    """A report in which everything that comes from outside is `text`."""
    place = Place(text, (text, 0), entry=1)
    named = Finding(MISSING, place, (("member", text),), hint=text, related=Place(text, (text,)))
    bare = Finding(MISSING, Place(text), (("member", text),))
    coverage = dataclasses.replace(
        COVERAGE,
        definition=text,
        title=text,
        responses=(ResponseCoverage(text, text),),
        codes=(CodeCoverage(text, text, texts=(TextCoverage(text, 0),)),),
        unknown=(CodeCoverage(text, seen=((400, 1),)),),
    )
    groups = (
        Group(9, (named, bare)),
        Group(1, (strange(host=text, shape=text, reason=text),)),
        Group(1, (strange(status=text, reason=text),)),
    )
    subject = Subject(text, 1, text, text, 400, text, text, Excerpt(text, (((text, 0), 1),)))
    return Report("validate", groups, Counts(checked=1), coverage=(coverage,), subjects=(subject,))


HARMLESS = rendered(markdown(report_of("x")))
ACTIVE = [
    "<img src=x onerror=alert(1)>", "</summary></details><script>", "<!--", "</code>", "&lt;b&gt;", "<![CDATA[",
    "`", "``", "```", "~~~", "\n```\n<b>", "\n\n# head\n", "\n</details>\n\n", "`" * 39, "`" * 81, "`" * 300,
    "|", "\\|", "\\\\|", "\\", "`|`", "| --- |", "@octocat", "#1", "GH-1", "a/b#1", ":smile:", "$x$", "$`x`$",
    "www.example.com", "https://example.com/", "me@example.com", "[x](javascript:alert(1))", "![x](https://e.example)",
    "<https://e.example>", "[^1]", "[x]: /y", "> [!NOTE]", "- [ ] x", "* * *", "===", "---", "    x", "\t", " ", "\u2028",
    "\r\n", "**x**", "_x_", "~~x~~", "\x1b[31m", "::error::", "##[error]", "\ud800", "\x00", "…",
]  # fmt: skip


@pytest.mark.parametrize("text", ACTIVE)
def test_active_text_stands_in_code(text: str) -> None:
    """Whatever it would do in Markdown or HTML, the page has the elements of a harmless one."""
    page = rendered(markdown(report_of(text)))
    assert page.tags == HARMLESS.tags
    assert page.prose == HARMLESS.prose


@given(st.lists(st.one_of(st.sampled_from(ACTIVE), st.text(max_size=5)), min_size=1, max_size=8).map("".join))
def test_no_text_makes_an_element_of_its_own(text: str) -> None:
    """Any text from outside gives the elements, and the words outside code, that harmless text gives."""
    out = markdown(report_of(text or "x"))
    page = rendered(out)
    assert page.tags == HARMLESS.tags
    assert page.prose == HARMLESS.prose
    assert shown_lines(out) == out


def test_a_body_is_no_command_to_a_runner() -> None:
    """The report may stand in a log of CI, with the lines of a body as they were."""
    out = markdown(report_of("x\n  ::error::y\n##[add-mask]z"))
    assert not any(line.lstrip().startswith("::") for line in out.splitlines())
    assert "##[" not in out


@pytest.mark.parametrize("number", [39, 40, 41, 80, 81, 255, 256, 1000])
def test_no_fence_is_longer_than_github_reads(number: int) -> None:
    """cmark-gfm opens no code by more than 80 backticks, and tells no fences of more than 255 apart."""
    assert "`" * 41 not in markdown(report_of("`" * number))


@given(st.text(st.sampled_from("`|\\ ab<&"), min_size=1, max_size=30))
def test_code_shows_a_text_as_it_is(text: str) -> None:
    """In a cell of a table and outside of it, backticks, bars and backslashes arrive as they were."""
    page = rendered(markdown(Report("validate", singly([missing(member=text)]))))
    message = f'the body has no member "{text}"'
    assert page.code.count(message) == 2
