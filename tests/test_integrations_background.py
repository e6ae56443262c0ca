"""Work that is done later: all of it or none, in order, within bounds, across forks and to the end of the process."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from schemagen.integrations.background import Background


def nothing() -> None:
    """Begins nothing."""


def test_work_is_done_in_order_in_another_thread() -> None:
    """A thousand items, none lost, none twice."""
    done: list[tuple[int, str]] = []

    def work(item: int) -> None:
        done.append((item, threading.current_thread().name))

    background = Background(work, most=2000, octets=10_000, begin=nothing)
    assert all(background.put(number, 1) for number in range(1000))
    assert background.finish(10)
    assert done == [(number, "schemagen") for number in range(1000)]


def test_others_go_on_before_an_item_is_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for a moment, here a long one; who waits for the end is not kept waiting."""
    monkeypatch.setattr("schemagen.integrations.background._PAUSE", 600)
    done: list[int] = []
    background = Background(done.append, most=10, octets=10, begin=nothing)
    for number in range(3):
        background.put(number, 1)
    while len(background._waiting) == 3:
        time.sleep(0.001)
    assert done == []
    assert background.finish(60)
    assert done == [0, 1, 2]


def test_more_than_was_agreed_is_refused() -> None:
    """Neither more items nor more bytes are kept waiting; when there is room again, items are taken again."""
    gate = threading.Event()
    background = Background(lambda _: gate.wait(10), most=3, octets=100, begin=nothing)
    assert background.put("worked on", 1)
    while background._waiting:
        time.sleep(0.001)
    assert not background.put("too large", 100)
    assert [background.put("waits", 1) for _ in range(4)] == [True, True, True, False]
    assert not background.finish(0)
    gate.set()
    assert background.finish(10)
    assert background.put("taken", 99)
    assert background.finish(10)


def test_work_that_raises_is_not_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if `work` breaks its promise, nobody waits for ever, and later items are done."""
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    done = []

    def work(item: int) -> None:
        if item == 0:
            raise ValueError
        done.append(item)

    background = Background(work, most=10, octets=10, begin=nothing)
    background.put(0, 1)
    assert background.finish(5)
    background.put(1, 1)
    assert background.finish(5)
    assert done == [1]


def test_a_thread_without_work_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has to be closed; the next item begins a new thread."""
    monkeypatch.setattr("schemagen.integrations.background._IDLE", 0.01)
    done: list[int] = []
    background = Background(done.append, most=10, octets=10, begin=nothing)
    for number in range(2):
        background.put(number, 1)
        thread = background._thread
        assert thread is not None
        thread.join(5)
        assert not thread.is_alive()
    assert done == [0, 1]


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there are no forks here")
def test_a_child_begins_with_nothing_and_works(tmp_path: Any) -> None:
    """What waits at a fork is done by the parent alone, even if the fork comes in the midst of work."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import os, threading
from schemagen.integrations.background import Background
gate, begun, done = threading.Event(), threading.Event(), []
def work(item):
    begun.set()
    gate.wait(10)
    done.append(item)
background = Background(work, most=10, octets=10, begin=lambda: done.clear())
background.put("parent", 1)
begun.wait(10)
child = os.fork()
gate.set()
if not child:
    assert background.put("child", 1)
    assert background.finish(5)
    os._exit(0 if done == ["child"] else 1)
assert background.finish(5)
assert done == ["parent"], done
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
""",
        ],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr


def test_what_waits_is_done_at_the_end_of_the_process() -> None:
    """Nobody has to call `finish`."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import time
from schemagen.integrations.background import Background
background = Background(lambda item: (time.sleep(0.05), print(item, flush=True)), most=9, octets=9, begin=lambda: None)
for number in range(3):
    background.put(number, 1)
""",
        ],
        capture_output=True,
        text=True,
    )
    assert run.stdout.split() == ["0", "1", "2"], run.stderr
