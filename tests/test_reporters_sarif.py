"""SARIF reports: valid, the same every run, and what code scanning wants of them."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemagen
from schemagen import reporters
from schemagen.display import shown_lines
from schemagen.findings import Finding, Place, Severity
from schemagen.report import Counts, Excerpt, Group, Report, Subject, singly
from schemagen.reporters import Look, sarif
from schemagen.rules import RULES, Rule

MICROSOFT = Path(__file__).parent / "node" / "node_modules" / "@microsoft"
NOWHERE = "http://127.0.0.1:9"  # the validator would else fetch the schema that `$schema` names
HOSTILE = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)


UNKNOWN_CODE = dataclasses.replace(RULES["response/unknown-code"], message="{code} is not in the catalogue")
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
        Group(1, (unknown_code(place=Place("included:telecomx.yaml", ("codes",), line=3, column=2)),)),
        Group(240, (unknown_code(), unknown_code(4))),
    ),
    Counts(inputs=2, exchanges=300, error_responses=250, checked=249),
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
    omitted=((Severity.WARNING, 7),),
)


def log(report: Report, **look: Any) -> dict[str, Any]:
    """The report, read back."""
    data: dict[str, Any] = json.loads(reporters.render("sarif", report, Look(**look)))
    return data


def results(report: Report, **look: Any) -> list[dict[str, Any]]:
    """The results of its one run."""
    (run,) = log(report, **look)["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


def artifact(source: str, **look: Any) -> dict[str, Any]:
    """How a source is named."""
    (result,) = results(Report("validate", singly([unknown_code(place=Place(source))])), **look)
    named: dict[str, Any] = result["locations"][0]["physicalLocation"]["artifactLocation"]
    return named


@functools.cache
def official() -> Any:
    """The schema of SARIF 2.1.0, as the reference implementation carries it, with its formats."""
    files = sorted(MICROSOFT.glob("sarif-multitool-*/sarif-2.1.0.json"))
    if not files:
        pytest.skip("sarif-multitool is missing (npm ci --prefix tests/node)")
    schema = json.loads(files[0].read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def test_a_finding_is_a_result() -> None:
    """All that is known of it stands where SARIF has a place for it."""
    assert results(REPORT)[2] == {
        "ruleId": "response/unknown-code",
        "level": "warning",
        "message": {"text": f"{unknown_code().message}; did you mean 'none'?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "recordings/traffic.har", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {"name": "code", "fullyQualifiedName": "/errors/0/code", "kind": "property"}
                ],
            }
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {"uri": "specs/telecomx.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 30, "startColumn": 1},
                },
                "logicalLocations": [{"name": "codes", "fullyQualifiedName": "/codes", "kind": "property"}],
                "message": {"text": "what the definition says"},
            }
        ],
        "partialFingerprints": {"schemagen/v1": unknown_code().fingerprint},
        "properties": {"entry": 3, "definition": "telecomx", "schema": "/$defs/Error"},
        "ruleIndex": 1,
        "occurrenceCount": 240,
        "webRequest": {"method": "GET", "target": "https://api.x.dk/a"},
        "webResponse": {"statusCode": 404, "body": {"text": "{\n}"}},
    }


def test_only_the_first_of_a_group_counts_the_others() -> None:
    """Added up, the numbers of a kind are told once."""
    assert [result.get("occurrenceCount") for result in results(REPORT)] == [1, 1, 240, None]


def test_the_rules_that_were_broken_are_described() -> None:
    """Each once, with its explanation; each result points at its own."""
    driver = log(REPORT)["runs"][0]["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("schemagen", schemagen.__version__)
    assert [rule["id"] for rule in driver["rules"]] == ["recording/truncated", "response/unknown-code"]
    assert all(driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in results(REPORT))
    unknown = driver["rules"][1]
    assert unknown["shortDescription"] == {"text": RULES["response/unknown-code"].summary}
    assert unknown["fullDescription"]["text"].startswith("The code is not in the definition's catalogue. ")
    assert "\n## How to fix\n" in unknown["help"]["markdown"]
    assert unknown["defaultConfiguration"] == {"level": "warning"}


def test_every_rule_can_be_described() -> None:
    """Each explanation gives a full description of one paragraph."""
    items = [Finding(dataclasses.replace(rule, message="broken"), Place("x.yaml")) for rule in RULES.values()]
    rules = log(Report("check", singly(items)))["runs"][0]["tool"]["driver"]["rules"]
    assert len(rules) == len(RULES)
    assert all(
        rule["fullDescription"]["text"] and "\n" not in rule["fullDescription"]["text"] for rule in rules
    )


def test_a_rule_of_somebody_else_has_no_explanation() -> None:
    """A finding may be made outside; its rule is described by what it says itself."""
    rule = Rule("mine/own", Severity.NOTE, "My own rule", "so it is")
    driver = log(Report("check", singly([Finding(rule, Place("x.yaml"))])))["runs"][0]["tool"]["driver"]
    assert driver["rules"] == [
        {
            "id": "mine/own",
            "shortDescription": {"text": "My own rule"},
            "defaultConfiguration": {"level": "note"},
        }
    ]


def test_a_line_that_is_known_is_given() -> None:
    """Editors jump there; without one the first line is named, as results without a line are not shown."""
    item = unknown_code(place=Place("x.yaml", ("a",), line=14, column=5))
    physical = results(Report("check", singly([item])))[0]["locations"][0]["physicalLocation"]
    assert physical["region"] == {"startLine": 14, "startColumn": 5}
    nowhere = unknown_code(related=Place("specs/telecomx.yaml", ("codes",)))
    related = results(Report("check", singly([nowhere])))[0]["relatedLocations"][0]["physicalLocation"]
    assert "region" not in related


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("traffic.har", "traffic.har"),
        ("./a/../traffic.har", "traffic.har"),
        ("a b/50%/ü?#.har", "a%20b/50%25/%C3%BC%3F%23.har"),
        ("a:b.har", "a%3Ab.har"),
        ("../traffic.har", "../traffic.har"),
    ],
)
def test_files_are_named_from_the_top_of_the_repository(source: str, uri: str) -> None:
    """As URI references, relative to a base that whoever reads the report knows."""
    assert artifact(source) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_the_folder_of_the_run_stands_before_relative_files_only() -> None:
    """Code scanning looks for files from the top of the repository, wherever the command ran."""
    assert artifact("../traffic.har", folder="api/tests")["uri"] == "api/traffic.har"
    assert artifact("included:8x8.yaml", folder="api/tests")["uri"] == "8x8.yaml"


def test_what_is_no_file_below_the_repository_is_named_otherwise() -> None:
    """A file named in full, an included definition, standard input."""
    assert artifact("/tmp/a b.har") == {"uri": "file:///tmp/a%20b.har"}
    assert artifact("included:8x8.yaml") == {"uri": "8x8.yaml", "uriBaseId": "INCLUDED"}
    assert artifact("-") == {"uri": "-", "description": {"text": "standard input"}}
    assert set(log(REPORT)["runs"][0]["originalUriBaseIds"]) == {"%SRCROOT%", "INCLUDED"}


def test_nobody_puts_a_link_into_a_message() -> None:
    """`[text](target)` is a link in SARIF; in a message it may come from a body."""
    item = unknown_code(facts=(("code", "[x](https://evil)"),), hint="[y](1)")
    (result,) = results(Report("validate", singly([item])))
    assert "[x] (https://evil)" in result["message"]["text"]
    assert "](" not in result["message"]["text"]


def test_a_long_message_is_cut() -> None:
    """A name of a hundred thousand characters does not fill the report."""
    item = unknown_code(facts=(("code", "k" * 100_000),), hint="h" * 100_000)
    (result,) = results(Report("validate", singly([item])))
    assert len(result["message"]["text"]) < 2100


def test_an_interrupted_run_was_no_success() -> None:
    """Nobody takes half a run for a whole one."""
    (whole,) = log(REPORT)["runs"][0]["invocations"]
    (half,) = log(Report("validate", complete=False))["runs"][0]["invocations"]
    assert whole == {"executionSuccessful": True}
    assert half["executionSuccessful"] is False
    assert "interrupted" in half["toolExecutionNotifications"][0]["message"]["text"]


def test_a_clean_run_has_results_and_they_are_none() -> None:
    """An absent list would mean that nothing was looked for."""
    assert results(Report("validate")) == []


def test_what_was_read_and_left_out_is_counted() -> None:
    """Whoever reads the report knows what it stands for."""
    properties = log(REPORT)["runs"][0]["properties"]
    assert properties["command"] == "validate"
    assert properties["counts"]["checked"] == 249
    assert properties["omitted"] == {"warning": 7}


def test_more_results_than_code_scanning_takes_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """GitHub refuses a run of more than 25,000; of every kind one is kept before a second of any."""
    assert sarif._RESULTS == 25_000
    monkeypatch.setattr(sarif, "_RESULTS", 3)
    assert [result["ruleId"] for result in results(REPORT)].count("response/unknown-code") == 2
    monkeypatch.setattr(sarif, "_RESULTS", 2)
    assert len(results(REPORT)) == 2
    assert log(REPORT)["runs"][0]["properties"]["omitted"] == {"warning": 247}


def test_the_same_report_gives_the_same_bytes() -> None:
    """No time, no machine, no random number is in it."""
    assert reporters.render("sarif", REPORT, Look()) == reporters.render("sarif", REPORT, Look(color=True))
    assert str(Path.cwd()) not in reporters.render("sarif", REPORT, Look())


@given(HOSTILE)
def test_no_text_from_outside_does_harm(hostile: str) -> None:
    """Whatever stands in a body, a URL or a file name: ASCII, no control character, no raw URI."""
    out = reporters.render("sarif", hostile_report(hostile), Look(folder=hostile))
    assert out.isascii()
    assert shown_lines(out) == out
    for result in json.loads(out)["runs"][0]["results"]:
        assert shown_lines(result["message"]["text"]) == result["message"]["text"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert set(uri) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%/:")


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
    return Report("validate", singly([item]), subjects=(subject,))


@pytest.mark.tools("npm")
@pytest.mark.parametrize("report", [REPORT, Report("check"), Report("validate", complete=False)])
def test_reports_are_valid(report: Report) -> None:
    """Under the official schema, formats of URIs included."""
    assert [str(error) for error in official().iter_errors(log(report))] == []


@pytest.mark.tools("npm")
def test_the_official_schema_refuses_what_is_not_sarif() -> None:
    """It can say no: to a level that is none, and to a URI that is none."""
    broken = log(REPORT)
    broken["runs"][0]["results"][0]["level"] = "drift"
    assert not official().is_valid(broken)
    broken = log(REPORT)
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = "a b"
    assert not official().is_valid(broken)


@pytest.mark.tools("npm")
@given(HOSTILE)
def test_reports_stay_valid_whatever_is_in_them(hostile: str) -> None:
    """No text from outside breaks the schema."""
    assert [
        str(error) for error in official().iter_errors(log(hostile_report(hostile), folder=hostile))
    ] == []


@pytest.mark.tools("npm")
def test_the_reference_validator_and_the_rules_of_code_scanning_agree(tmp_path: Path) -> None:
    """Nothing to object to, but that there is no web site to name."""
    programs = sorted(MICROSOFT.glob("sarif-multitool-linux/Sarif.Multitool"))
    if not programs:
        pytest.skip("sarif-multitool is missing (npm ci --prefix tests/node)")
    (tmp_path / "report.sarif").write_text(reporters.render("sarif", REPORT, Look()), encoding="utf-8")
    command = [str(programs[0]), "validate", "report.sarif", "--rule-kind", "Sarif;Gh", "-o", "said.sarif"]
    subprocess.run(
        [*command, "--level", "Error;Warning"],
        cwd=tmp_path,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HTTPS_PROXY": NOWHERE},
        capture_output=True,
        check=True,
        timeout=120,
    )
    (run,) = json.loads((tmp_path / "said.sarif").read_text(encoding="utf-8-sig"))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["SARIF2005"]
