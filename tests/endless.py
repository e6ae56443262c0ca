"""A recording that is read by a process for as long as the test wants."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def endless(name: str, line: str) -> Iterator[None]:
    """A pipe `name` in the current folder, from which `line` can be read again and again until its reader has gone.

    The reader must have gone, and have been there, when the block ends.
    """
    os.mkfifo(name)
    lines = line.encode() * 1_000

    def write() -> None:
        with contextlib.suppress(BrokenPipeError), Path(name).open("wb", buffering=0) as pipe:
            while True:
                pipe.write(lines)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    yield
    writer.join(timeout=60)
    assert not writer.is_alive()
