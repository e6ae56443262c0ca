"""Cassettes of all recorders give their exchanges with exact places; what is damaged is named, and the rest is read."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding
from schemagen.limits import Limits
from schemagen.recordings import FORMS, detect, read
from schemagen.recordings.yaml_document import Anchors

FIXTURES = Path(__file__).parent / "recordings"
CASSETTES = (
    "vcrpy", "go-vcr", "vcr", "betamax", "schemathesis-vcr", "php-vcr", "nock", "test-proxy", "har-yaml",
)  # fmt: skip
FILES = sorted(path for name in CASSETTES for path in (FIXTURES / name).iterdir())
NAMES = [f"{path.parent.name}/{path.name}" for path in FILES]
ERROR = b'{"message":"none"}'
GZIPPED = base64.b64decode("H4sIAAAAAAACA6tWyk0tLk5MT1WyUsrLz0tVqgUAFdU4URIAAAA=")  # the same
JSON = (("content-type", "application/json"),)


def items(name: str | bytes, **options: Any) -> list[Exchange | Finding]:
    """What is read from a fixture, or from bytes."""
    data = (FIXTURES / name).read_bytes() if isinstance(name, str) else name
    return list(read("a", data, **options))


def told(data: bytes, **options: Any) -> list[Any]:
    """What is read: the status of an exchange; rule, entry, line and message of a finding."""
    return [
        item.response.status
        if isinstance(item, Exchange)
        else (item.rule.code.partition("/")[2], item.place.entry, item.place.line, item.message)
        for item in items(data, **options)
    ]


def get(path: str, method: str = "GET", base: str = "https://api.example.com") -> Request:
    """A request."""
    return Request(method, base + path)


# ---- each form


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_form_is_told_by_its_content(path: Path) -> None:
    """No other form takes a fixture, also if it is cut off in its last third."""
    data = path.read_bytes()
    others = set(FORMS) - {"body"}
    for end in (len(data), len(data) * 2 // 3):
        assert [name for name in others if FORMS[name].detects(data[:end])] == [path.parent.name]


def test_no_cassette_takes_a_file_of_another_form() -> None:
    """Fixtures of all other forms are left alone."""
    others = [path for path in FIXTURES.rglob("*") if path.is_file() and path not in FILES]
    for path in others:
        data = path.read_bytes()
        assert not [(path, name) for name in CASSETTES if FORMS[name].detects(data)]


def test_vcrpy_in_yaml() -> None:
    """Compressed bodies, texts that look like numbers, single headers, aliases over interactions, Python 2's tags."""
    assert items("vcrpy/errors.yaml") == [
        Exchange(
            Origin("a", 1, ("interactions", 0), 2),
            Response(
                404,
                (
                    ("content-encoding", "gzip"),
                    ("content-type", "application/json"),
                    ("etag", "12e5"),
                    ("x-count", "1.10"),
                    ("set-cookie", "a=1"),
                ),
                GZIPPED,
            ),
            get("/users/0?fields=name"),
        ),
        Exchange(
            Origin("a", 2, ("interactions", 1), 22),
            Response(
                503,
                (("content-type", "application/xml"), ("x-bytes", "black"), ("x-none", "")),
                "\ufeff<Error>\n  <Code>Busy</Code></Error>".encode(),
                decoded=True,
            ),
            get("/users", "POST"),
        ),
        Exchange(
            Origin("a", 3, ("interactions", 2), 38),
            Response(412, (), b"", decoded=True),
            get("/users", "HEAD"),
        ),
    ]


def test_vcrpy_with_httpx() -> None:
    """`content` and `status_code` are what some versions write for httpx."""
    assert items("vcrpy/httpx.yaml") == [
        Exchange(
            Origin("a", 1, ("interactions", 0), 2), Response(404, JSON, ERROR, decoded=True), get("/users/0")
        )
    ]


