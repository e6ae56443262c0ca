"""Recordings become exchanges; what cannot be read is named, and the rest is read."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding
from schemagen.recordings import FORMS, detect, read

Summary = tuple[Any, ...]


def summary(data: bytes | str, **options: Any) -> list[Summary]:
    """What is read: (entry, status, body) of exchanges, (rule, entry, line, message) of findings."""
    raw = data.encode() if isinstance(data, str) else data
    return [
        (item.origin.entry, item.response.status, item.response.body)
        if isinstance(item, Exchange)
        else (item.rule.code, item.place.entry, item.place.line, item.message)
        for item in read("a", raw, **options)
    ]


def har(*entries: Any) -> str:
    """A HAR with these entries, one a line."""
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    return f'{{"log": {{"version": "1.2", "entries": [\n{lines}\n]}}}}'


def entry(status: Any = 404, **content: Any) -> dict[str, Any]:
    """An entry of a HAR."""
    return {
        "request": {"method": "GET", "url": "https://h/a"},
        "response": {"status": status, "content": content},
    }


def response_of(item: dict[str, Any]) -> Response:
    """The response that is read from one entry of a HAR."""
    [exchange] = read("a", har(item).encode())
    assert isinstance(exchange, Exchange), exchange
    return exchange.response


# ---- HAR


def test_a_har_gives_each_exchange_with_its_exact_place() -> None:
    """Entry, pointer and line lead to the exchange in the file."""
    text = '{\n "log": {\n  "entries": [\n   {"response": {"status": 404}},\n\n   {\n"response": {"status": 500}}]}}'
    origins = [item.origin for item in read("a.har", text.encode()) if isinstance(item, Exchange)]
    assert origins == [
        Origin("a.har", 1, ("log", "entries", 0), 4),
        Origin("a.har", 2, ("log", "entries", 1), 6),
    ]


def test_a_har_gives_request_headers_and_body() -> None:
    """Names of headers are lower case, repeats stay, pseudo headers go, joined ones are taken apart."""
    item = {
        "request": {"method": "POST", "url": "https://h/a?b"},
        "response": {
            "status": 422,
            "headers": [
                {"name": ":status", "value": "422"},
                {"name": "Content-Type", "value": "application/json"},
                {"name": "Set-Cookie", "value": "a=1\nb=2"},
                {"name": "X-Count", "value": 5},
            ],
            "content": {"size": 2, "mimeType": "text/html", "text": "{}"},
        },
    }
    [exchange] = read("a", har(item).encode())
    assert exchange == Exchange(
        Origin("a", 1, ("log", "entries", 0), 2),
        Response(
            422,
            (
                ("content-type", "application/json"),
                ("set-cookie", "a=1"),
                ("set-cookie", "b=2"),
                ("x-count", "5"),
            ),
            b"{}",
            decoded=True,
        ),
        Request("POST", "https://h/a?b"),
    )


def test_the_media_type_of_the_content_stands_in_for_a_missing_header() -> None:
    """Recorders that drop all headers keep the media type; where there are others, it is a guess of the recorder."""
    assert response_of(entry(text="", size=0, mimeType="application/json")).headers == (
        ("content-type", "application/json"),
    )
    assert response_of(entry(text="", size=0, mimeType="x-unknown")).headers == ()
    item = entry(text="{}", mimeType="text/plain")
    item["response"]["headers"] = [{"name": "Vary", "value": "*"}]
    assert response_of(item).headers == (("vary", "*"),)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({"text": "é\u2028"}, "é\u2028".encode()),
        ({"text": ""}, b""),
        ({"text": "", "size": 0}, b""),
        ({"text": "", "size": 5}, None),
        ({"size": 0}, b""),
        ({"size": 5}, None),
        ({"size": False}, None),
        ({"size": -1}, None),
        ({}, None),
        ({"text": None, "encoding": "base64"}, None),
        ({"text": "AP8=", "encoding": "base64"}, b"\0\xff"),
        ({"text": "A\r\nP8=\n", "encoding": "base64"}, b"\0\xff"),
        ({"text": "{}", "encoding": ""}, b"{}"),
    ],
)
def test_a_body_is_recorded_left_out_or_empty(content: dict[str, Any], body: bytes | None) -> None:
    """Text and base64 are read; a body that the recorder left out is not an empty one."""
    assert response_of(entry(**content)).body == body


def test_text_is_decoded_and_base64_may_not_be() -> None:
    """A compressed body can only have been kept in base64."""
    assert response_of(entry(text="{}")).decoded
    assert not response_of(entry(text="e30=", encoding="base64")).decoded


@pytest.mark.parametrize(
    ("text", "encoding", "body", "decoded"),
    [
        ('["H4sI", "AAAA"]', "base64", b"\x1f\x8b\x08\0\0\0", False),
        ('["1f8b", "0800"]', None, b"\x1f\x8b\x08\0", False),
        ('["beef"]', None, b'["beef"]', True),
        ('["1f8b0"]', None, b'["1f8b0"]', True),
        ('["1f8b", 8]', None, b'["1f8b", 8]', True),
        ('["1f8b', None, b'["1f8b', True),
        ("H4sI", "base64", b"\x1f\x8b\x08", False),
    ],
)
def test_a_compressed_body_may_be_kept_in_the_pieces_in_which_it_came(
    text: str, encoding: str | None, body: bytes, decoded: bool
) -> None:
    """So Polly.js writes it under Node, in base64 or in hexadecimal; other lists of texts are bodies themselves."""
    item = entry(text=text, encoding=encoding)
    item["response"]["headers"] = [{"name": "Content-Encoding", "value": "gzip"}]
    assert (response_of(item).body, response_of(item).decoded) == (body, decoded)
    del item["response"]["headers"]
    assert encoding or response_of(item).decoded


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3", 1.2, None])
def test_the_version_of_a_har_does_not_matter(version: object) -> None:
    """Nor does the order of members, nor what else stands in the log."""
    text = json.dumps(
        {
            "x": {"entries": [1]},
            "log": {"version": version, "pages": [{"entries": []}], "entries": [entry()], "z": [{}]},
        }
    )
    assert summary("\ufeff" + text) == [(1, 404, None)]


@pytest.mark.parametrize("status", [0, -1])
def test_a_request_without_response_is_a_note(status: int) -> None:
    """Status 0 and null are what browsers write for requests that failed."""
    text = har(entry(status), {"request": {}, "response": None}, entry(404))
    message = "the entry has no response: the request failed, was blocked or was not finished"
    assert summary(text) == [
        ("recording/no-response", 1, 2, message),
        ("recording/no-response", 2, 3, message),
        (3, 404, None),
    ]


@pytest.mark.parametrize(
    ("item", "why"),
    [
        (5, "it is 5, not an object"),
        ("a,]", 'it is "a,]", not an object'),
        (None, "it is null, not an object"),
        ([{}], "it is a list, not an object"),
        ({}, "it has no status"),
        ({"response": []}, "its response is a list, not an object"),
        ({"response": {"status": 404, "content": 5}}, "its content is 5, not an object"),
        (entry("not found"), 'its status is "not found", not a number from 100 to 999'),
        (entry(True), "its status is true, not a number from 100 to 999"),
        (entry(99), "its status is 99, not a number from 100 to 999"),
        (entry(404.5), "its status is 404.5, not a number from 100 to 999"),
        (entry(10**30), "its status is 1e+30, not a number from 100 to 999"),
        (entry("many digits"), "a number in it is larger than 1.8e308"),
        (entry("٤٠٤"), 'its status is "٤٠٤", not a number from 100 to 999'),
        (entry(text=5), "the text of its body is 5, not a text"),
        (entry(text="AP_8", encoding="base64"), "its body is not valid base64"),
        (entry(text="AP8", encoding="base64"), "its body is not valid base64"),
        (entry(text="é", encoding="base64"), "its body is not valid base64"),
        (entry(text="", encoding="rot13"), 'the encoding of its body is "rot13", not base64'),
        ({"response": {"status": 404, "headers": 5}}, "its headers are 5, not a map or a list"),
        ({"response": {"status": 404, "headers": ["a"]}}, 'a header is "a", not a name with a value'),
        ({"response": {"status": 404, "headers": [{"name": "a", "value": {}}]}}, 'the header "a" is an object, not a text'),
        ({"response": {"status": 404, "headers": {"a": [True]}}}, 'the header "a" is true, not a text'),
    ],
)  # fmt: skip
def test_a_broken_entry_is_named_and_the_others_are_read(item: Any, why: str) -> None:
    """What is wrong stands in the message; the entries around it are there."""
    text = har(entry(400), item, entry(500)).replace('"many digits"', "9" * 5000)
    found = summary(text)
    assert found[0] == (1, 400, None)
    assert found[1][0::3] == ("recording/broken-entry", f"the entry is left out: {why}")
    assert found[2] == (3, 500, None)


def test_an_entry_that_is_no_json_is_named_with_line_and_column() -> None:
    """The place of the finding is where the entry breaks."""
    text = har(entry(400), entry(401), entry(402)).replace('"status": 401', '"status": NaN')
    items = list(read("a", text.encode()))
    assert [isinstance(item, Exchange) for item in items] == [True, False, True]
    assert isinstance(items[1], Finding)
    assert items[1].message == "the entry is left out: it is not valid JSON: NaN is no JSON value"
    assert (items[1].place.entry, items[1].place.line) == (2, 3)
    assert text.splitlines()[2][(items[1].place.column or 0) - 1 :].startswith("NaN")


def test_a_har_that_is_cut_off_gives_what_came_before() -> None:
    """Wherever it is cut, whole entries are read and the cut is one error that says where."""
    text = har(entry(400), entry(401), {"response": {"status": 402}}).encode()
    first = text.index(b"\n") + 1
    second = text.index(b"\n", first) + 1
    third = text.index(b"\n", second) + 1
    close = text.rindex(b"\n")
    for end in range(first, len(text)):
        found = summary(text[:end])
        *exchanges, last = found
        count = (end >= second - 2) + (end >= third - 2) + (end >= close)
        assert [item[0] for item in exchanges] == [1, 2, 3][:count]
        inside = (
            end not in (first, second - 2, second - 1, second, third - 2, third - 1, third) and end < close
        )
        where = "in the middle of this entry" if inside else "before this entry"
        assert last[0::3] == ("recording/truncated", f"the recording ends {where}")
    assert len(summary(text)) == 3


def test_a_string_that_is_cut_off_swallows_no_brackets() -> None:
    """Brackets in a string count for nothing, also when its end is missing."""
    text = har(entry(400), entry(401, text="}]}]}]}]"))
    assert summary(text[: text.rindex("}]}]") + 2])[-1][3] == "the recording ends in the middle of this entry"


def test_a_har_without_entries_says_so() -> None:
    """An empty list is fine; where the form was named and there is no list, that is an error."""
    assert summary(har()) == []
    expected = ("recording/no-entries", None, None, "there is no list log.entries in the recording")
    for text in (
        "{}",
        "[]",
        "",
        '{"log": {"entries": {}}}',
        '{"log": 5, "entries": []}',
        '{"log": {}, "x": {"entries": []}}',
        '"log"',
    ):
        assert summary(text, form="har") == [expected]


def test_nothing_outside_of_the_file_is_read() -> None:
    """A body that is in another file is a body that was not recorded."""
    assert response_of(entry(size=5, _file="/etc/passwd")).body is None


# ---- NDJSON


@pytest.mark.parametrize(
    "record",
    [
        {
            "request": {"method": "GET", "url": "/a"},
            "response": {"status": 404, "headers": {"A": "b"}, "body": {"c": 1}},
        },
        {"method": "GET", "url": "/a", "status": 404, "headers": {"A": ["b"]}, "body": {"c": 1}},
        {
            "method": "GET",
            "url": "/a",
            "status": "404",
            "headers": [{"name": "A", "value": "b"}],
            "body": '{"c":1}',
        },
        {"method": "GET", "url": "/a", "status": 404.0, "headers": [["A", "b"]], "body": {"c": 1}},
    ],
)
def test_nested_and_flat_records_are_alike(record: dict[str, Any]) -> None:
    """Both forms, all forms of headers, and a body as value or as text give the same exchange."""
    assert list(read("a", json.dumps(record).encode())) == [
        Exchange(
            Origin("a", 1, (), 1),
            Response(404, (("a", "b"),), b'{"c":1}', decoded=True),
            Request("GET", "/a"),
        )
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("null", b""),
        ('""', b""),
        ('"x"', b"x"),
        ("[]", b"[]"),
        ("0", b"0"),
        ("false", b"false"),
        ('{"a": 1.0}', b'{"a":1.0}'),
    ],
)
def test_a_body_is_text_or_a_value(body: str, expected: bytes) -> None:
    """A text is taken as it is, a value as its JSON; null is no body."""
    assert summary(f'{{"status": 400, "body": {body}}}') == [(1, 400, expected)]


def test_a_record_without_a_body_was_not_recorded() -> None:
    """A missing body is not an empty one; a request that is unknown is None."""
    [exchange] = read("a", b'{"response": {"status": 400}}')
    assert exchange == Exchange(Origin("a", 1, (), 1), Response(400))


def test_lines_end_in_line_feeds_only() -> None:
    """CRLF is fine, blank lines do not count, U+2028 is a character, the last line needs no end."""
    text = '\ufeff{"status": 401, "body": "a\u2028\u0085b"}\r\n\r\n  \n{"status": 402, "body": ""}\n{"status": 403, "url": "/"}'
    items = list(read("a", text.encode()))
    assert [(item.origin.entry, item.origin.line) for item in items if isinstance(item, Exchange)] == [
        (1, 1),
        (2, 4),
        (3, 5),
    ]


def test_a_broken_line_is_named_by_its_number() -> None:
    """The lines after it are read; line and column lead to the break."""
    text = '{"status": 401, "url": "/"}\n\n{"status": 402, \'url\': 1}\n[1]\nplain\n{"status": "x", "url": 1}\n{"status": 403, "url": "/"}\n'
    assert summary(text) == [
        (1, 401, None),
        (
            "recording/broken-entry",
            2,
            3,
            "the entry is left out: it is not valid JSON: texts and names stand in double quotes",
        ),
        ("recording/broken-entry", 3, 4, "the entry is left out: it is a list, not an object"),
        ("recording/broken-entry", 4, 5, "the entry is left out: it is plain text, not JSON"),
        (
            "recording/broken-entry",
            5,
            6,
            'the entry is left out: its status is "x", not a number from 100 to 999',
        ),
        (6, 403, None),
    ]
    [broken] = [
        item for item in read("a", text.encode()) if isinstance(item, Finding) and item.place.entry == 2
    ]
    assert broken.place.column == 17


@pytest.mark.parametrize("cut", range(1, 26))
def test_a_last_line_that_is_cut_off_is_truncation(cut: int) -> None:
    """The lines before it are read, and the message says so."""
    line = '{"status": 402, "body": true}'
    text = '{"status": 401, "url": "/"}\n' + line[: len(line) - cut]
    assert summary(text) == [
        (1, 401, None),
        (
            "recording/truncated",
            2,
            2,
            "the recording ends in the middle of this entry",
        ),
    ]


def test_a_line_that_is_too_deep_or_not_utf8_is_left_out() -> None:
    """Hostile lines cost one finding each."""
    good = b'{"status": 401, "url": "/"}'
    deep = b'{"status": 401, "body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    found = summary(
        b"\n".join([good, deep, b'{"status": 401, "body": "\xff"}', b'{"status": 401, "body": "\0"}', good])
    )
    assert [item[0] for item in found] == [1, *["recording/broken-entry"] * 3, 5]
    assert (
        found[1][3] == "the entry is left out: it is nested deeper than 128 (--limit json-depth=N raises it)"
    )
    assert found[2][3] == "the entry is left out: it is not UTF-8"


def test_the_last_of_two_members_of_one_name_counts() -> None:
    """As in bodies."""
    assert summary('{"status": 401, "status": 402, "url": "/"}') == [(1, 402, None)]


# ---- a single body, and the detection of forms


def test_a_single_body_needs_its_status() -> None:
    """With --status it is one exchange, whatever it is; without, the finding says what to do."""
    assert list(read("-", b'{"code": 5}', status=404)) == [
        Exchange(Origin("-", 1, (), 1), Response(404, (), b'{"code": 5}'))
    ]
    forms = ", ".join(name for name in FORMS if name != "body")
    message = f"this is JSON, but no recording ({forms}); if it is the body of one response, say its status with --status N"
    assert summary('{"code": 5}') == [("recording/missing-status", None, None, message)]
    for text in ("", "<html>", "502 Bad Gateway", "{\n", "\ufeff[]"):
        [exchange] = read("-", text.encode(), status=502)
        assert isinstance(exchange, Exchange)


@pytest.mark.parametrize(
    ("text", "status", "form"),
    [
        (har(entry()), None, "har"),
        (har(entry()), 404, "har"),
        (har(entry())[:-30], None, "har"),
        ('{"status": 404, "body": {}}\n{"status": 404, "body": {}}', 404, "ndjson"),
        ('{"status": 404, "body": {}}', None, "ndjson"),
        ('{"status": 404, "url": "/a", "message": "no"}', 404, "body"),
        ('plain\n{"response": {}}', None, "ndjson"),
        ('{"status": 404, "message": "no"}', None, "body"),
        ('{\n"status": 404,\n"url": "x"}', None, "body"),
        ("[]", None, "body"),
        ("5", None, "body"),
        ("<html>", 404, "body"),
        ("", 404, "body"),
        ("<html>", None, None),
        ("", None, None),
        ('{"log": 5}\n{', None, None),
    ],
)
def test_the_form_is_told_by_the_content(text: str, status: int | None, form: str | None) -> None:
    """Names of files play no part."""
    found = detect(text.encode(), status)
    assert (found.name if found else None) == form


def test_unknown_content_is_one_finding_that_lists_the_forms() -> None:
    """Empty files and other encodings than UTF-8 have findings of their own."""
    [found] = summary("<html>")
    assert found[0] == "recording/unrecognised-form"
    assert all(name in found[3] for name in FORMS)
    assert summary(" \n") == [("recording/empty", None, None, "the recording is empty")]
    assert summary('{"log"'.encode("utf-16")) == [
        ("recording/wrong-charset", None, None, "the recording is UTF-16; save it as UTF-8")
    ]
    assert summary("{}", form="jason") == [
        (
            "recording/unknown-form",
            None,
            None,
            f"there is no recording format jason; there are {', '.join(FORMS)}",
        )
    ]


RECORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["404", "base64", "e30=", "", "a"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["request", "response", "status", "headers", "body", "content", "text", "encoding", "size",
                         "name", "value", "method", "url", "log", "entries", "mimeType"]), inner),
    max_leaves=20,
)  # fmt: skip


@given(
    st.binary() | st.text().map(str.encode) | RECORDS.map(json.dumps).map(str.encode),
    st.sampled_from([None, *FORMS]),
    st.none() | st.just(404),
)
@example(b'{"log":{"entries":[' + b"[" * 100_000, None, None)
@example(b'{"log":{"entries":[' + b'{"a":' * 100_000, None, None)
@example(b'"' * 1001, None, None)
@example(b'{"log":{"entries":]', None, None)
@example(b'{"log":{"entries":[]]]]}}}', "har", None)
@example(b'{"status":"' + b"4" * 5000 + b'","url":1}', "ndjson", None)
def test_no_bytes_raise(data: bytes, form: str | None, status: int | None) -> None:
    """Whatever the bytes, there are exchanges and findings whose sentences can be made."""
    for text in (data, b'{"log": {"entries": [' + data + b"]}}"):
        for item in read("a", text, form=form, status=status):
            assert isinstance(item, Exchange) or item.message


@given(st.lists(st.integers(100, 599), max_size=5))
def test_every_entry_is_accounted_for(statuses: list[int]) -> None:
    """As many exchanges come out as went in, in their order, from both forms."""
    assert [item[1] for item in summary(har(*map(entry, statuses)))] == statuses
    lines = "\n".join(json.dumps({"status": status, "url": "/"}) for status in statuses)
    assert [item[1] for item in summary(lines, form="ndjson")] == statuses


def test_reading_takes_time_in_proportion() -> None:
    """Neither many entries, nor many broken ones, nor one long line make it slow."""
    began = time.process_time()
    assert len(summary(har(*[entry(text="x" * 50)] * 5_000).replace("\n", ""))) == 5_000
    assert len(summary(har(*[entry("x")] * 5_000).replace('"status"', "status").replace("\n", ""))) == 5_000
    assert len(summary("{'a'}\n" * 20_000, form="ndjson")) == 20_000
    assert detect(b'{"a": "' + b"\\" * 2_000_000) is None
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("tar", lambda data: b"a.har".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 248 + data),
        ("bzip2", bz2.compress),
        ("xz", lzma.compress),
    ],
)
def test_what_is_packed_in_a_way_that_is_not_read_says_so(name: str, pack: Callable[[bytes], bytes]) -> None:
    """Not read in part, and not taken for something else."""
    for data in (pack(har(entry()).encode()), gzip.compress(pack(har(entry()).encode()))):
        (found,) = read("a", data)
        assert isinstance(found, Finding)
        assert found.message == f"the {name} data cannot be unpacked: it is not read; unpack it first"


def test_a_status_for_a_recording_is_told_to_be_needless() -> None:
    """It was not what was asked for."""
    first, *rest = read("a", har(entry()).encode(), status=404)
    assert isinstance(first, Finding)
    assert first.rule.code == "recording/needless-status"
    assert [type(item) for item in rest] == [Exchange]
