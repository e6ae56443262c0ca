"""Accepted findings: written, read back, left out, and reported when they are stale."""

from __future__ import annotations

import json

import pytest

from schemagen import baseline
from schemagen.errors import InputError
from schemagen.findings import Finding, Place, finding
from schemagen.report import Group, Report, singly


def found(member: str, entry: int = 1) -> Finding:
    """A finding with a value from the wire in it."""
    place = Place("a.har", ("errors", 3, member), entry=entry)
    schema = ("$defs", "Item", "properties", member)
    facts = {"member": member, "got": '"s3cret"', "want": "integer", "described": "a string"}
    return finding("response/wrong-type", place, definition="acme", schema=schema, **facts)


REPORT = Report("validate", (Group(12, (found("code"),)), Group(1, (found("status"),))))
TEXT = baseline.write(REPORT)


def test_the_file_is_made_for_review() -> None:
    """One entry a line, sorted, with the rule and the place, without any value."""
    assert TEXT.splitlines() == [
        "{",
        '  "schemagen-baseline": 1,',
        '  "accepted": [',
        (
            f'    {{"fingerprint": "{found("code").fingerprint}", "rule": "response/wrong-type", "definition": "acme", '
            '"schema": "/$defs/Item/properties/code", "pointer": "/errors/*/code"},'
        ),
        (
            f'    {{"fingerprint": "{found("status").fingerprint}", "rule": "response/wrong-type", "definition": "acme", '
            '"schema": "/$defs/Item/properties/status", "pointer": "/errors/*/status"}'
        ),
        "  ]",
        "}",
    ]
    assert json.loads(TEXT)["schemagen-baseline"] == 1


def test_nothing_accepted_is_a_baseline_too() -> None:
    """A project may begin with an empty one."""
    assert baseline.read("b.json", baseline.write(Report("validate")).encode()) == ()


def test_what_is_accepted_is_left_out_and_counted() -> None:
    """All findings of the kind, at whatever entry; new ones stay."""
    new = Group(2, (found("title"),))
    report = Report("validate", (*REPORT.groups, new))
    left = baseline.apply(report, "b.json", baseline.read("b.json", TEXT.encode()))
    assert left.groups == (new,)
    assert left.counts.accepted == 13


def test_an_entry_that_accepts_nothing_is_stale() -> None:
    """A note says so, at the entry's line."""
    entries = baseline.read("b.json", TEXT.encode())
    left = baseline.apply(Report("validate", REPORT.groups[:1]), "b.json", entries)
    (stale,) = left.findings
    assert (stale.rule.code, stale.place) == ("baseline/stale-entry", Place("b.json", line=5))
    assert stale.message == (
        "the baseline accepts response/wrong-type of acme at /errors/*/status, which was not found; "
        "--update-baseline takes it out"
    )


def test_nothing_is_stale_in_a_run_that_was_interrupted() -> None:
    """What was not looked at may still be there."""
    report = Report("validate", complete=False)
    assert baseline.apply(report, "b.json", baseline.read("b.json", TEXT.encode())).groups == ()


def test_damage_and_the_uncounted_are_never_accepted() -> None:
    """Any other cut-off recording would be, too; and nobody knows what stands behind `more-findings`."""
    damaged = finding("recording/truncated", Place("a.har"), where="here", read=1)
    more = finding("response/more-findings", Place("a.har", entry=1), got=1, errors=1, warnings=0, notes=0)
    report = Report("validate", singly([damaged, more]))
    assert json.loads(baseline.write(report))["accepted"] == []
    by_hand = json.dumps(
        {
            "schemagen-baseline": 1,
            "accepted": [
                {"fingerprint": each.fingerprint, "rule": each.rule.code} for each in (damaged, more)
            ],
        }
    )
    left = baseline.apply(report, "b.json", baseline.read("b.json", by_hand.encode()))
    assert {group.rule.code for group in left.groups} > {"recording/truncated", "response/more-findings"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{", "b.json: the baseline is not JSON: "),
        (b"[]", 'b.json: no baseline of schemagen ("schemagen-baseline": 1 is missing); --update-baseline writes one'),
        (b'{"schemagen-baseline": 2}', "b.json: no baseline of schemagen"),
        (b'{"schemagen-baseline": 1}', 'b.json: "accepted" must be a list'),
        (b'{"schemagen-baseline": 1, "accepted": [{}]}', 'b.json: "accepted" must be a list'),
        (b'{"schemagen-baseline": 1, "accepted": [{"fingerprint": 1, "rule": "x"}]}', 'b.json: "accepted" must'),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused(data: bytes, said: str) -> None:
    """In one line that begins with the file."""
    with pytest.raises(InputError) as problem:
        baseline.read("b.json", data)
    assert str(problem.value).startswith(said)
