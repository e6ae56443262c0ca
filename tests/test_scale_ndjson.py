"""Lines of NDJSON through the fast path: they are read by the names by which the usual way reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telecomx import CONTRACT, GOOD

from schemagen.judging import Judge
from schemagen.scale.fast.counting import Counting
from schemagen.tally import Tally

URL = f"{next(iter(CONTRACT.servers))}/x"
HEADERS = {"content-type": "application/json", "x-request-id": "1"}
RESPONSE = {"status_code": GOOD.status, "headers": HEADERS, "body": GOOD.body}
FLAT = {"time": 1, "request_url": URL, **RESPONSE}
NESTED = {"ms": 5, "req": {"request_url": URL, "more": 1}, "res": {**RESPONSE, "more": 1}}
HALF = {"ms": 5, "req": {"request_url": URL}, **RESPONSE}
HOSTED = {"http_host": URL.split("/")[2], "request_url": f"/{URL.split('/', 3)[3]}", **RESPONSE}
RECORDS = [FLAT, NESTED, HALF, HOSTED]


def left(counting: Counting, *records: dict[str, Any] | bytes) -> list[int]:
    """The numbers of the lines that are not counted."""
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in records]
    found = counting.count("ndjson", b"\n".join(lines) + b"\n", Tally(), object())
    assert found is not None
    return [number for number, _, _ in found.pieces()]


def put(record: dict[str, Any], holder: str, name: str, value: Any) -> dict[str, Any]:
    """The record with another member, in itself or in one of its members."""
    if not holder:
        return {name: value, **record}
    return {**record, holder: {name: value, **record[holder]}}


@pytest.fixture
def counting() -> Counting:
    """What counts."""
    return Counting(Judge([CONTRACT]))


@pytest.mark.parametrize("record", RECORDS, ids=["flat", "nested", "half", "host"])
def test_lines_of_any_build_are_counted(counting: Counting, record: dict[str, Any]) -> None:
    """Also side by side."""
    assert left(counting, record, *RECORDS, record) == []


@pytest.mark.parametrize(
    ("record", "holder", "name"),
    [
        (FLAT, "", "status"), (FLAT, "", "response_headers"), (FLAT, "", "response_body"), (FLAT, "", "url"),
        (FLAT, "", "response"), (FLAT, "", "http_response"), (FLAT, "", "request"), (FLAT, "", "host"),
        (FLAT, "", "isBase64Encoded"), (FLAT, "", "encoding"), (NESTED, "", "response"), (NESTED, "", "request"),
        (NESTED, "res", "status"), (NESTED, "res", "resp_body"), (NESTED, "res", "response_headers"),
        (NESTED, "res", "encoding"), (NESTED, "req", "full_url"), (NESTED, "req", "hostname"), (HALF, "", "res"),
        (HALF, "", "request"), (HALF, "", "status"), (HALF, "req", "url"), (HOSTED, "", "host"), (HOSTED, "", "scheme"),
    ],
)  # fmt: skip
def test_a_member_that_would_be_read_instead_makes_it_another_build(
    counting: Counting, record: dict[str, Any], holder: str, name: str
) -> None:
    """Such a line is not read by what was learned of others: it is left, as nothing can be made of what stands there."""
    assert left(counting, record, put(record, holder, name, [None]), record) == [2]


@pytest.mark.parametrize(
    ("record", "holder", "name"),
    [
        (FLAT, "", "code"), (FLAT, "", "header"), (FLAT, "", "path"), (FLAT, "", "method"), (FLAT, "", "content"),
        (NESTED, "", "status"), (NESTED, "", "http_response"), (NESTED, "", "http_request"), (NESTED, "", "url"),
        (NESTED, "res", "payload"), (NESTED, "req", "uri"), (HALF, "", "url"), (HALF, "", "method"), (HOSTED, "", "path"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [b"1e999", b"[" * 200 + b"]" * 200, b'{"a": ["\xc3\xa9", null]}'])
def test_what_nobody_asks_for_is_any_json(
    counting: Counting, record: dict[str, Any], holder: str, name: str, value: bytes
) -> None:
    """It is counted, whatever it is."""
    line = json.dumps(put(record, holder, name, "?")).encode().replace(b'"?"', value)
    assert left(counting, record, line, record) == []


@pytest.mark.parametrize(
    "value", [b'"\xff"', b'{"a": [1, {"b": "\xed\xa0\x80"}]}', b'{"\xff": 1}', b'"\xe2\x80"']
)
def test_what_nobody_asks_for_is_utf8(counting: Counting, value: bytes) -> None:
    """The usual way refuses a line for it: it is left, and the others are counted."""
    line = json.dumps(put(FLAT, "", "more", "?")).encode().replace(b'"?"', value)
    assert left(counting, FLAT, line, FLAT) == [2]


def test_two_texts_on_a_line_or_one_on_two_are_left(counting: Counting) -> None:
    """They are no records for the usual way."""
    text = json.dumps(FLAT).encode()
    assert left(counting, text, text + b" " + text, text.replace(b", ", b",\n", 1), text) == [2, 3, 4]
    assert left(counting, text + text, b"", text) == [1]


def test_headers_that_were_never_seen_are_learned(counting: Counting) -> None:
    """And headers with a value that is no text are left."""
    more = {**FLAT, "headers": {**HEADERS, "date": "today"}}
    assert left(counting, FLAT, more, FLAT, {**FLAT, "headers": {**HEADERS, "date": True}}) == [4]
    assert left(counting, more, {**FLAT, "headers": {**HEADERS, "a": ["b", 1, None]}}) == []
