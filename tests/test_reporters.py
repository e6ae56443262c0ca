"""Reports: what people read, and what programs read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemagen
from schemagen import reporters
from schemagen.display import shown_lines
from schemagen.findings import Finding, Place
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
    shorten,
    singly,
)
from schemagen.reporters import FORMATS, Look
from schemagen.rules import Rule, Severity

SCHEMA = json.loads((Path(schemagen.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))
UNKNOWN_KEY = Rule("source/unknown-key", Severity.ERROR, "…", "there is no key {key}")
UNKNOWN_CODE = Rule("response/unknown-code", Severity.WARNING, "…", "{code} is not in the catalogue")
NEAR_MISS = Rule("response/near-miss", Severity.NOTE, "…", "{member} looks like {near}")


def in_file(line: int | None = 14, column: int | None = 5, **facts: str) -> Finding:
    """A finding in a definition."""
    place = Place("specs/telecomx.yaml", ("titel",), line=line, column=column)
    return Finding(
        UNKNOWN_KEY, place, tuple((facts or {"key": "titel"}).items()), hint="did you mean 'title'?"
    )


def in_exchange(entry: int = 3, rule: Rule = UNKNOWN_CODE, **facts: str) -> Finding:
    """A finding in the body of a response."""
    return Finding(
        rule,
        Place("traffic.har", ("error", "code"), entry=entry),
        tuple((facts or {"code": "nope"}).items()),
        related=Place("specs/telecomx.yaml", ("codes",), line=30, column=1),
        definition="telecomx",
        schema=("$defs", "Error", "properties", "code"),
        severity=rule.severity,
    )


VALIDATION = Report(
    "validate",
    (
        Group(1, (in_exchange(3, NEAR_MISS, member="Message", near="message"),)),
        Group(40, (in_exchange(), in_exchange(4), in_exchange(9, code="nay"))),
    ),
    Counts(inputs=2, exchanges=240, error_responses=12, checked=11, out_of_scope=3, filtered=2, accepted=7),
    (Match("telecomx", "server", 10), Match("8x8", "body", 1), Match("telecomx", "body", 1)),
    (
        Coverage(
            "telecomx",
            "Telecom X",
            11,
            (ResponseCoverage("404", "Not found.", ((404, 11),)), ResponseCoverage("4XX", "Any.")),
            (
                CodeCoverage(
                    "expired", "Too late.", ("401",), ((401, 2), (404, 1)), (TextCoverage("Log in", 2),)
                ),
            ),
            ((418, 1),),
            (CodeCoverage("nope", seen=((404, 39),)),),
            ((404, 1),),
        ),
    ),
    (
        Subject(
            "traffic.har",
            3,
            "GET",
            "https://api.telecomx.dk/users/1",
            404,
            "telecomx",
            "server",
            Excerpt('{\n  "error": {}\n}', ((("error",), 2),)),
        ),
        Subject("traffic.har", 4, "", "", 404, "", ""),
    ),
    ((Severity.WARNING, 5),),
)


def text(report: Report, **look: Any) -> str:
    """The text report."""
    return reporters.render("text", report, Look(**look))


def as_json(report: Report) -> dict[str, Any]:
    """The JSON report, which fits its own schema."""
    data: dict[str, Any] = json.loads(reporters.render("json", report, Look()))
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    return data


def test_a_mistake_in_a_file_begins_with_file_line_and_column() -> None:
    """Editors and terminals can jump to it; hint and rule follow."""
    assert text(Report("check", singly([in_file()]), Counts(inputs=1))).splitlines() == [
        "specs/telecomx.yaml:14:5: error: there is no key titel [source/unknown-key]",
        "    did you mean 'title'?",
        "",
        "1 definition read",
        "1 error, 0 warnings",
        "more about a rule: schemagen explain source/unknown-key",
    ]


def test_without_a_line_the_pointer_says_where() -> None:
    """A place whose position is not known is still a place."""
    first = text(Report("check", singly([in_file(line=None, column=None)]))).splitlines()[0]
    assert first.startswith("specs/telecomx.yaml#/titel: error: ")


def test_findings_of_responses_stand_under_their_exchange() -> None:
    """The heading says which exchange and which definition; each finding says where in the body, and how often."""
    assert text(VALIDATION).splitlines() == [
        "traffic.har entry 3 GET https://api.telecomx.dk/users/1 404 telecomx",
        "  note: /error/code: Message looks like message [response/near-miss]",
        "      see specs/telecomx.yaml:30:1",
        "  warning: /error/code: nope is not in the catalogue [response/unknown-code]",
        "      40 times; also traffic.har entry 4, traffic.har entry 9 (nay is not in the catalogue) and 37 more",
        "      see specs/telecomx.yaml:30:1",
        "",
        "240 responses in 2 files, 3 of other hosts, 2 filtered out: 12 error responses, 11 checked",
        "  11 as telecomx, 10 by its server, 1 by its body: 1 of 2 responses, 1 of 1 code, 1 of 1 message seen",
        "  1 as 8x8, by its body",
        "5 more findings are of kinds that are not shown; --max-findings N shows more",
        "0 errors, 45 drift, 1 note, 7 accepted by the baseline (--fail-on warning fails on drift)",
        "more about a rule: schemagen explain response/unknown-code",
    ]


def test_responses_of_no_known_definition_are_counted_by_their_shape() -> None:
    """The most frequent first: at a glance one sees which format wants a definition next."""
    rule = Rule("response/unrecognised", Severity.WARNING, "…", "no definition for this {status}")

    def missed(entry: int, count: int, **facts: Any) -> Group:
        return Group(count, (Finding(rule, Place("a.har", entry=entry), tuple(facts.items())),))

    report = Report(
        "validate",
        (
            missed(1, 1, status=500, host="", shape="an HTML page"),
            missed(2, 30, status=404, host="api.acme.example", shape="{error: {code}}"),
        ),
    )
    lines = text(report).splitlines()
    at = lines.index("of no known definition:")
    assert lines[at + 1 : at + 3] == [
        "  30 with 404 api.acme.example: {error: {code}}",
        "  1 with 500: an HTML page",
    ]


def test_on_a_terminal_lines_are_as_long_as_it_is_wide() -> None:
    """Words are not cut, further lines are indented, and nothing is lost."""
    narrow = text(VALIDATION, width=60)
    assert max(map(len, narrow.splitlines())) <= 60
    assert narrow.split() == text(VALIDATION).split()
    coloured = text(VALIDATION, width=60, color=True)
    assert "\x1b[2m[response/unknown-code]\x1b[0m" in coloured


def test_the_next_step_depends_on_what_was_asked() -> None:
    """The hint about `--fail-on` is given only where it would change something."""
    assert "(--fail-on" not in text(VALIDATION, fail_on="warning")
    assert "1 error, 0 warnings (--fail-on never: the exit code is 0 all the same)" in text(
        Report("check", singly([in_file()])), fail_on="never"
    )


def test_an_interrupted_run_says_so() -> None:
    """Nobody takes half a run for a whole one."""
    report = Report("validate", complete=False)
    assert "interrupted: what follows in the input was not looked at" in text(report).splitlines()
    assert as_json(report)["complete"] is False


def test_without_totals_only_findings_are_left() -> None:
    """`--quiet` over nothing found prints nothing."""
    assert text(Report("validate"), totals=False) == ""
    assert "drift" not in text(VALIDATION, totals=False)


def test_colours_are_only_added() -> None:
    """Without its escape sequences the coloured report is the plain one."""
    coloured = text(VALIDATION, color=True)
    assert "\x1b[33;1mwarning\x1b[0m" in coloured
    for code in ("31;1", "33;1", "36;1", "1", "2", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == text(VALIDATION)


def test_the_json_report_is_versioned_and_fits_its_schema() -> None:
    """Everything a program needs is in it, in members that do not change."""
    data = as_json(VALIDATION)
    assert data["schemagen-report"] == 1
    assert data["summary"] == {"error": 0, "warning": 45, "note": 1}
    assert data["counts"] == {
        "inputs": 2,
        "exchanges": 240,
        "error_responses": 12,
        "checked": 11,
        "out_of_scope": 3,
        "filtered": 2,
        "accepted": 7,
        "included": 0,
    }
    assert data["matches"][1] == {"definition": "8x8", "evidence": "body", "exchanges": 1}
    assert data["exchanges"][1] == {"source": "traffic.har", "entry": 4, "status": 404}
    assert data["groups"][1] == {
        "fingerprint": VALIDATION.groups[1].first.fingerprint,
        "rule": "response/unknown-code",
        "severity": "warning",
        "count": 40,
        "shown": 3,
    }
    assert data["coverage"][0]["codes"] == [
        {
            "code": "expired",
            "documented": ["401"],
            "count": 3,
            "statuses": {"401": 2, "404": 1},
            "texts": [{"text": "Log in", "count": 2}],
        }
    ]
    assert data["coverage"][0]["responses"][1] == {"response": "4XX", "count": 0, "statuses": {}}
    assert len(data["findings"]) == 4
    assert data["findings"][1] == {
        "rule": "response/unknown-code",
        "severity": "warning",
        "message": "nope is not in the catalogue",
        "place": {"source": "traffic.har", "pointer": "/error/code", "entry": 3},
        "related": {"source": "specs/telecomx.yaml", "pointer": "/codes", "line": 30, "column": 1},
        "definition": "telecomx",
        "schema": "/$defs/Error/properties/code",
        "facts": {"code": "nope"},
        "fingerprint": VALIDATION.findings[1].fingerprint,
    }


def test_the_schema_of_the_json_report_is_a_schema_and_not_empty() -> None:
    """It is valid itself, and refuses a report with a member missing or of another version."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    good = as_json(VALIDATION)
    for member in SCHEMA["required"]:
        broken = {name: value for name, value in good.items() if name != member}
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(broken)
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid({**good, "schemagen-report": 2})


