"""What is seen becomes a recording that the project's own readers read, however the program ends."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import resource
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import bodies, saving
from schemagen.errors import OutputError, SettingsError
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.findings import Finding
from schemagen.limits import Limits
from schemagen.recordings import read
from schemagen.redaction import redact

SEEN = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
FORMS = sorted(saving.FORMS)
ORIGIN = Origin("here")
NAMES = st.sampled_from(["content-type", "x-a", "retry-after", "content-encoding", "set-cookie", "location"])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20)
BODIES = (
    st.none()
    | st.binary(max_size=60)
    | st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace"))
    | st.sampled_from(
        [b'["1f8b08"]', b'["YWJj"]', b'{"token": "abc"}', b"\x1f\x8b\x08", gzip.compress(b"{}")]
    )
)
RESPONSES = st.builds(
    Response,
    st.integers(100, 999),
    st.lists(st.tuples(NAMES, TEXT), max_size=4).map(tuple),
    BODIES,
    st.booleans(),
)
REQUESTS = st.none() | st.builds(
    Request, st.sampled_from(["GET", "PATCH"]), st.just("https://a.example/?") | TEXT
)


def told(exchange: Exchange) -> tuple[object, ...]:
    """What counts of an exchange: all but where it was recorded."""
    response, request = exchange.response, exchange.request
    known = request if request and (request.method or request.url) else None
    return response.status, response.headers, response.body, known


def kept(exchange: Exchange) -> Exchange:
    """The exchange as far as it may be written: its codings undone, its secrets masked."""
    response = exchange.response
    if response.body and not response.decoded and response.header("content-encoding") is not None:
        body = bodies.read(response)
        packed = body.problem in ("body/undecodable", "body/unknown-encoding", "body/missing-decoder")
        response = Response(response.status, response.headers, None if packed else body.raw, decoded=True)
    return redact(Exchange(exchange.origin, response, exchange.request))


def write(path: Path, form: str, *exchanges: Exchange) -> bytes:
    """The bytes of a recording of these."""
    path.unlink(missing_ok=True)
    with saving.create(form, path) as recorder:
        for exchange in exchanges:
            recorder.add(exchange, SEEN)
    return path.read_bytes()


def answer(status: int = 404, body: bytes | None = b"{}", **headers: str) -> Exchange:
    """An exchange with what a test is about."""
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(ORIGIN, Response(status, fields, body), Request("GET", "https://a.example/b"))


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None)
@given(exchanges=st.lists(st.builds(Exchange, st.just(ORIGIN), RESPONSES, REQUESTS), min_size=1, max_size=3))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, form: str, exchanges: list[Exchange]
) -> None:
    """Status, headers, body, method and URL are equal to those of the redacted exchange, and the body means the same."""
    path = tmp_path_factory.getbasetemp() / f"property.{form}"
    found = list(read("a", write(path, form, *exchanges), form=form))
    assert [told(each) for each in found] == [told(kept(each)) for each in exchanges]
    for before, after in zip(exchanges, found, strict=True):
        assert bodies.read(after.response).value == bodies.read(kept(before).response).value


@pytest.mark.parametrize("form", FORMS)
def test_the_form_is_told_by_the_content(tmp_path: Path, form: str) -> None:
    """Nobody has to say what was written, even of one exchange without a body and a request."""
    data = write(tmp_path / "x", form, Exchange(ORIGIN, Response(500)))
    assert [type(item) for item in read("a", data)] == [Exchange]


@pytest.mark.parametrize("form", FORMS)
def test_a_recording_is_whole_after_every_entry(tmp_path: Path, form: str) -> None:
    """Whoever reads while it grows finds what was seen so far, without a finding."""
    path = tmp_path / "seen"
    with saving.create(form, path) as recorder:
        for number in range(1, 4):
            recorder.add(answer(400 + number))
            assert [each.response.status for each in read("a", path.read_bytes())] == [401, 402, 403][:number]
            if form == "har":
                assert json.loads(path.read_bytes())["log"]["version"] == "1.2"


@pytest.mark.parametrize("form", FORMS)
def test_a_recording_cut_off_anywhere_gives_what_is_whole(tmp_path: Path, form: str) -> None:
    """After the entries that are there comes one finding: that it is cut off."""
    data = write(tmp_path / "x", form, answer(401), answer(402), answer(403, b"\xff"))
    first = data.index(b"402")
    for end in range(first, len(data)):
        items = list(read("a", data[:end], form=form))
        rules = [item.rule.code for item in items if isinstance(item, Finding)]
        assert next(item.response.status for item in items if isinstance(item, Exchange)) == 401
        assert rules in ([], ["recording/truncated"])


def test_secrets_are_never_written(tmp_path: Path) -> None:
    """Neither those of headers nor of URLs nor of bodies, packed or not."""
    secret = "hunter2hunter2"
    body = json.dumps({"token": secret, "message": f"password={secret}"}).encode()
    exchanges = [
        Exchange(ORIGIN, Response(401, (("set-cookie", secret), ("location", f"/?token={secret}")), body)),
        Exchange(ORIGIN, Response(401, (("content-encoding", "gzip"),), gzip.compress(body))),
        Exchange(ORIGIN, Response(401, (), body.decode().encode("utf-16"))),
        Exchange(
            ORIGIN,
            Response(401, (), b"\xff" + body),
            Request("GET", f"https://u:{secret}@h/?api_key={secret}"),
        ),
    ]
    for form in FORMS:
        data = write(tmp_path / form, form, *exchanges)
        assert secret.encode() not in data
        assert len(list(read("a", data))) == 4


def test_a_body_is_written_unpacked_and_said_to_be(tmp_path: Path) -> None:
    """Bytes that are no text stay as they are, although the header says that they are packed."""
    exchange = Exchange(ORIGIN, Response(400, (("content-encoding", "gzip"),), gzip.compress(b"\xff\xfe1")))
    for form in FORMS:
        [found] = read("a", write(tmp_path / form, form, exchange))
        assert bodies.read(found.response).raw == b"\xff\xfe1"


def test_a_body_that_cannot_be_unpacked_is_left_out(tmp_path: Path) -> None:
    """Broken gzip and a bomb are seen as responses whose body was not recorded."""
    bomb = Exchange(ORIGIN, Response(400, (("content-encoding", "gzip"),), gzip.compress(bytes(10_000_000))))
    broken = Exchange(ORIGIN, Response(400, (("content-encoding", "gzip"),), b"\x1f\x8b\x08broken"))
    path = tmp_path / "x"
    with saving.create("har", path, Limits(body_bytes=1000)) as recorder:
        recorder.add(bomb)
        recorder.add(broken)
    assert [each.response.body for each in read("a", path.read_bytes())] == [None, None]


def test_text_that_no_encoding_has_is_written(tmp_path: Path) -> None:
    """A lone surrogate in a header or a URL is replaced, in both forms."""
    odd = Exchange(ORIGIN, Response(400, (("x-a", "a\udcff"),), b"{}"), Request("GET", "/\ud800"))
    for form in FORMS:
        [found] = read("a", write(tmp_path / form, form, odd))
        assert found.response.headers == (("x-a", "a?"),)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    """Unless it may be replaced; a link never is."""
    path = tmp_path / "mine"
    path.write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(OutputError, match=r"mine is there already; name another file, or remove it"):
        saving.create("har", path)
    with pytest.raises(OutputError, match="link is there already"):
        saving.create("har", link, replace=True)
    assert path.read_text() == "mine"
    saving.create("ndjson", path, replace=True).close()
    assert path.read_text() == ""


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    """A missing folder is named, and a file in place of one."""
    with pytest.raises(OutputError, match=r"a\.har: there is no folder .*nowhere"):
        saving.create("har", tmp_path / "nowhere" / "a.har")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Not a directory"):
        saving.create("har", tmp_path / "file" / "a.har")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hra=x", "recordings are not written as 'hra'; say har=FILE or ndjson=FILE"),
        ("seen.xml", "recordings are not written as 'seen.xml'; say har=FILE or ndjson=FILE"),
        ("har", "har: which file? (as in har=seen.har)"),
        ("ndjson=", "ndjson=: which file? (as in ndjson=seen.ndjson)"),
    ],
)
def test_a_mistaken_option_is_answered(text: str, message: str) -> None:
    """The message says what there is."""
    with pytest.raises(SettingsError) as caught:
        saving.parse(text)
    assert str(caught.value) == message


def test_an_option_names_form_and_file() -> None:
    """What is behind the first sign of equality is the file."""
    assert saving.parse("har=a=b.har") == ("har", Path("a=b.har"))


@pytest.mark.parametrize("form", FORMS)
def test_threads_take_turns(tmp_path: Path, form: str) -> None:
    """Entries of several threads are all there and never mixed."""
    path = tmp_path / "x"
    with saving.create(form, path) as recorder:
        threads = [
            threading.Thread(target=lambda: [recorder.add(answer(body=b"x" * 5000)) for _ in range(25)])
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [type(item) for item in read("a", path.read_bytes())] == [Exchange] * 100


CHILD = """
    import resource, sys
    from pathlib import Path
    from schemagen import saving
    from schemagen.errors import OutputError
    from schemagen.exchanges import Exchange, Origin, Response

    form, path, most = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if most:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    recorder = saving.create(form, path)
    count = 0
    try:
        while True:
            recorder.add(Exchange(Origin("x"), Response(404, (), b"x" * 700)))
            count += 1
            print(count, flush=True)
    except OutputError as problem:
        print(problem)
