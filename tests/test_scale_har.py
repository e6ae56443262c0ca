"""A HAR through the fast path: each run is read once, and what is not needed of an entry is checked all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from telecomx import CONTRACT, GOOD

from schemagen import api
from schemagen.judging import Judge
from schemagen.scale import fast
from schemagen.scale.fast.counting import Counting
from schemagen.scale.fast.har import Archive
from schemagen.tally import Tally

JSON = [{"name": "Content-Type", "value": "application/json"}]


def entry(
    headers: list[dict[str, str]] = JSON,
    text: str = json.dumps(GOOD.body),
    *,
    status: int = GOOD.status,
    content: dict[str, Any] | None = None,
    **others: Any,
) -> bytes:
    """An entry with these headers and this body in its response, and other members."""
    response = {"status": status, "headers": headers, "content": content or {"size": 1, "text": text}}
    request = {"method": "GET", "url": f"{CONTRACT.servers[0]}/x", "cookies": []}
    made = {"startedDateTime": "2026-01-01", "time": 1.5, "request": request, "response": response, **others}
    return json.dumps(made).encode()


def left(counting: Counting, *entries: bytes) -> list[int]:
    """The numbers of the entries that are not counted."""
    found = counting.count("har", b",".join(entries), Tally(), object())
    assert found is not None
    return [number for number, _, _ in found.pieces()]


@pytest.fixture
def counting() -> Counting:
    """What counts."""
    return Counting(Judge([CONTRACT]))


# What is not needed of an entry


@pytest.mark.parametrize(
    "value", [b'"\xff"', b'{"a": [1, {"b": "\xed\xa0\x80"}]}', b'{"\xff": 1}', b'"\xe2\x80"']
)
def test_what_is_not_needed_of_an_entry_is_utf8(counting: Counting, value: bytes) -> None:
    """The usual way refuses an entry for it, wherever it stands: it is left, and the others are counted."""
    assert left(counting, entry(), entry(comment="?").replace(b'"?"', value), entry()) == [2]


@pytest.mark.parametrize(
    "value",
    [
        b"1", b"null", b"[]", b'{"a": [1, {"b": "\xc3\xa9"}]}', b"1e999", b"-1e999", b"9" * 400, b'{"a": [1e999]}',
        b"[" * 200 + b"]" * 200, b'{"a": [1, {"b": ' + b"[" * 200 + b"]" * 200 + b"}]}",
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_not_needed_of_an_entry_is_any_json(counting: Counting, value: bytes) -> None:
    """It is counted, whatever it is."""
    assert left(counting, entry(), entry(comment="?").replace(b'"?"', value), entry()) == []


# Headers


GZIP = {"name": "Content-Encoding", "value": "gzip"}


@pytest.mark.parametrize(
    ("headers", "text", "is_left"),
    [
        (
            [{"name": "Date", "value": "x"}, *JSON, {"name": "date", "value": "y"}],
            json.dumps(GOOD.body),
            False,
        ),
        ([GZIP, *JSON], json.dumps(GOOD.body), False),
        ([*JSON, GZIP], '["H4sI"]', True),
        ([GZIP], json.dumps(GOOD.body), True),
        ([*JSON, *JSON], json.dumps(GOOD.body), True),
        ([{"name": "content-type", "value": "text/html"}], json.dumps(GOOD.body), True),
        ([{"name": "Date", "value": "x"}], json.dumps(GOOD.body), True),
        ([], json.dumps(GOOD.body), True),
        (JSON, "", True),
    ],
)
def test_headers_that_do_not_matter_are_no_obstacle(
    counting: Counting, headers: list[dict[str, str]], text: str, is_left: bool
) -> None:
    """An entry is left for the usual way where the media type is not the only thing that matters; also when it is met again."""
    for _ in range(2):
        assert left(counting, entry(), entry(headers, text)) == [2] * is_left


# Bodies that are not read


@pytest.mark.parametrize("status", [0, -1, 99])
def test_a_request_without_a_response_is_left(counting: Counting, status: int) -> None:
    """Whatever stands in its place."""
    assert left(counting, entry(), entry(status=status), entry(status=status, content={"size": 0})) == [2, 3]


@pytest.mark.parametrize(
    ("content", "is_left"),
    [
        ({"size": 0}, False),
        ({"size": 300, "mimeType": "image/png"}, False),
        ({"text": None}, False),
        ({"text": ""}, False),
        ({"text": "<html>"}, False),
        ({"text": "iVBORw0KGgo=", "encoding": "base64"}, False),
        ({"text": "iVBORw0KGgo", "encoding": "base64"}, True),
        ({"text": "?", "encoding": "base64"}, True),
        ({"text": "e30=", "encoding": "rot13"}, True),
        ({"text": '["1f8b"]'}, True),
        ({"text": 1}, True),
        ({"_file": "../../etc/passwd"}, True),
    ],
)
def test_a_response_of_which_no_body_can_be_an_error_is_counted_without_it(
    counting: Counting, content: dict[str, Any], is_left: bool
) -> None:
    """If a body is recorded in a way that can be read. Where the status is that of an error, such a body is left."""
    good = entry(status=200, content=content, headers=[GZIP])
    assert left(counting, entry(), good) == [2] * is_left
    assert left(counting, entry(), entry(content=content, headers=[GZIP])) == [2]


# Runs


@pytest.mark.parametrize("comma", [b",", b",\n", b" ,\r\n\t "])
def test_each_run_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comma: bytes) -> None:
    """In one process, what proves where a run ends reads it, too."""
    path = tmp_path / "a.har"
    path.write_bytes(b'{"log": {"entries": [' + comma.join([entry()] * 5000) + b"]}}")
    read: list[bytes] = []
    counted: list[bytes] = []
    archive_read, count = Archive.read, fast.count

    def noted_read(archive: Archive, entries: Any) -> Any:
        read.append(entries.data)
        return archive_read(archive, entries)

    def noted_count(judge: Judge, form: str, data: bytes, *others: Any) -> Any:
        counted.append(data)
        return count(judge, form, data, *others)

    monkeypatch.setattr(Archive, "read", noted_read)
    monkeypatch.setattr(fast, "count", noted_count)
    run = api.begin_validation(jobs=1)
    run.read_file(str(path))
    assert run.report().counts.exchanges == 5000
    assert len(counted) > 3
    assert read == counted


def test_where_entries_begin_with_the_name_of_a_member_within(tmp_path: Path) -> None:
    """A comma between two such members is taken for no end of a run."""
    nested = entry(startedDateTime=[{"startedDateTime": number} for number in range(30)])
    data = b'{"log": {"entries": [' + b",".join([nested] * 3000) + b"]}}"
    (tmp_path / "a.har").write_bytes(data)
    run = api.begin_validation(jobs=1)
    run.read_file(str(tmp_path / "a.har"))
    report = run.report()
    assert (report.counts.exchanges, report.counts.checked, report.findings) == (3000, 3000, ())
