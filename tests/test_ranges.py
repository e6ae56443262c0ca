"""Ranges of large NDJSON: wherever it is cut, every line is judged once, with its number in the whole."""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import api, processes
from schemagen.api.sharing import judge_share, share_out
from schemagen.api.validation import Found
from schemagen.errors import InputError
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import parts
from schemagen.report import Report
from schemagen.scale import ranges, streaming
from schemagen.scale.ranges import cut, spans

ROOT = Path(__file__).parents[1]
NDJSON = (ROOT / "docs/demo/responses.ndjson").read_bytes() * 3
HAR = (ROOT / "docs/demo/telecom.har").read_bytes()


def at_once(path: Path) -> Report:
    """The report on a file that is read from its beginning to its end."""
    run = api.begin_validation()
    run.read_file(str(path))
    return run.report()


def in_ranges(path: Path, limits: Limits = DEFAULTS) -> tuple[Report, int]:
    """The report on a file whose shares are judged in any order, and how many there were."""
    run = api.begin_validation(limits=limits)
    shares = list(share_out([(str(path), "")], None, None, limits))
    order = random.Random(0).sample(range(len(shares)), len(shares))
    found = {number: judge_share(shares[number], run._judge) for number in order}
    run._take_judged(str(path), iter(found[number] for number in range(len(shares))))
    return run.report(), len(shares)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges of a few hundred bytes, which are read in pieces of less than that."""
    monkeypatch.setattr(ranges, "SIZE", 700)
    monkeypatch.setattr(ranges, "PIECE", 600)
    monkeypatch.setattr(parts.split, "__defaults__", (300,))


@pytest.mark.parametrize(
    "data",
    [
        NDJSON,
        b"\xef\xbb\xbf" + NDJSON,
        NDJSON[:-300],
        NDJSON.rstrip(),
        b"\n\n" + NDJSON.replace(b"\n", b"\r\n \n") + b"\n\n",
        NDJSON + NDJSON.replace(b'"status"', b'"status', 1),
        NDJSON.replace(b"\n", b"\n\xef\xbb\xbf"),
        NDJSON + b'{"status": 404, "body": "' + b"x" * 5000 + b'"}\n' + NDJSON,
        NDJSON + b"\n" * 3000 + NDJSON,
        NDJSON + b" " * 3000,
    ],
)
def test_ranges_give_the_report_of_the_whole(small: None, tmp_path: Path, data: bytes) -> None:
    """Marks, blank lines, broken, cut-off and long ones count as they do when the file is read at once."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(data)
    report, shares = in_ranges(path)
    assert report == at_once(path)
    assert shares > 3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "_SMALL", 700)
        assert at_once(path) == report  # in one range


LINES = st.sampled_from(
    [b"", b" ", b"\r", b"1", b"{", b'{"status": 404}', b'{"status": 404, "body": {}}', b'{"status": 4', b"\xef\xbb\xbf", b"\xff"]
)  # fmt: skip


@given(st.lists(LINES, min_size=1, max_size=20), st.integers(1, 80), st.integers(1, 40), st.booleans())
def test_no_cut_loses_a_line_or_takes_one_twice(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], size: int, piece: int, is_ended: bool
) -> None:
    """Whatever the sizes of ranges and pieces, and wherever line feeds are."""
    path = tmp_path_factory.getbasetemp() / "any.ndjson"
    path.write_bytes(b'{"status": 404, "body": null}\n' + b"\n".join(lines) + b"\n" * is_ended)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "SIZE", size)
        patch.setattr(ranges, "PIECE", max(piece, 30))  # the form is told by the first piece
        patch.setattr(parts.split, "__defaults__", (piece,))
        assert in_ranges(path)[0] == at_once(path)


