"""The bench: its corpora hold what they say they hold, and a run gives a complete table or fails."""

from __future__ import annotations

import collections
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpora, engines, processes, run, targets
from benchmarks.corpora import CORPORA, Source
from schemagen import api, engine
from schemagen.contract import Contract

ROOT = Path(__file__).parents[1]
RECORDS = 200


@pytest.fixture(scope="module")
def source() -> Source:
    """What all corpora are made of."""
    return Source([definition.require() for definition in api.collect()])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a tiny run without other tools, and what it told."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "benchmarks.run", "--size", "tiny", "--work", str(folder)]
    command += ["--engines", "schemagen;jsonschema-rs"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return folder, ran.stderr


def exchanges(file: Path) -> list[tuple[int, Any]]:
    """Status and body of each record, a text that is no JSON as itself."""
    if file.suffix == ".har":
        responses = [entry["response"] for entry in json.loads(file.read_text())["log"]["entries"]]
        return [(response["status"], parsed(response["content"]["text"])) for response in responses]
    records = [json.loads(line) for line in file.read_text().splitlines()]
    responses = [record.get("response", record) for record in records]
    return [
        (response["status"], parsed(response.get("body", response.get("response_body"))))
        for response in responses
    ]


def parsed(body: Any) -> Any:
    """The value of a body; of a text that is no JSON, the text."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return body


def verdict(contract: Contract, status: int, body: Any) -> str:
    """What the reference engine says."""
    at = contract.select(status).at if status >= 400 else None
    if at is None:
        return "success"
    if not engine.reference(contract.tolerant.document, at).accepts(body):
        return "invalid"
    return "valid" if engine.reference(contract.exact.document, at).accepts(body) else "drift"


@pytest.mark.parametrize("name", CORPORA)
def test_verdicts_of_corpora_are_those_of_the_reference_engine(
    name: str, source: Source, tmp_path: Path
) -> None:
    """Record by record, and in the counts beside."""
    file = tmp_path / f"corpus.{CORPORA[name].suffix}"
    corpora.write(CORPORA[name], file, source, RECORDS)
    contracts = {contract.id: contract for contract in source.contracts}
    known = [line.split() for line in corpora.verdicts_of(file).read_text().splitlines()]
    assert len(known) == RECORDS
    judged = [
        (definition, verdict(contracts[definition], status, body))
        for (definition, _), (status, body) in zip(known, exchanges(file), strict=True)
    ]
    assert judged == [tuple(line) for line in known]
    counts = json.loads(corpora.expected_of(file).read_text())
    assert collections.Counter(judged) == {
        (definition, each): count for definition, by in counts.items() for each, count in by.items()
    }
    assert {definition for definition, _ in judged} == set(contracts)


@pytest.mark.parametrize("name", ["objects-20", "texts-20", "flat-2", "gateway", "har-20", "pretty-har-2"])
def test_the_program_gives_the_verdicts_of_the_corpora(name: str, source: Source, tmp_path: Path) -> None:
    """Every record is recognised, and an invalid one has exactly one error, so that verdicts can be counted."""
    file = tmp_path / f"corpus.{CORPORA[name].suffix}"
    corpora.write(CORPORA[name], file, source, RECORDS)
    report = tmp_path / "report.json"
    chosen = next(each for each in engines.ENGINES if each.name == "schemagen")
    subprocess.run(chosen.command(file, report), check=True)
    expected = json.loads(corpora.expected_of(file).read_text())
    assert engines.differences(chosen.read("", report), expected) == []


def test_a_seed_gives_the_same_corpus_again_and_another_another(source: Source) -> None:
    """The first records are the same, however many there are."""
    corpus = CORPORA["objects-20"]
    few, many, other = (
        list(source.records(corpus, count, seed)) for count, seed in ((50, 1), (90, 1), (50, 2))
    )
    assert few == many[:50]
    assert few != other


def test_documented_texts_stand_in_the_corpora(source: Source) -> None:
    """Valid records hold codes with the texts that the catalogue has for them."""
    bodies = {record.body for record in source.records(CORPORA["objects-2"], 2_000, 1)}
    texts = {
        text.text
        for contract in source.contracts
        for code in contract.codes
        for text in code.texts
        if text.pattern is None
    }
    shown = {text for text in texts if any(text in body for body in bodies)}
    assert len(shown) > len(texts) // 2


def test_a_difference_in_verdicts_is_a_mistake_of_the_run() -> None:
    """Named are engine, corpus, definition and both counts; drift is valid to those who know no drift."""
    expected = {"acme": {"valid": 3, "drift": 2, "invalid": 1}}
    assert engines.differences({"acme": {"valid": 5, "invalid": 1}}, expected) == []
    assert engines.differences({"acme": {"valid": 3, "drift": 2, "invalid": 1}}, expected) == []
    wrong = engines.differences({"acme": {"valid": 6, "invalid": 0}}, expected)
    row = run.Row("corpora", "objects-2", 6, 600, "acme-checker", wrong=wrong)
    assert run.mistakes([row]) == [
        "acme-checker on objects-2 (6): acme: 6 valid, not 5",
        "acme-checker on objects-2 (6): acme: 0 invalid, not 1",
    ]


def test_a_peer_may_fail_and_we_may_not() -> None:
    """Some cannot read large files; that is a result."""
    peer, own = (
        run.Row("growth", "har-2", 6, 600, name, failed="exit code 1: too large")
        for name in ("ajv, readline", "schemagen")
    )
    assert run.mistakes([peer]) == []
    assert run.mistakes([own]) == ["schemagen on har-2 (6): exit code 1: too large"]


def test_the_table_of_a_run_is_complete(tiny: tuple[Path, str]) -> None:
    """Every section is there, and every engine that took part has a figure in every column."""
    text = (tiny[0] / "RESULTS.md").read_text()
    for heading in (
        "Targets",
        "Verdicts",
        "Engines",
        "Corpora",
        "Few records",
        "Growth",
        "Starting",
        "Building",
    ):
        assert f"\n## {heading}" in text
    assert "All engines gave the verdicts" in text
    table = text.split("## Corpora")[1].split("## Few records")[0]
    for name in ("orjson", "schemagen", "jsonschema-rs"):
        rows = re.findall(rf"^\| {name} \| (.*) \|$", table, re.MULTILINE)
        assert len(rows) == 3  # multiples, seconds, memory
        assert all(float(cell) > 0 for row in rows for cell in row.split(" | "))
    assert all(target.text in text for target in targets.TARGETS)


def test_raw_results_say_what_was_measured_and_where(tiny: tuple[Path, str]) -> None:
    """Times, processor and memory of every process, by rounds, and the machine's description."""
    results = json.loads((tiny[0] / "results.json").read_text())
    assert {row["engine"] for row in results["rows"]} == {"orjson", "schemagen", "jsonschema-rs"}
    assert all(
        len(row["seconds"]) == len(row["cpu"]) == len(row["peak"]) == results["rounds"]
        for row in results["rows"]
    )
    assert {"Processor", "Memory", "System", "Python", "schemagen", "Packages"} <= results["machine"].keys()


def test_what_is_measured_has_its_modules_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those of every installation are after its first run, whatever the machine of the bench is set to."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = processes.run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"])
    assert (told.output, told.failed) == ("False\n", "")


def test_a_target_is_met_from_its_own_side() -> None:
    """What is wanted at most, and what is wanted at least."""
    most = targets.Target("time", 1.5, lambda _: None)
    least = targets.Target("speed", 1.6, lambda _: None, at_least=True)
    assert (most.wanted, most.holds(1.5), most.holds(1.6)) == ("≤ 1.5", True, False)
    assert (least.wanted, least.holds(1.6), least.holds(1.5)) == ("≥ 1.6", True, False)


@pytest.mark.tools
@pytest.mark.parametrize(
    ("script", "needs", "requests", "rows"), [("live", "h11", 16, 4), ("middleware", "uvicorn", 50, 12)]
)
def test_what_serving_costs_is_measured(script: str, needs: str, requests: int, rows: int) -> None:
    """A short run gives a complete table, and has seen that every error was checked."""
    pytest.importorskip(needs)
    command = [sys.executable, "-m", f"benchmarks.{script}", "--requests", str(requests)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert len(re.findall(r"^\| [^|-]+ \|.* [mµ]s \|$", ran.stdout, re.MULTILINE)) == rows, ran.stdout
