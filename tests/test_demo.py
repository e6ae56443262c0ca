"""The recordings of the demo show what they are meant to show."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from schemagen import bodies, compiler, definitions, documents, recognition, recordings, validator
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.findings import Severity, worst

ROOT = Path(__file__).parent.parent
HAR = ROOT / "docs" / "demo" / "telecom.har"
NDJSON = ROOT / "docs" / "demo" / "responses.ndjson"
WORDS = {None: "ok", Severity.NOTE: "ok", Severity.WARNING: "drift", Severity.ERROR: "error"}


@functools.cache
def contracts() -> tuple[Contract, ...]:
    """The contracts of the shipped definitions."""
    found = []
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        document, _ = documents.read(path.read_bytes(), path.name)
        assert document is not None
        form, _ = definitions.read(document)
        assert form is not None
        contract, _ = compiler.compile_format(form)
        assert contract is not None
        found.append(contract)
    return tuple(found)


def verdicts(path: Path) -> list[tuple[str, str, str]]:
    """For each exchange of a recording: which definition, by what evidence, and the verdict."""
    found: list[tuple[str, str, str]] = []
    for exchange in recordings.read(path.name, path.read_bytes()):
        assert isinstance(exchange, Exchange), exchange
        body = bodies.read(exchange.response)
        seen = recognition.recognise(contracts(), exchange, body)
        assert seen.contract is not None, seen.reason
        judged = validator.judge(seen.contract, exchange, body)
        word = WORDS[worst(judged.findings)] if judged.is_error else "no error"
        found.append((seen.contract.id, seen.evidence, word))
    return found


def test_har_shows_what_its_comments_say() -> None:
    """An entry whose comment begins with drift or error is judged so, every other one is good or no error."""
    entries = json.loads(HAR.read_text(encoding="utf-8"))["log"]["entries"]
    said = [entry.get("comment", "ok").partition(":")[0] for entry in entries]
    assert [word.replace("no error", "ok") for _, _, word in verdicts(HAR)] == said


def test_har_shows_all_five_and_both_kinds_of_evidence() -> None:
    """Four APIs are known by their servers, Tangoe by its body."""
    assert {(name, evidence) for name, evidence, _ in verdicts(HAR)} == {
        ("8x8", "server"),
        ("bandwidth-voice", "server"),
        ("fonedynamics", "server"),
        ("tangoe", "body"),
        ("telecomx", "server"),
    }


def test_ndjson_shows_nested_flat_and_bare_records() -> None:
    """Good, drifting and wrong responses in every form that a record may have."""
    assert verdicts(NDJSON) == [
        ("8x8", "server", "ok"),
        ("telecomx", "server", "ok"),
        ("telecomx", "server", "no error"),
        ("telecomx", "server", "drift"),
        ("fonedynamics", "server", "drift"),
        ("bandwidth-voice", "server", "ok"),
        ("bandwidth-voice", "server", "error"),
        ("tangoe", "body", "ok"),
    ]


def test_one_token_is_there_to_be_hidden() -> None:
    """The recordings hold one made-up secret, so that reports can show that they hide it."""
    text = HAR.read_text(encoding="utf-8") + NDJSON.read_text(encoding="utf-8")
    assert {part.partition('"')[0] for part in text.split("access_token=")[1:]} == {
        "demo-token-that-opens-nothing"
    }
