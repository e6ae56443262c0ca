"""HTTP as it was on the wire: text of curl and dumps, WARC through warcio, flow files through mitmproxy."""

from __future__ import annotations

import gzip
import importlib.util
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.recordings import FORMS, detect, read

FIXTURES = Path(__file__).parent / "recordings"
JSON = ("content-type", "application/json")
GONE = b'{"error":{"code":"gone","status":404}}'

needs_warcio = pytest.mark.skipif(not importlib.util.find_spec("warcio"), reason="warcio is an extra")
needs_mitmproxy = pytest.mark.skipif(
    not importlib.util.find_spec("mitmproxy"), reason="mitmproxy is the user's own"
)


def items(data: bytes, form: str | None = None) -> list[tuple[Any, ...]]:
    """What is read: (entry, line, status, body) of exchanges, (entry, line, rule, message) of findings."""
    return [
        (item.origin.entry, item.origin.line, item.response.status, item.response.body)
        if isinstance(item, Exchange)
        else (item.place.entry, item.place.line, item.rule.code.removeprefix("recording/"), item.message)
        for item in read("a", data, form=form)
    ]


def fixture(name: str) -> bytes:
    """The bytes of a recording of the tests."""
    return (FIXTURES / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("raw/curl-location.http", "raw"),
        ("raw/dumps.http", "raw"),
        ("raw/message.http", "raw"),
        ("warc/errors.warc", "warc"),
        ("warc/errors.warc.gz", "warc"),
        ("mitmproxy/flows.mitm", "mitmproxy"),
    ],
)
def test_each_is_told_by_its_first_bytes(name: str, form: str) -> None:
    """By one form and by no other."""
    data = fixture(name)
    assert [each.name for each in FORMS.values() if each.detects(data)] == [form]


def test_no_form_takes_the_recordings_of_another() -> None:
    """Whatever lies in a folder is not raw, WARC or mitmproxy, unless the folder says so."""
    for path in sorted(path for path in FIXTURES.rglob("*") if path.is_file()):
        for name in {"raw", "warc", "mitmproxy"} - {path.relative_to(FIXTURES).parts[0]}:
            assert not FORMS[name].detects(path.read_bytes()), path


# ---- text


def test_interim_responses_are_no_exchanges_and_each_redirect_is_one() -> None:
    """`100 Continue` is passed over; of `curl -L`, every response is there, with the line of its status."""
    assert list(read("a", fixture("raw/curl-location.http"))) == [
        Exchange(
            Origin("a", 1, (), 3),
            Response(302, (("location", "https://api.example.com/new"), ("content-length", "0")), b""),
        ),
        Exchange(
            Origin("a", 2, (), 7),
            Response(404, (JSON, ("content-length", str(len(GONE))), ("x-request-id", "r-1")), GONE),
        ),
    ]


def test_dumps_of_all_versions_stand_one_after_the_other() -> None:
    """HTTP/1.0 to 3, bare line feeds, no length, folded headers, blank lines between."""
    assert items(fixture("raw/dumps.http")) == [
        (1, 1, 503, b"<html>\n<body>Down</body>\n</html>"),
        (2, 9, 204, b""),
        (3, 12, 422, b'{"code": 7}'),
        (
            3,
            12,
            "wrong-length",
            "Content-Length says 400 bytes, 11 are recorded; what is recorded is checked",
        ),
        (4, 19, 429, b'{"code": 8}'),
    ]
    third = [item for item in read("a", fixture("raw/dumps.http")) if isinstance(item, Exchange)][2]
    assert third.response.header("x-folded") == "one two"


