"""What a user who interrupts must not part: signals wait until it is done."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator

STOPS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Lets Ctrl-C and SIGTERM wait until the block is done, in this thread and in processes that begin in the block."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