def test_vcrpy_in_json() -> None:
    """A body that was parsed is JSON again."""
    assert items("vcrpy/errors.json") == [
        Exchange(
            Origin("a", 1, ("interactions", 0), 4),
            Response(404, JSON, b'{"error":{"code":"NotFound"}}', decoded=True),
            get("/users/0"),
        ),
        Exchange(
            Origin("a", 2, ("interactions", 1), 12), Response(200, (), b"[]", decoded=True), get("/users")
        ),
    ]


def test_vcr_in_yaml_and_json() -> None:
    """Texts, base64 of Ruby, hashes with a class; repeated headers stay."""
    first, second = items("vcr/errors.yml")
    assert first == Exchange(
        Origin("a", 1, ("http_interactions", 0), 3),
        Response(
            404,
            (
                ("content-type", "application/json; charset=utf-8"),
                ("vary", "Accept-Encoding"),
                ("vary", "Cookie"),
            ),
            b'{"message":"none, it\'s gone"}',
            decoded=True,
        ),
        get("/users/0"),
    )
    assert isinstance(second, Exchange)
    assert (second.origin.line, second.response) == (
        27,
        Response(429, (("retry-after", "30"),), b'{"message":"slow"}'),
    )
    assert items("vcr/errors.json") == [
        Exchange(
            Origin("a", 1, ("http_interactions", 0), 1),
            Response(422, JSON, b'{"message":"bad"}'),
            get("/users", "POST"),
        )
    ]


def test_vcr_1() -> None:
    """Structs of Ruby are data, symbols are texts."""
    assert items("vcr/version1.yml") == [
        Exchange(
            Origin("a", 1, (0,), 2),
            Response(404, (("content-type", "text/plain"),), b"nothing here", decoded=True),
            get("/foo", base="http://localhost:7777"),
        )
    ]


def test_betamax() -> None:
    """base64 wins over the empty text beside it."""
    first, second = items("betamax/errors.json")
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert first.response.body == GZIPPED
    assert not first.response.decoded
    assert second.response == Response(410, (("content-type", "text/plain"),), b"gone", decoded=True)


def test_php_vcr() -> None:
    """A list at the top; a status as text; an empty body that is left out; a binary one in base64."""
    first, second, third = items("php-vcr/errors.yml")
    assert first == Exchange(
        Origin("a", 1, (0,), 2),
        Response(
            422,
            (
                ("content-type", "application/json; charset=utf-8"),
                ("x-runtime", "0.031455"),
                ("x-proxied", "one"),
                ("x-proxied", "two"),
            ),
            b'{"error":{"code":"INVALID"}}',
            decoded=True,
        ),
        get("/users", "POST"),
    )
    assert second == Exchange(Origin("a", 2, (1,), 22), Response(401, (), b"", decoded=True), get("/users"))
    assert isinstance(third, Exchange)
    assert (third.response.status, third.response.body) == (500, b"{}")


def test_exvcr() -> None:
    """ExVCR's JSON is read as PHP-VCR's."""
    assert items("php-vcr/exvcr.json") == [
        Exchange(Origin("a", 1, (0,), 2), Response(404, JSON, ERROR, decoded=True), get("/users/0"))
    ]


def test_go_vcr() -> None:
    """Both versions of its format; a status line beside the code."""
    body = b'{"errors": [{"reason": "Not found"}]}'
    assert items("go-vcr/v1.yaml") == [
        Exchange(
            Origin("a", 1, ("interactions", 0), 4),
            Response(404, (*JSON, ("x-ratelimit-limit", "1840")), body, decoded=True),
            get("/users/0"),
        )
    ]
    first, second = items("go-vcr/v4.yaml")
    assert isinstance(first, Exchange)
    assert first.response == Response(404, JSON, b'{"errors":[{"reason":"Not found"}]}', decoded=True)
    assert isinstance(second, Exchange)
    assert second.response == Response(429, (("content-encoding", "gzip"),), GZIPPED)


