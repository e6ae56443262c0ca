"""NDJSON of gateways and test tools, and recordings that are compressed or in an archive."""

from __future__ import annotations

import gzip
import io
import json
import sys
import types
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Origin, Request
from schemagen.findings import Finding
from schemagen.limits import Limits
from schemagen.recordings import detect, read

FIXTURES = Path(__file__).parent / "recordings"
HAR = json.dumps(
    {
        "log": {
            "entries": [{"response": {"status": status, "content": {"text": "{}"}}} for status in (401, 402)]
        }
    }
).encode()
LINES = b'{"status": 403, "url": "/"}\n{"status": 404, "url": "/"}\n'


def statuses(data: bytes, **options: Any) -> list[int | str]:
    """What is read: the status of each exchange, the rule of each finding."""
    return [
        item.response.status if isinstance(item, Exchange) else item.rule.code
        for item in read("a", data, **options)
    ]


def only(record: Any) -> Exchange:
    """The exchange in one line."""
    [exchange] = read("a", json.dumps(record).encode(), form="ndjson")
    assert isinstance(exchange, Exchange), exchange
    return exchange


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


# ---- Shapes of NDJSON


def test_log_lines_of_kong_are_read() -> None:
    """They have no body, unless a plugin adds it; what was not recorded is not empty."""
    first, second = read("kong", (FIXTURES / "ndjson" / "kong.ndjson").read_bytes())
    assert isinstance(first, Exchange)
    assert first.request == Request("GET", "https://api.example.com:8443/users/1")
    assert (first.response.status, first.response.body) == (404, None)
    assert first.response.headers[1:] == (("x-kong-limit", "a=1"), ("x-kong-limit", "b=2"))
    assert isinstance(second, Exchange)
    assert second.response.header("content-type") == "application/json"
    assert (second.response.body or b"").startswith(b'{"message"')


def test_shapes_of_other_gateways_and_tools_are_read() -> None:
    """The usual synonyms of each member, nested, flat, or half and half."""
    found = list(read("shapes", (FIXTURES / "ndjson" / "shapes.ndjson").read_bytes()))
    exchanges = [item for item in found if isinstance(item, Exchange)]
    assert [(item.response.status, item.response.body) for item in exchanges] == [
        (401, None),
        (402, None),
        (403, None),
        (404, b'{"code":4}'),
        (405, b'{"code":5}'),
        (406, b"{}"),
        (407, b"{}"),
        (408, b'{"code":8}'),
    ]
    assert [item.request and item.request.url for item in exchanges] == [
        "https://api.example.com/caddy",
        "https://api.example.com/envoy",
        "http://api.example.com/nginx",
        "/res",
        "/lambda",
        "https://api.example.com/code",
        "https://api.example.com/har",
        "https://api.example.com/flat",
    ]
    assert exchanges[0].response.headers == (("content-type", "application/json"),)
    assert exchanges[7].response.headers == (("a", "b"),)


@pytest.mark.parametrize(
    "name", ["status", "status_code", "statusCode", "http_status", "response_code", "code"]
)
def test_a_status_goes_by_many_names(name: str) -> None:
    """As a number or a text of three digits."""
    assert only({"response": {name: 404}}).response.status == 404
    assert only({"response": {name: "404"}}).response.status == 404


def test_a_phrase_beside_the_status_is_no_status() -> None:
    """`status` may be the reason phrase, if another member is the number."""
    assert only({"response": {"status": "Not Found", "code": 404}}).response.status == 404
    [found] = read("a", b'{"response": {"status": "Not Found", "code": "x"}}')
    assert isinstance(found, Finding)
    assert 'its status is "Not Found"' in found.message


@pytest.mark.parametrize("name", ["body", "content", "text", "payload"])
def test_a_body_goes_by_many_names(name: str) -> None:
    """A text as it is, a value as its JSON."""
    assert only({"response": {"status": 404, name: "x"}}).response.body == b"x"
    assert only({"response": {"status": 404, name: {"a": 1}}}).response.body == b'{"a":1}'


def test_bytes_in_base64_may_still_be_encoded() -> None:
    """Whoever kept bytes kept them as they came."""
    response = only({"response": {"status": 404, "body": "e30=", "encoding": "base64"}}).response
    assert (response.body, response.decoded) == (b"{}", False)
    [found] = read("a", b'{"statusCode": 404, "body": {}, "isBase64Encoded": true}')
    assert isinstance(found, Finding)
    assert found.message == "the entry is left out: its body is an object, not base64"


