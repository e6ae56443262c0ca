"""The page of coverage: what of each definition was seen, how often, and what never."""

from __future__ import annotations

import dataclasses

from hypothesis import example, given
from hypothesis import strategies as st

from schemagen import reporters
from schemagen.display import shown_lines
from schemagen.report import CodeCoverage, Coverage, Report, ResponseCoverage, TextCoverage
from schemagen.reporters import Look

ACME = Coverage(
    "acme",
    "Acme Parcels API",
    15,
    (
        ResponseCoverage("401", "No key.", ((401, 12),)),
        ResponseCoverage("404", "There is no such parcel."),
        ResponseCoverage("5XX", "Try again.", ((500, 2), (503, 1))),
    ),
    (
        CodeCoverage(
            "bad_key",
            "The key is not known.",
            ("401",),
            ((401, 11), (403, 1)),
            (TextCoverage("Invalid key", 3), TextCoverage("No key", 0)),
        ),
        CodeCoverage("no_parcel"),
    ),
    undocumented=((418, 2),),
    unknown=(CodeCoverage("rare", seen=((418, 1),)), CodeCoverage("teapot", seen=((418, 2),))),
    without_code=((500, 2),),
)


def page(report: Report, *, totals: bool = True) -> str:
    """The page of a report."""
    return reporters.render("coverage", report, Look(totals=totals))


def test_a_page_says_what_was_seen_how_often_and_what_never() -> None:
    """The summary first; then responses, codes with their statuses and texts, and what is not documented."""
    assert page(Report("validate", coverage=(ACME,))).splitlines() == [
        "acme: 2 of 3 responses, 1 of 2 codes, 1 of 2 messages seen",
        "",
        "Acme Parcels API (acme): 15 exchanges judged",
        "",
        "  responses",
        "    401     12                    No key.",
        "    404  never                    There is no such parcel.",
        "    5XX      3  500 × 2, 503 × 1  Try again.",
        "",
        "  statuses without a response",
        "    418  2",
        "",
        "  codes",
        "    bad_key       12  401 × 11, 403 × 1  The key is not known.",
        '          3  "Invalid key"',
        '      never  "No key"',
        "    no_parcel  never",
        "",
        "  codes that are not in the catalogue",
        "    teapot  2  418 × 2",
        "    rare    1  418 × 1",
        "",
        "  responses in which no code stood",
        "    500  2",
    ]


def test_the_summaries_of_all_definitions_stand_first() -> None:
    """One line for each, which is all that `--quiet` leaves."""
    report = Report("validate", coverage=(ACME, Coverage("bare", exchanges=1)))
    lines = page(report).splitlines()
    assert lines[:2] == page(report, totals=False).splitlines()
    assert lines[1:3] == ["bare: no responses, no codes seen", ""]
    assert lines[-1] == "bare: 1 exchange judged"


def test_wide_characters_take_two_columns() -> None:
    """Rows stay aligned in a terminal, where East Asian characters are wide and combining marks have no width."""
    codes = (CodeCoverage("不明", "x"), CodeCoverage("e\u0301", "x"), CodeCoverage("abcd", "x"))
    lines = page(Report("validate", coverage=(Coverage("a", codes=codes),))).splitlines()
    assert lines[-3:] == ["    不明  never  x", "    e\u0301     never  x", "    abcd  never  x"]


def test_a_report_without_coverage_says_so_in_one_line() -> None:
    """Only `validate` sees responses, and not always one that a definition judges."""
    assert page(Report("check")) == "check sees no responses: validate tells what is covered\n"
    assert page(Report("validate")) == "no response was judged by a definition: nothing is covered\n"


def test_an_interrupted_run_says_so() -> None:
    """What was not looked at may well be covered."""
    last = page(Report("validate", coverage=(ACME,), complete=False)).splitlines()[-1]
    assert last == "interrupted: what follows in the input was not looked at"


def test_a_catalogue_of_any_size_gives_a_page() -> None:
    """Codes and texts beyond what a person reads are counted; no line stands twice."""
    texts = tuple(TextCoverage(f"text {n}", n % 2) for n in range(50))
    codes = tuple(
        CodeCoverage(f"code-{n}", seen=((400, 1),) if n % 3 else (), texts=texts) for n in range(600)
    )
    lines = page(Report("validate", coverage=(dataclasses.replace(ACME, codes=codes),))).splitlines()
    assert len(lines) < 12_000
    assert "    and 100 more, 33 of them never seen" in lines
    assert lines.count("      and 30 more, 15 of them never seen") == 500
    assert sum(line.startswith("    code-") for line in lines) == 500


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=20))
@example(":")
def test_no_page_carries_a_control_character(text: str) -> None:
    """Codes that came over the wire, and texts of a definition: the page is plain lines."""
    coverage = Coverage(
        text,
        text,
        responses=(ResponseCoverage(text, text),),
        codes=(CodeCoverage(text, text, texts=(TextCoverage(text, 1),)),),
        unknown=(CodeCoverage(text),),
    )
    out = page(Report("validate", coverage=(coverage,)))
    assert shown_lines(out) == out
    assert out.count("\n") == 13


def test_a_code_is_no_command_to_a_runner() -> None:
    """The page may stand in a log of CI, with codes at the beginning of its lines."""
    unknown = (CodeCoverage("::stop-commands::x", seen=((400, 1),)),)
    lines = page(Report("validate", coverage=(Coverage("a", unknown=unknown),))).splitlines()
    assert lines[-1] == "    \\x3a:stop-commands::x  1  400 × 1"
