"""`schemagen probe` against servers that behave and misbehave, all of them real ones on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import acme
import pytest
from certificates import certificates
from misbehaving import WAYS, Misbehaving

from schemagen import recordings
from schemagen.cli.program import run

pytest.importorskip("aiohttp")

ACME = str(acme.ACME)
SHORT = ("--read-timeout", "1", "--timeout", "2")
NOT_RECORDED = "response/body-not-recorded"

# What each way comes to: the exit code and the rules of what is found.
EXPECTED: dict[str, tuple[int, list[str]]] = {
    "good": (0, []),
    "drift": (0, ["response/unknown-member"]),
    "wrong": (1, ["response/body-status"]),
    "fine": (2, []),
    "by-close": (0, []),
    "chunked": (0, []),
    "gzip": (0, []),
    "closed": (2, ["live/no-response"]),
    "reset": (2, ["live/no-response"]),
    "silent": (2, ["live/timeout"]),
    "silent-in-head": (2, ["live/timeout"]),
    "drip-head": (2, ["live/timeout"]),
    "cut-head": (2, ["live/no-response"]),
    "endless-head": (2, ["live/not-http"]),
    "endless-continue": (2, ["live/timeout"]),
    "ssh": (2, ["live/not-http"]),
    "bare-body": (2, ["live/not-http"]),
    "bad-status": (2, ["live/not-http"]),
    "huge-status": (2, ["live/not-http"]),
    "long-header": (2, ["live/not-http"]),
    "nul-header": (2, ["live/not-http"]),
    "two-lengths": (2, ["live/not-http"]),
    "bad-length": (2, ["live/not-http"]),
    "length-and-chunks": (2, ["live/not-http"]),
    "half-body": (1, ["live/cut-off", NOT_RECORDED]),
    "reset-in-body": (1, ["live/cut-off", NOT_RECORDED]),
    "silent-in-body": (1, ["live/timeout", NOT_RECORDED]),
    "drip-body": (1, ["live/timeout", NOT_RECORDED]),
    "cut-chunks": (1, ["live/cut-off", NOT_RECORDED]),
    "bad-chunk": (2, ["live/not-http"]),
    "endless-chunks": (1, ["body/too-large"]),
    "endless-body": (1, ["body/too-large"]),
    "short-length": (2, ["live/not-http"]),
    "gzip-bomb": (1, ["body/too-large"]),
    "cut-gzip": (1, ["body/undecodable"]),
    "no-gzip": (1, ["body/undecodable"]),
    "odd-coding": (1, ["body/unknown-encoding"]),
    "not-utf8": (1, ["body/not-utf8"]),
    "utf-16": (1, ["body/wrong-charset"]),
    "html": (1, ["response/wrong-media-type"]),
    "empty": (1, ["response/missing-content"]),
    "deep": (1, ["body/too-deep"]),
    "escapes": (1, ["response/missing-member", "response/unknown-code", "response/wrong-type"]),
    "redirect": (2, ["live/redirect"]),
    "redirect-loop": (2, ["live/redirect"]),
    "redirect-away": (2, ["live/redirect"]),
    "redirect-file": (2, ["live/redirect"]),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    """The server that misbehaves."""
    with Misbehaving() as running:
        yield running


def probe(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the report in JSON, and what was said on standard error."""
    code = run(["probe", "-d", ACME, "-f", "json", *arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else {}, err


def rules(report: dict[str, Any]) -> list[str]:
    """The rules of all findings."""
    return [item["rule"] for item in report["findings"]]


def test_every_way_has_its_expected_result() -> None:
    """The table is complete."""
    assert set(EXPECTED) == set(WAYS)


@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_misbehaves_is_told_in_so_many_words(
    way: str, server: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a server does: the finding, the exit code, within the time, and nothing of it acts on a terminal."""
    began = time.monotonic()
    code, report, err = probe(capsys, *SHORT, server.url(way))
    assert (code, rules(report)) == EXPECTED[way]
    assert time.monotonic() - began < 8
    assert "\x1b" not in json.dumps(report, ensure_ascii=False) + err
    assert "a bug" not in err


def test_a_port_where_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    """A refused connection is a finding, and nothing was checked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    code, report, err = probe(capsys, f"http://127.0.0.1:{port}/")
    assert (code, rules(report)) == (2, ["live/no-connection"])
    (item,) = report["findings"]
    assert item["message"] == f"there is no connection to 127.0.0.1:{port}: Connection refused"
    assert err == "schemagen: 1 request of 1 got no response\n"
    (exchange,) = report["exchanges"]
    assert (exchange["method"], exchange["status"]) == ("GET", 0)


def test_an_address_of_ipv6_keeps_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    """Else its port could not be told from it."""
    _, report, _ = probe(capsys, "http://user:secret@[::1]:1/")
    assert report["findings"][0]["facts"]["host"] == "[::1]:1"


def test_a_host_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    """A name without an address is a finding (RFC 6761, section 6.4: `.invalid` has none)."""
    code, report, _ = probe(capsys, "http://nowhere.invalid/")
    assert (code, rules(report)) == (2, ["live/unknown-host"])


def test_a_connection_that_does_not_come_about(capsys: pytest.CaptureFixture[str]) -> None:
    """A listener whose queue is full is not waited for longer than is said."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        code, report, _ = probe(capsys, "--connect-timeout", "0.5", f"http://127.0.0.1:{address[1]}/")
        for one in waiting:
            one.close()
    assert (code, rules(report)) == (2, ["live/no-connection"])
    assert "within 0.5 s; --connect-timeout raises it" in report["findings"][0]["message"]


def test_tls_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only a certificate of a known authority, in time and for this name, will do; `--ca` names the authority."""
    ca, contexts = certificates(tmp_path)
    found = {}
    for name, context in contexts.items():
        with Misbehaving(context) as server:
            for option in ((), ("--ca", ca)):
                code, report, _ = probe(capsys, *option, server.url("good"))
                found[name, bool(option)] = (code, rules(report))
    insecure = (2, ["live/insecure"])
    assert found.pop(("good", True)) == (0, [])
    assert found == dict.fromkeys(found, insecure)
    with Misbehaving() as plain:
        code, report, _ = probe(capsys, plain.url("good").replace("http:", "https:"))
    assert (code, rules(report)) == insecure


def test_redirects_are_followed_on_the_same_host_only(
    server: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --follow, and ten times at the most."""
    assert probe(capsys, "--follow", server.url("redirect"))[:1] == (0,)
    for way, why in (
        ("redirect-away", "it is another host"),
        ("redirect-file", "that is no place to go to"),
        ("redirect-loop", "10 redirects are enough"),
    ):
        code, report, _ = probe(capsys, "--follow", "--rate", "1000", server.url(way))
        assert (code, rules(report)) == (2, ["live/redirect"])
        assert report["findings"][0]["message"].endswith(f"which was not asked: {why}")


def test_nothing_of_the_environment_is_sent(
    server: Misbehaving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No .netrc, no proxy, no cookie; only what is said."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ambient password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.requests.clear()
    code, _, _ = probe(capsys, "-H", "X-Api-Key: mine", server.url("good?a=b%2Fc"))
    assert code == 0
    (head,) = server.requests
    lines = head.decode().split("\r\n")
    assert lines[0] == "GET /good?a=b%2Fc HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:] if line}
    assert names == {"host", "x-api-key", "user-agent", "accept", "accept-encoding", "connection"}


def test_a_proxy_is_used_where_it_is_named(server: Misbehaving, capsys: pytest.CaptureFixture[str]) -> None:
    """It is asked for the whole URL (RFC 9112, section 3.2.2)."""
    server.requests.clear()
    assert probe(capsys, "--proxy", server.url("good"), "http://api.acme.example/parcels/17")[0] == 1
    assert server.requests[0].startswith(b"GET http://api.acme.example/parcels/17 HTTP/1.1\r\n")


def test_secrets_of_a_request_are_in_no_report(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither what stands in the URL nor in a header comes back, nor is it saved."""
    url = server.url("wrong?api_key=s3cret1").replace("//", "//user:s3cret2@")
    seen = tmp_path / "seen.har"
    for form in ("text", "json", "markdown", "sarif", "junit", "html"):
        code = run(["probe", "-d", ACME, "-f", form, "-H", "X-Token: s3cret3", url])
        out, err = capsys.readouterr()
        assert code == 1
        assert "s3cret" not in out + err
    assert run(["probe", "-d", ACME, "--save", f"har={seen}", url]) == 1
    assert "s3cret" not in seen.read_text()
    assert "s3cret" not in capsys.readouterr().err
    assert run(["probe", url.replace("http://", "ftp://")]) == 2
    assert "s3cret" not in capsys.readouterr().err


def test_what_is_seen_can_be_saved(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As HAR and NDJSON at once, which give the same findings; a file that is there stays as it is."""
    har, ndjson = tmp_path / "seen.har", tmp_path / "seen.ndjson"
    urls = [server.url(way) for way in ("good", "wrong", "closed", "drift")]
    code, live, _ = probe(capsys, "--save", f"har={har}", "--save", f"ndjson={ndjson}", *urls)
    assert code == 2
    for file in (har, ndjson):
        items = list(recordings.read(str(file), file.read_bytes()))
        assert len(items) == 3
        assert run(["validate", "--only", "status=404", "-f", "json", str(file)]) != 1
    capsys.readouterr()
    assert [rule for rule in rules(live) if rule.startswith("response/")] == [
        "response/body-status",
        "response/unknown-member",
    ]
    before = har.read_bytes()
    assert probe(capsys, "--save", f"har={har}", *urls)[0] == 2
    assert har.read_bytes() == before


def test_a_recording_without_an_entry_does_not_stand_in_the_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a run cannot begin, the next one finds what this one found."""
    seen = tmp_path / "seen.har"
    twice = ("--save", f"har={seen}", "--save", f"ndjson={seen}")
    code, _, err = probe(capsys, *twice, "http://127.0.0.1:1/")
    assert (code, seen.exists()) == (2, False)
    assert "is there already" in err


def test_a_report_does_not_take_the_place_of_a_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked, and nothing is written."""
    seen = tmp_path / "seen.json"
    code, _, err = probe(capsys, "--save", f"har={seen}", "-f", f"text={seen}", "http://127.0.0.1:1/")
    assert (code, seen.exists()) == (2, False)
    assert f"the report {seen} would overwrite what --save writes; give it another name" in err


def test_another_status_than_the_expected_one_is_an_error(
    server: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    """Statuses, classes and ranges, one or several."""
    assert probe(capsys, "--expect-status", "404", server.url("good"))[0] == 0
    assert probe(capsys, "--expect-status", "2XX,400-404", server.url("good"))[0] == 0
    code, report, _ = probe(capsys, "--expect-status", "401", "--expect-status", "5XX", server.url("good"))
    assert (code, rules(report)) == (1, ["live/unexpected-status"])
    assert report["findings"][0]["message"] == "the status is 404, not 401, 5XX"
    assert probe(capsys, "--expect-status", "4O4", server.url("good"))[0] == 2


def test_a_busy_server_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    """As often as --retries says; each response is checked."""
    with Misbehaving(busy=2) as busy:
        code, report, _ = probe(capsys, "--retries", "2", "--expect-status", "404", busy.url("good"))
    assert len(busy.requests) == 3
    assert report["counts"]["exchanges"] == 3
    assert (code, rules(report)) == (1, ["response/missing-content"] * 2)
    with Misbehaving(busy=2) as busy:
        assert probe(capsys, busy.url("good"))[0] == 1
    assert len(busy.requests) == 1


def test_only_what_changes_nothing_is_sent_again_after_silence(
    server: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    """A POST without a response may have been done."""
    server.requests.clear()
    assert probe(capsys, "--retries", "1", "-X", "POST", server.url("closed"))[0] == 2
    assert len(server.requests) == 1
    code, report, _ = probe(capsys, "--retries", "1", server.url("closed"))
    assert len(server.requests) == 3
    assert (code, rules(report)) == (2, ["live/no-response"])


def test_requests_are_paced(server: Misbehaving, capsys: pytest.CaptureFixture[str]) -> None:
    """Not more of them in a second than --rate says."""
    began = time.monotonic()
    assert probe(capsys, "--rate", "10", *[server.url("good")] * 6)[0] == 0
    assert time.monotonic() - began >= 0.5


def test_a_body_is_sent_as_it_is(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By POST and as JSON, unless something else is said; from a file with @."""
    server.requests.clear()
    file = tmp_path / "body.json"
    file.write_text('{"a": 1}')
    probe(capsys, "--data", f"@{file}", server.url("good"))
    probe(capsys, "-X", "put", "-H", "content-type: text/plain", "--data", "hi", server.url("good"))
    first, second = (head.decode().lower() for head in server.requests)
    assert first.startswith("post /good")
    assert "content-type: application/json\r\n" in first
    assert first.endswith('{"a": 1}')
    assert second.startswith("put /good")
    assert second.count("content-type: text/plain\r\n") == 1
    assert "application/json" not in second


def test_a_file_of_requests_is_sent_in_its_order(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A finding names the line where its request stands; --var wins over the file, -H over its headers."""
    file = tmp_path / "errors.http"
    file.write_text(
        "@host = nowhere.invalid\n"
        "### one\nGET http://{{host}}/good\nX-Key: a\n\n"
        '### two\nPOST http://{{host}}/wrong\nContent-Type: application/json\n\n{"to": "{{host}}"}\n'
    )
    server.requests.clear()
    host = f"127.0.0.1:{server.port}"
    code, report, _ = probe(capsys, "--requests", str(file), "--var", f"host={host}", "-H", "x-key: b")
    assert (code, rules(report)) == (1, ["response/body-status"])
    place = report["findings"][0]["place"]
    assert (place["source"], place["entry"], place["line"]) == (str(file), 2, 7)
    one, two = (head.decode() for head in server.requests)
    assert "x-key: b\r\n" in one
    assert "X-Key: a" not in one
    assert two.endswith(f'{{"to": "{host}"}}')


def test_a_mistyped_var_is_told_and_nothing_is_sent(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the value of the file would be sent, and nobody would know."""
    file = tmp_path / "errors.http"
    file.write_text(f"@key = a\nGET {server.url('good')}\nX-Key: {{{{key}}}}\n")
    server.requests.clear()
    assert run(["probe", "-d", ACME, "--requests", str(file), "--var", "keys=b"]) == 2
    assert (
        capsys.readouterr().err
        == f"schemagen: {file}: no request in it uses --var keys; did you mean 'key'?\n"
    )
    assert server.requests == []


def test_the_requests_of_a_har_are_sent_again(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that a probe has saved, too."""
    har = tmp_path / "seen.har"
    probe(capsys, "--save", f"har={har}", server.url("good"), server.url("wrong"))
    server.requests.clear()
    assert run(["probe", "--definitions", str(Path(ACME).parent), "--requests", str(har)]) == 1
    assert [head.split()[1] for head in server.requests] == [b"/good", b"/wrong"]


def test_hosts_of_a_har_are_told_apart(
    server: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What -d names judges its own servers in a HAR, or on request all of them, and every host elsewhere."""
    har = tmp_path / "seen.har"
    probe(capsys, "--save", f"har={har}", server.url("wrong"))
    code, report, err = probe(capsys, "--requests", str(har))
    assert (code, report["counts"]["out_of_scope"]) == (2, 1)
    assert "other hosts than the servers" in err
    code, report, err = probe(capsys, "--any-host", "--requests", str(har))
    assert (code, report["counts"]["out_of_scope"], err) == (1, 0, "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "what is to be asked? Name a URL"),
        ([""], "the URL is empty; write one, such as https://api.example.com"),
        ([" "], "the URL is empty; write one, such as https://api.example.com"),
        (["api.acme.example"], "api.acme.example: a URL begins with https:// or http://"),
        (["https://"], "https://: there is no host in the URL"),
        (["http://a b/"], "a blank or a control character stands in the URL"),
        (["http://a/\r\nX: y"], "a blank or a control character stands in the URL"),
        (["http://a:port/"], "no URL"),
        (["http://a/\udcff"], "the URL is not UTF-8"),
        (["-H", "a: \udcff", "http://a/"], "the header a is not UTF-8"),
        (["-X", "GET /", "http://a/"], "'GET /' is no method of HTTP"),
        (["-H", "nothing", "http://a/"], "'nothing' is no header; write Name: value"),
        (["-H", "Authorization: a", "http://b:c@d/"], "both the URL and the header Authorization"),
        (["-H", "a: b\r\nc: d", "http://a/"], "the header a has a line break or a NUL in it"),
        (["--data", "@nothing.json", "http://a/"], "nothing.json"),
        (["--data", "@", "http://a/"], "--data @: which file? (as in --data @body.json)"),
        (
            ["--limit", "body-bytes=10", "--data", f"@{ACME}", "http://a/"],
            "more than 10 bytes; --limit body-bytes=N raises it",
        ),
        (
            ["--limit", "recording-bytes=10", "--requests", ACME],
            "more than 10 bytes; --limit recording-bytes=N raises it",
        ),
        (["--requests", "nothing.http"], "nothing.http"),
        (["--requests", "nothing.http", "http://a/"], "leave out URLs"),
        (["--var", "a=b", "http://a/"], "--var gives values to a file of requests"),
        (["--ca", "nothing.pem", "http://a/"], "nothing.pem: there is no such file"),
        (["--ca", ACME, "http://a/"], "there is no certificate in PEM in it"),
        (["--save", "xml=a.xml", "http://a/"], "say har=FILE or ndjson=FILE"),
        (["--proxy", "nothing", "http://a/"], "nothing: a URL begins with https:// or http://"),
        (["--expect-status", "teapot", "http://a/"], "--expect-status teapot: no status"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_is_sent(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, and exit code 2."""
    assert run(["probe", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "a bug" not in err


@pytest.mark.parametrize(
    "host", ["a..example", "m\u00fcn..example", f"{'a' * 64}.example", "\u00ad.example", "a\\b"]
)
def test_a_host_that_can_be_no_name_is_unknown(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Resolvers are not asked for it."""
    code, report, _ = probe(capsys, f"http://{host}/")
    assert (code, rules(report)) == (2, ["live/unknown-host"])


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_probe_reports_what_it_found(number: int, code: int, tmp_path: Path) -> None:
    """The report parses, and says that it is not complete; what was seen is saved."""
    seen = tmp_path / "seen.ndjson"
    with Misbehaving() as server:
        command = [sys.executable, "-m", "schemagen", "probe", "-d", ACME, "-f", "json"]
        urls = [server.url("wrong"), server.url("silent")]
        with subprocess.Popen(
            [*command, "--save", f"ndjson={seen}", *urls], stdout=subprocess.PIPE, env=dict(os.environ)
        ) as process:
            while len(server.requests) < 2:
                time.sleep(0.05)
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
    report = json.loads(out)
    assert process.returncode == code
    assert report["complete"] is False
    assert rules(report) == ["response/body-status"]
    assert seen.read_bytes().count(b"\n") == 1


def test_a_missing_extra_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert run(["probe", "http://a/"]) == 2
    assert capsys.readouterr().err == (
        "schemagen: probe needs the package aiohttp (the extra `live`): pip install aiohttp\n"
    )
