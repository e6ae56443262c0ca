"""Recordings of any size, piece by piece: WARC and zip archives in as little memory as HAR and NDJSON."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemagen import api, recordings
from schemagen.exchanges import Exchange
from schemagen.limits import DEFAULTS
from schemagen.recordings import FORMS, warc_records, window
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.parts import split
from schemagen.report import Report

ROOT = Path(__file__).parents[1]
HAR = (ROOT / "docs/demo/telecom.har").read_bytes()
NDJSON = (ROOT / "docs/demo/responses.ndjson").read_bytes()
WARC = (ROOT / "tests/recordings/warc/errors.warc").read_bytes()
PACKED = (ROOT / "tests/recordings/warc/errors.warc.gz").read_bytes()
ARC = (
    b"filedesc://a.arc 0.0.0.0 20200101000000 text/plain 20\n1 0 X\nURL IP a b c\nabcdefg\n"
    + b'http://h/a 1.1.1.1 20200101000000 text/html 45\nHTTP/1.1 404 No\r\nContent-Length: 8\r\n\r\n{"a": 1}\n'
    * 2
)
LARGE = 100  # MiB
MOST = 120  # MiB of memory, of which Python and the engines take about 60

needs_warcio = pytest.mark.skipif(not importlib.util.find_spec("warcio"), reason="warcio is an extra")


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The data, so many bytes at a time."""
    return (data[start : start + size] for start in range(0, len(data), size))


def streamed(data: bytes, size: int) -> list[Item]:
    """What is in a WARC that comes in pieces."""
    stream = FORMS["warc"].stream
    assert stream is not None
    return list(stream(Recording("a", b"", None, DEFAULTS), in_pieces(data, size)))


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return file.getvalue()


def validated(path: Path, **options: Any) -> Report:
    """The report on a recording."""
    run = api.begin_validation(**options)
    run.read_file(str(path))
    return run.report()


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little is seen at once as if recordings were large."""
    for module in ("api.reading", "recordings.window", "recordings.archives", "scale.streaming"):
        monkeypatch.setattr(f"schemagen.{module}.SIZE", 700)


DAMAGE = st.sampled_from(
    [b"WARC/1.0\r\n", b"\r\n\r\n", b"\n", b"Content-Length: 9\r\n", b"Content-Length: 99999\r\n", b"\x1f\x8b\x08", b"\0", PACKED[:200], WARC[:500], b""]
)  # fmt: skip


@needs_warcio
@settings(max_examples=40)
@given(
    st.sampled_from([WARC, PACKED, gzip.compress(WARC), PACKED + PACKED[:700] + PACKED, ARC]),
    st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 60), DAMAGE), max_size=3),
    st.integers(3, 400),
    st.integers(1, 400),
)
@example(WARC, [(600, 3, b"9" * 30)], 64, 7)
def test_a_warc_is_the_same_in_whatever_pieces_it_comes(
    data: bytes, damages: list[tuple[int, int, bytes]], size: int, seen: int
) -> None:
    """Damaged or not: the same entries, lines and findings."""
    for at, length, other in damages:
        data = data[:at] + other + data[at + length :]
    wanted = list(FORMS["warc"].read(Recording("a", data, None, DEFAULTS)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window, "SIZE", seen)
        patch.setattr(warc_records, "_LONGEST_ARC", 200)
        assert streamed(data, size) == wanted


@needs_warcio
def test_the_request_of_a_response_is_found_near_it() -> None:
    """Up to 256 KiB behind it, or among the ten thousand requests before."""

    def record(kind: str, names: str, message: str) -> bytes:
        head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: application/http\r\n{names}"
        return f"{head}Content-Length: {len(message)}\r\n\r\n{message}\r\n\r\n".encode()

    gone = record("response", "WARC-Record-ID: <a>\r\n", "HTTP/1.1 404 Not Found\r\n\r\n")
    asked = record("request", "WARC-Concurrent-To: <a>\r\n", "PUT / HTTP/1.1\r\n\r\n")
    for between, method in ((0, "PUT"), (100_000, "PUT"), (600_000, "")):
        other = record("response", "", "HTTP/1.1 200 OK\r\n\r\n" + "x" * between)
        first = next(item for item in streamed(gone + other + asked, 1000) if isinstance(item, Exchange))
        assert first.request is not None
        assert first.request.method == method


@needs_warcio
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.warc", WARC),
        ("a.warc.gz", PACKED),
        ("cut.warc", WARC[:1500]),
        ("a.zip", zipped({"a.har": HAR, "b/b.ndjson": NDJSON, "c.warc": WARC, "d.gz": gzip.compress(HAR), "e.txt": b"?"})),
        ("cut.zip", zipped({"a.har": HAR[:9000], "empty": b"", "b.zip": zipped({"a": b"a"})})),
        ("others.zip", zipped({"a.txt": b"a", "b.png": b"\x89PNG"})),
    ],
)  # fmt: skip
def test_a_report_is_the_same_piece_by_piece_and_at_once(
    small_windows: None, tmp_path: Path, name: str, data: bytes
) -> None:
    """Large ones are, whatever is damaged in them."""
    path = tmp_path / name
    path.write_bytes(data)
    run = api.begin_validation()
    run.read(str(path), data)
    assert validated(path) == run.report()


def test_many_processes_give_the_report_of_one(small_windows: None, tmp_path: Path) -> None:
    """What is not taken apart is read by one process, and judged by the others."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.har": HAR, "b.txt": b"?", "c.ndjson": NDJSON[:-300]}))
    assert validated(path, jobs=3) == validated(path)


