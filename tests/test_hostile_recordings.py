"""A thousand hostile recordings: each gets its line and the right exit code, and never hides the good one beside it."""

from __future__ import annotations

import base64
import codecs
import collections
import dataclasses
import gzip
import io
import json
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile
import pytest

from schemagen.display import shown_lines

Run = Callable[..., Any]

DEFINITION = """
schemagen: 1
id: any
title: Any API
source: made for the tests
body: {error: Error}
schemas:
  Error: {code: string as code, message: optional string as message, status: optional integer as status,
    inner: optional list of Error as children}
responses: [401, 404, 422]
codes:
  expired: {status: 401, message: "Session has expired"}
  missing: {status: 404, message: "{name} is not there"}
"""
GOOD = b'{"method": "GET", "url": "https://good.example", "status": 404, "headers": {"content-type": "application/json"}, "body": {"error": {"code": "good"}}}'
FAMILIES = (
    hostile.cut,
    hostile.flipped,
    hostile.encoded,
    hostile.replaced,
    hostile.replaced_in_yaml,
    hostile.packed,
)
SECONDS = 10  # of the processor, for one recording


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What was said of a recording: the exit code, how many exchanges were read in it, and by rule how often it was told."""

    code: int
    exchanges: int
    counts: dict[str, int]


@pytest.fixture
def judge(run: Run, elsewhere: Path) -> Callable[[str, bytes], Told]:
    """Checks a hostile recording beside a good one, and sees to what must hold for every one."""
    (elsewhere / "any.yaml").write_text(DEFINITION)
    (elsewhere / "good.ndjson").write_bytes(GOOD)
    command = ("validate", "good.ndjson", "hostile", "-d", "any.yaml", "-f", "text", "-f", "json=found.json")

    def judge(name: str, data: bytes) -> Told:
        (elsewhere / "hostile").write_bytes(data)
        began = time.process_time()
        found = run(*command)
        assert time.process_time() - began < SECONDS, name
        assert all(shown_lines(text) == text for text in (found.out, found.err)), name
        report = json.loads((elsewhere / "found.json").read_text())
        sources = [item["place"]["source"] for item in report["findings"]]
        assert sources.count("good.ndjson") == 1, name
        assert len(sources) == 1 or "hostile" in found.out, name
        exchanges = report["counts"]["exchanges"] - 1
        is_unusable = not exchanges and report["summary"]["error"] > 0
        assert found.code == (2 if is_unusable else 1 if report["summary"]["error"] else 0), name
        assert found.err == ("schemagen: hostile: nothing in it could be used\n" if is_unusable else ""), name
        counts: collections.Counter[str] = collections.Counter()
        for group in report["groups"]:
            counts[group["rule"]] += group["count"]
        return Told(found.code, exchanges, dict(counts - collections.Counter(["response/unknown-code"])))

    return judge


def test_there_are_a_thousand_of_them() -> None:
    """Each of another name, most of other bytes."""
    made = list(hostile.generated())
    assert len({each.name for each in made}) == len(made) > 1_000
    assert len({each.data for each in made}) > 0.9 * len(made)
    assert made == list(hostile.generated())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_a_damaged_recording_is_told_and_the_others_are_read(
    judge: Callable[[str, bytes], Told], family: Callable[[], Iterator[hostile.Hostile]]
) -> None:
    """Its exit code is 2 if nothing in it could be used, 1 for errors; the report parses and is safe to show."""
    for each in family():
        judge(each.name, each.data)


@pytest.mark.parametrize("command", [("identify",), ("normalize", "-d", "any.yaml"), ("validate", "--status", "404"), ("validate", "--recording-format", "ndjson")], ids=" ".join)  # fmt: skip
def test_other_commands_survive_them(run: Run, judge: object, command: tuple[str, ...]) -> None:
    """Whatever a file is taken for."""
    for each in list(hostile.generated())[::25]:
        Path(each.name).write_bytes(each.data)
        found = run(*command, each.name)
        assert found.code in (0, 1, 2), each.name
        assert all(shown_lines(text) == text for text in (found.out, found.err)), each.name
        assert found.code < 2 or found.err, each.name


# Entries


ENTRY = {
    "startedDateTime": "2026-01-01T00:00:00Z",
    "time": 1,
    "request": {
        "method": "POST",
        "url": "https://a.example/x?y=1",
        "headers": [{"name": "Accept", "value": "*/*"}],
        "queryString": [],
    },
    "response": {
        "status": 404,
        "statusText": "Not Found",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": {"size": 2, "mimeType": "application/json", "text": "e30=", "encoding": "base64"},
    },
}
RECORD = {
    "request": {"method": "GET", "url": "/b", "host": "a.example", "headers": {"a": "b"}},
    "response": {
        "status": 404,
        "headers": {"content-type": "application/json", "x": ["a", "b"]},
        "body": {"error": {"code": "expired", "message": "m", "status": 404, "inner": [{"code": "x"}]}},
    },
}
INTERACTION = {
    "request": {"method": "GET", "uri": "https://a.example/", "body": "", "headers": {"Accept": ["*/*"]}},
    "response": {
        "status": {"code": 404, "message": "Not Found"},
        "headers": {"Content-Type": ["application/json"]},
        "body": {"string": "{}"},
    },
}
LISTS: dict[str, tuple[dict[str, Any], bytes, bytes, bytes]] = {
    "har": (ENTRY, b'{"log": {"entries": [', b",", b"]}}"),
    "ndjson": (RECORD, b"", b"\n", b"\n"),
    "vcrpy": (INTERACTION, b'{"version": 1, "interactions": [', b",", b"]}"),
}


@pytest.mark.parametrize("form", LISTS)
def test_no_entry_hides_another(judge: Callable[[str, bytes], Told], form: str) -> None:
    """Between good entries, one with each of its values replaced by anything: all of them are accounted for."""
    entry, head, between, tail = LISTS[form]
    good = hostile.write(entry)
    texts = [text for _, _, text in hostile.entries(entry)]
    found = judge(
        form, head + between.join([good, *(each for text in texts for each in (text, good))]) + tail
    )
    lost = sum(found.counts.get(rule, 0) for rule in ("recording/broken-entry", "recording/no-response"))
    assert len(texts) > 300
    assert found.exchanges > len(texts)
    assert found.exchanges + lost == 2 * len(texts) + 1


# By hand


def har(*entries: Any) -> bytes:
    """A HAR; what is bytes stands in it as it is."""
    texts = (entry if isinstance(entry, bytes) else json.dumps(entry).encode() for entry in entries)
    return b'{"log": {"version": "1.2", "entries": [' + b",".join(texts) + b"]}}"


def entry(text: str = "{}", status: Any = 404, codings: str = "", **content: Any) -> dict[str, Any]:
    """An entry of a HAR."""
    headers = [
        {"name": "content-type", "value": "application/json"},
        {"name": "content-encoding", "value": codings},
    ]
    return {
        "request": {"method": "GET", "url": "https://a.example/x"},
        "response": {
            "status": status,
            "headers": headers[: 1 + bool(codings)],
            "content": {"text": text, **content},
        },
    }


def packed(data: bytes, codings: str) -> bytes:
    """A HAR with one body that is encoded."""
    return har(entry(base64.b64encode(data).decode(), codings=codings, encoding="base64"))


def line(**members: Any) -> bytes:
    """A line of NDJSON."""
    record = {
        "method": "GET",
        "url": "https://a.example/x",
        "status": 404,
        "headers": {"content-type": "application/json"},
        "body": {},
    }
    return json.dumps(record | members).encode() + b"\n"


def cassette(body: bytes) -> bytes:
    """A cassette in YAML with one interaction."""
    return (
        b"interactions:\n- request: {method: GET, uri: 'https://a.example/'}\n  response:\n    status: {code: 404, message: x}\n"
        b"    headers: {content-type: [application/json]}\n    body: {string: " + body + b"}\nversion: 1\n"
    )


def head(*lines: bytes) -> bytes:
    """The head of a response as text."""
    return b"\r\n".join((b"HTTP/1.1 404 Not Found", *lines, b"", b""))


def encrypted() -> bytes:
    """A zip archive whose one file says that it is encrypted."""
    data = bytearray(hostile.zipped({"a.har": har(entry())}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def linked() -> bytes:
    """A zip archive with a link that leads to a file of the system."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("link.har")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.har", har(entry()))
    return target.getvalue()