def test_requests_belong_to_the_responses_behind_them() -> None:
    """The URL comes from target and Host; chunks are put together; a response to HEAD has no body, whatever it says."""
    first, second, lost = read("a", fixture("raw/message.http"))
    assert isinstance(first, Exchange)
    assert isinstance(second, Exchange)
    assert (first.request, first.response.body) == (
        Request("POST", "https://api.example.com/users?a=b"),
        b'{"code": 1, "a": "b"}',
    )
    assert (second.request, second.response.body) == (Request("HEAD", "https://api.example.com/users"), b"")
    assert (lost.rule.code, lost.place.entry) == ("recording/no-response", 3)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("target", "host", "url"),
    [
        ("/a", "h", "https://h/a"),
        ("/a", "h:80", "http://h:80/a"),
        ("/a", "h:8443", "https://h:8443/a"),
        ("http://h/a", "x", "http://h/a"),
        ("*", "h", "*"),
    ],
)
def test_the_scheme_of_a_request_is_taken_to_be_https(target: str, host: str, url: str) -> None:
    """A message does not say it, save by the port 80 or in a whole URL."""
    text = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n"
    [exchange] = read("a", text.encode())
    assert isinstance(exchange, Exchange)
    assert exchange.request == Request("GET", url)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ("Content-Length: 2", "{}", b"{}"),
        ("Content-Length: 2", "{}\n", b"{}"),
        ("Content-Length: 0", "", b""),
        ("Content-Length: 6", "{\n\n}", b"{\n\n}"),  # line ends were converted
        ("Content-Length: 5", "", None),  # curl -I
        ("Content-Length: x", "{}", b"{}"),
        ("Content-Length: 99\nContent-Encoding: gzip", '{"a": 1}', b'{"a": 1}'),  # curl --compressed
        ("Transfer-Encoding: chunked", '{"a": 1}', b'{"a": 1}'),  # curl puts chunks together
        ("Transfer-Encoding: chunked", "12\n", b"12"),
        ("Transfer-Encoding: chunked", "2\n{}\n0\n\n", b"{}"),
        (":status: 404", "", b""),
    ],
)
def test_a_length_is_believed_where_it_fits(
    headers: str, body: str, end: str, expected: bytes | None
) -> None:
    """Else the body goes to the next start line, or to the end."""
    head = f"HTTP/1.1 404 Not Found\n{headers}\n\n".replace("\n", end)
    assert items(f"{head}{body}".encode()) == [(1, 1, 404, expected)]


def test_a_response_may_follow_on_the_line_of_a_body() -> None:
    """As `curl -i URL URL` writes it; a status line that a body quotes begins nothing."""
    text = 'HTTP/1.1 404 Not Found\r\nA: b\r\n\r\n{"a":1}HTTP/1.1 500 Oops\r\nA: b\r\n\r\n"HTTP/1.1 200 OK"'
    assert items(text.encode()) == [(1, 1, 404, b'{"a":1}'), (2, 4, 500, b'"HTTP/1.1 200 OK"')]
    quoted = "HTTP/1.1 502 Bad Gateway\n\n<pre>HTTP/1.1 404 Not Found\nServer: x</pre>"
    assert [item[2] for item in items(quoted.encode())] == [502]


def test_a_length_protects_a_response_inside_of_a_body() -> None:
    """As the body of a TRACE or of an echo service is."""
    inner = "HTTP/1.1 200 OK\nA: b\n\n"
    text = f"HTTP/1.1 502 Bad Gateway\nContent-Length: {len(inner)}\n\n{inner}\nHTTP/1.1 404 Not Found\n\n"
    assert items(text.encode()) == [(1, 1, 502, inner.encode()), (2, 8, 404, b"")]


@pytest.mark.parametrize(
    ("text", "where", "body"),
    [
        ("HTTP/1.1 404 Not Found\nA: b\nContent-Le", "headers", b""),
        ("HTTP/1.1 404 Not Found\nContent-Length: 9\n\n<html", "body", None),
        ("HTTP/1.1 404 Not Found\nContent-Length: 9\n\n{", "body", None),
        ("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{", "body", None),
        ("HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n2\n{}\n", "body", None),
        ("HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n2\n{}\n9", "body", None),
    ],
)
def test_what_is_cut_off_is_told_and_status_and_headers_stay(
    text: str, where: str, body: bytes | None
) -> None:
    """The body of the last response is then one that was not recorded."""
    full = "HTTP/1.1 400 Bad Request\n\n{}\n"
    assert items((full + text).encode()) == [
        (1, 1, 400, b"{}"),
        (2, 4, 404, body),
        (2, 4, "truncated", f"the recording ends in the {where} of this entry"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("HTTP/1.1 4040 No\nA: b\n\n{}", 4, 'its status is "4040", not a number from 100 to 999'),
        ("HTTP/1.1 ٤٠٤ No\nA: b\n\n{}", 4, 'its status is "٤٠٤", not a number from 100 to 999'),
        ("HTTP/1.1 404 No\nA: b\nand {more\n\n{}", 6, '"and {more" is no header'),
        ("HTTP/1.1 404 No\nTransfer-Encoding: chunked\n\n2\n{}\nzz and more than that\n{}", 9, "its chunks are broken"),
    ],
)  # fmt: skip
def test_a_broken_message_is_named_and_the_next_is_read(text: str, line: int, why: str) -> None:
    """The line is the one in which it breaks."""
    good = "HTTP/1.1 400 Bad Request\n\n{}\n"
    assert items(f"{good}{text}\n{good}".encode()) == [
        (1, 1, 400, b"{}"),
        (2, line, "broken-entry", f"the entry is left out: {why}"),
        (3, 5 + text.count("\n"), 400, b"{}"),
    ]


