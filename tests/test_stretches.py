"""Stretches of a large HAR: wherever it seems to be parted, its entries are judged once, and as if it were read in its order."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen import api, processes
from schemagen.judging import Judge
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import parts
from schemagen.report import Report
from schemagen.scale import ranges, streaming, stretches
from schemagen.scale.runs import Runner
from schemagen.scale.stretches import Stretch, UnprovenError, cut_har

ROOT = Path(__file__).parents[1]
DEMO = json.loads((ROOT / "docs/demo/telecom.har").read_bytes())
ENTRIES = [json.dumps(entry) for entry in DEMO["log"]["entries"]]

BROKEN = ENTRIES[1].replace('"status": 4', '"status": 4O')


def har(entries: Iterable[str], tail: str = "]}}", comma: str = ", ") -> bytes:
    """A HAR with these entries."""
    return f'{{"log": {{"version": "1.2", "entries": [{comma.join(entries)}{tail}'.encode()


def report(path: Path, jobs: int, limits: Limits = DEFAULTS) -> Report:
    """The report on a file."""
    run = api.begin_validation(jobs=jobs, limits=limits)
    run.read_file(str(path))
    return run.report()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches of a few thousand bytes, judged in this process."""
    cut_small(monkeypatch, 3000, 500)


def cut_small(patch: pytest.MonkeyPatch, size: int, piece: int) -> None:
    """Has stretches be of so many bytes, read in pieces of so many, and judged in this process."""

    def share(work: Callable[[Any], Any], _begin: object, tasks: Iterable[Any], _jobs: int) -> Iterator[Any]:
        return map(work, tasks)

    for module, name, value in (
        (ranges, "_SMALL", 10), (ranges, "LEAST", size), (ranges, "MOST", size), (stretches, "SIZE", piece),
        (stretches, "_WINDOW", 450 + piece), (processes, "share", share), (streaming, "_MUCH", 0),
    ):  # fmt: skip
        patch.setattr(module, name, value)
    patch.setattr(parts.split, "__defaults__", (piece,))


