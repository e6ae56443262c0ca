"""Large recordings: taken apart, judged in parts by one process or several, and put together again."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import api, recordings
from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.limits import DEFAULTS
from schemagen.problems import Problem
from schemagen.recordings import FORMS, parts
from schemagen.recordings.form import Item, Recording
from schemagen.recordings.parts import EndlessError, Part, read_part, split
from schemagen.report import Report
from schemagen.scale import runs
from schemagen.scale.runs import Runner

Run = Callable[..., Any]

ROOT = Path(__file__).parents[1]
HAR = (ROOT / "docs/demo/telecom.har").read_bytes()
NDJSON = (ROOT / "docs/demo/responses.ndjson").read_bytes()
ENTRIES = b"".join(json.dumps(entry).encode() + b"," for entry in json.loads(HAR)["log"]["entries"])
COMPACT = json.dumps(json.loads(HAR)).encode()

LINES = (
    b'{"log": {"entries": [\n   '
    + ENTRIES.replace(b'},{"startedDateTime"', b'},\n   {"startedDateTime"').removesuffix(b",")
    + b"\n]}}"
)


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The data, so many bytes at a time."""
    return (data[start : start + size] for start in range(0, len(data), size))


def cut(form: str, data: bytes, size: int) -> list[Part]:
    """The parts of a recording."""
    how = FORMS[form].partition
    assert how is not None
    return list(split(in_pieces(data, size), how, DEFAULTS, size))


def entries_of(form: str, part: Part) -> list[Item]:
    """What a part amounts to, with its own numbers."""
    return [item for _, item in read_part(Recording("x", part.data, None, DEFAULTS), FORMS[form], part.role)]


def told(items: list[Item]) -> list[object]:
    """Items without their places."""
    return [(item.response, item.request) if isinstance(item, Exchange) else item.rule.code for item in items]


@pytest.mark.parametrize(("form", "data"), [("har", HAR), ("har", COMPACT), ("ndjson", NDJSON)])
@pytest.mark.parametrize("size", [1, 7, 100, 1000, 5000, 10**6])
def test_parts_are_the_whole_and_hold_the_same_entries(form: str, data: bytes, size: int) -> None:
    """However small they are: not a byte is lost, and no entry is cut in two."""
    found = cut(form, data, size)
    assert b"".join(part.data for part in found) == data
    assert [part.start for part in found] == [
        sum(len(one.data) for one in found[:at]) for at in range(len(found))
    ]
    together = [item for part in found for item in entries_of(form, part)]
    assert told(together) == told(list(FORMS[form].read(Recording("x", data, None, DEFAULTS))))
    assert 4 * size > len(data) or len(found) > 3


NASTY = st.sampled_from(
    ['{"request": {"url": "}, {\\"startedDateTime\\""}}', '{"startedDateTime": "]}, {"}', '{"a": [[{}]]}', "{}", '{"x": "\\\\"}', "1", '"},{"', "[]", "null"]
)  # fmt: skip


@given(st.lists(NASTY, max_size=12), st.integers(1, 60), st.sampled_from([",", " ,\n", ", \t"]))
def test_what_looks_like_a_cut_inside_of_an_entry_is_none(entries: list[str], size: int, comma: str) -> None:
    """Brackets, commas and names of members in texts are no ends of entries."""
    data = f'{{"log": {{"entries": [{comma.join(entries)}]}}}}'.encode()
    found = cut("har", data, size)
    assert b"".join(part.data for part in found) == data
    together = [item for part in found for item in entries_of("har", part)]
    assert told(together) == told(list(FORMS["har"].read(Recording("x", data, None, DEFAULTS))))


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_bytes_can_be_taken_apart(data: bytes, size: int) -> None:
    """Nothing is raised, and nothing is lost."""
    for form in ("har", "ndjson"):
        assert b"".join(part.data for part in cut(form, data, size)) == data


def test_an_entry_without_an_end_is_not_kept_in_memory() -> None:
    """The limit is that of recordings that are read at once."""
    how = FORMS["ndjson"].partition
    assert how is not None
    endless = (b"x" * 1000 for _ in range(10**9))
    with pytest.raises(EndlessError):
        list(split(endless, how, DEFAULTS.__class__(recording_bytes=50_000), 1000))


