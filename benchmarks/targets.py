"""The targets, each with the way it is read off the measurements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from benchmarks.engines import BASE
from benchmarks.measurements import Measurements

Measure = Callable[[Measurements], float | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """What is wanted: at most, or at least, `limit`."""

    text: str
    limit: float
    measure: Measure
    at_least: bool = False

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"

    def holds(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        return value >= self.limit if self.at_least else value <= self.limit


def _ratio(section: str, corpus: str, engine: str, base: str) -> Measure:
    return lambda measured: measured.ratio(section, corpus, engine, base)


def _start(name: str, *, over: str = "") -> Measure:
    return lambda measured: 1000 * (measured.starts[name] - (measured.starts[over] if over else 0))


def _step(name: str) -> Measure:
    return lambda measured: measured.single_steps.get(name)


def _peak(engine: str, sections: Sequence[tuple[str, str]]) -> Measure:
    def measure(measured: Measurements) -> float | None:
        peaks = [measured.peak(section, corpus, engine) for section, corpus in sections]
        return max((peak for peak in peaks if peak is not None), default=None)

    return measure


def _doubling(corpus: str) -> Measure:
    return lambda measured: measured.doubling(corpus, "schemagen")


def _memory(corpus: str) -> Measure:
    """By what the peak grows from the fewest records to the most."""

    def measure(measured: Measurements) -> float | None:
        steps = measured.steps(corpus)
        peaks = [measured.peak("growth", corpus, "schemagen", records) for records in (steps[0], steps[-1])]
        return peaks[1] / peaks[0] if peaks[0] and peaks[1] else None

    return measure


_BARE = "python -c pass"
_ALONE = "schemagen, verdicts alone"
TARGETS = [
    Target("NDJSON, 2 % invalid, × base", 1.5, _ratio("growth", "objects-2", "schemagen", BASE)),
    Target(
        "NDJSON, 2 % invalid, times as fast as ajv doing the same work",
        1.6,
        _ratio("growth", "objects-2", "ajv, same work", "schemagen"),
        at_least=True,
    ),
    Target("NDJSON, 2 % invalid, verdicts alone, × base", 1.25, _ratio("growth", "objects-2", _ALONE, BASE)),
    Target(
        "NDJSON, 2 % invalid, verdicts alone, times as fast as ajv at its best",
        2,
        _ratio("growth", "objects-2", "ajv, standalone", _ALONE),
        at_least=True,
    ),
    Target(
        "NDJSON, 2 % invalid, all cores, times as fast as one",
        1.7,
        _ratio("growth", "objects-2", "schemagen", "schemagen, all cores"),
        at_least=True,
    ),
    Target(
        "NDJSON, 100 % invalid, × the plain jsonschema-rs loop",
        1.3,
        _ratio("corpora", "objects-100", "schemagen", "jsonschema-rs"),
    ),
    Target(
        "NDJSON, 100 % invalid, × the jsonschema-rs loop that asks for reasons",
        1.3,
        _ratio("corpora", "objects-100", "schemagen", "jsonschema-rs, reasons"),
    ),
    Target(
        "HAR, 2 % invalid, times as fast as orjson and jsonschema-rs",
        3.5,
        _ratio("growth", "har-2", "jsonschema-rs", "schemagen"),
        at_least=True,
    ),
    Target(
        "HAR, 2 % invalid, times as fast as node and ajv",
        5,
        _ratio("growth", "har-2", "ajv, standalone", "schemagen"),
        at_least=True,
    ),
    Target("HAR, peak MiB", 64, _peak("schemagen", [("growth", "har-2"), ("huge", "har-2")])),
    Target("NDJSON, growth of time when records double", 2.2, _doubling("objects-2")),
    Target("HAR, growth of time when records double", 2.2, _doubling("har-2")),
    Target("NDJSON, peak with the most records to that with the fewest", 2.2, _memory("objects-2")),
    Target("`schemagen --version`, ms over bare Python", 30, _start("schemagen --version", over=_BARE)),
    Target("`schemagen --help`, ms over bare Python", 45, _start("schemagen --help", over=_BARE)),
    Target(
        "a HAR of 50 entries with all shipped definitions, ms", 150, _start("schemagen validate, HAR of 50")
    ),
    Target("building all shipped definitions, s", 1, _step("build all definitions")),
    Target("reading 5 MB of YAML, s", 0.6, _step("YAML read")),
    Target("writing 5 MB of YAML, s", 0.2, _step("YAML written")),
]