def again(pack: Callable[[bytes], bytes], data: bytes, times: int) -> bytes:
    """`data`, packed so often."""
    for _ in range(times):
        data = pack(data)
    return data


OUTSIDE = (
    "/etc/passwd",
    "../../../../../etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "\0",
    "a" * 5000,
    ".",
    "pipe",
    "link",
)
BODY, FILE, TELLS = "body/", "recording/", "response/"
MISSING = TELLS + "missing-member"
NASTY: dict[str, tuple[Callable[[], bytes], int, set[str]]] = {
    # nothing, and what looks like something
    "empty": (lambda: b"", 2, {FILE + "empty"}),
    "blank": (lambda: b" \n\t " * 1000, 2, {FILE + "empty"}),
    "mark": (lambda: codecs.BOM_UTF8, 2, {FILE + "empty"}),
    "nul": (lambda: b"\0" * 1000, 2, {FILE + "unrecognised-form"}),
    "brackets": (lambda: b"[" * 100_000, 2, {FILE + "unrecognised-form"}),
    "closed-brackets": (lambda: b"[" * 100_000 + b"]" * 100_000, 2, {FILE + "unrecognised-form"}),
    "braces": (lambda: b'{"a":' * 100_000, 2, {FILE + "unrecognised-form"}),
    "json": (lambda: b'{"log": {"entries": {}}}', 2, {FILE + "missing-status"}),
    "utf16": (lambda: har(entry()).decode().encode("utf-16"), 2, {FILE + "wrong-charset"}),
    "netstrings": (lambda: b"999999999999:x", 2, {FILE + "unrecognised-form"}),
    # entries of a HAR
    "no-entries": (har, 0, set()),
    "scalars": (lambda: har(b"null", b"1", b'"x"', b"[]"), 2, {FILE + "broken-entry"}),
    "cut": (lambda: har(entry(), entry())[:-60], 1, {FILE + "truncated", MISSING}),
    "nan": (lambda: har(b'{"response": NaN}', entry()), 1, {FILE + "broken-entry", MISSING}),
    "digits": (lambda: har(b'{"response": ' + b"9" * 5000 + b"}", entry()), 1, {FILE + "broken-entry", MISSING}),
    "too-large-number": (lambda: har(b'{"response": 1e400}', entry()), 1, {FILE + "broken-entry", MISSING}),
    "deep-entry": (lambda: har(b'{"response":' * 1000 + b"1" + b"}" * 1000, entry()), 1, {FILE + "broken-entry", MISSING}),
    "surrogate": (lambda: har(b'{"response": {"status": 404, "x": "\\ud800"}}', entry()), 1, {FILE + "broken-entry", MISSING}),
    "twice": (
        lambda: har(b'{"response": {"status": 200, "status": 404, "content": {"text": "{}"}}}'),
        1,
        {MISSING},
    ),
    "statuses": (
        lambda: har(*(entry(status=status) for status in (99, 1000, 1e9, -404, 404.5, True, [404], "40", "\x1b[31m", {}))),
        2,
        {FILE + "broken-entry"},
    ),
    "status-text": (lambda: har(entry(status="404"), entry(status=404.0)), 1, {MISSING}),
    "status-none": (lambda: har(*(entry(status=status) for status in (0, -1, None, ""))), 0, {FILE + "no-response"}),
    "base64": (lambda: har(entry("%%%", encoding="base64"), entry("e30", encoding="base64")), 2, {FILE + "broken-entry"}),
    "base32": (lambda: har(entry("e30=", encoding="base32")), 2, {FILE + "broken-entry"}),
    # bodies
    "body-digits": (lambda: har(entry("9" * 5000)), 1, {BODY + "number-too-large"}),
    "body-exponent": (lambda: har(entry('{"error": -1e400}')), 1, {BODY + "number-too-large"}),
    "body-nan": (lambda: har(entry('{"error": NaN}')), 1, {BODY + "broken-json"}),
    "body-surrogate": (lambda: har(entry('{"error": "\\ud800"}')), 1, {BODY + "broken-json"}),
    "body-deep": (lambda: har(entry("[" * 100_000), entry("[" * 200 + "]" * 200)), 1, {BODY + "too-deep"}),
    "body-twice": (lambda: har(entry('{"error": 1, "error": {"code": "missing"}}')), 0, set()),
    # bombs
    "gzip-bomb": (lambda: packed(gzip.compress(b" " * 50_000_000), "gzip"), 1, {BODY + "too-large"}),
    "deflate-bomb": (lambda: packed(zlib.compress(b" " * 50_000_000), "deflate"), 1, {BODY + "too-large"}),
    "nested-bomb": (lambda: packed(again(gzip.compress, b" " * 50_000_000, 4), "gzip, gzip, gzip, gzip"), 1, {BODY + "too-large"}),
    "codings": (lambda: packed(b"x", ",".join(["gzip"] * 100_000)), 1, {BODY + "too-many-encodings"}),
    "members": (lambda: packed(gzip.compress(b" ") * 5000, "gzip"), 1, {BODY + "too-many-members"}),
    "no-gzip": (lambda: packed(b"\x1f\x8b\x08garbage", "gzip"), 1, {BODY + "undecodable"}),
    "no-coding": (lambda: packed(b"\xff\xfe{}", "\x1b[31m::error::"), 1, {BODY + "unknown-encoding"}),
    "gzip-in-gzip": (lambda: again(gzip.compress, har(entry()), 2), 2, {FILE + "unrecognised-form"}),
    "cut-gzip": (lambda: gzip.compress(line() * 1000)[:-20], 1, {FILE + "truncated", FILE + "unpackable", MISSING}),
    # archives
    "names.zip": (
        lambda: hostile.zipped({name: har(entry()) for name in ("../../x.har", "/x.har", "C:\\x.har", "\x1b[31m.har", "\u202e.har")}),
        1,
        {MISSING},
    ),
    "encrypted.zip": (encrypted, 2, {FILE + "unpackable"}),
    "linked.zip": (linked, 1, {FILE + "other-files", MISSING}),
    "nested.zip": (lambda: hostile.zipped({"a.zip": hostile.zipped({"a.har": har(entry())})}), 2, {FILE + "unpackable"}),
    "strangers.zip": (lambda: hostile.zipped({"a.txt": b"hello"}), 2, {FILE + "unrecognised-form"}),
    "cut.zip": (lambda: hostile.zipped({"a.har": har(entry())})[:100], 2, {FILE + "unpackable"}),
    # YAML
    "python": (lambda: cassette(b"!!python/object/apply:os.system ['touch pwned']"), 2, {FILE + "broken-entry"}),
    "ruby": (lambda: cassette(b"!ruby/object:Gem::Installer {i: x}"), 2, {FILE + "broken-entry"}),
    "binary": (lambda: cassette(b"!!binary '%%%'"), 2, {FILE + "broken-entry"}),
    "cycle": (lambda: cassette(b"&x [*x]"), 2, {FILE + "broken-entry"}),
    "flow": (lambda: cassette(b"[" * 100_000), 2, {FILE + "broken-entry"}),
    "laughs": (
        lambda: cassette(b"&a [1,1,1,1,1,1,1,1,1], " + b" ".join(b"%c: &%c [%s]," % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in b"bcdefghi")),
        2,
        {FILE + "broken-entry"},
    ),
    "merges": (lambda: cassette(b"x, a: &a {k: v}, b: &b {<<: [*a, *a, *a]}, c: {<<: [*b, *b, *b]}"), 2, {FILE + "broken-entry"}),
    # files that recordings name
    "_file": (
        lambda: har(*({"response": {"status": 404, "content": {"_file": name, "size": 3}}} for name in OUTSIDE)),
        1,
        {FILE + "missing-body", TELLS + "body-not-recorded"},
    ),
    "bodyFileName": (
        lambda: json.dumps({"mappings": [{"request": {"urlPath": "/"}, "response": {"status": 404, "bodyFileName": name}} for name in OUTSIDE]}).encode(),
        1,
        {FILE + "missing-body", TELLS + "body-not-recorded"},
    ),
    # text
    "blanks-in-header": (lambda: head(b"A: b" + b" " * 100_000 + b"c") + b"{}", 1, {MISSING, TELLS + "missing-content-type"}),
    "many-headers": (lambda: head(*[b"A: b"] * 50_000) + b"{}", 1, {MISSING, TELLS + "missing-content-type"}),
    "folded": (lambda: head(b"A: b", *[b" c"] * 50_000) + b"{}", 1, {MISSING, TELLS + "missing-content-type"}),
    "length": (lambda: head(b"Content-Length: 99999999999999") + b"{}", 1, {FILE + "wrong-length", MISSING, TELLS + "missing-content-type"}),
    "chunks": (lambda: head(b"Transfer-Encoding: chunked") + b"FFFFFFFFFFF\r\n{}", 1, {FILE + "truncated", TELLS + "body-not-recorded"}),
    "start-lines": (lambda: b"HTTP/1.1 099 x\r\n\r\nHTTP/1.1 4040 x\r\n\r\n", 2, {FILE + "broken-entry"}),
    "archive-heads": (lambda: b"WARC/1.0\r\n" * 20_000, 2, {FILE + "broken-entry", FILE + "truncated"}),
    # what acts elsewhere
    "escapes": (lambda: line(body={"error": {"code": hostile.ESCAPE, hostile.ESCAPE: 1}}, url=f"https://a.example/{hostile.ESCAPE}"), 0, {TELLS + "unknown-code", TELLS + "unknown-member"}),
    "commands": (lambda: line(body={"error": {"code": hostile.COMMAND}}, url=f"https://a.example/{hostile.COMMAND}"), 0, {TELLS + "unknown-code"}),
    "markup": (lambda: line(body={"error": {"code": hostile.SCRIPT}}, url=f"https://a.example/{hostile.SCRIPT}"), 0, {TELLS + "unknown-code"}),
    "formula": (lambda: line(body={"error": {"code": hostile.FORMULA}}), 0, {TELLS + "unknown-code"}),
    "crlf": (lambda: line(headers={"content-type": "application/json\r\nX-Injected: 1"}), 1, {MISSING}),
    "urls": (
        lambda: b"".join(line(url=url) for url in ("http://[::1", "http://a:99999999/", "http://a@b@c:d@e/", "//", "\x1b", "javascript:x", "http://" + "a" * 1_000_000)),
        1,
        {MISSING},
    ),
    "long-line": (lambda: line(body="x" * 2_000_000), 1, {BODY + "not-json"}),
    "separators": (lambda: line() + "\u2028\u2029\x85".encode() + b"\n" + line(), 1, {FILE + "broken-entry", MISSING}),
    "broken-lines": (lambda: line() + b"{\n" * 5000 + line(), 1, {FILE + "broken-entry", MISSING}),
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_what_was_made_to_bite_is_told(judge: Callable[[str, bytes], Told], name: str) -> None:
    """By the rule that says what is wrong, and with the exit code that fits."""
    make, code, rules = NASTY[name]
    Path("link").symlink_to("/etc/passwd")
    found = judge(name, make())
    assert (found.code, set(found.counts)) == (code, rules)
    assert not Path("pwned").exists()
    assert "root:" not in Path("found.json").read_text()