def test_nock() -> None:
    """Values, hexadecimal pieces, headers in turn, default ports left out."""
    first, *others = items("nock/errors.json")
    assert first == Exchange(
        Origin("a", 1, (0,), 2),
        Response(404, (*JSON, ("vary", "Accept"), ("vary", "Cookie")), ERROR, decoded=True),
        get("/users/0?a=b"),
    )
    exchanges = [item for item in others if isinstance(item, Exchange)]
    assert [item.response.body for item in exchanges] == [
        GZIPPED,
        b"\0\xff",
        b"gone",
        b'["bad","worse"]',
    ]
    assert exchanges[0].request == get("/users", "POST", "http://api.example.com:8080")
    assert exchanges[2].response.status == 410


@pytest.mark.parametrize(
    "body", [{}, {"data": {"a": 1}}, {"string": "a"}, {"encoding": "x"}, {"base64_string": "e30="}]
)
def test_a_value_that_a_recorder_has_parsed_stays_what_it_is(body: Any) -> None:
    """Its members are those of the API, though recorders know some of these names themselves."""
    nock = [{"scope": "https://h:443", "method": "GET", "path": "/", "status": 404, "response": body}]
    proxy = {"Entries": [{"RequestUri": "https://h/", "StatusCode": 404, "ResponseBody": body}]}
    for recording in (nock, proxy):
        [exchange] = items(json.dumps(recording).encode())
        assert isinstance(exchange, Exchange)
        assert json.loads(exchange.response.body or b"none") == body


def test_schemathesis() -> None:
    """Failed requests are notes; statuses are texts; a file does not end in a line feed."""
    first, second, third = items("schemathesis-vcr/run.yaml")
    assert first == Exchange(
        Origin("a", 1, ("http_interactions", 0), 5),
        Response(500, JSON, '{"message":"smørrebrød 🍞"}'.encode(), decoded=True),
        get("/users/0"),
    )
    assert isinstance(second, Finding)
    assert (second.rule.code, second.place.line) == ("recording/no-response", 44)
    assert isinstance(third, Exchange)
    assert third.response == Response(404, JSON, b"{}")


def test_the_proxy_of_azure() -> None:
    """Values, lines, base64, nothing; CRLF ends lines."""
    exchanges = [item for item in items("test-proxy/errors.json") if isinstance(item, Exchange)]
    assert [(item.origin.line, item.response.status, item.response.body) for item in exchanges] == [
        (3, 404, b'{"error":{"code":"KeyNotFound"}}'),
        (24, 500, b"<html>\r\n</html>"),
        (38, 416, b"\0\xff"),
        (49, 412, b""),
        (58, 409, b""),
    ]
    assert exchanges[0].response.headers[1:] == (("set-cookie", "a=1"), ("set-cookie", "b=2"))
    assert exchanges[0].request == get("/keys/a?api-version=7.5", "DELETE", "https://vault.example.com")


def test_har_in_yaml() -> None:
    """What a persister of Polly.js has written in YAML is HAR."""
    first, second = items("har-yaml/polly.yaml")
    assert first == Exchange(
        Origin("a", 1, ("log", "entries", 0), 8), Response(404, JSON, ERROR, decoded=True), get("/users/0")
    )
    assert isinstance(second, Finding)
    assert second.rule.code == "recording/no-response"


# ---- fields


def vcr(response: Any, *, count: int = 1) -> bytes:
    """A cassette of VCR in JSON."""
    entry = {"request": {"method": "get", "uri": "/a"}, "response": response}
    return json.dumps({"http_interactions": [entry] * count}).encode()


