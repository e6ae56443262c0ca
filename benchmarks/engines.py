"""What is measured: each engine's command for a recording, and how the verdicts are read from what it leaves."""

from __future__ import annotations

import collections
import dataclasses
import functools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

HERE = Path(__file__).parent
NODE = HERE / "node"
WORK = HERE / "work"
SCHEMAGEN = Path(sys.executable).with_name("schemagen")

Verdicts: TypeAlias = dict[str, dict[str, int]]


@dataclasses.dataclass(frozen=True, slots=True)
class Engine:
    """A program that judges recordings. `command` is given the recording and a file that a report may go to; `read`,
    what was printed and that file, gives the counts of `valid`, `drift` and `invalid` by definition as far as it says
    them. A `slow` one is measured on few records; `forms` are the forms of corpora that it can read. It runs on one
    core, or on `all_cores`. `codes` are the exit codes that mean no failure. `missing` says what must be there for it
    and is not.
    """

    name: str
    about: str
    command: Callable[[Path, Path], list[str]]
    read: Callable[[str, Path], Verdicts]
    forms: tuple[str, ...] = ("objects", "texts", "flat", "har", "pretty-har")
    slow: bool = False
    all_cores: bool = False
    codes: tuple[int, ...] = (0,)
    missing: Callable[[], str] = lambda: ""


def differences(found: Verdicts, expected: Verdicts) -> list[str]:
    """Where an engine's counts are not those of the corpus; an engine that does not tell drift counts it as valid."""
    problems = []
    for definition, counts in found.items():
        known = collections.Counter(expected.get(definition, {}))
        if "drift" not in counts:
            known["valid"] += known["drift"]
        problems += [
            f"{definition}: {count} {verdict}, not {known[verdict]}"
            for verdict, count in counts.items()
            if count != known[verdict]
        ]
    return problems


def _printed(output: str, _report: Path) -> Verdicts:
    verdicts: Verdicts = json.loads(output)
    return verdicts


def _schemagen(cores: int | None) -> Callable[[Path, Path], list[str]]:
    def command(recording: Path, report: Path) -> list[str]:
        jobs = [] if cores is None or not has_jobs() else ["--jobs", str(cores)]
        arguments = ["validate", str(recording), "-f", f"json={report}", "--fail-on", "never", *jobs]
        return [str(SCHEMAGEN), *arguments]

    return command


@functools.cache
def has_jobs() -> bool:
    """Whether this version works in several processes."""
    told = subprocess.run([SCHEMAGEN, "validate", "--help"], capture_output=True, text=True, check=True)
    return "--jobs" in told.stdout


def _of_report(_output: str, report: Path) -> Verdicts:
    """The verdicts in a JSON report: an invalid record of the corpora has exactly one error."""
    data = json.loads(report.read_bytes())
    definitions = {item["fingerprint"]: item.get("definition", "") for item in data["findings"]}
    found: Verdicts = {}
    for match in data["matches"]:
        found.setdefault(match["definition"], {"invalid": 0, "valid": 0})["valid"] += match["exchanges"]
    for group in data["groups"]:
        if group["severity"] == "error":
            counts = found.setdefault(definitions[group["fingerprint"]], {"invalid": 0, "valid": 0})
            counts["invalid"] += group["count"]
            counts["valid"] -= group["count"]
    return found


def _loop(engine: str) -> Callable[[Path, Path], list[str]]:
    return lambda recording, _: [sys.executable, str(HERE / "peers" / "loop.py"), engine, str(recording)]


def _verdicts_alone(recording: Path, _report: Path) -> list[str]:
    return [sys.executable, str(HERE / "peers" / "verdicts.py"), str(recording)]


def _node(mode: str) -> Callable[[Path, Path], list[str]]:
    return lambda recording, _: ["node", str(NODE / "ajv.mjs"), mode, str(recording)]


def _no_node() -> str:
    if shutil.which("node") is None:
        return "node is missing"
    return "" if (NODE / "node_modules").is_dir() else "npm ci has not been run in benchmarks/node"


REDOCLY = NODE / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"


def _drift(recording: Path, report: Path) -> list[str]:
    options = ["--api", str(recording.parent / "openapi"), "--rules", "schema-consistency"]
    return ["node", str(REDOCLY), "drift", str(recording), *options, "--format", "json", "-o", str(report)]


def _of_drift(_output: str, report: Path) -> Verdicts:
    """The counts of invalid records by definition; drift does not say which exchange belongs to which."""
    found: Verdicts = {path.stem: {"invalid": 0} for path in Path(report.parent / "openapi").glob("*.json")}
    for problem in json.loads(report.read_bytes())["problems"]:
        found[Path(problem["specSource"]).stem]["invalid"] += problem["occurrences"]
    return found


OPENAPI_CORE = WORK / "openapi-core" / "bin" / "python"


def _openapi_core(recording: Path, _report: Path) -> list[str]:
    return [str(OPENAPI_CORE), str(HERE / "peers" / "openapi_core_loop.py"), str(recording)]


def _no_openapi_core() -> str:
    return "" if OPENAPI_CORE.is_file() else "openapi-core has not been installed"


_NESTED = ("objects", "texts", "har", "pretty-har")
_HAR = ("har", "pretty-har")

BASE = "orjson"
ENGINES = [
    Engine(BASE, "reads every line, or the HAR, and checks nothing", _loop("orjson"), _printed),
    Engine("schemagen", "`schemagen validate`, one core", _schemagen(1), _of_report),
    Engine("schemagen, all cores", "`schemagen validate`", _schemagen(None), _of_report, all_cores=True),
    Engine("schemagen, verdicts alone", "its library, one core, no report made", _verdicts_alone, _printed),
    Engine("jsonschema-rs", "a plain loop, verdicts", _loop("jsonschema-rs"), _printed),
    Engine(
        "jsonschema-rs, reasons", "and place and keyword of errors", _loop("jsonschema-rs-reasons"), _printed
    ),
    Engine("jsonschema-rs, ijson", "the HAR read as a stream", _loop("jsonschema-rs+ijson"), _printed, _HAR),
    Engine("fastjsonschema", "a plain loop, verdicts", _loop("fastjsonschema"), _printed),
    Engine(
        "ajv, readline",
        "as commonly written, verdicts",
        _node("readline"),
        _printed,
        ("objects", "texts", "flat"),
        missing=_no_node,
    ),
    Engine(
        "ajv, standalone",
        "code compiled before, lines split by hand, verdicts",
        _node("standalone"),
        _printed,
        missing=_no_node,
    ),
    Engine(
        "ajv, same work",
        "and exact before tolerant, reasons, media types, codes counted",
        _node("same-work"),
        _printed,
        missing=_no_node,
    ),
    Engine(
        "redocly drift",
        "its schema rule, JSON report",
        _drift,
        _of_drift,
        _NESTED,
        slow=True,
        codes=(0, 1),
        missing=_no_node,
    ),
    Engine("jsonschema", "a plain loop, verdicts", _loop("jsonschema"), _printed, slow=True),
    Engine(
        "openapi-core",
        "a plain loop, whole responses",
        _openapi_core,
        _printed,
        slow=True,
        missing=_no_openapi_core,
    ),
]