def test_a_missing_blank_line_hides_nothing() -> None:
    """A start line ends the headers before it."""
    text = "HTTP/1.1 404 Not Found\nA: b\nHTTP/1.1 500 Oops\nA: b\n\n{}"
    assert items(text.encode()) == [(1, 1, 404, b""), (2, 3, 500, b"{}")]


def test_bytes_that_are_no_utf8_are_latin_1_in_headers() -> None:
    """RFC 9110, section 5.5."""
    [exchange] = read("a", b"HTTP/1.1 404 X\nA: caf\xe9\nB: caf\xc3\xa9\n\n")
    assert isinstance(exchange, Exchange)
    assert exchange.response.headers == (("a", "café"), ("b", "café"))


@pytest.mark.parametrize("form", ["raw", "warc", "mitmproxy"])
def test_a_form_that_was_named_and_is_not_there_is_an_error(form: str) -> None:
    """Whatever else is in the file."""
    found = items(b"x", form)
    assert found
    assert all(item[2] in ("no-messages", "missing-package", "broken-entry") for item in found)


# ---- WARC

RECORDS = [
    (2, 11, 404, GONE),
    (5, 52, 500, b'{"a":1}'),
    (6, 73, 404, None),
    (7, 87, 404, None),
]


@needs_warcio
@pytest.mark.parametrize("name", ["warc/errors.warc", "warc/errors.warc.gz"])
def test_responses_of_a_warc_are_read_by_record(name: str) -> None:
    """Entries are records; what is no HTTP is passed over; revisits and cut payloads have no body; gz has no lines."""
    expected = RECORDS if name.endswith("warc") else [(entry, None, *rest) for entry, _, *rest in RECORDS]
    assert items(fixture(name)) == expected


@needs_warcio
def test_requests_of_a_warc_are_found_by_what_they_are_concurrent_to() -> None:
    """Before or behind the response; the URL is that of the record, without the brackets of old recorders."""
    found = [item.request for item in read("a", fixture("warc/errors.warc")) if isinstance(item, Exchange)]
    assert found == [
        Request("DELETE", "https://api.example.com/users/0"),
        Request("PUT", "https://api.example.com/users/1"),
        Request("", "https://api.example.com/users/0"),
        Request("", "https://api.example.com/users/2"),
    ]


@needs_warcio
def test_a_warc_in_one_gzip_member_is_read() -> None:
    """Against the standard, and usual."""
    assert [item[2:] for item in items(gzip.compress(fixture("warc/errors.warc")))] == [
        item[2:] for item in RECORDS
    ]


@needs_warcio
def test_a_damaged_record_hides_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    """Wrong lengths, records that are none, members that do not unpack; and nothing is written to the terminal."""
    data = fixture("warc/errors.warc")
    for wrong in (b"999999", b"3"):
        bad = data.replace(b"\r\nContent-Length: 116\r\n", b"\r\nContent-Length: " + wrong + b"\r\n", 1)
        assert bad != data
        note = f"Content-Length says {wrong.decode()} bytes, 116 are recorded; what is recorded is checked"
        assert items(bad) == [RECORDS[0], (2, 11, "wrong-length", note), *RECORDS[1:]]
    bad = data.replace(b"WARC-Type: response", b"WARC-Type response", 1).replace(
        b"Content-Length: 116", b"x", 1
    )
    assert [item[2] for item in items(bad)] == ["broken-entry", 500, 404, 404]
    packed = bytearray(fixture("warc/errors.warc.gz"))
    packed[packed.index(b"\x1f\x8b\x08", 1) + 60] ^= 0xFF
    assert [item[2] for item in items(bytes(packed))] == ["broken-entry", 500, 404, 404]
    assert capfd.readouterr() == ("", "")