@pytest.mark.parametrize(
    ("body", "expected", "decoded"),
    [
        (None, b"", True),
        ("", b"", True),
        ("é", "é".encode(), True),
        ({"string": None}, b"", True),
        ({"string": "a"}, b"a", True),
        ({"encoding": "UTF-8"}, b"", True),
        ({"encoding": "x", "base64_string": "e30="}, b"{}", False),
        ({"encoding": "base64", "string": "e30="}, b"{}", False),
        ({"encoding": "base64", "encoded_body": "e30="}, b"{}", False),
        ({"string": "\x1f\x8b\x08\xff"}, b"\x1f\x8b\x08\xff", False),
        ({"string": "\x1f\x8b\u2028"}, "\x1f\x8b\u2028".encode(), True),
        ({"data": {"a": 1}}, b'{"a":1}', True),
        ({"data": {}}, b"{}", True),
        ({"data": {"data": {"a": 1}}}, b'{"data":{"a":1}}', True),
        ({"string": {"string": "a"}}, b'{"string":"a"}', True),
        ({"data": None, "errors": [1]}, b'{"data":null,"errors":[1]}', True),
        ({"error": {"a": 1.0}}, b'{"error":{"a":1.0}}', True),
        ([1], b"[1]", True),
        (5, b"5", True),
    ],
)
def test_a_body_is_a_text_bytes_or_a_value(body: Any, expected: bytes, decoded: bool) -> None:
    """Whatever the recorder called it and however it kept it."""
    [exchange] = items(vcr({"status": 404, "body": body}))
    assert isinstance(exchange, Exchange)
    assert (exchange.response.body, exchange.response.decoded) == (expected, decoded)


@pytest.mark.parametrize(
    "status",
    [
        {"status": 404},
        {"status": "404"},
        {"status": {"code": "404"}},
        {"status_code": 404},
        {"statusCode": 404},
        {"code": 404, "status": "404 Not Found"},
    ],
)
def test_a_status_has_many_names(status: dict[str, Any]) -> None:
    """`code` of the response comes first."""
    assert told(vcr(status)) == [404]


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (5, "its response is 5, not an object"),
        ({}, "it has no status"),
        ({"status": {}}, "it has no status"),
        ({"status": {"code": "abc"}}, 'its status is "abc", not a number from 100 to 999'),
        ({"status": 404, "headers": 5}, "its headers are 5, not a map or a list"),
        ({"status": 404, "body": {"base64_string": "é"}}, "its body is not valid base64"),
        ({"status": 404, "body": {"base64_string": 5}}, "its body is 5, not base64"),
    ],
)
def test_a_broken_interaction_is_named(response: Any, why: str) -> None:
    """The others are read."""
    good = {"request": {"uri": "/a"}, "response": {"status": 404}}
    entries = [good, {"request": {"uri": "/a"}, "response": response}, good]
    data = json.dumps({"http_interactions": entries}).encode()
    assert told(data) == [404, ("broken-entry", 2, 1, f"the entry is left out: {why}"), 404]


def test_interactions_without_a_response() -> None:
    """A missing response is an error, one that is null a note."""
    data = b'{"http_interactions": [{"request": {"uri": "/a"}}, 5, {"request": {"uri": "/a"}, "response": null}]}'
    assert [item[0] for item in told(data)] == ["broken-entry", "broken-entry", "no-response"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"rawHeaders": ["a"]}, "its rawHeaders end in a name without a value"),
        ({"response": "xyz", "responseIsBinary": True}, "its body is not hexadecimal"),
        ({"status": None}, "its status is null, not a number from 100 to 999"),
    ],
)
def test_a_broken_recording_of_nock_is_named(entry: dict[str, Any], why: str) -> None:
    """Odd names, no hexadecimal, no status."""
    data = json.dumps([{"scope": "https://a", "status": 404, **entry}]).encode()
    assert told(data) == [("broken-entry", 1, 1, f"the entry is left out: {why}")]


# ---- YAML


def cassette(*responses: str, end: str = "version: 1\n") -> bytes:
    """A cassette of vcrpy with these responses, from the sixth line on."""
    entries = "".join(
        f"- request:\n    method: GET\n    uri: /a\n  response:\n    body: {{string: ''}}\n{text}"
        for text in responses
    )
    return ("interactions:\n" + entries + end).encode()


