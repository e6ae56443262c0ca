"""The raw results, and what is asked of them: medians, ratios round by round, growth."""

from __future__ import annotations

import math
import statistics
from typing import Any


class Measurements:
    """What `run` has written, by section, corpus, engine and number of records. Nothing measured gives None."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.rows: list[dict[str, Any]] = results["rows"]
        self.starts: dict[str, float] = results["starts"]
        self.single_steps: dict[str, float] = results["steps"]

    def corpora(self, section: str) -> list[str]:
        """The corpora of a section, in the order in which they were measured."""
        return list(dict.fromkeys(row["corpus"] for row in self.rows if row["section"] == section))

    def row(
        self, section: str, corpus: str, engine: str, records: int | None = None
    ) -> dict[str, Any] | None:
        """The row; without `records`, the one with the most."""
        found = [
            row
            for row in self.rows
            if (row["section"], row["corpus"], row["engine"]) == (section, corpus, engine)
            and records in (None, row["records"])
        ]
        return max(found, key=lambda row: int(row["records"]), default=None)

    def seconds(self, section: str, corpus: str, engine: str, records: int | None = None) -> float | None:
        """The median time."""
        row = self.row(section, corpus, engine, records)
        return statistics.median(row["seconds"]) if row and row["seconds"] else None

    def peak(self, section: str, corpus: str, engine: str, records: int | None = None) -> float | None:
        """The median peak in MiB."""
        row = self.row(section, corpus, engine, records)
        return statistics.median(row["peak"]) if row and row["peak"] else None

    def ratio(
        self, section: str, corpus: str, engine: str, base: str, records: int | None = None
    ) -> float | None:
        """The median of the ratios of each round."""
        row, under = (self.row(section, corpus, name, records) for name in (engine, base))
        if not row or not under or row["records"] != under["records"]:
            return None
        pairs = list(zip(row["seconds"], under["seconds"], strict=False))
        return statistics.median(one / other for one, other in pairs) if pairs else None

    def records(self, section: str, corpus: str) -> int:
        """The records of a corpus, the most there are."""
        return max(int(row["records"]) for row in self._of(section, corpus))

    def megabytes(self, section: str, corpus: str) -> float:
        """The size of a corpus, the largest there is."""
        return max(int(row["bytes"]) for row in self._of(section, corpus)) / 1e6

    def steps(self, corpus: str) -> list[int]:
        """The numbers of records of a corpus that grows."""
        return sorted({row["records"] for row in self._of("growth", corpus)})

    def marginal(self, corpus: str, engine: str) -> float | None:
        """Microseconds a record without what it takes to start: from the two largest numbers of records."""
        steps = self.steps(corpus)[-2:]
        times = [self.seconds("growth", corpus, engine, records) for records in steps]
        if len(steps) < 2 or times[0] is None or times[1] is None:
            return None
        return 1e6 * (times[1] - times[0]) / (steps[1] - steps[0])

    def doubling(self, corpus: str, engine: str) -> float | None:
        """By what the time grows when the records double, from the two largest numbers of records."""
        steps = self.steps(corpus)[-2:]
        times = [self.seconds("growth", corpus, engine, records) for records in steps]
        if len(steps) < 2 or times[0] is None or times[1] is None:
            return None
        return float(2 ** (math.log(times[1] / times[0]) / math.log(steps[1] / steps[0])))

    def _of(self, section: str, corpus: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["section"] == section and row["corpus"] == corpus]