@needs_warcio
def test_a_warc_that_is_cut_off_says_in_which_record() -> None:
    """Packed or not; status and headers of that record stay."""
    data = fixture("warc/errors.warc")
    cut = data[: data.index(b'{"error"') + 5]
    packed = gzip.compress(cut)[:-8]
    told = "the recording ends in the middle of this entry"
    assert items(cut) == [(2, 11, 404, None), (2, 11, "truncated", told)]
    assert items(packed) == [(2, None, 404, None), (2, None, "truncated", told)]


@needs_warcio
def test_a_thousand_damaged_members_are_enough() -> None:
    """What looks like members all over is not tried for ever."""
    found = items(fixture("warc/errors.warc.gz") + b"\x1f\x8b\x08" * 2000)
    assert [item[2] for item in found[:4]] == [404, 500, 404, 404]
    assert len(found) == 4 + 1001
    assert "the rest is not read (--limit gzip-members=N raises it)" in found[-1][3]


def test_without_warcio_one_finding_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command."""
    monkeypatch.setitem(sys.modules, "warcio", None)
    assert items(fixture("warc/errors.warc")) == [
        (None, None, "missing-package", "to read WARC, install the package warcio: pip install warcio")
    ]


# ---- mitmproxy

FLOWS = [
    (1, None, 404, b'{"code":"gone"}'),
    (2, None, "no-response"),
    (3, None, 422, gzip.compress(b'{"code":"bad"}', mtime=0)),
    (4, None, "no-exchange"),
    (5, None, 503, None),
]


def short(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Findings without their messages."""
    return [item[:3] if isinstance(item[2], str) else item for item in found]