"""


def start(form: str, path: Path, most: int = 0) -> subprocess.Popen[str]:
    """A process that records until it cannot."""
    arguments = [sys.executable, "-c", textwrap.dedent(CHILD), form, str(path), str(most)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("form", FORMS)
def test_a_killed_process_loses_nothing(tmp_path: Path, form: str) -> None:
    """What was said to be written is there after kill -9."""
    path = tmp_path / "x"
    with start(form, path) as child:
        assert child.stdout
        for _ in range(50):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        said = 50 + child.stdout.read().count("\n")
    items = list(read("a", path.read_bytes()))
    assert len([item for item in items if isinstance(item, Exchange)]) >= said


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system cannot bound a file")
@pytest.mark.parametrize("form", FORMS)
def test_a_full_disk_is_one_line_and_leaves_a_whole_recording(tmp_path: Path, form: str) -> None:
    """The entry without room is not there, those before it are, and the document is closed."""
    path = tmp_path / "x"
    child = start(form, path, 10_000)
    output, _ = child.communicate(timeout=60)
    *counted, line = output.splitlines()
    assert line == f"{path}: {os.strerror(27)}"
    assert len(list(read("a", path.read_bytes()))) == int(counted[-1])
    assert all(isinstance(item, Exchange) for item in read("a", path.read_bytes()))


def test_a_disk_without_any_room_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the next run would be told that it is there already."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        saving.create("har", tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_closed_recording_takes_nothing_more(tmp_path: Path) -> None:
    """Closing twice is well; writing afterwards is an error, not a loss."""
    recorder = saving.create("ndjson", tmp_path / "x")
    recorder.close()
    recorder.close()
    with pytest.raises(OutputError):
        recorder.add(answer())


def test_each_entry_costs_the_same(tmp_path: Path) -> None:
    """A long HAR is not written anew for every entry."""
    began = time.process_time()
    with saving.create("har", tmp_path / "x") as recorder:
        for _ in range(2000):
            recorder.add(answer(body=b"x" * 1000))
    assert time.process_time() - began < 5