GOOD = "    status: {code: 404}\n"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("    headers: !!python/object:os.system {}\n", 13, "it has the tag !!python/object:os.system, which is not read"),
        ("    x: !ruby/object:Gem::Requirement {}\n", 13, "it has the tag !ruby/object:Gem::Requirement, which is not read"),
        ("    x: !!binary a\n", 13, "its !!binary is not valid base64"),
        ("    <<: {}\n", 13, "it has the key <<, and nothing is merged"),
        ("    x: 'abc\n", 13, "the ' that opens here is not closed"),
        ("    x: [abc\n", 14, "',' or ']' is missing before status: {code: 404}: the '[' in line 13 is still open"),
        ("    x: *id9\n", 13, "*id9 repeats a value marked &id9, and there is none above"),
        ("\tx: a\n", 13, "a tab stands where only blanks may indent a line"),
        ("    x: &a [*a]\n", 13, "*a stands inside the value that it repeats"),
    ],
)  # fmt: skip
def test_broken_yaml_costs_one_interaction(text: str, line: int, why: str) -> None:
    """The finding has the line of the break; the interactions around it are read."""
    found = told(cassette(GOOD, text + GOOD, GOOD))
    assert [found[0], found[2]] == [404, 404]
    assert found[1] == ("broken-entry", 2, line, f"the entry is left out: {why}")


def test_the_limits_of_yaml_hold_for_each_interaction() -> None:
    """Depth, nodes, and aliases that multiply."""
    deep = "    x: " + "[" * 200 + "]" * 200 + "\n"
    many = "    x: [" + "a, " * 200 + "]\n"
    bomb = "    x:\n    - &a0 [a, a]\n" + "".join(
        f"    - &a{at} [*a{at - 1}, *a{at - 1}, *a{at - 1}]\n" for at in range(1, 40)
    )
    found = told(
        cassette(GOOD, deep + GOOD, GOOD, many + GOOD, bomb + GOOD, GOOD), limits=Limits(yaml_nodes=150)
    )
    assert found[0::2] == [404, 404, found[4]]
    deepest, most = "deeper than 128 (--limit json-depth=N raises it)", "more than 150 keys and values"
    assert deepest in found[1][3]
    assert most in found[3][3]
    assert most in found[4][3]
    assert found[5] == 404


def test_anchored_values_are_forgotten_beyond_a_bound() -> None:
    """What is kept for the interactions below does not grow without end."""
    anchors = Anchors()
    anchors.values["a"] = None  # type: ignore[assignment]  # any value
    anchors.make_room(b"&" * (16 << 20))
    assert anchors.values
    anchors.make_room(b"a")
    assert anchors.values
    anchors.make_room(b"&")
    assert not anchors.values


@pytest.mark.parametrize("name", sorted({*NAMES} - {"vcr/version1.yml"}))
def test_a_cassette_that_is_cut_off_says_so(name: str) -> None:
    """Nothing that is cut is taken for whole. An unquoted text at the end, as of VCR 1, has no end that could miss."""
    data = (FIXTURES / name).read_bytes()
    form = name.split("/", maxsplit=1)[0]
    whole = items(data)
    lines = data.splitlines(keepends=True)
    behind = [item.origin.line if isinstance(item, Exchange) else item.place.line for item in whole]
    last = next(at for at in reversed(behind) if at is not None)
    for end in range(len(b"".join(lines[: last + 1])), len(data), 5):
        found = items(data[:end], form=form)
        *read_before, final = found
        if isinstance(final, Finding) and final.rule.code == "recording/truncated":
            assert read_before == whole[: len(read_before)]
            assert final.message.startswith(
                ("the recording ends in the middle of this entry", "the recording ends before this entry")
            )
        else:
            assert found == whole


