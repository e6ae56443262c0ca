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
from schemagen.report import Counts, Match, Report, Subject
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
    (in_exchange(), in_exchange(3, NEAR_MISS, member="Message", near="message"), in_exchange(4)),
    Counts(inputs=2, exchanges=240, errors=12, checked=11, out_of_scope=3),
    (Match("telecomx", "server", 10), Match("8x8", "body", 1)),
    (
        Subject("traffic.har", 3, "GET", "https://api.telecomx.dk/users/1", 404, "telecomx", "server"),
        Subject("traffic.har", 4, "", "", 404, "", ""),
    ),
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
    assert text(Report("check", (in_file(),), Counts(inputs=1))).splitlines() == [
        "specs/telecomx.yaml:14:5: error: there is no key titel [source/unknown-key]",
        "    did you mean 'title'?",
        "",
        "1 definition read",
        "1 error, 0 warnings",
        "more about a rule: schemagen explain source/unknown-key",
    ]


def test_without_a_line_the_pointer_says_where() -> None:
    """A place whose position is not known is still a place."""
    first = text(Report("check", (in_file(line=None, column=None),))).splitlines()[0]
    assert first.startswith("specs/telecomx.yaml#/titel: error: ")


def test_findings_of_responses_stand_under_their_exchange() -> None:
    """The heading says which exchange and which definition; each finding says where in the body."""
    assert text(VALIDATION).splitlines() == [
        "traffic.har entry 3 GET https://api.telecomx.dk/users/1 404 telecomx",
        "  warning: /error/code: nope is not in the catalogue [response/unknown-code]",
        "      see specs/telecomx.yaml:30:1",
        "  note: /error/code: Message looks like message [response/near-miss]",
        "      see specs/telecomx.yaml:30:1",
        "",
        "traffic.har entry 4 404 (no definition)",
        "  warning: /error/code: nope is not in the catalogue [response/unknown-code]",
        "      see specs/telecomx.yaml:30:1",
        "",
        "240 responses in 2 files, 3 of other hosts: 12 error responses, 11 checked",
        "  10 as telecomx, by its server",
        "  1 as 8x8, by its body",
        "0 errors, 2 drift, 1 note (--fail-on warning fails on drift)",
        "more about a rule: schemagen explain response/unknown-code",
    ]


def test_the_next_step_depends_on_what_was_asked() -> None:
    """The hint about `--fail-on` is given only where it would change something."""
    assert "(--fail-on" not in text(VALIDATION, fail_on="warning")
    assert "1 error, 0 warnings (--fail-on never: the exit code is 0 all the same)" in text(
        Report("check", (in_file(),)), fail_on="never"
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
    assert data["summary"] == {"error": 0, "warning": 2, "note": 1}
    assert data["counts"] == {
        "inputs": 2,
        "exchanges": 240,
        "errors": 12,
        "checked": 11,
        "out_of_scope": 3,
        "included": 0,
    }
    assert data["matches"][1] == {"definition": "8x8", "evidence": "body", "exchanges": 1}
    assert data["exchanges"][1] == {"source": "traffic.har", "entry": 4, "status": 404}
    assert data["findings"][0] == {
        "rule": "response/unknown-code",
        "severity": "warning",
        "message": "nope is not in the catalogue",
        "place": {"source": "traffic.har", "pointer": "/error/code", "entry": 3},
        "related": {"source": "specs/telecomx.yaml", "pointer": "/codes", "line": 30, "column": 1},
        "definition": "telecomx",
        "schema": "/$defs/Error/properties/code",
        "facts": {"code": "nope"},
        "fingerprint": VALIDATION.findings[0].fingerprint,
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
    data["findings"].append(as_json(Report("check", (in_file(),)))["findings"][0])
    jsonschema.Draft202012Validator(closed(SCHEMA)).validate(data)


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_message_is_cut(name: str) -> None:
    """A key of a hundred thousand characters does not fill the screen."""
    item = Finding(UNKNOWN_KEY, Place("x.yaml"), (("key", "k" * 100_000),))
    message = "there is no key " + "k" * 984 + "…"
    out = reporters.render(name, Report("check", (item,)), Look())
    assert message in out if name == "text" else json.loads(out)["findings"][0]["message"] == message


def test_an_unknown_format_is_a_mistake_in_the_program() -> None:
    """Names of formats are checked before."""
    with pytest.raises(ValueError, match="no report format 'xml'"):
        reporters.render("xml", VALIDATION, Look())


HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)


@given(HOSTILE, st.sampled_from(FORMATS))
def test_no_report_carries_a_control_character(hostile: str, name: str) -> None:
    """Whatever stands in a body, a URL, a file name or a hint: the report is plain lines and encodes as UTF-8."""
    place = Place(hostile, (hostile, 0), entry=1)
    item = Finding(UNKNOWN_KEY, place, (("key", hostile),), hint=hostile, related=Place(hostile, (hostile,)))
    subject = Subject(hostile, 1, hostile, hostile, 400, hostile, "body")
    out = reporters.render(name, Report("validate", (item,), subjects=(subject,)), Look())
    assert shown_lines(out) == out
    if name == "json":
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(out))