@pytest.mark.parametrize(
    "body",
    [
        {"status": 404, "error": "Not Found", "path": "/users/1", "timestamp": "2024-01-01"},
        {"statusCode": 404, "message": "no", "method": "GET", "path": "/users/1"},
        {"statusCode": 404, "message": "Not Found"},
        {"code": 404, "message": "no", "path": "/"},
        {"code": 404, "body": "x"},
        {"status": 404, "request": {"id": "x"}},
    ],
)
def test_the_body_of_an_error_is_no_record(body: dict[str, Any]) -> None:
    """Frameworks write status, path and method into bodies, which must not pass for exchanges without a body."""
    assert getattr(detect(json.dumps(body).encode()), "name", None) == "body"


def test_lines_inside_of_a_document_are_no_records() -> None:
    """What begins on the first line and goes on is one document."""
    assert detect(b'{"a": [\n{"status": 404, "url": "/"}\n]}').name != "ndjson"  # type: ignore[union-attr]


# ---- Schemathesis


def test_finished_scenarios_of_schemathesis_hold_exchanges() -> None:
    """Each has its place in the line; one without a response is a note, and one that is broken is named."""
    found = list(read("s", (FIXTURES / "schemathesis" / "report.ndjson").read_bytes()))
    first, second, third, fourth = found
    assert isinstance(first, Exchange)
    assert first.origin == Origin("s", 1, ("ScenarioFinished", "recorder", "interactions", "aB1"), 3)
    assert first.request == Request("GET", "http://127.0.0.1/users?x=1")
    assert (first.response.status, first.response.body, first.response.decoded) == (404, b'{"code": 1}', True)
    assert isinstance(second, Finding)
    assert second.rule.code == "recording/no-response"
    assert isinstance(third, Exchange)
    assert third.response.body is None
    assert isinstance(fourth, Finding)
    assert (fourth.rule.code, fourth.place.entry, fourth.place.line) == ("recording/broken-entry", 4, 4)


# ---- Compression


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: zlib.compress(data, 1)])
def test_compressed_recordings_are_read(pack: Any) -> None:
    """By their first bytes, whatever the name; the form inside is told as ever."""
    assert statuses(pack(HAR)) == [401, 402]
    assert statuses(pack(LINES)) == [403, 404]
    assert statuses(pack(LINES), form="ndjson") == [403, 404]
    assert statuses(pack(b"")) == ["recording/empty"]


def test_members_of_gzip_are_read_one_after_the_other() -> None:
    """As `cat a.gz b.gz` and log rotation make them; zeros at the end are padding."""
    assert statuses(gzip.compress(LINES) * 300 + b"\0" * 9000) == [403, 404] * 300