def test_a_line_without_an_end_ends_the_recording_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What comes behind it is not read, as when the file is read from its beginning."""
    limits = Limits(recording_bytes=5000)
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON + b"x" * 20_000 + b"\n" + NDJSON)
    for module in ("schemagen.api.reading", "schemagen.recordings.streams", "schemagen.recordings.parts"):
        monkeypatch.setattr(f"{module}.SIZE", 500)
    monkeypatch.setattr(parts.split, "__defaults__", (500,))
    monkeypatch.setattr(ranges, "SIZE", 1000)
    monkeypatch.setattr(ranges, "PIECE", 500)
    run = api.begin_validation(limits=limits)
    run.read_file(str(path))
    report, shares = in_ranges(path, limits)
    assert report == run.report()
    assert report.counts.exchanges == len(NDJSON.splitlines())
    assert "recording/endless-entry" in [item.rule.code for item in report.findings]
    assert shares > 20


@pytest.mark.parametrize("longest", [4999, 5000, 5001])
def test_where_a_line_is_too_long_does_not_depend_on_what_is_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, longest: int
) -> None:
    """The limit holds to the byte, line feed included."""
    line = b'{"status": 404, "body": "%s"}\n'
    line %= b"x" * (longest - len(line) + 2)
    assert len(line) == longest
    monkeypatch.setattr(parts.split, "__defaults__", (500,))
    monkeypatch.setattr("schemagen.api.reading.SIZE", 500)
    for before in range(0, 1200, 170):
        path = tmp_path / "a.ndjson"
        path.write_bytes(b'{"status": 200, "body": null}\n' + b" " * before + b"\n" + line + NDJSON)
        run = api.begin_validation(limits=Limits(recording_bytes=5000))
        run.read_file(str(path))
        endless = "recording/endless-entry" in [item.rule.code for item in run.report().findings]
        assert endless == (longest > 5000), before


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.har", HAR, None),
        ("a.ndjson.gz", gzip.compress(NDJSON + random.Random(0).randbytes(2000)), None),
        ("a.txt", b"nothing of ours\n" * 200, None),
        ("a.ndjson", NDJSON, "har"),
    ],
)
def test_only_plain_ndjson_is_cut(
    small: None, tmp_path: Path, name: str, data: bytes, form: str | None
) -> None:
    """Everything else is one share."""
    path = tmp_path / name
    path.write_bytes(data)
    assert cut(name, str(path), form, DEFAULTS) == []
    assert len(list(share_out([(str(path), "")], form, None, DEFAULTS))) == 1


def test_small_files_are_not_cut(tmp_path: Path) -> None:
    """A share is worth the way."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON)
    assert cut("a", str(path), None, DEFAULTS) == []