@needs_warcio
def test_a_warc_in_zstd_is_read(tmp_path: Path) -> None:
    """As one stream, with lines."""
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "a.warc.zst"
    path.write_bytes(zstandard.compress(WARC))
    assert validated(path).counts == validated(ROOT / "tests/recordings/warc/errors.warc").counts


def test_an_archive_whose_file_is_damaged_gives_what_came_before(small_windows: None, tmp_path: Path) -> None:
    """And the files behind it."""
    data = bytearray(zipped({"a.ndjson": NDJSON * 20, "b.har": HAR}))
    data[data.index(b"PK\x01\x02") + 16] ^= 1  # the checksum of the first file
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    report = validated(path)
    assert report.counts.exchanges > validated(ROOT / "docs/demo/telecom.har").counts.exchanges
    [broken] = [item for item in report.findings if item.rule.code == "recording/unpackable"]
    assert (broken.place.source, dict(broken.facts)["why"]) == (
        f"{path}!a.ndjson",
        "Bad CRC-32 for file 'a.ndjson'",
    )


def test_an_archive_whose_files_overlap_is_not_opened() -> None:
    """A few bytes that unpack to terabytes, one file over the other, are refused before."""
    data = bytearray(zipped({"a.har": HAR}))
    entry = data.index(b"PK\x01\x02")
    size = data.index(b"PK\x05\x06") - entry
    end = bytearray(data[entry + size :])
    for field, value, width in ((8, 20, 2), (10, 20, 2), (12, 20 * size, 4)):
        end[field : field + width] = value.to_bytes(width, "little")
    [item] = recordings.read("a.zip", bytes(data[:entry] + data[entry : entry + size] * 20 + end))
    assert not isinstance(item, Exchange)
    assert dict(item.facts)["why"] == "its files overlap"


# Memory


def write_warc(file: Any) -> None:
    """Records of a mebibyte each."""
    message = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n" + b"x" * (1 << 20)
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nWARC-Target-URI: http://h/\r\n"
    )
    for _ in range(LARGE):
        file.write(b"%sContent-Length: %d\r\n\r\n%s\r\n\r\n" % (head, len(message), message))


def write_warc_gz(file: Any) -> None:
    """The same in one member."""
    with gzip.open(file, "wb", compresslevel=1) as packed:
        write_warc(packed)


def write_zip(file: Any) -> None:
    """A HAR in an archive."""
    body = {"text": "x" * (1 << 20), "mimeType": "text/plain"}
    entry = {"request": {"url": "http://h/"}, "response": {"status": 404, "headers": [], "content": body}}
    text = json.dumps(entry).encode()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.har", "w", force_zip64=True) as har,
    ):
        har.write(b'{"log": {"entries": [' + text)
        for _ in range(LARGE - 1):
            har.write(b",\n" + text)
        har.write(b"]}}")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured elsewhere by other means")
@needs_warcio
@pytest.mark.parametrize("write", [write_warc, write_warc_gz, write_zip])
def test_a_large_recording_takes_little_memory(tmp_path: Path, write: Callable[[Any], None]) -> None:
    """What is larger than all that may be in memory is read to its end."""
    with (tmp_path / "large").open("wb") as file:
        write(file)
    script = (
        "import re, pathlib\nfrom schemagen import api\nfrom schemagen.limits import Limits\n"
        "run = api.begin_validation(limits=Limits(recording_bytes=32 << 20))\n"
        "run.read_file('large')\nprint(run.counts().error_responses, "
        # what `getrusage` says includes the process that this one was forked from
        "int(re.search('VmHWM: *\t *([0-9]+)', pathlib.Path('/proc/self/status').read_text())[1]) // 1024)"
    )
    room = 4 * MOST << 20  # of addresses, most of which are never used
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room)),
    )
    responses, peak = map(int, run.stdout.split())
    assert responses == LARGE
    assert peak < MOST


def test_each_piece_of_a_long_entry_is_looked_at_once() -> None:
    """However small the pieces are, as those of a packed recording may be."""
    looks = 0

    class Piece(bytes):
        def __len__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__len__()

    partition = FORMS["ndjson"].partition
    assert partition is not None
    data = b'{"a": "' + b"x" * 2_000_000 + b'"}\n'
    pieces = [Piece(piece) for piece in in_pieces(data, 500)]
    assert b"".join(part.data for part in split(iter(pieces), partition, DEFAULTS)) == data
    assert looks <= 2 * len(pieces)