# Runs and reports


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few hundred bytes, as if recordings were large."""
    for module in ("schemagen.api.reading", "schemagen.recordings.streams", "schemagen.recordings.parts"):
        monkeypatch.setattr(f"{module}.SIZE", 700)
    monkeypatch.setattr(parts.split, "__defaults__", (700,))


def validated(path: Path, **options: Any) -> Report:
    """The report on a recording."""
    run = api.begin_validation(**options)
    run.read_file(str(path))
    return run.report()


def at_once(data: bytes, path: Path) -> Report:
    """The report on a recording that is read at once."""
    run = api.begin_validation()
    run.read(str(path), data)
    return run.report()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.har", HAR),
        ("compact.har", COMPACT),
        ("a.ndjson", NDJSON),
        ("broken.har", HAR.replace(b'"status": 404', b'"status": 4O4', 1)),
        ("lines.har", LINES.replace(b'"status": 404', b'"status": 4O4')),
        ("cut.har", HAR[:12000]),
        ("between.har", HAR[: HAR.index(b'"startedDateTime"', 9000)].rstrip().removesuffix(b"{")),
        ("broken.ndjson", NDJSON.replace(b'"status"', b'"status', 1)),
        ("blank.ndjson", b"\n\n" + NDJSON.replace(b"\n", b"\r\n \n") + b"\n\n"),
        ("mark.ndjson", b"\xef\xbb\xbf" + NDJSON),
        ("mark.har", b"\xef\xbb\xbf" + HAR),
        ("cut.ndjson", NDJSON[:-300]),
    ],
)
def test_a_report_is_the_same_in_parts_and_at_once(
    small_parts: None, tmp_path: Path, name: str, data: bytes, pack: Callable[[bytes], bytes]
) -> None:
    """Entries, lines and pointers count from the beginning of the recording."""
    path = tmp_path / name
    path.write_bytes(pack(data))
    assert validated(path) == at_once(pack(data), path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.ndjson", NDJSON * 40),
        ("a.ndjson.gz", gzip.compress(NDJSON * 40)),
        ("cut.ndjson.gz", gzip.compress(NDJSON * 40)[:-20]),
        ("a.har", HAR.replace(b'"entries": [', b'"entries": [' + ENTRIES * 10)),
    ],
)
def test_many_processes_give_the_report_of_one(
    small_parts: None, tmp_path: Path, name: str, data: bytes
) -> None:
    """Whoever judges a part, and whenever; parts are sent, or read by whoever judges them."""
    path = tmp_path / name
    path.write_bytes(data)
    report = validated(path, jobs=3)
    assert report == validated(path, jobs=1)
    assert report.counts.exchanges > 100


def test_what_becomes_shorter_while_it_is_read_is_no_end(tmp_path: Path) -> None:
    """Whoever judges a run reads its bytes again, and some of them may be gone."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(NDJSON)
    runner = Runner(Judge(()))
    run = runs.Run("a", "ndjson", "entries", str(path), 0, len(NDJSON))
    assert [outcome.entries for outcome in runner.judge_each([run])] == [len(NDJSON.splitlines())]
    with pytest.raises(OSError, match="it has become shorter while it was read"):
        list(runner.judge_each([run._replace(size=len(NDJSON) + 1)]))


def test_a_compressed_recording_that_breaks_off_gives_what_came_before(
    small_parts: None, tmp_path: Path
) -> None:
    """As it does when it is read at once."""
    path = tmp_path / "a.ndjson.gz"
    packed = gzip.compress(NDJSON * 20)
    path.write_bytes(packed[: len(packed) * 2 // 3])
    report = validated(path)
    assert report.counts.exchanges > 3
    assert "recording/unpackable" in [item.rule.code for item in report.findings]


def test_a_bomb_is_one_line(small_parts: None, elsewhere: Path, run: Run) -> None:
    """What unpacks to a line without an end is an error with its limit."""
    Path("bomb.ndjson.gz").write_bytes(gzip.compress(NDJSON + b"x" * 10_000_000))
    found = run("validate", "bomb.ndjson.gz", "--limit", "recording-bytes=100000")
    assert found.code == 1
    assert (
        "an entry has more than 100000 bytes; what comes before is read; --limit recording-bytes=N raises it [recording/endless-entry]"
        in found.out
    )


@pytest.mark.parametrize(("name", "data"), [("a.har", HAR), ("a.ndjson", NDJSON * 5)])
def test_what_is_normalised_is_read_in_parts_too(
    small_parts: None, tmp_path: Path, name: str, data: bytes
) -> None:
    """With the numbers of the whole recording."""
    path = tmp_path / name
    path.write_bytes(data)
    run = api.begin_normalisation()
    found = [item.as_json(with_origin=True) for item in run.read_file(str(path)) if isinstance(item, Problem)]
    at_once = recordings.read(str(path), data)
    wanted = [api.begin_normalisation().take(item) for item in at_once if isinstance(item, Exchange)]
    assert found == [each.as_json(with_origin=True) for each in wanted if each]


def test_only_some_forms_are_taken_apart() -> None:
    """The others have a bound on their size."""
    assert [name for name, form in FORMS.items() if form.partition] == ["har", "ndjson"]
    assert recordings.detect(NDJSON) is FORMS["ndjson"]