@pytest.fixture
def own_mitmproxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package in mitmproxy's place that reads flows as it does: same names, same files."""
    package = tmp_path / "mitmproxy"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "io.py").write_text(
        textwrap.dedent("""
        from types import SimpleNamespace as Space

        def load(data):
            length, _, rest = data.partition(b":")
            size = int(length)
            value, kind, rest = rest[:size], rest[size:size + 1], rest[size + 1:]
            if kind in b"}]":
                parts = []
                while value:
                    part, value = load(value)
                    parts.append(part)
                return (dict(zip(parts[::2], parts[1::2])) if kind == b"}" else parts), rest
            read = {b"#": int, b"^": float, b"!": b"true".__eq__, b"~": lambda _: None, b";": bytes.decode, b",": bytes}
            return read[kind](value), rest

        class FlowReader:
            def __init__(self, file):
                self.data = file.read()

            def stream(self):
                state, _ = load(self.data)
                request, response = state.get("request"), state.get("response")
                if response:
                    response = Space(status_code=response["status_code"], raw_content=response["content"],
                                     headers=Space(fields=response["headers"]))
                if request:
                    url = f"{request['scheme'].decode()}://{request['host']}{request['path'].decode()}"
                    request = Space(method=request["method"].decode(), pretty_url=url)
                yield Space(type=state["type"], request=request, response=response)
        """)
    )
    (tmp_path / "mitmproxy-11.0.2.dist-info").mkdir()
    (tmp_path / "mitmproxy-11.0.2.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: mitmproxy\nVersion: 11.0.2\n"
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == "mitmproxy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("own_mitmproxy")
def test_flows_are_read_by_the_mitmproxy_that_is_there() -> None:
    """Bodies are as they were on the wire; a flow without response, or that is no HTTP, is a note."""
    assert short(items(fixture("mitmproxy/flows.mitm"))) == FLOWS
    first = next(iter(read("a", fixture("mitmproxy/flows.mitm"))))
    assert first == Exchange(
        Origin("a", 1),
        Response(404, (JSON, ("content-length", "0")), b'{"code":"gone"}'),
        Request("GET", "https://api.example.com/users/0"),
    )


@needs_mitmproxy
def test_flows_are_read_by_mitmproxy_itself() -> None:
    """The same as by what stands in its place in the other tests."""
    assert short(items(fixture("mitmproxy/flows.mitm"))) == FLOWS


@pytest.mark.usefixtures("own_mitmproxy")
def test_a_damaged_flow_hides_no_other() -> None:
    """Lengths that lead elsewhere, bytes that are no flow, and what is cut off."""
    data = fixture("mitmproxy/flows.mitm")
    length = data.partition(b":")[0]
    for wrong in (b"9" * 9, b"12", b"x"):
        bad = wrong + data[len(length) :]
        assert short(items(bad, "mitmproxy")) == [(1, None, "broken-entry"), *FLOWS[1:]]
    bad = data.replace(b"11:status_code;3:404#", b"11:status_code;3:40x#")
    assert short(items(bad)) == [(1, None, "broken-entry"), *FLOWS[1:]]
    assert items(data[:-9])[-1] == (
        5,
        None,
        "truncated",
        "the recording ends in the middle of this entry",
    )
    assert items(data + b"12")[-1][:3] == (6, None, "truncated")


@pytest.mark.parametrize("version", ["", "9.0.1", "x"])
def test_without_a_mitmproxy_that_is_new_enough_one_finding_says_what_to_do(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Version 10 is the oldest; a HAR, which it can write, needs none."""
    if version:
        (tmp_path / "mitmproxy.py").write_text("")
        (tmp_path / f"mitmproxy-{version}.dist-info").mkdir()
        (tmp_path / f"mitmproxy-{version}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: mitmproxy\nVersion: {version}\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
    else:
        monkeypatch.setitem(sys.modules, "mitmproxy", None)
    [found] = read("a", fixture("mitmproxy/flows.mitm"))
    assert not isinstance(found, Exchange)
    assert found.rule.code == "recording/missing-package"
    assert "hardump" in found.hint


# ---- all of them

PIECES = st.sampled_from(
    [b"HTTP/1.1 404 Not Found\r\n", b"HTTP/2 200\n", b"GET / HTTP/1.1\r\n", b"A: b\r\n", b"\r\n", b"\n", b" x\n", b"{}",
     b"Content-Length: 4\r\n", b"Content-Length: 0\n", b"Transfer-Encoding: chunked\r\n", b"4\r\n", b"0\r\n\r\n", b"abcd",
     b"WARC/1.0\r\n", b"WARC-Type: response\r\n", b"Content-Type: application/http\r\n", b"WARC-Target-URI: http://h/\r\n",
     b"WARC-Target-URI: http://h/ a\r\n", b"\x1f\x8b\x08", b"filedesc://a 0.0.0.0 1 text/plain 3\n", b"12:4:type;4:http;}",
     b"7:version;2:20#", b"\xff", b"\0"]
)  # fmt: skip


@pytest.mark.parametrize("form", ["raw", "warc", "mitmproxy"])
@given(data=st.binary() | st.lists(PIECES, max_size=14).map(b"".join))
@example(data=b"HTTP/1.1 404 X\nTransfer-Encoding: chunked\n\n" + b"f" * 12 + b"\n")
@example(data=b"99999999999999999999:")
@example(data=b"WARC/1.0\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n")
def test_no_bytes_raise(form: str, data: bytes) -> None:
    """Whatever the bytes, there are exchanges and findings whose sentences can be made."""
    detect(data)
    for text in (data, gzip.compress(data)):
        for item in read("a", text, form=form):
            assert isinstance(item, Exchange) or item.message


@given(
    st.lists(
        st.tuples(
            st.integers(200, 599).filter(lambda status: status not in (204, 304)),
            st.binary(max_size=40),
            st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_says_where_it_ends_may_hold_any_bytes(responses: list[tuple[int, bytes, bool]]) -> None:
    """By its length or in chunks, also line ends, start lines and what is no text."""
    data = b""
    for status, body, chunked in responses:
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        framed = b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n"
        plain = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        data += b"HTTP/1.1 %d X\r\n" % status + (framed if chunked else plain)
    assert [item[2:] for item in items(data, "raw")] == [(status, body) for status, body, _ in responses]
