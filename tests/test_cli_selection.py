"""`validate`: which exchanges are meant, which findings are accepted, how many are shown, and what is never shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

DEMO = Path(__file__).parents[1] / "docs/demo/telecom.har"


def rules(found: Any) -> list[str]:
    """The rules of the findings in a JSON report on standard output."""
    return [item["rule"] for item in found.json["findings"]]


def record(name: str, *exchanges: tuple[str, int, Any]) -> str:
    """A recording in NDJSON of (URL, status, body)."""
    lines = (
        json.dumps(
            {"url": url, "status": status, "headers": {"content-type": "application/json"}, "body": body}
        )
        for url, status, body in exchanges
    )
    Path(name).write_text("".join(f"{line}\n" for line in lines))
    return name


def expired(**changes: Any) -> dict[str, Any]:
    """A documented error of Telecom X, with changes."""
    return {
        "error": {"code": "expired", "message": "Session has expired, please login", "status": 401, **changes}
    }


TELECOMX = "https://api.telecomx.dk/users/1"


# Hosts, paths, statuses


def test_what_is_not_meant_is_read_and_counted_apart(run: Run, elsewhere: Path) -> None:
    """It is no finding and no coverage."""
    name = record(
        "a.ndjson",
        (TELECOMX, 401, expired()),
        (TELECOMX, 401, expired(status=404)),
        (TELECOMX, 503, expired()),
    )
    found = run("validate", name, "--exclude", "status=5XX", "--only", "host=*.telecomx.dk", "-f", "json")
    assert found.code == 1
    assert found.json["counts"] == {
        **found.json["counts"],
        "exchanges": 3,
        "filtered": 1,
        "error_responses": 2,
        "checked": 2,
    }
    assert rules(found) == ["response/body-status"]
    assert (
        "3 responses in 1 file, 1 filtered out: 2 error responses, 2 checked"
        in run("validate", name, "--exclude", "status=5XX").out
    )


def test_normalising_selects_in_the_same_way(run: Run, elsewhere: Path) -> None:
    """The options mean one thing everywhere."""
    name = record("a.ndjson", (TELECOMX, 401, expired()), (TELECOMX, 503, expired()))
    found = run("normalize", name, "--exclude", "status=5XX")
    assert [json.loads(line)["status"] for line in found.out.splitlines()] == [401]
    assert found.err == "1 error of 2 responses written as problem details; 1 filtered out\n"
    nothing = run("normalize", name, "--only", "host=x")
    assert nothing.code == 2
    assert nothing.err.endswith("read 2 responses in 1 file; --only and --exclude leave none of them\n")


def test_a_selection_that_leaves_nothing_is_said(run: Run, elsewhere: Path) -> None:
    """Nothing passes because nothing was checked."""
    name = record("a.ndjson", (TELECOMX, 401, expired()))
    found = run("validate", name, "--only", "host=api.telecomy.dk")
    assert (found.code, found.err) == (
        2,
        "read 1 response in 1 file; --only and --exclude leave none of them\n",
    )


def test_a_wrong_term_is_wrong_usage(run: Run, elsewhere: Path) -> None:
    """With the nearest kind."""
    found = run("validate", record("a.ndjson", (TELECOMX, 401, expired())), "--exclude", "hosts=x")
    assert found.code == 2
    assert (
        found.err == "schemagen: --exclude hosts=x: there is no 'hosts' to select by; did you mean 'host='?\n"
    )


def test_a_project_selects_in_its_settings(run: Run, elsewhere: Path) -> None:
    """Until the command line says otherwise."""
    name = record("a.ndjson", (TELECOMX, 401, expired()), (TELECOMX, 503, expired()))
    Path("pyproject.toml").write_text(
        '[tool.schemagen]\nexclude = ["status=503"]\nonly = ["path=/users/*"]\n'
    )
    assert run("validate", name, "-f", "json").json["counts"]["filtered"] == 1
    assert run("validate", name, "-f", "json", "--exclude", "status=401").json["counts"]["checked"] == 1


# Accepted findings


def test_accepted_findings_pass_and_new_ones_fail(run: Run, elsewhere: Path) -> None:
    """The baseline is written once, then read in every run."""
    old = (TELECOMX, 401, expired(status=404))
    name = record("a.ndjson", (TELECOMX, 401, expired()), old, old)
    assert run("validate", name).code == 1
    written = run("validate", name, "--baseline", "known.json", "--update-baseline")
    assert (written.code, written.err) == (0, "known.json: 1 kind of finding accepted, 1 new, 0 gone\n")
    assert written.out.splitlines()[-1] == "0 errors, 0 drift, 2 accepted by the baseline"
    accepted = run("validate", name, "--baseline", "known.json")
    assert (accepted.code, accepted.out) == (0, written.out)

    record(
        "a.ndjson",
        (TELECOMX, 401, expired()),
        old,
        (TELECOMX, 401, {"error": "gone"}),
    )
    found = run("validate", name, "--baseline", "known.json", "-f", "json")
    assert found.code == 1
    assert rules(found) == ["response/wrong-type"]
    assert found.json["counts"]["accepted"] == 1


def test_what_is_mended_is_stale_in_the_baseline(run: Run, elsewhere: Path) -> None:
    """A note with the line; updating takes it out."""
    record("a.ndjson", (TELECOMX, 401, expired(status=404)))
    run("validate", "a.ndjson", "--baseline", "known.json", "--update-baseline")
    record("a.ndjson", (TELECOMX, 401, expired()))
    found = run("validate", "a.ndjson", "--baseline", "known.json")
    assert found.code == 0
    assert found.out.startswith(
        "known.json:4: note: the baseline accepts response/body-status of telecomx at /error/status, "
    )
    updated = run("validate", "a.ndjson", "--baseline", "known.json", "--update-baseline")
    assert updated.err == "known.json: 0 kinds of finding accepted, 0 new, 1 gone\n"
    assert "stale" not in updated.out


def test_a_baseline_is_only_written_after_a_whole_run(run: Run, elsewhere: Path) -> None:
    """What could not be read may hold what is accepted."""
    name = record("a.ndjson", (TELECOMX, 401, expired(status=404)))
    found = run("validate", name, "missing.har", "--baseline", "known.json", "--update-baseline")
    assert found.code == 2
    assert not Path("known.json").exists()
    assert "known.json: not written, as not everything was looked at" in found.err


def test_a_settled_baseline_is_used_in_every_run(run: Run, elsewhere: Path) -> None:
    """`baseline` in the settings stands beside the file that names it."""
    name = record("a.ndjson", (TELECOMX, 401, expired(status=404)))
    Path("pyproject.toml").write_text('[tool.schemagen]\nbaseline = "known.json"\n')
    assert run("validate", name, "--update-baseline").code == 0
    assert run("validate", name).code == 0


def test_a_selection_makes_nothing_stale_and_writes_no_baseline(run: Run, elsewhere: Path) -> None:
    """What was not looked at may still hold what is accepted; so may a recording that is cut off."""
    name = record("a.ndjson", (TELECOMX, 401, expired(status=404)), (TELECOMX, 403, expired(status=404)))
    run("validate", name, "--baseline", "known.json", "--update-baseline")
    written = Path("known.json").read_text()
    part = run("validate", name, "--baseline", "known.json", "--only", "status=403")
    assert (part.code, "stale" in part.out) == (0, False)
    Path("cut.ndjson").write_text(Path(name).read_text()[:-40])
    for arguments in ([name, "--only", "status=403"], ["cut.ndjson"], [name, "--min-checked", "9"]):
        found = run("validate", *arguments, "--baseline", "known.json", "--update-baseline")
        assert "known.json: not written, as not everything was looked at" in found.err
        assert Path("known.json").read_text() == written


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--baseline", "gone.json"], "schemagen: gone.json: there is no such baseline; --update-baseline writes it\n"),
        (["--baseline", "a.ndjson"], 'schemagen: a.ndjson: no baseline of schemagen ("schemagen-baseline": 1 is missing); --update-baseline writes one\n'),
        (["--update-baseline"], "Error: --update-baseline: which file? (--baseline accepted.json)\n"),
        (["--baseline", "no/such/folder.json", "--update-baseline"], "schemagen: no/such/folder.json: there is no folder no/such\n"),
    ],
)  # fmt: skip
def test_a_baseline_that_cannot_be_used_is_2(
    run: Run, elsewhere: Path, options: list[str], said: str
) -> None:
    """Each with one line that says what to do."""
    name = record("a.ndjson", (TELECOMX, 401, expired()))
    found = run("validate", name, *options)
    assert found.code == 2
    assert found.err.endswith(said)


def test_a_report_does_not_take_the_place_of_the_baseline(run: Run, elsewhere: Path) -> None:
    """Neither file would be worth anything."""
    name = record("a.ndjson", (TELECOMX, 401, expired()))
    run("validate", name, "--baseline", "known.json", "--update-baseline")
    found = run("validate", name, "--baseline", "known.json", "-f", "json=known.json")
    assert found.code == 2
    assert "the report known.json would overwrite what is read" in found.err


# How many, and of what kinds


def test_findings_of_one_kind_are_told_once_with_their_number(run: Run, elsewhere: Path) -> None:
    """The first places are named; a program gets the first twenty."""
    name = record("a.ndjson", *[(TELECOMX, 401, expired(status=404))] * 30)
    found = run("validate", name)
    assert found.out.splitlines()[:3] == [
        f"a.ndjson:1 entry 1 {TELECOMX} 401 telecomx",
        "  error: /error/status: body says 404, HTTP says 401 [response/body-status]",
        "      30 times; also a.ndjson:2 entry 2, a.ndjson:3 entry 3, a.ndjson:4 entry 4 and 26 more",
    ]
    assert "30 errors, 0 drift" in found.out
    as_json = run("validate", name, "-f", "json").json
    assert [(group["count"], group["shown"]) for group in as_json["groups"]] == [(30, 20)]
    assert len(as_json["findings"]) == 20
    assert as_json["summary"]["error"] == 30


def test_the_worst_kinds_are_shown_and_the_others_counted(run: Run) -> None:
    """`--max-findings` cuts the report, not the verdict."""
    found = run("validate", DEMO, "--max-findings", "2", "-f", "json")
    assert {item["severity"] for item in found.json["findings"]} == {"error"}
    assert len(found.json["findings"]) == 2
    assert found.json["summary"] == run("validate", DEMO, "-f", "json").json["summary"]
    assert (
        "7 more findings are of kinds that are not shown" in run("validate", DEMO, "--max-findings", "2").out
    )


def test_findings_that_are_not_shown_fail_the_run_too(run: Run, elsewhere: Path) -> None:
    """An error behind the cut is an error."""
    wrong = {"error": {"code": "expired", "status": 404, "message": "x"}}
    name = record("a.ndjson", (TELECOMX, 401, wrong))
    assert run("validate", name, "--max-findings", "1", "--fail-on", "warning").code == 1


def test_responses_without_a_definition_are_clustered_by_shape(run: Run, elsewhere: Path) -> None:
    """By host, status and members, the most frequent first."""
    acme, other = "https://api.acme.example/v1/parcels/{}", "https://other.example/"
    name = record(
        "a.ndjson",
        *[
            (acme.format(number), 404, {"fault": {"reason": f"no {number}", "id": number}})
            for number in range(12)
        ],
        (acme.format(1), 500, {"fault": {"reason": "x"}}),
        (other, 404, "nope"),
    )
    found = run("validate", name, "--min-checked", "0")
    lines = found.out.splitlines()
    at = lines.index("of no known definition:")
    assert lines[at + 1 : at + 4] == [
        "  12 with 404 api.acme.example: {fault: {id, reason}}",
        "  1 with 500 api.acme.example: {fault: {reason}}",
        "  1 with 404 other.example: plain text",
    ]
    assert len([line for line in lines if "response/unrecognised" in line]) == 3 + 1


# No values


def test_without_values_nothing_that_was_sent_is_shown(run: Run, elsewhere: Path) -> None:
    """Not in messages, not in excerpts, not in the query of a URL, in any report."""
    url = f"{TELECOMX}?customer=marker1"
    odd = {"error": {"code": "marker2", "message": "marker3", "status": 404, "marker": {"x": "marker4"}}}
    name = record("a.ndjson", (url, 401, odd), ("https://x.example/?q=marker5", 500, {"any": "marker6"}))
    from schemagen.reporters import FORMATS

    outputs = [option for form in FORMATS for option in ("-f", f"{form}=report.{form}")]
    found = run("validate", name, "--no-values", *outputs)
    assert found.code == 1
    for form in FORMATS:
        text = Path(f"report.{form}").read_text()
        assert text
        assert re.findall("marker[0-9]", text) == [], form
    with_values = run("validate", name)
    assert "marker1" in with_values.out