def test_a_compressed_recording_that_is_cut_off_gives_what_came_before() -> None:
    """Both the compression and what is in it are told."""
    lines = b"".join(b'{"status": 404, "url": "/%d"}\n' % number**3 for number in range(9000))
    packed = gzip.compress(lines)
    found = list(read("a", packed[: len(packed) // 2]))
    assert sum(isinstance(item, Exchange) for item in found) > 1000
    assert isinstance(found[-1], Finding)
    assert (
        found[-1].message == "the gzip data cannot be unpacked: it ends too early; what came before is read"
    )


def test_damaged_compression_is_told() -> None:
    """With what the decoder says."""
    lines = b"".join(b'{"status": 404, "url": "/%d"}\n' % number**3 for number in range(9000))
    damaged = bytearray(gzip.compress(lines))
    damaged[-6] ^= 1
    *exchanges, last = read("a", bytes(damaged))
    assert len(exchanges) > 1000
    assert isinstance(last, Finding)
    assert last.message.startswith(
        "the gzip data cannot be unpacked: Error -3 while decompressing data: incorrect"
    )


def test_a_bomb_is_noticed_in_time() -> None:
    """What unpacks to more than the limit is not read at all, from a stream or an archive."""
    limits = Limits(recording_bytes=100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    assert statuses(bomb, limits=limits) == ["recording/too-large"]
    assert statuses(gzip.compress(b" " * 100_000), limits=limits) == ["recording/empty"]
    assert "recording/too-large" in statuses(zipped({"a": b" " * 50_000_000}), limits=limits)
    assert "recording/too-large" in statuses(zipped({"a.gz": bomb}), limits=limits)
    assert "recording/too-large" in statuses(
        zipped({f"f{n}": b" " * 30_000 for n in range(4)}), limits=limits
    )


def test_zstd_needs_a_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.14 brings one; before, it is a package, and without it the message says what to do."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    [found] = read("a", b"\x28\xb5\x2f\xfd" + b"x" * 20)
    assert isinstance(found, Finding)
    assert found.message == "to read zstd, install the package zstandard: pip install zstandard"


def test_zstd_is_read_with_the_decoder_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interface is that of zlib's decoders."""
    frame = b"\x28\xb5\x2f\xfd" + zlib.compress(LINES)

    class Decompressor:
        """Stands in for the one of Python 3.14."""

        def __init__(self) -> None:
            self.inner = zlib.decompressobj()
            self.began = False
            self.eof = False
            self.unused_data = b""

        def decompress(self, data: bytes) -> bytes:
            """Takes the magic number off."""
            output = self.inner.decompress(data if self.began else data[4:])
            self.began, self.eof, self.unused_data = True, self.inner.eof, self.inner.unused_data
            return output

    module = types.ModuleType("compression.zstd")
    module.ZstdDecompressor = Decompressor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "compression", types.ModuleType("compression"))
    monkeypatch.setitem(sys.modules, "compression.zstd", module)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "compression" or None)
    assert statuses(frame * 2) == [403, 404] * 2


def test_zstd_is_read_with_the_package() -> None:
    """Several frames one after the other, as `zstd` writes them."""
    zstandard = pytest.importorskip("zstandard")
    assert statuses(zstandard.compress(LINES) * 3) == [403, 404] * 3
    assert statuses(zstandard.compress(LINES)[:-4])[-1] == "recording/unpackable"
    bomb = zstandard.compress(b" " * 50_000_000)
    assert statuses(bomb, limits=Limits(recording_bytes=100_000)) == ["recording/too-large"]


# ---- Archives


def test_each_file_of_an_archive_is_a_recording() -> None:
    """Its name stands behind that of the archive; a compressed one is unpacked."""
    found = list(read("all.zip", zipped({"b.har": HAR, "logs/a.ndjson.gz": gzip.compress(LINES)})))
    assert [(item.origin.source, item.response.status) for item in found if isinstance(item, Exchange)] == [
        ("all.zip!b.har", 401),
        ("all.zip!b.har", 402),
        ("all.zip!logs/a.ndjson.gz", 403),
        ("all.zip!logs/a.ndjson.gz", 404),
    ]


def test_other_files_in_an_archive_are_passed_over() -> None:
    """Pictures and bodies beside a HAR are one note; an archive without any recording is an error."""
    *_, last = read("a.zip", zipped({"har.har": HAR, "one.png": b"\x89PNG", "two.json": b"{}"}))
    assert isinstance(last, Finding)
    assert last.message == (
        "files of no known form are passed over, 2 of them: a.zip!one.png, a.zip!two.json"
    )
    assert statuses(zipped({"one.png": b"\x89PNG"})) == ["recording/unrecognised-form"]


def test_an_archive_in_an_archive_is_not_opened() -> None:
    """So that none goes on for ever."""
    assert statuses(zipped({"inner.zip": zipped({"a.har": HAR}), "b.har": HAR})) == [
        "recording/unpackable",
        401,
        402,
    ]


def test_a_damaged_archive_gives_what_is_sound() -> None:
    """A file that is broken does not hide the others; one that is cut off has no directory."""
    packed = bytearray(zipped({"a.har": HAR, "b.ndjson": LINES}))
    packed[60] ^= 0xFF
    assert statuses(bytes(packed)) == ["recording/unpackable", 403, 404]
    assert statuses(zipped({"a.har": HAR})[:-30]) == ["recording/unpackable"]


def test_neighbours_in_an_archive_are_its_entries() -> None:
    """A mapping's body file is found there, and nothing outside of the archive is ever looked at."""
    mapping = b'{"request": {}, "response": {"status": 404, "bodyFileName": "%s"}}'
    archive = zipped(
        {
            "stubs/mappings/a.json": mapping % b"a.json",
            "stubs/mappings/b.json": mapping % b"/etc/passwd",
            "stubs/__files/a.json": b'{"code": 1}',
        }
    )
    first, finding, second, *_ = read("a.zip", archive)
    assert isinstance(first, Exchange)
    assert isinstance(finding, Finding)
    assert isinstance(second, Exchange)
    assert (first.response.body, second.response.body) == (b'{"code": 1}', None)
    assert "it is not in the archive" in finding.message


@given(
    st.sampled_from([b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c", b"PK\x03\x04", b""]),
    st.binary(max_size=200),
    st.integers(0, 400),
    st.binary(min_size=1, max_size=3),
)
def test_no_bytes_raise(magic: bytes, rest: bytes, place: int, patch: bytes) -> None:
    """Neither arbitrary bytes behind the mark of a compression, nor an archive with a few bytes changed."""
    packed = bytearray(zipped({"a.har": HAR, "b.ndjson": LINES}))
    packed[place : place + len(patch)] = patch
    for data in (magic + rest, bytes(packed)):
        for item in read("a", data):
            assert isinstance(item, Exchange) or item.message