@pytest.fixture
def read_on(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Where a file was read in its order from, which has more than one stretch."""
    found: list[int] = []
    runs = Stretch.runs

    def spied(self: Stretch, judge: Judge) -> Any:
        try:
            yield from runs(self, judge)
        except UnprovenError:
            found.append(self.start)
            raise

    monkeypatch.setattr(Stretch, "runs", spied)
    return found


@pytest.mark.parametrize(
    "data",
    [
        har(ENTRIES * 6),
        har(ENTRIES * 6, comma=" \n , \n "),
        b"\xef\xbb\xbf" + har(ENTRIES * 6),
        json.dumps(DEMO | {"log": DEMO["log"] | {"entries": DEMO["log"]["entries"] * 4}}, indent=2).encode(),
        har(ENTRIES * 6)[:-700],
        har([*ENTRIES * 3, BROKEN, *ENTRIES * 3]),
        har([*ENTRIES * 3, BROKEN, *ENTRIES * 3, BROKEN], comma=",\n  "),
        har(ENTRIES * 6, tail='], "pages": []}}'),
    ],
    ids=["one line", "blanks", "mark", "indented", "cut off", "broken", "broken lines", "pages behind"],
)
def test_stretches_give_the_report_of_the_whole(
    small: None, read_on: list[int], tmp_path: Path, data: bytes
) -> None:
    """Each proves where it ends, so that none is read twice."""
    path = tmp_path / "a.har"
    path.write_bytes(data)
    assert report(path, 2) == report(path, 1)
    assert len(cut_har("a", str(path), DEFAULTS, 2)) > 5
    assert read_on == []


INNER = '{"startedDateTime": 1}, ' * 300
LOOKALIKES = [
    har([*ENTRIES, ENTRIES[0][:-1] + f', "_more": [{INNER}{{}}]}}', *ENTRIES * 5]),
    har(ENTRIES * 3, tail=f'], "_more": [{INNER}{{}}]}}}}'),
    har([*ENTRIES * 3, f'{{"startedDateTime": "{"x" * 9000}"}}', *ENTRIES], tail='}, {"startedDateTime"'),
    har([*ENTRIES, '{"startedDateTime": [', *ENTRIES * 5]),
]


@pytest.mark.parametrize("data", LOOKALIKES, ids=["in an entry", "behind all", "at the end", "broken"])
def test_what_looks_like_an_end_and_is_none_is_found_out(small: None, tmp_path: Path, data: bytes) -> None:
    """From there on the file is read in its order."""
    path = tmp_path / "a.har"
    path.write_bytes(data)
    assert report(path, 2) == report(path, 1)


def test_a_file_is_read_in_its_order_from_where_an_end_is_none(
    small: None, read_on: list[int], tmp_path: Path
) -> None:
    """What was judged before is kept."""
    path = tmp_path / "a.har"
    path.write_bytes(LOOKALIKES[0])
    report(path, 2)
    assert read_on
    assert read_on[0] > len(har(ENTRIES)) - 3000


NASTY = st.sampled_from(
    ['{"a": "}, {\\"a\\""}', '{"a": "]}, {"}', '{"a": [{"a": 1}, {"a": 2}]}', "{}", '{"a": "\\\\"}', "1", '{"a": 1', '{"a": "},{"}', "[]", "]", "{", '{"a": {"a": 1}, {"a": 1}}']
)  # fmt: skip


@given(
    st.lists(NASTY, max_size=12),
    st.integers(1, 60),
    st.integers(20, 60),
    st.sampled_from([",", " ,\n", ", \t"]),
)
def test_no_cut_loses_an_entry_or_takes_one_twice(
    tmp_path_factory: pytest.TempPathFactory, entries: list[str], size: int, piece: int, comma: str
) -> None:
    """Whatever the sizes are, and whatever looks like an end."""
    path = tmp_path_factory.getbasetemp() / "any.har"
    path.write_bytes(har(['{"a": 1}', *entries], comma=comma))
    with pytest.MonkeyPatch.context() as patch:
        cut_small(patch, size, piece)
        assert report(path, 2) == report(path, 1)


def test_many_processes_give_the_report_of_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each stretch is read by whoever judges it."""
    path = tmp_path / "a.har"
    path.write_bytes(har(ENTRIES * 40))
    for name, value in (("_SMALL", 700), ("LEAST", 9000), ("MOST", 30000)):
        monkeypatch.setattr(ranges, name, value)
    monkeypatch.setattr(streaming, "_MUCH", 0)
    assert report(path, 3) == report(path, 1)


@pytest.mark.parametrize("left", [100, 3500, 9000])
def test_what_becomes_shorter_while_it_is_read_is_one_line(small: None, tmp_path: Path, left: int) -> None:
    """The entries that are gone are not passed over as if they had never been."""
    path = tmp_path / "a.har"
    path.write_bytes(har(ENTRIES * 6))
    run = api.begin_validation(jobs=2, watch=lambda _: os.truncate(path, left))
    ((_, problem),) = run.read_files([(str(path), "")])
    assert str(problem).endswith(": it has become shorter while it was read")
    assert 0 < run.counts().exchanges < 6 * len(ENTRIES)


def test_who_cannot_find_an_end_reads_on_in_order(
    small: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Entries may be large; nobody looks for their end in all that follows."""
    path = tmp_path / "a.har"
    monkeypatch.setattr(stretches, "_FAR", 1500)
    long = ENTRIES[0][:-1] + f', "_x": "{"x" * 20_000}"}}'
    path.write_bytes(har([*ENTRIES, long, *ENTRIES]))
    assert report(path, 2) == report(path, 1)


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (b'{"log": {"entries": []}}' + b" " * 9000, DEFAULTS),
        (har(ENTRIES * 6), Limits(recording_bytes=11_000)),
    ],
    ids=["no entry", "a low limit"],
)
def test_what_has_no_stretches_is_read_in_its_order(
    small: None, tmp_path: Path, data: bytes, limits: Limits
) -> None:
    """A limit that an entry may reach is counted from where reading began."""
    path = tmp_path / "a.har"
    path.write_bytes(data)
    assert cut_har("a", str(path), limits, 2) == []
    assert report(path, 2, limits) == report(path, 1, limits)


def test_a_stretch_without_an_end_in_it_is_empty(small: None, tmp_path: Path) -> None:
    """Its entries belong to the one before."""
    path = tmp_path / "a.har"
    long = ENTRIES[0][:-1] + f', "_x": "{"x" * 9_000}"}}'
    path.write_bytes(har([long, long]))
    judge = api.begin_validation()._judge
    found = [
        Runner(judge).judge_together(one.runs(judge)).entries for one in cut_har("a", str(path), DEFAULTS, 2)
    ]
    assert sum(found) == 2
    assert 0 in found


def test_runs_of_what_is_shared_are_those_of_the_whole(small: None, tmp_path: Path) -> None:
    """What `streaming` makes of them has the numbers of the whole."""
    path = tmp_path / "a.har"
    path.write_bytes(har(ENTRIES * 6))
    judge = api.begin_validation()._judge
    shares = cut_har("a", str(path), DEFAULTS, 2)
    found = list(streaming.place(streaming._judge_shares("a", shares, judge, 2)))
    assert sum(outcome.entries for outcome in found) == 6 * len(ENTRIES)