@pytest.mark.parametrize("end", ["", "version: 1\n"])
def test_what_follows_the_list_says_that_it_is_whole(end: str) -> None:
    """A last interaction without a status is broken if the file goes on, and cut off if not."""
    found = told(cassette(GOOD, "    headers: {}\n", end=end))
    assert [item if isinstance(item, int) else item[0] for item in found] == [
        404,
        "broken-entry" if end else "truncated",
    ]


def test_lists_are_found_however_they_are_written() -> None:
    """Indented or not, behind comments, with quotes around the key, empty, CRLF, or missing."""
    entry = "- request: {uri: /a}\n  response: {status: {code: 404}}\n"
    indented = "".join(f"    {line}\n" for line in entry.splitlines())
    for text in (
        f"interactions:\n{entry}version: 1",
        f"# a\n\n--- # b\ninteractions: # c\n# d\n\n{indented}# e\nversion: 1",
        f"'interactions':\n{entry}",
        f'"interactions":  \n{entry}...\n',
        f"version: 1\ninteractions: !x\n{entry}".replace("\n", "\r\n"),
        f"\ufeffinteractions:\n{entry}",
    ):
        assert told(text.encode()) == [404]
    assert told(b"interactions: []\nversion: 1\n", form="vcrpy") == []
    assert told(b"http_interactions: []\nrecorded_with: VCR 6\n") == []
    for text in ("interactions:\nversion: 1\n", "interactions: 5\n", "a: 1", "", "interactions: {}"):
        assert [item[0] for item in told(text.encode(), form="vcrpy")] == ["no-entries"]


def test_a_text_may_hold_what_looks_like_yaml() -> None:
    """Items, keys and marks in block texts are text."""
    block = "    string: |\n      - request:\n      version: 1\n\n      --- a\n      http_interactions:\n"
    [exchange] = items(cassette(block + GOOD))
    assert isinstance(exchange, Exchange)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary(max_size=4)
    | st.sampled_from(["404", "e30=", "", "a", "\x1f\x8b", "https://a:443"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["request", "response", "status", "headers", "body", "string", "base64_string", "encoding",
                         "code", "uri", "url", "method", "scope", "path", "reply", "rawHeaders", "responseIsBinary",
                         "StatusCode", "ResponseBody", "RequestUri", "ResponseHeaders", "content", "text", "id"]),
        inner),
    max_leaves=12,
)  # fmt: skip
LISTS = ("interactions", "http_interactions", "Entries", "")


@settings(max_examples=60)
@given(st.lists(VALUES, max_size=3), st.sampled_from(LISTS), st.integers(0, 400))
def test_no_value_raises(values: list[Any], name: str, end: int) -> None:
    """Whatever stands in an interaction, in JSON or YAML, whole or cut off, there are exchanges and sentences."""
    yaml = pytest.importorskip("yaml")
    content = {name: values} if name else values
    texts = [yaml.safe_dump(content), json.dumps(content, default=repr)]
    for text in (part.encode()[:length] for part in texts for length in (end, len(part) * 4)):
        for form in (None, *CASSETTES):
            for item in read("a", text, form=form):
                assert isinstance(item, Exchange) or item.message


@settings(max_examples=60)
@given(st.sampled_from(FILES), st.binary(max_size=6), st.integers(0, 3000), st.integers(0, 40))
def test_no_damage_raises(path: Path, piece: bytes, at: int, gone: int) -> None:
    """Whatever bytes are put in, or taken out, wherever."""
    data = path.read_bytes()
    damaged = data[:at] + piece + data[at + gone :]
    for item in read("a", damaged, form=path.parent.name):
        assert isinstance(item, Exchange) or item.message
    detect(damaged)


def test_many_interactions_take_time_in_proportion() -> None:
    """Neither many of them nor many broken ones make it slow."""
    assert len(told(cassette(*[GOOD] * 3000))) == 3000
    assert len(told(cassette(*["    x: 'a\n"] * 1000))) == 1000
    assert len(told(vcr({"status": 404}, count=3000))) == 3000
