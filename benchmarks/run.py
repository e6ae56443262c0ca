"""Measures everything, interleaved: in each round every engine runs once on a corpus, then the next round begins.

    python -m benchmarks.run [--size quick|full] [--work DIR] [--out DIR] [--engines NAME;…]

Corpora and raw results (`results.json`) go to the work folder, the table and the plots to the out folder. Fails when
the verdicts of an engine are not those of the corpus, or when schemagen could not run.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.engines import BASE, ENGINES, HERE, NODE, REDOCLY, SCHEMAGEN, WORK, Engine, differences
from benchmarks.processes import Run, run


@dataclasses.dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: records of the `corpora` named, of the few for slow engines, of those that show growth, in
    NDJSON and HAR, and of the HAR that is larger than memory should be; how often whole processes run, and those that
    only start; how large the YAML document is.
    """

    corpora: tuple[str, ...]
    records: int
    few: int
    growth: tuple[int, ...]
    har_growth: tuple[int, ...]
    rounds: int
    starts: int
    huge_har: int = 0
    megabytes: float = 5


_SOME = ("objects-2", "objects-100", "texts-2", "har-2")
_ALL = ("objects-2", "objects-20", "objects-100", "texts-2", "texts-20", "texts-100", "flat-2", "gateway")
_HARS = ("har-2", "har-20", "har-100", "pretty-har-2")
SIZES = {
    "tiny": Size(("objects-20", "har-20"), 200, 100, (100, 200), (200,), 1, 1, megabytes=0.1),
    "quick": Size(_SOME, 4_000, 300, (2_000, 8_000), (2_000, 8_000), 1, 3),
    "full": Size(
        (*_ALL, *_HARS),
        50_000,
        2_000,
        (10_000, 100_000, 1_000_000),
        (10_000, 50_000, 200_000),
        3,
        11,
        huge_har=2_200_000,
    ),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """A corpus that is measured, with all engines that are able to."""

    section: str
    corpus: str
    records: int
    rounds: int

    @property
    def file(self) -> str:
        """The name of the recording."""
        return f"{self.corpus}-{self.records}.{'har' if 'har' in self.corpus else 'ndjson'}"

    @property
    def form(self) -> str:
        """The form of the recording."""
        first = self.corpus.rpartition("-")[0]
        return first or "objects"

    def takes(self, engine: Engine) -> bool:
        """Whether an engine is measured here: slow ones where there are few records, all but two not on a huge HAR."""
        if self.section == "huge":
            return engine.name in ("schemagen", "jsonschema-rs, ijson")
        return self.form in engine.forms and (self.section == "few" or not engine.slow)


STARTING = Trial("starts", "har-20", 50, 1)


def trials(size: Size) -> list[Trial]:
    """All that is measured of recordings, in order."""
    return [
        *(Trial("corpora", name, size.records, size.rounds) for name in size.corpora),
        *(Trial("few", name, size.few, size.rounds) for name in ("objects-2", "har-20")),
        *(Trial("growth", "objects-2", records, size.rounds) for records in size.growth),
        *(Trial("growth", "har-2", records, size.rounds) for records in size.har_growth),
        *([Trial("huge", "har-2", size.huge_har, 1)] if size.huge_har else []),
    ]


@dataclasses.dataclass(slots=True)
class Row:
    """What one engine took for one corpus, by rounds; `section` says what the measurement is for."""

    section: str
    corpus: str
    records: int
    bytes: int
    engine: str
    seconds: list[float] = dataclasses.field(default_factory=list)
    cpu: list[float] = dataclasses.field(default_factory=list)
    peak: list[float] = dataclasses.field(default_factory=list)
    failed: str = ""
    wrong: list[str] = dataclasses.field(default_factory=list)

    def add(self, taken: Run) -> None:
        """One more round."""
        self.seconds.append(taken.seconds)
        self.cpu.append(taken.cpu)
        self.peak.append(taken.peak)


def make_corpora(folder: Path, planned: Sequence[Trial]) -> None:
    """Writes the corpora in a process of its own, unless they are there."""
    wanted = ",".join(sorted({f"{trial.corpus}={trial.records}" for trial in planned}))
    made, stamp = folder / "made.json", json.dumps([_sources(), wanted])
    if made.is_file() and made.read_text() == stamp:
        return
    tell(f"corpora: {wanted}")
    command = [sys.executable, "-m", "benchmarks.corpora", "--out", str(folder), "--only", wanted]
    subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
    made.write_text(stamp)


def _sources() -> str:
    """A digest of what corpora are made of."""
    files = [*sorted((HERE.parent / "specs").glob("*.yaml")), HERE / "bodies.py", HERE / "corpora.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def measure(trial: Trial, folder: Path, engines: Sequence[Engine]) -> list[Row]:
    """One row for each engine that takes part: in each round all run once, always beginning with another one."""
    file, report = folder / trial.file, folder / "report.json"
    expected = json.loads(file.with_name(f"{file.name}.expected.json").read_bytes())
    able = [engine for engine in engines if trial.takes(engine)]
    length = file.stat().st_size
    rows = {
        engine.name: Row(trial.section, trial.corpus, trial.records, length, engine.name) for engine in able
    }
    for number in range(trial.rounds):
        tell(f"{trial.section}: {trial.file}, round {number + 1} of {trial.rounds}")
        turn = number % len(able)
        for engine in (*able[turn:], *able[:turn]):
            row = rows[engine.name]
            if row.failed:
                continue
            report.unlink(missing_ok=True)
            taken = run(engine.command(file, report), all_cores=engine.all_cores, codes=engine.codes)
            row.failed = taken.failed
            if not taken.failed:
                row.add(taken)
                row.wrong = differences(engine.read(taken.output, report), expected)
    return list(rows.values())


def measure_starts(size: Size, folder: Path, engines: Sequence[Engine]) -> dict[str, float]:
    """Median seconds of the processor for commands that do little, interleaved."""
    har = str(folder / STARTING.file)
    validate = [str(SCHEMAGEN), "validate", har, "--fail-on", "never"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "schemagen --version": [str(SCHEMAGEN), "--version"],
        "schemagen --help": [str(SCHEMAGEN), "--help"],
        "schemagen validate, HAR of 50": [*validate, "-f", "json=/dev/null"],
        "schemagen validate, HAR of 50, text": validate,
        "jsonschema-rs loop, HAR of 50": [
            sys.executable,
            str(HERE / "peers" / "loop.py"),
            "jsonschema-rs",
            har,
        ],
    }
    for engine in engines:
        if engine.name == "redocly drift":
            commands["redocly --version"] = ["node", str(REDOCLY), "--version"]
            commands["redocly drift, HAR of 50"] = engine.command(Path(har), folder / "report.json")
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(size.starts + 1):
        for name, command in commands.items():
            seconds = run(command).cpu
            if number or size.starts == 1:  # the first round warms the disk's cache
                taken[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def measure_steps(size: Size, folder: Path) -> dict[str, float]:
    """Median seconds of the processor for steps inside a process: building, YAML, compiling. Then whole builds."""
    tell("steps: building, YAML, compiling")
    document = folder / "document.yaml"
    found: dict[str, float] = {}
    for step, file in (
        ("building", document),
        ("document", document),
        ("yaml", document),
        ("compile", folder / "schemas.json"),
    ):
        arguments = [step, str(size.rounds), str(file), str(size.megabytes)]
        taken = run([sys.executable, "-m", "benchmarks.steps", *arguments])
        if taken.failed:
            raise SystemExit(f"step {step}: {taken.failed}")
        found |= json.loads(taken.output)
    build = [str(SCHEMAGEN), "build", "-q", "-o", str(folder / "built")]
    took: dict[str, list[float]] = {}
    for _ in range(size.rounds):
        for name, command in {"one process": [*build, "--jobs", "1"], "all cores": build}.items():
            taken = run(command, all_cores=True)
            took.setdefault(f"`schemagen build`, proved, {name}, on the clock", []).append(taken.seconds)
    return {**found, **{name: statistics.median(seconds) for name, seconds in took.items()}}


def compile_for_node(folder: Path) -> None:
    """Writes the schemas as code for ajv."""
    if NODE.joinpath("node_modules").is_dir():
        (NODE / "compiled").mkdir(exist_ok=True)
        for name, variants in (("tolerant", ["schema"]), ("both", ["schema", "exact"])):
            command = ["node", str(NODE / "compile.mjs"), str(folder / "schemas.json"), *variants]
            code = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            (NODE / "compiled" / f"{name}.cjs").write_text(code)


def tell(what: str) -> None:
    """Says on standard error what is being done."""
    print(what, file=sys.stderr, flush=True)


def mistakes(rows: Sequence[Row]) -> list[str]:
    """What makes the bench fail: wrong verdicts of anybody, and schemagen or the base not running."""
    found = [f"{row.engine} on {row.corpus} ({row.records}): {wrong}" for row in rows for wrong in row.wrong]
    ours = [row for row in rows if row.failed and (row.engine == BASE or row.engine.startswith("schemagen"))]
    return found + [f"{row.engine} on {row.corpus} ({row.records}): {row.failed}" for row in ours]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--size", choices=list(SIZES), default="full", help="how much is measured (full)")
    parser.add_argument("--work", type=Path, default=WORK, metavar="DIR", help="corpora and raw results")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the table and the plots (full: benchmarks; else as --work)"
    )
    parser.add_argument("--engines", default="", metavar="NAME;…", help="only these, beside the base")
    chosen = parser.parse_args()
    size, folder = SIZES[chosen.size], chosen.work.resolve() / "corpora"
    out = chosen.out or (HERE if chosen.size == "full" else chosen.work)
    folder.mkdir(parents=True, exist_ok=True)
    names = {BASE, *chosen.engines.split(";")} if chosen.engines else {engine.name for engine in ENGINES}
    engines = [engine for engine in ENGINES if engine.name in names and not engine.missing()]
    planned = trials(size)
    make_corpora(folder, [*planned, STARTING])
    compile_for_node(folder)
    results: dict[str, Any] = {"size": chosen.size, "rounds": size.rounds}
    begin = machine.load()
    results["starts"] = measure_starts(size, folder, engines)
    results["steps"] = measure_steps(size, folder)
    rows = [row for trial in planned for row in measure(trial, folder, engines)]
    results["rows"] = [dataclasses.asdict(row) for row in rows]
    results["missing"] = {engine.name: engine.missing() for engine in ENGINES if engine.missing()}
    results["machine"] = machine.description(begin)
    results["mistakes"] = mistakes(rows)
    file = chosen.work.resolve() / "results.json"
    file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.results", str(file), str(out.resolve())]
    subprocess.run(command, cwd=HERE.parent, check=True)
    for mistake in results["mistakes"]:
        tell(f"wrong: {mistake}")
    raise SystemExit(1 if results["mistakes"] else 0)


if __name__ == "__main__":
    main()
