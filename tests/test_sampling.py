"""Samples conform to their definition, or on request do not, and are the same for the same seed."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import api, bodies, compiler, definitions, documents, engine, validator
from schemagen.api import samples as made
from schemagen.checking import compiled
from schemagen.cli.program import program
from schemagen.contract import Contract
from schemagen.errors import SampleError
from schemagen.findings import Severity, worst
from schemagen.observation import observe_body
from schemagen.sampling import Sample, samples
from schemagen.sampling.patterns import text_of

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "specs").glob("*.yaml"), *(ROOT / "tests" / "formats").glob("*.yaml")])
CONTRACTS = {path.stem: api.load(path) for path in FILES}
HEAD = "schemagen: 1\nid: made\ntitle: Made\nsource: made\nresponses: [400]\nbody:\n"


def contract_of(body: str, head: str = HEAD) -> Contract:
    """The contract of a definition whose body has these lines."""
    document, _ = documents.read((head + body).encode(), "made.yaml")
    assert document is not None
    form, findings = definitions.read(document)
    assert form is not None, findings
    contract, _ = compiler.compile_format(form)
    assert contract is not None
    return contract


def take(contract: Contract, count: int, **wishes: Any) -> list[Sample]:
    """The first samples."""
    return list(itertools.islice(samples(contract, **wishes), count))


def judged(contract: Contract, sample: Sample) -> validator.Judgement:
    """What the validator makes of a sample."""
    exchange = made.as_exchange(contract, sample)
    return validator.judge(contract, exchange, bodies.read(exchange.response))


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_every_sample_conforms(name: str) -> None:
    """It passes the exact schema of its status, is an error by `when`, and the validator finds nothing in it."""
    contract = CONTRACTS[name]
    for sample in take(contract, 30, seed=1):
        at = contract.select(sample.status).at
        assert at is None or compiled(contract.exact.document, at).accepts(sample.body)
        judgement = judged(contract, sample)
        assert judgement.is_error
        assert [item.message for item in judgement.findings] == []


@settings(max_examples=15, deadline=None)
@given(name=st.sampled_from(sorted(CONTRACTS)), seed=st.integers())
def test_no_seed_makes_one_that_does_not(name: str, seed: int) -> None:
    """Whatever the seed, the validator finds nothing."""
    for sample in take(CONTRACTS[name], 5, seed=seed):
        assert judged(CONTRACTS[name], sample).findings == ()


@pytest.mark.parametrize(("shows", "worst_of"), [("drift", Severity.WARNING), ("broken", Severity.ERROR)])
@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_sample_shows_what_it_is_asked_to(name: str, shows: Any, worst_of: Severity) -> None:
    """Drift is a warning and no error; what is broken is an error; both are still errors by `when`."""
    for sample in take(CONTRACTS[name], 8, shows=shows):
        judgement = judged(CONTRACTS[name], sample)
        assert judgement.is_error
        assert worst(judgement.findings) is worst_of


def test_the_same_seed_gives_the_same_samples() -> None:
    """More of them begin with the same ones; another seed gives others."""
    contract = CONTRACTS["8x8"]
    assert take(contract, 10, seed=3) == take(contract, 20, seed=3)[:10]
    assert take(contract, 10, seed=3) != take(contract, 10, seed=4)


def test_every_status_comes_once_and_then_every_code() -> None:
    """Breadth comes first: no status twice before all were there, and all codes in as many as there are."""
    contract = CONTRACTS["8x8"]
    keys = [int(response.key) for response in contract.responses if response.is_error]
    found = take(contract, len(contract.codes) + len(keys))
    assert [sample.status for sample in found[: len(keys)]] == keys
    assert {sample.body["code"] for sample in found} == {code.value for code in contract.codes}


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_code_that_is_wished_for_stands_in_the_body(name: str) -> None:
    """Whatever its member is called, with a text that is documented for it."""
    contract = CONTRACTS[name]
    for code in contract.codes[:4]:
        try:
            [sample] = take(contract, 1, code=code.text)
        except SampleError as problem:
            pytest.skip(str(problem))
        said = [one.value for one in observe_body(contract, sample.status, sample.body) if one.role == "code"]
        assert str(code.value) in map(str, said)


def test_members_that_may_be_missing_are_there_or_not() -> None:
    """By the seed."""
    contract = contract_of("  a: string\n  b: optional string\n")
    assert {tuple(sample.body) for sample in take(contract, 20)} == {("a",), ("a", "b")}


@pytest.mark.parametrize(
    "line",
    [
        *(f"x: {name}" for name in sorted(engine.FORMATS - {"regex"})),
        "x: digits",
        "x: any",
        "x: {type: string, pattern: '^[A-Z]{3}-[0-9]{4,6}$'}",
        "x: {type: string, pattern: '^(?:a|bc)+[.]x*$', maxLength: 9}",
        "x: {type: string, minLength: 40, maxLength: 41}",
        "x: {type: date-time, pattern: '[.][0-9]{3}Z$'}",
        "x: {type: integer, minimum: 7, maximum: 9}",
        "x: {type: integer, multipleOf: 7, exclusiveMinimum: 7}",
        "x: {type: number, exclusiveMinimum: 0, exclusiveMaximum: 1}",
        "x: {type: number, maximum: -3}",
        "x: {type: list of integer, minItems: 4, uniqueItems: true}",
        "x: {type: list of string, maxItems: 0}",
        "x: {type: map of integer, minProperties: 3}",
        "x: {type: string, enum: [a, b]}",
        "x: {type: integer, const: 3}",
        "x: (list of string) or (map of (integer or null)) or boolean",
        "x: list of list of map of string",
        "x: {type: object, minProperties: 2}",
    ],
)
def test_constraints_are_met(line: str) -> None:
    """Each form of text, number, list and map can be made."""
    contract = contract_of(f"  {line}\n")
    for sample in take(contract, 10):
        assert judged(contract, sample).findings == ()


def test_recursion_ends() -> None:
    """A schema that contains itself, in a list and in a member, gives bodies of bounded size."""
    contract = contract_of(
        "  node: Node\nschemas:\n  Node: {all: list of Node, next: Node or null, more: optional Node}\n"
    )
    for sample in take(contract, 20):
        assert len(json.dumps(sample.body)) < 100_000


def test_headers_are_documented_ones() -> None:
    """Those that must be there are, with a value of their type; the media type is the documented one."""
    head = HEAD.replace(
        "responses: [400]",
        "media: application/problem+json\nheaders: {Retry-After: integer as retry, X-Id: optional uuid}\nresponses: [429]",
    )
    contract = contract_of("  a: string\n", head)
    found = [dict(sample.headers) for sample in take(contract, 20)]
    assert all(1 <= int(headers["Retry-After"]) <= 60 for headers in found)
    assert all(headers["Content-Type"] == "application/problem+json" for headers in found)
    assert {"X-Id" in headers for headers in found} == {True, False}
    assert all(judged(contract, sample).findings == () for sample in take(contract, 20))


def test_a_status_without_content_has_no_body() -> None:
    """And cannot drift."""
    head = HEAD.replace("responses: [400]", "responses: {404: {body: none}}")
    contract = contract_of("  a: string\n", head)
    [sample] = take(contract, 1)
    assert (sample.status, sample.has_body) == (404, False)
    with pytest.raises(SampleError, match="nothing may be in its bodies, so none can be broken"):
        take(contract, 1, shows="broken")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "  x: {type: string, pattern: '^a$', minLength: 2}\n",
            "made: no conforming body was found for 400; /x: no text was found for ^a$",
        ),
        (
            "  x: {type: integer, multipleOf: 7, minimum: 1, maximum: 6}\n",
            "made: no conforming body was found for 400; /x: 0 does not fit",
        ),
        (
            "  x: {type: list of boolean, uniqueItems: true, minItems: 3}\n",
            "made: no conforming body was found for 400; /x: [",
        ),
    ],
)
def test_what_cannot_be_made_is_refused(body: str, message: str) -> None:
    """The message names the place and the reason."""
    with pytest.raises(SampleError) as caught:
        take(contract_of(body), 1)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "pattern",
    [
        "^abc$", "a|b|", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}$", r"^\.\\\/\x41\u00e9\n$", "^[^a-z]+$", "^a?b*c+d{2}e{1,}f{0,3}$",
        "^(?:x|(y|z)w)+?$", "^.{3}$", r"^[\]\-\\a]$", "^[a-]$", "", "^(|a)$", "^[+-]?[0-9]+([.][0-9]+)?$", "^[ -~]{5}$",
    ],
)  # fmt: skip
@settings(max_examples=8, deadline=None)
@given(seed=st.integers())
def test_a_text_made_of_a_pattern_matches_it(pattern: str, seed: int) -> None:
    """Groups, classes, counts, escapes and alternatives are all understood."""
    assert engine.matches(pattern, text_of(pattern, random.Random(seed)))


@settings(max_examples=80, deadline=None)
@given(pattern=st.text(alphabet="ab(|)[]{}*+?^$.\\-12,", max_size=12), seed=st.integers())
def test_any_pattern_gives_some_text(pattern: str, seed: int) -> None:
    """Odd ones, too, never fail; those that a definition may hold nearly always match."""
    assert isinstance(text_of(pattern, random.Random(seed)), str)


# ---- The command


def run(*arguments: str, code: int = 0) -> str:
    """The output of `schemagen sample`."""
    result = CliRunner().invoke(program, ["sample", *arguments], standalone_mode=False)
    assert (result.exit_code, result.exception) == (code, None), result.output
    return result.stdout


def test_the_command_prints_one_body_a_line() -> None:
    """As many as are asked for, with the status and the code that are asked for."""
    lines = run("-d", "8x8", "--status", "404", "--code", "1300", "-n", "3").splitlines()
    assert [json.loads(line)["code"] for line in lines] == [1300] * 3
    assert json.loads(run("-d", "8x8", "-n", "2", "--json"))[0].keys() >= {"code", "message"}


@pytest.mark.parametrize(("option", "code"), [("", 0), ("--drift", 0), ("--broken", 1)])
def test_whole_exchanges_are_what_validate_reads(tmp_path: Path, option: str, code: int) -> None:
    """A line is a recorded response; what is broken fails the run, what drifts does not."""
    path = tmp_path / "made.ndjson"
    path.write_text(run("-d", "telecomx", "-n", "30", "--exchange", *([option] if option else [])))
    report = api.validate(path, definitions="telecomx")
    assert report.counts.checked == 30
    assert bool(report.count(Severity.ERROR)) == bool(code)
    assert bool(report.count(Severity.WARNING)) == bool(option)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-d", "8x8", "--code", "13x"], "8x8 has no code 13x; `schemagen show 8x8 codes` lists them"),
        (
            ["-d", "8x8", "--code", ""],
            "the code is empty; `schemagen show 8x8 codes` lists those that there are",
        ),
        (["-d", "telecomx", "--status", "418"], "telecomx documents no 418; there are: 400, 401,"),
        (
            ["-d", "telecomx", "--status", "404", "--code", "expired"],
            "the code expired comes with 401, not with 404",
        ),
    ],
)
def test_a_wish_that_cannot_be_met_is_answered(arguments: list[str], message: str) -> None:
    """The message says what there is."""
    result = CliRunner().invoke(program, ["sample", *arguments], standalone_mode=False)
    assert isinstance(result.exception, SampleError)
    assert message in str(result.exception)


def test_exactly_one_definition_is_named() -> None:
    """The message says how."""
    result = CliRunner().invoke(program, ["sample"])
    assert result.exit_code == 2
    assert "name one definition: -d ID|FILE" in result.output
