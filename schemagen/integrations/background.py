"""Does work later, in a thread of its own, and never more than was agreed: what is too much is refused, not kept waiting.

Knows nothing of what is done.
"""

from __future__ import annotations

import atexit
import collections
import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_PAUSE = 0.001  # seconds before each item
_IDLE = 5.0  # seconds after which a thread without work ends
_AT_EXIT = 5.0  # seconds that the end of the process waits for what is still to be done


class Background(Generic[T]):
    """Does `work` for each item, one after the other. `most` items wait at once, of `octets` bytes in all.

    Before each item it pauses, so that whoever puts one goes on first, and others get their turn; not while somebody waits
    in `finish`. The thread begins with the first item and ends when there is nothing to do: an instance needs no closing.
    `work` must not raise; `begin` is called before everything, and again in a child. What waits when the process is forked
    is done in the parent; what waits at the end of the process is done then, as far as five seconds allow.
    """

    def __init__(
        self, work: Callable[[T], None], *, most: int, octets: int, begin: Callable[[], None]
    ) -> None:
        self._work = work
        self._most = most
        self._octets = octets
        self._begin = begin
        self.begin()
        _LIVING.add(self)

    def begin(self) -> None:
        """Begins with nothing to do: also in the child of a fork, where the thread is gone, and whoever held a lock."""
        self._begin()
        self._changed = threading.Condition()
        self._waiting: collections.deque[tuple[T, int]] = collections.deque()
        self._held = 0
        self._undone = 0
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, item: T, size: int) -> bool:
        """Takes an item of so many bytes; False if too much is waiting already."""
        with self._changed:
            if len(self._waiting) >= self._most or self._held + size > self._octets:
                return False
            self._waiting.append((item, size))
            self._held += size
            self._undone += 1
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="schemagen", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return True

    def finish(self, timeout: float) -> bool:
        """Waits until all is done that was taken, at most so many seconds; whether it is."""
        self._hurry.set()
        try:
            with self._changed:
                return self._changed.wait_for(lambda: not self._undone, timeout)
        finally:
            self._hurry.clear()

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: self._waiting, _IDLE):
                    self._thread = None
                    return
                item, size = self._waiting.popleft()
            self._hurry.wait(_PAUSE)
            try:
                self._work(item)
            finally:
                with self._changed:
                    self._held -= size
                    self._undone -= 1
                    self._changed.notify_all()


_LIVING: weakref.WeakSet[Background[Any]] = weakref.WeakSet()


def _begin_all() -> None:
    for each in list(_LIVING):
        each.begin()


def _finish_all() -> None:
    for each in list(_LIVING):
        each.finish(_AT_EXIT)


atexit.register(_finish_all)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_begin_all)
