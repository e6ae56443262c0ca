"""The fast path: many responses at once, of which it can be proven that there is nothing to find.

It says only "nothing is wrong with these, they count as that"; all others it gives back for the usual way, which alone
decides what is wrong. What it accepts, the usual way would accept: a test and a fuzzer compare the two. Everything works
without it, and only `scale` knows it.

    run ─ entries ─ envelopes or har ─▶ columns ─ routes ─▶ groups ─ plans (shapes, batches) ─▶ counted, or left
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from schemagen.judging import Judge
from schemagen.recordings.slices import Slice
from schemagen.tally import Tally

FORMS = ("ndjson", "har")


class Left(NamedTuple):
    """What is left of a run that has so many `entries` and line feeds: `pieces` gives the number of each, from 1, its line,
    and where it stands.

    `learn` takes what came of one of them, judged with nothing else in the tally, before the next is asked for: of others
    like it only the number will count. Without that, they are all left.
    """

    entries: int
    lines: int
    pieces: Callable[[], Iterator[tuple[int, int, Slice]]]
    learn: Callable[[int, Tally], None]


def count(judge: Judge, form: str, data: bytes, tally: Tally, reader: object) -> Left | None:
    """Counts in `tally` the responses in a run of entries of that form of which there is nothing to find, as `judge` would
    count them. Gives what is left; None if that is everything, as the form is not known here.

    What is seen in them is held back until `settle`. `reader` is whoever reads a recording in its order: what it was told of earlier runs is held to be in the report.
    """
    if form not in FORMS:
        return None
    from schemagen.scale.fast.counting import counting

    return counting(judge).count(form, data, tally, reader)


def proves(judge: Judge, data: bytes) -> bool:
    """Whether these bytes are entries of a HAR, each with a comma behind it. How they were read is kept until `count` is given
    these very bytes in this thread.
    """
    from schemagen.scale.fast.counting import counting

    return counting(judge).proves(data)


def settle(judge: Judge, tally: Tally) -> None:
    """Puts into `tally` what was held back of the runs that were counted for `judge` in this thread."""
    counting = sys.modules.get("schemagen.scale.fast.counting")
    if counting is not None:
        counting.counting(judge).settle(tally)
