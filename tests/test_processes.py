"""Work shared out to processes."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from schemagen import processes
from schemagen.errors import LostProcessError


def test_results_come_in_the_order_of_the_tasks() -> None:
    """However many processes there are, of which this is one; tasks are taken as they are needed."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1, 40):
            taken.append(number)
            yield number

    results = processes.share(partial(divmod, 100), partial(partial, divmod, 100), tasks(), 3)
    assert next(results) == divmod(100, 1)
    assert len(taken) < 39
    assert list(results) == [divmod(100, number) for number in range(2, 40)]


def test_this_process_works_where_the_others_have_enough_to_do() -> None:
    """Each task is done once, in one place."""
    here: list[int] = []

    def work(task: int) -> int:
        here.append(task)
        return os.getpid()

    done = list(processes.share(work, partial(partial, _pid), range(30), 2))
    assert [number for number, pid in enumerate(done) if pid == os.getpid()] == here
    assert here
    assert len(set(done)) == 2


def _pid(_: int) -> int:
    """Which process works."""
    return os.getpid()


@pytest.mark.parametrize("wrong", [0, 2], ids=["elsewhere", "here"])
def test_what_work_raises_is_raised_at_its_turn(wrong: int) -> None:
    """What was done before it is given first."""
    tasks = [3, 2, 1]
    tasks[wrong] = 0
    results = processes.share(partial(divmod, 7), partial(partial, divmod, 7), tasks, 2)
    assert [next(results) for _ in range(wrong)] == [divmod(7, task) for task in tasks[:wrong]]
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.parametrize("pause", [0.0, 0.03, 0.06, 0.1])
def test_who_stops_while_a_result_is_sent_does_not_wait_for_the_rest(tmp_path: Path, pause: float) -> None:
    """The worker is ended in the middle of it, whenever that is."""
    mark = tmp_path / "sending"

    def tasks() -> Iterator[Path]:
        yield mark
        while not mark.exists():
            time.sleep(0.001)
        time.sleep(pause)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(processes.share(_large, partial(partial, _large), tasks(), 2))


def test_where_other_processes_have_no_place_this_one_works_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container whose files are only read there is no folder for what they are begun with."""

    def refuse(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refuse)
    done = list(processes.share(_pid, partial(partial, _pid), range(5), 2))
    assert done == [os.getpid()] * 5


def test_a_process_that_cannot_be_begun_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a user may have no more of them."""

    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(processes.ProcessPoolExecutor, "submit", refuse)
    with pytest.raises(
        LostProcessError, match=r"begun: Resource temporarily unavailable; --jobs 1 needs none$"
    ):
        list(processes.share(_pid, partial(partial, _pid), range(5), 2))


def test_only_its_own_processes_are_ended(tmp_path: Path) -> None:
    """Another thread may begin some at the same time, for something else."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    other = context.Process(target=stop.wait)

    def tasks() -> Iterator[int]:
        yield 1
        other.start()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(processes.share(_pid, partial(partial, _pid), tasks(), 2))
    stop.set()
    other.join()
    assert other.exitcode == 0


@pytest.mark.parametrize("jobs", [2, 3])
def test_a_process_that_ends_in_the_middle_of_a_result_is_lost(jobs: int) -> None:
    """Nobody waits for the rest, which nobody sends."""
    with pytest.raises(LostProcessError, match=r"^a process that took a share was ended, perhaps"):
        list(processes.share(_pid, partial(partial, _half), range(5), jobs))


def _half(_: int) -> bytes:
    """A result of which half is sent, before its process ends."""

    def send(connection: Any, data: Any) -> None:
        os.write(connection.fileno(), data[: len(data) // 2])
        os._exit(1)

    Connection._send = send  # type: ignore[attr-defined]
    return bytes(1 << 20)


def _large(mark: Path) -> bytes:
    """What takes some time to send."""
    mark.touch()
    return bytes(64 << 20)