def test_what_fails_in_the_middle_keeps_what_came_before(small: None, tmp_path: Path) -> None:
    """Numbers behind it are not known, so the rest of the file is left out; the line says which bytes."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON)
    run = api.begin_validation()
    shares = list(share_out([(str(path), "")], None, None, DEFAULTS))

    def judged() -> Iterator[object]:
        yield judge_share(shares[0], run._judge)
        path.unlink()
        yield judge_share(shares[1], run._judge)

    with pytest.raises(InputError, match=r"a\.ndjson: bytes 700 to 1400: there is no such file$"):
        run._take_judged("a", judged())  # type: ignore[arg-type]
    assert 0 < run.counts().exchanges < len(NDJSON.splitlines())


def test_a_share_says_no_secret_of_its_url() -> None:
    """Workers log what they are given."""
    (share,) = share_out([("s3://key:hush@bucket/a.har?token=hush", "")], None, None, DEFAULTS)
    assert "hush" not in f"{share!r} {share}"
    assert "hush" in share.path


@pytest.mark.parametrize("jobs", [1, 2, 7])
@pytest.mark.parametrize("size", [0, ranges._SMALL, ranges._SMALL + 1, 9_999_999, 1 << 30])
def test_a_file_is_cut_for_the_processes_that_there_are(jobs: int, size: int) -> None:
    """Not a small one, and for one process into one range; else smaller and smaller, so that all end at once."""
    found = spans(size, jobs)
    sizes = [end - start for start, end in found]
    assert [start for start, _ in found] == [sum(sizes[:at]) for at in range(len(sizes))]
    assert sum(sizes) == (size if size > ranges._SMALL else 0)
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes, default=0) <= (ranges.MOST if jobs > 1 else size)
    assert not sizes or len(sizes) >= min(jobs, 4)


def test_many_processes_give_the_report_of_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each range is read by whoever judges it, a damaged line and a cut-off one among them."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON * 9 + NDJSON.replace(b'"status"', b'"status', 1) + NDJSON * 9 + NDJSON[:-30])
    alone = at_once(path)
    for name, value in (("_SMALL", 700), ("LEAST", 900), ("MOST", 3000)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_MUCH", 0)
    run = api.begin_validation(jobs=3)
    run.read_file(str(path))
    assert run.report() == alone


@pytest.mark.parametrize(("seconds", "jobs"), [(3600.0, 1), (0.0, 2)], ids=["little", "much"])
def test_processes_begin_where_the_rest_is_worth_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: float, jobs: int
) -> None:
    """The second range tells how long all others take; the report is the same."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON * 20)
    alone = at_once(path)
    for name, value in (("_SMALL", 700), ("LEAST", 900), ("MOST", 3000)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_WORTH", seconds)
    begun = [1]
    share = processes.share
    monkeypatch.setattr(processes, "share", lambda *given: (begun.append(given[-1]), share(*given))[1])
    run = api.begin_validation(jobs=2)
    run.read_file(str(path))
    assert run.report() == alone
    assert begun[-1] == jobs


def test_what_vanishes_while_it_is_read_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever reads it."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON * 9)
    for name, value in (("_SMALL", 700), ("LEAST", 900), ("MOST", 3000)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_MUCH", 0)
    run = api.begin_validation(jobs=2, watch=lambda _: path.unlink(missing_ok=True))
    ((_, problem),) = run.read_files([(str(path), "")])
    assert str(problem).startswith(f"{path}: bytes ")
    assert str(problem).endswith(": there is no such file")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("left", [0, 7000], ids=["nothing", "less"])
def test_what_becomes_shorter_while_it_is_read_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, jobs: int, left: int
) -> None:
    """A log that is rotated: the lines that are gone are not passed over as if they had never been."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON * 99)
    for name, value in (("_SMALL", 700), ("LEAST", 9000), ("MOST", 9000), ("PIECE", 600)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_MUCH", 0)
    run = api.begin_validation(jobs=jobs, watch=lambda _: os.truncate(path, left))
    ((_, problem),) = run.read_files([(str(path), "")])
    assert str(problem).startswith(f"{path}: bytes ")
    assert str(problem).endswith(": it has become shorter while it was read")
    assert 0 < run.counts().exchanges < 99 * len(NDJSON.splitlines())


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="there are no names of descriptors")
def test_a_descriptor_is_read_by_the_process_that_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """To another one, its name is that of another file."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON * 20)
    for name, value in (("_SMALL", 700), ("LEAST", 900), ("MOST", 3000)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_MUCH", 0)
    run = api.begin_validation(jobs=2)
    with path.open("rb") as file:
        ((_, problem),) = run.read_files([(f"/dev/fd/{file.fileno()}", "")])
    assert problem is None
    assert run.counts().exchanges == 20 * len(NDJSON.splitlines())


def test_files_judged_elsewhere_add_up(tmp_path: Path) -> None:
    """What is no recording, and what is of no use, is told as by one run."""
    (tmp_path / "notes.txt").write_bytes(b"hello")
    (tmp_path / "b.har").write_bytes(HAR)
    (tmp_path / "broken.har").write_bytes(b'{"log": {"entries": [{"response": {}}]}}')
    files = list(api.list_files(str(tmp_path)))
    alone = api.begin_validation()
    assert [problem for _, problem in alone.read_files(files)] == [None] * 3
    together = api.begin_validation()
    for share in share_out(files, None, None, DEFAULTS):
        found = judge_share(share, together._judge)
        assert isinstance(found, Found)
        together.found.merge(found)
    assert together.report() == alone.report()
    assert together.found.unusable == alone.found.unusable == [str(tmp_path / "broken.har")]


def test_a_worker_judges_the_same_hosts(tmp_path: Path) -> None:
    """Definitions that are at work anywhere are so on a worker, too."""
    path = tmp_path / "seen.ndjson"
    path.write_text('{"url": "http://testserver/a", "status": 401, "body": {"error": {"code": "expired"}}}\n')
    run = api.begin_validation("telecomx", anywhere=True)
    (share,) = share_out([(str(path), "")], None, None, DEFAULTS)
    found = judge_share(share, run._judge)
    assert isinstance(found, Found)
    assert (found.tally.counts["exchanges"], found.tally.counts["out_of_scope"]) == (1, 0)
