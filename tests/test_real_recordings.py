"""No response is lost: what the recorders of `recordings/` have written is found, each in its place, and accounted for.

The readers have tests of their own (`test_recordings*.py`). Here stands what is in the files, as a person counts it, and
that every error in them is either judged by a definition or put into a cluster by host, status and shape.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemagen import api, pointers
from schemagen.exchanges import Exchange
from schemagen.limits import DEFAULTS
from schemagen.recordings import read
from schemagen.recordings.neighbours import beside

Run = Callable[..., Any]

HERE = Path(__file__).parent
FIXTURES = HERE / "recordings"
ROOT = HERE.parent
ACME = ROOT / "docs" / "examples" / "project" / "definitions" / "acme.yaml"
SIX = ROOT / "docs" / "demo" / "six.har"

STATUSES: dict[str, list[int]] = {
    "betamax/errors.json": [404, 410],
    "go-vcr/v1.yaml": [404],
    "go-vcr/v4.yaml": [404, 429],
    "har-yaml/polly.yaml": [404],
    "hoverfly/journal.json": [502],
    "hoverfly/responses/broken.json": [],  # a body of v5.json
    "hoverfly/v1.json": [404],
    "hoverfly/v3.json": [409],
    "hoverfly/v5.json": [422, 204, 500, 503],
    "mitmproxy/flows.mitm": [404, 422, 503],
    "ndjson/kong.ndjson": [404, 502],
    "ndjson/shapes.ndjson": [401, 402, 403, 404, 405, 406, 407, 408],
    "newman/report.json": [404, 200],
    "nock/errors.json": [404, 422, 500, 410, 400],
    "pact/v2.json": [404, 401, 403],
    "pact/v3.json": [400],
    "pact/v4.json": [409, 500],
    "php-vcr/errors.yml": [422, 401, 500],
    "php-vcr/exvcr.json": [404],
    "postman/from-the-api.json": [403],
    "postman/v21.json": [404, 401, 409],
    "raw/curl-location.http": [302, 404],
    "raw/dumps.http": [503, 204, 422, 429],
    "raw/message.http": [404, 500],
    "schemathesis/report.ndjson": [404, 500],
    "schemathesis-vcr/run.yaml": [500, 404],
    "test-proxy/errors.json": [404, 500, 416, 412, 409],
    "vcr/errors.json": [422],
    "vcr/errors.yml": [404, 429],
    "vcr/version1.yml": [404],
    "vcrpy/errors.json": [404, 200],
    "vcrpy/errors.yaml": [404, 503, 412],
    "vcrpy/httpx.yaml": [404],
    "warc/errors.warc": [404, 500, 404, 404],
    "warc/errors.warc.gz": [404, 500, 404, 404],
    "wiremock/__files/users/not-found.json": [],  # a body of mappings/users/not-found.json
    "wiremock/mappings/all.json": [400, 401, 402, 200, 403, 405, 406],
    "wiremock/mappings/plain.json": [409],
    "wiremock/mappings/users/not-found.json": [404],
}
"""The statuses of all responses in a file, in their order."""

LEFT_OUT: dict[str, list[tuple[str, int]]] = {
    "har-yaml/polly.yaml": [("no-response", 2)],
    "mitmproxy/flows.mitm": [("no-response", 2), ("no-exchange", 4)],
    "newman/report.json": [("no-response", 2), ("broken-entry", 3)],
    "pact/v3.json": [("no-exchange", 2)],
    "pact/v4.json": [("no-exchange", 3), ("no-exchange", 4)],
    "postman/v21.json": [("broken-entry", 3)],
    "raw/message.http": [("no-response", 3)],
    "schemathesis/report.ndjson": [("no-response", 2), ("broken-entry", 4)],
    "schemathesis-vcr/run.yaml": [("no-response", 2)],
    "wiremock/mappings/all.json": [("no-exchange", 5), ("no-exchange", 6), ("broken-entry", 8)],
}
"""The entries of a file that are no responses, and why not."""

PACKAGES = {"mitmproxy": "mitmproxy", "warc": "warcio"}
"""The packages without which a form cannot be read, by folder."""

GAPS = ("recording/no-response", "recording/no-exchange", "recording/broken-entry")

each_file = pytest.mark.parametrize("name", STATUSES)


def items(name: str) -> list[Any]:
    """What is read from a fixture, if the packages for it are there."""
    package = PACKAGES.get(name.partition("/")[0])
    if package and not importlib.util.find_spec(package):
        pytest.skip(f"{package} is not installed")
    path = FIXTURES / name
    return list(read(name, path.read_bytes(), neighbour=beside(path, DEFAULTS)))


def exchanges(name: str) -> list[Exchange]:
    """The exchanges in a fixture."""
    return [item for item in items(name) if isinstance(item, Exchange)]


def test_all_fixtures_are_counted() -> None:
    """A new fixture needs its line here."""
    files = {path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*") if path.is_file()}
    assert files == STATUSES.keys()


@each_file
def test_every_response_is_found(name: str) -> None:
    """As many as there are, in their order."""
    assert [item.response.status for item in exchanges(name)] == STATUSES[name]


@each_file
def test_every_entry_is_a_response_or_is_named(name: str) -> None:
    """Entries are numbered without a gap, but for the records of archives that are none; what is left out is told."""
    found = items(name)
    gaps = [item for item in found if not isinstance(item, Exchange) and item.rule.code in GAPS]
    assert [(item.rule.code.partition("/")[2], item.place.entry) for item in gaps] == LEFT_OUT.get(name, [])
    if not name.startswith("warc/"):
        numbers = [item.origin.entry if isinstance(item, Exchange) else item.place.entry for item in found]
        entries = {number for number in numbers if number is not None}
        assert entries == set(range(1, len(entries) + 1))


def _line(text: str, pointer: pointers.Pointer) -> int:
    """The line of a value in a JSON or YAML document, by the parser of PyYAML alone."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in pointer:
        if isinstance(node, yaml.SequenceNode):
            assert isinstance(part, int)
            node = node.value[part]
        else:
            assert isinstance(node, yaml.MappingNode)
            node = next(value for key, value in node.value if key.value == part)
    assert node is not None
    return int(node.start_mark.line) + 1


