"""Makes the table and the plots of what `run` has measured.

    python -m benchmarks.results RESULTS.json OUT

writes OUT/RESULTS.md and, where matplotlib is installed, OUT/plots/*.svg.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import targets
from benchmarks.engines import BASE, ENGINES
from benchmarks.measurements import Measurements

_INTRODUCTION = """\
Written by `make bench`; what is measured, and how, is in [performance](../docs/performance.md). Each figure is the
median of whole processes ({rounds}), in rounds in which every engine runs once. × is the time as a multiple of what
`{base}` takes to read the same file in the same round."""

_MEANINGS = {
    "objects-2": "NDJSON, nested, bodies as objects, 2 % invalid",
    "objects-20": "the same, 20 % invalid",
    "objects-100": "the same, 100 % invalid",
    "texts-2": "NDJSON, nested, bodies as texts, 2 % invalid",
    "texts-20": "the same, 20 % invalid",
    "texts-100": "the same, 100 % invalid",
    "flat-2": "NDJSON, flat, other names and order, with blanks, 2 % invalid",
    "gateway": "NDJSON, nested: 60 % successes, 10 % drift, 2 % invalid",
    "har-2": "HAR on one line, 2 % invalid",
    "har-20": "the same, 20 % invalid",
    "har-100": "the same, 100 % invalid",
    "pretty-har-2": "HAR, indented, 2 % invalid",
}


def render(results: dict[str, Any], plots: Sequence[str]) -> str:
    """The table as Markdown."""
    measured = Measurements(results)
    parts = [
        "# Results",
        _INTRODUCTION.format(rounds=results["rounds"], base=BASE),
        _table(("Machine", ""), results["machine"].items()),
        "## Targets",
        _targets(measured),
        "## Verdicts",
        _verdicts(results),
        "## Engines",
        _table(("Engine", "What it does"), ((engine.name, engine.about) for engine in ENGINES)),
        *_missing(results),
        *_corpora(measured, "corpora", "Corpora"),
        *_corpora(measured, "few", "Few records, with slow engines"),
        *_growth(measured),
        *_huge(measured),
        "## Starting",
        "Of the processor.",
        _table(("Command", "ms", "ms over bare Python"), _starts(results["starts"])),
        "## Building, YAML, compiling",
        "Of the processor, inside a process, without its start; the last two are whole processes.",
        _table(("Step", "ms"), ((name, f"{1000 * took:.1f}") for name, took in results["steps"].items())),
        *(["## Plots"] if plots else []),
        *(f"![{name}](plots/{name})" for name in plots),
    ]
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Any) -> str:
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    if len(heads) == 2 and heads[1] in ("", "What it does"):
        lines[1] = "| --- | --- |"
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def _targets(measured: Measurements) -> str:
    rows = []
    for target in targets.TARGETS:
        value = target.measure(measured)
        if value is None:
            rows.append((target.text, target.wanted, "not measured", ""))
        else:
            rows.append(
                (target.text, target.wanted, f"{value:.2f}", "yes" if target.holds(value) else "**no**")
            )
    return _table(("Target", "Wanted", "Measured", "Met"), rows)


def _verdicts(results: dict[str, Any]) -> str:
    if results["mistakes"]:
        return "\n".join(f"* **Wrong**: {mistake}" for mistake in results["mistakes"])
    return "All engines gave the verdicts that the corpora were made with, for every definition."


def _missing(results: dict[str, Any]) -> Iterator[str]:
    if results["missing"]:
        yield (
            "Not measured: " + "; ".join(f"{name} ({why})" for name, why in results["missing"].items()) + "."
        )


def _corpora(measured: Measurements, section: str, title: str) -> Iterator[str]:
    """Three tables: multiples of the base, time and memory, engines by corpora."""
    corpora = measured.corpora(section)
    if not corpora:
        return
    engines = [
        engine.name for engine in ENGINES if any(measured.row(section, each, engine.name) for each in corpora)
    ]
    yield f"## {title}"
    sizes = (
        (
            each,
            _MEANINGS[each],
            f"{measured.records(section, each):,}",
            f"{measured.megabytes(section, each):.1f}",
        )
        for each in corpora
    )
    yield _table(("Corpus", "", "Records", "MB"), sizes)
    for name, cell in (
        ("× base", _ratio),
        ("Seconds", _seconds),
        ("Peak MiB, of the largest process", _peak),
    ):
        rows = ([engine, *(cell(measured, section, each, engine) for each in corpora)] for engine in engines)
        yield _table((name, *corpora), rows)


def _ratio(measured: Measurements, section: str, corpus: str, engine: str) -> str:
    ratio = measured.ratio(section, corpus, engine, BASE)
    return _failure(measured, section, corpus, engine) if ratio is None else f"{ratio:.2f}"


def _seconds(measured: Measurements, section: str, corpus: str, engine: str) -> str:
    seconds = measured.seconds(section, corpus, engine)
    return "" if seconds is None else f"{seconds:.3f}"


def _peak(measured: Measurements, section: str, corpus: str, engine: str) -> str:
    peak = measured.peak(section, corpus, engine)
    return "" if peak is None else f"{peak:.0f}"


def _failure(measured: Measurements, section: str, corpus: str, engine: str) -> str:
    row = measured.row(section, corpus, engine)
    return "failed" if row and row["failed"] else ""


def _growth(measured: Measurements) -> Iterator[str]:
    corpora = measured.corpora("growth")
    if corpora:
        yield "## Growth"
        yield (
            "Seconds and peak MiB by the number of records. The last columns are about the two largest: by what time "
            "grows when the records double, and how long one more record takes, the start left aside."
        )
    for corpus in corpora:
        steps = measured.steps(corpus)
        rows = []
        for engine in ENGINES:
            cells = [_cell(measured, corpus, engine.name, records) for records in steps]
            if any(cells):
                doubling = measured.doubling(corpus, engine.name)
                marginal = measured.marginal(corpus, engine.name)
                ends = [f"{value:.2f}" if value is not None else "" for value in (doubling, marginal)]
                rows.append([engine.name, *cells, *ends])
        yield _table((corpus, *(f"{records:,}" for records in steps), "doubling", "µs a record"), rows)


def _cell(measured: Measurements, corpus: str, engine: str, records: int) -> str:
    seconds = measured.seconds("growth", corpus, engine, records)
    peak = measured.peak("growth", corpus, engine, records)
    if seconds is None or peak is None:
        row = measured.row("growth", corpus, engine, records)
        return "failed" if row and row["failed"] else ""
    return f"{seconds:.2f} s, {peak:.0f}"


def _huge(measured: Measurements) -> Iterator[str]:
    rows = [
        (row["engine"], f"{row['bytes'] / 1e9:.2f}", f"{row['seconds'][0]:.1f}", f"{row['peak'][0]:.0f}")
        for row in measured.rows
        if row["section"] == "huge" and row["seconds"]
    ]
    if rows:
        yield "## A HAR of more than 2 GB"
        yield _table(("Engine", "GB", "Seconds", "Peak MiB"), rows)


def _starts(starts: dict[str, float]) -> Iterator[tuple[str, str, str]]:
    bare = starts["python -c pass"]
    for name, seconds in starts.items():
        yield name, f"{1000 * seconds:.0f}", "" if seconds == bare else f"{1000 * (seconds - bare):.0f}"


def main() -> None:
    """The command line."""
    results = json.loads(Path(sys.argv[1]).read_bytes())
    out = Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    plots: list[str] = []
    if importlib.util.find_spec("matplotlib"):
        from benchmarks import plots as drawing

        plots = drawing.draw(Measurements(results), out / "plots")
    (out / "RESULTS.md").write_text(render(results, plots), encoding="utf-8")
    print(out / "RESULTS.md")


if __name__ == "__main__":
    main()
