"""Draws the measurements as SVG: multiples of the base, and time and memory by the number of records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks.engines import BASE, ENGINES
from benchmarks.measurements import Measurements

mpl.use("svg")
mpl.rcParams |= {
    "svg.hashsalt": "schemagen",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}

_OURS = "#0b6e4f"
_OTHERS = "#8a8f98"


def draw(measured: Measurements, folder: Path) -> list[str]:
    """Writes the plots and gives their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for corpus in measured.corpora("corpora"):
        name = f"ratio-{corpus}.svg"
        if corpus in ("objects-2", "objects-100", "har-2") and _ratios(measured, corpus, folder / name):
            names.append(name)
    for corpus in measured.corpora("growth"):
        for kind, label, value in (
            ("time", "seconds", measured.seconds),
            ("memory", "peak MiB", measured.peak),
        ):
            name = f"{kind}-{corpus}.svg"
            _growth(measured, corpus, label, value, folder / name)
            names.append(name)
    return names


def _ratios(measured: Measurements, corpus: str, file: Path) -> bool:
    found = [(engine.name, measured.ratio("corpora", corpus, engine.name, BASE)) for engine in ENGINES]
    bars = [(name, ratio) for name, ratio in reversed(found) if ratio is not None]
    if not bars:
        return False
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.32 * len(bars)))
    names, ratios = zip(*bars, strict=True)
    drawn = axes.barh(names, ratios, color=[_colour(name) for name in names])
    axes.bar_label(drawn, fmt="%.2f", padding=3)
    axes.set_title(f"{corpus}: time as a multiple of reading alone", loc="left")
    _save(figure, file)
    return True


def _growth(
    measured: Measurements, corpus: str, label: str, value: Callable[..., float | None], file: Path
) -> None:
    figure, axes = plt.subplots(figsize=(7, 4))
    for number, engine in enumerate(ENGINES):
        points = [
            (records, value("growth", corpus, engine.name, records)) for records in measured.steps(corpus)
        ]
        known = [(records, one) for records, one in points if one is not None]
        if known:
            is_ours = engine.name.startswith("schemagen")
            axes.plot(
                *zip(*known, strict=True),
                marker="os^vD<>P*X"[number % 10],
                markersize=4,
                label=engine.name,
                color=_OURS if is_ours else None,
                linewidth=2 if is_ours else 1,
                linestyle="--" if engine.all_cores else "-",
            )
    axes.set(xscale="log", yscale="log", xlabel="records", ylabel=label)
    axes.set_title(f"{corpus}: {label} by records", loc="left")
    axes.legend(fontsize=7, frameon=False, bbox_to_anchor=(1, 1), loc="upper left")
    _save(figure, file)


def _colour(name: str) -> str:
    return _OURS if name.startswith("schemagen") else _OTHERS


def _save(figure: Any, file: Path) -> None:
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)