@each_file
def test_origins_lead_to_the_response(name: str) -> None:
    """The pointer resolves, and the line is where the entry begins: its value, the dash before it, or its first line."""
    found = exchanges(name)
    text = "" if name.endswith((".gz", ".mitm")) else (FIXTURES / name).read_bytes().decode("utf-8-sig")
    lines = text.split("\n")
    assert [item.origin.source for item in found] == [name] * len(found)
    for item in found:
        line = item.origin.line
        begin = lines[line - 1] if line else ""
        if name.endswith(".ndjson"):
            pointers.resolve(json.loads(begin), item.origin.pointer)
        elif item.origin.pointer:
            expected = _line(text, item.origin.pointer)
            assert line == (expected - 1 if begin.strip() == "-" else expected)
        elif name.startswith("raw/"):
            assert begin.startswith("HTTP/")
            assert begin.split()[1] == str(item.response.status)
        elif line and name.startswith("warc/"):
            assert begin.startswith("WARC/1.")


def _accounted(report: Any) -> tuple[int, int]:
    """How many errors a JSON report counts, and how many are judged or in a cluster."""
    groups = [
        group
        for group in report["groups"]
        if group["rule"] in ("response/unrecognised", "response/ambiguous")
    ]
    return report["counts"]["error_responses"], report["counts"]["checked"] + sum(
        group["count"] for group in groups
    )


@each_file
def test_every_error_is_judged_or_in_a_cluster(name: str, run: Run) -> None:
    """Each status from 400 on is counted once; what no definition knows has host, status and shape."""
    items(name)  # skips where a package is missing
    found = run("validate", "--min-checked", "0", "--fail-on", "never", "-f", "json", FIXTURES / name)
    if not STATUSES[name]:
        assert found.json["counts"]["exchanges"] == 0
        return
    report = found.json
    errors = sum(status >= 400 for status in STATUSES[name])
    assert report["counts"]["exchanges"] == len(STATUSES[name])
    assert _accounted(report) == (errors, errors)
    for item in report["findings"]:
        if item["rule"] in ("response/unrecognised", "response/ambiguous"):
            assert item["facts"]["shape"]
            assert {"host", "status"} <= item["facts"].keys()
            assert item["place"]["entry"]


