"""What a user who interrupts does not part."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemagen import processes
from schemagen.exchanges import Exchange
from schemagen.interruptions import undisturbed
from schemagen.judging import Judge
from schemagen.scale import ranges, streaming
from schemagen.scale.fast.alike import Alike
from schemagen.tally import Tally

LINE = '{"url": "https://api.telecomx.dk/x", "status": 418, "headers": {"content-type": "application/json"}, "body": {"error": {"code": "a", "status": 418}}}\n'

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as in POSIX")


def test_who_interrupts_waits_until_the_block_is_done() -> None:
    """The exception comes behind it."""
    done = []

    def interrupt() -> None:
        with undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append(True)

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert done == [True]


def test_a_report_counts_all_of_a_part_or_nothing(
    run: Callable[..., Any], elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who interrupts while what was found in a part is added up sees it added up."""
    (elsewhere / "traffic.ndjson").write_text(LINE)
    merge = Tally.merge

    def interrupted(tally: Tally, other: Tally) -> None:
        signal.raise_signal(signal.SIGINT)
        merge(tally, other)

    monkeypatch.setattr(Tally, "merge", interrupted)
    found = run("validate", "traffic.ndjson", "--jobs", "1", "-f", "json")
    assert (found.code, found.json["complete"]) == (130, False)
    assert (found.json["counts"]["exchanges"], len(found.json["findings"])) == (1, 2)


def interrupt() -> None:
    """What Ctrl-C does."""
    signal.raise_signal(signal.SIGINT)


def lack_memory() -> None:
    """What happens where memory is too little."""
    raise MemoryError


@pytest.mark.parametrize(
    ("happens", "code", "is_complete", "said"),
    [
        (interrupt, 130, False, "interrupted: what was done so far stands"),
        (lack_memory, 2, True, "schemagen: traffic.ndjson: not enough memory"),
    ],
)
def test_a_report_counts_what_was_judged_of_a_part(
    run: Callable[..., Any],
    elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[], None],
    code: int,
    is_complete: bool,
    said: str,
) -> None:
    """Who is stopped in the middle of a part sees all that came before it, be it judged or only counted as one like it was.
    Where memory was too little, the run goes on with the next recording.
    """
    (elsewhere / "traffic.ndjson").write_text(LINE * 60 + '{"status": 404}\n' + LINE)
    take = Judge.take

    def stopped(judge: Judge, exchange: Exchange, tally: Tally) -> object:
        if exchange.response.status == 404:
            happens()
        return take(judge, exchange, tally)

    monkeypatch.setattr(Judge, "take", stopped)
    found = run("validate", "traffic.ndjson", "--jobs", "1", "-f", "json")
    counts = found.json["counts"]
    assert (found.code, found.json["complete"]) == (code, is_complete)
    assert found.err.startswith(said)
    assert counts["exchanges"] == counts["error_responses"] == counts["checked"] >= 60


def test_a_report_counts_nothing_of_a_share_that_is_lost(
    run: Callable[..., Any], elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if what was held back of it is being put together when the user interrupts."""
    (elsewhere / "traffic.ndjson").write_text(LINE * 99)
    settle = Alike.settle
    stops = [signal.SIGINT]

    def share(work: Callable[[Any], Any], _begin: object, tasks: Iterable[Any], _jobs: int) -> Iterator[Any]:
        return map(work, tasks)

    def interrupted(alike: Alike, tally: Tally) -> None:
        if stops:
            signal.raise_signal(stops.pop())
        settle(alike, tally)

    for module, name, value in (
        (Alike, "settle", interrupted), (processes, "share", share), (streaming, "_MUCH", 0),
        (ranges, "_SMALL", 10), (ranges, "LEAST", 9000), (ranges, "MOST", 9000),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    found = run("validate", "traffic.ndjson", "--jobs", "2", "-f", "json")
    assert (found.code, found.json["complete"]) == (130, False)
    assert set(found.json["counts"].values()) == {0, 1}
    assert found.json["counts"]["inputs"] == 1


@pytest.mark.parametrize("name", ["traffic.ndjson", "traffic.yaml"])
def test_who_interrupts_while_a_finding_is_kept_gets_a_report(
    run: Callable[..., Any], elsewhere: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """However its recording is read."""
    cassette = {
        "request": {"method": "GET", "uri": "https://api.telecomx.dk/x"},
        "response": {
            "status": {"code": 418, "message": "?"},
            "headers": {"Content-Type": ["application/json"]},
            "body": {"string": '{"error": {"code": "a", "status": 418}}'},
        },
    }
    text = LINE if name.endswith("ndjson") else json.dumps({"interactions": [cassette], "version": 1})
    (elsewhere / name).write_text(text)
    monkeypatch.setattr("schemagen.excerpts.excerpt", lambda *_: signal.raise_signal(signal.SIGINT))
    found = run("validate", name, "--jobs", "1", "-f", "json")
    assert (found.code, found.json["complete"], found.json["findings"]) == (130, False, [])
    assert found.json["counts"]["exchanges"] == 1