def test_the_schema_names_every_member_of_the_report() -> None:
    """Nothing is written that the published schema does not describe."""

    def closed(schema: Any) -> Any:
        if isinstance(schema, list):
            return [closed(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        extra = {"additionalProperties": False} if "properties" in schema else {}
        return {**extra, **{name: closed(value) for name, value in schema.items()}}

    data = as_json(VALIDATION)
    data["findings"].append(as_json(Report("check", singly([in_file()])))["findings"][0])
    jsonschema.Draft202012Validator(closed(SCHEMA)).validate(data)


@pytest.mark.parametrize("name", ["text", "json"])
def test_a_long_message_is_cut(name: str) -> None:
    """A key of a hundred thousand characters does not fill the screen."""
    item = Finding(UNKNOWN_KEY, Place("x.yaml"), (("key", "k" * 100_000),))
    message = "there is no key " + "k" * 984 + "…"
    out = reporters.render(name, Report("check", singly([item])), Look())
    assert message in out if name == "text" else json.loads(out)["findings"][0]["message"] == message


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_printed_commands_no_runner(name: str) -> None:
    """`##[…]` anywhere in a line is obeyed; a program reads the same fact all the same."""
    item = in_exchange(code="##[error]x")
    out = reporters.render(name, Report("validate", (Group(1, (item,)),)), Look())
    assert "##[" not in out
    if name == "json":
        assert json.loads(out)["findings"][0]["facts"] == {"code": "##[error]x"}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("report", [VALIDATION, Report("validate"), Report("check", singly([in_file()]))])
def test_every_format_reports_everything(name: str, report: Report) -> None:
    """A full run, an empty one, and one over definitions: text that ends in a line feed and says the same twice."""
    out = reporters.render(name, report, Look())
    assert out.endswith("\n") or (name == "github" and not report.groups)
    assert out == reporters.render(name, report, Look())
    if report.groups and name != "coverage":
        assert all(group.rule.code in out for group in report.groups)


def test_the_worst_kinds_are_shown_first() -> None:
    """Of each kind one, before a second of any; what is left out is counted by its severity."""
    short = shorten(VALIDATION, 1)
    assert [(group.severity, group.count, len(group.findings)) for group in short.groups] == [
        (Severity.WARNING, 40, 1)
    ]
    assert short.omitted == ((Severity.NOTE, 1), (Severity.WARNING, 5))
    assert [subject.entry for subject in short.subjects] == [3]
    assert [len(group.findings) for group in shorten(VALIDATION, 3).groups] == [1, 2]
    for most in range(6):
        short = shorten(VALIDATION, most)
        assert len(short.findings) == min(most, 4)
        assert [short.count(severity) for severity in Severity] == [
            VALIDATION.count(each) for each in Severity
        ]


def test_an_unknown_format_is_a_mistake_in_the_program() -> None:
    """Names of formats are checked before."""
    with pytest.raises(ValueError, match="no report format 'xml'"):
        reporters.render("xml", VALIDATION, Look())


HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)


@given(HOSTILE, st.sampled_from(["text", "json"]))
def test_no_report_carries_a_control_character(hostile: str, name: str) -> None:
    """Whatever stands in a body, a URL, a file name or a hint: the report is plain lines and encodes as UTF-8."""
    place = Place(hostile, (hostile, 0), entry=1)
    item = Finding(UNKNOWN_KEY, place, (("key", hostile),), hint=hostile, related=Place(hostile, (hostile,)))
    subject = Subject(hostile, 1, hostile, hostile, 400, hostile, "body")
    seen = Coverage(hostile, hostile, 1, (), (CodeCoverage(hostile, hostile, (hostile,), ((404, 1),)),))
    report = Report("validate", (Group(2, (item,)),), coverage=(seen,), subjects=(subject,))
    out = reporters.render(name, report, Look())
    assert shown_lines(out) == out
    if name == "json":
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(out))
        assert out.isascii()