def test_a_folder_is_the_sum_of_its_files(run: Run) -> None:
    """All recordings in one run: nothing is lost between them."""
    report = run(
        "validate",
        "--min-checked",
        "0",
        "--fail-on",
        "never",
        "--max-findings",
        "100000",
        "-f",
        "json",
        FIXTURES,
    ).json
    read_here = {
        name: statuses
        for name, statuses in STATUSES.items()
        if importlib.util.find_spec(PACKAGES.get(name.partition("/")[0], "json"))
    }
    statuses = [status for each in read_here.values() for status in each]
    errors = sum(status >= 400 for status in statuses)
    assert report["counts"]["exchanges"] == len(statuses)
    assert _accounted(report) == (errors, errors)


# ---- six wrong answers, and right ones beside them

Answer = tuple[int, str, dict[str, str], Any]
"""Status, media type, other headers, and the body."""

PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
NONE = {"code": "no_parcel", "message": "There is no parcel 17", "status": 404}
FAST = {"code": "too_fast", "message": "Slow down, please", "status": 429}
HEAVY = {"code": "bad_weight", "message": "The weight is out of range", "status": 422}

ANSWERS: dict[str, tuple[Answer, list[tuple[str, str]], Answer]] = {
    "an undocumented 418": (
        (418, "application/json", {}, {"code": "teapot", "message": "Short and stout", "status": 418}),
        [("response/undocumented-status", ""), ("response/unknown-code", "/code")],
        (422, "application/json", {}, HEAVY),
    ),
    "a 404 with the wrong media type": (
        (404, "text/plain", {}, NONE),
        [("response/wrong-media-type", "")],
        (404, "application/json", {}, NONE),
    ),
    "a 502 that is an HTML page": (
        (502, "text/html", {}, PAGE),
        [("response/undocumented-status", ""), ("response/wrong-media-type", "")],
        (401, "application/json", {}, {"code": "bad_key", "message": "Invalid API key", "status": 401}),
    ),
    "a 429 without Retry-After": (
        (429, "application/json", {}, FAST),
        [("response/missing-header", "")],
        (429, "application/json", {"Retry-After": "2"}, FAST),
    ),
    "a 404 whose body says 500": (
        (404, "application/json", {}, {**NONE, "status": 500}),
        [("response/body-status", "/status")],
        (404, "application/json", {}, NONE),
    ),
    "a 422 without its message": (
        (422, "application/json", {}, {"code": "bad_weight", "status": 422}),
        [("response/missing-member", "")],
        (422, "application/json", {}, HEAVY),
    ),
}
"""What is sent, what is found, and how it is sent right."""


def _har(status: int, media: str, headers: dict[str, str], body: Any) -> str:
    """A HAR with one answer."""
    fields = [{"name": name, "value": value} for name, value in {"Content-Type": media, **headers}.items()]
    text = body if isinstance(body, str) else json.dumps(body)
    entry = {
        "request": {"method": "GET", "url": "https://api.acme.example/parcels/17"},
        "response": {"status": status, "headers": fields, "content": {"mimeType": media, "text": text}},
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}})


def _ndjson(status: int, media: str, headers: dict[str, str], body: Any) -> str:
    """A line of NDJSON with one answer."""
    url = "https://api.acme.example/parcels/17"
    return json.dumps(
        {"url": url, "status": status, "headers": {"content-type": media, **headers}, "body": body}
    )


def _found(recording: Path) -> list[tuple[str, str]]:
    """Rule and pointer of each finding."""
    report = api.validate(recording, definitions=ACME)
    return [(item.rule.code, pointers.to_text(item.place.pointer)) for item in report.findings]


@pytest.mark.parametrize("write", [_har, _ndjson])
@pytest.mark.parametrize("name", ANSWERS)
def test_a_wrong_answer_is_found_and_a_right_one_is_not(
    name: str, write: Callable[..., str], tmp_path: Path
) -> None:
    """Exactly these findings, in whatever form the answer was recorded."""
    wrong, expected, right = ANSWERS[name]
    recording = tmp_path / "recording"
    recording.write_text(write(*wrong), encoding="utf-8")
    assert _found(recording) == expected
    recording.write_text(write(*right), encoding="utf-8")
    assert _found(recording) == []


def test_the_demo_shows_the_six() -> None:
    """The recording of the page has the same findings, in the same order."""
    assert _found(SIX) == [each for _, expected, _ in ANSWERS.values() for each in expected]
