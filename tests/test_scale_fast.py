"""The fast path, which counts what it can prove: it counts as the usual way does, and gives back everything else."""

from __future__ import annotations

import collections
import gzip
import importlib.util
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemagen import api
from schemagen.api.validation import Validation
from schemagen.checking import compiled
from schemagen.contract import Code, Contract, Text
from schemagen.coverage import texts_of
from schemagen.exchanges import Exchange
from schemagen.judging import Judge
from schemagen.limits import Limits
from schemagen.report import Report
from schemagen.scale import fast
from schemagen.scale.fast import counting as fast_counting
from schemagen.scale.fast.counting import Counting
from schemagen.scale.fast.recent import Recent
from schemagen.scale.fast.texts import Texts
from schemagen.scale.runs import Run, Runner
from schemagen.tally import Tally


def fuzzer() -> ModuleType:
    """What damages recordings and compares the two ways."""
    found = importlib.util.spec_from_file_location("fuzz", Path(__file__).with_name("fuzz.py"))
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["fuzz"] = module
    found.loader.exec_module(module)
    return module


FUZZ = fuzzer()


@pytest.mark.parametrize("seed", range(6))
def test_it_counts_what_the_usual_way_counts(seed: int) -> None:
    """Of damaged lines and HARs of all shipped definitions; and it does not leave everything."""
    total: collections.Counter[str] = collections.Counter()
    FUZZ.try_some(FUZZ.SHIPPED, random.Random(seed), total)
    assert total["finds"] == 0
    for form in ("ndjson", "har"):
        assert total[f"{form} entries"] == 0 or 0 < total[f"{form} entries left"] < total[f"{form} entries"]


@pytest.mark.parametrize("find", FUZZ.finds(), ids=lambda find: find.name)
def test_what_once_parted_the_two_ways_does_so_no_more(find: Path) -> None:
    """Each find of the fuzzer is kept."""
    assert FUZZ.replay(find) == ""


ALL = [path.stem for path in FUZZ.DEFINITIONS]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def prepared(name: str) -> tuple[Contract, Counting]:
    """The contract of a definition, with what counts for it and has seen nothing yet."""
    contract = FUZZ.contract_of(name)
    return contract, Counting(Judge([contract], named=True))


@st.composite
def responses(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[str, int, Any]:
    """A definition, a status, and an example or something near to one, perhaps with any other value in one place."""
    name = draw(st.sampled_from(ALL))
    status, body = draw(st.sampled_from(FUZZ.bodies_of(name)))
    if isinstance(body, dict) and body and draw(st.booleans()):
        body = {**body, draw(st.sampled_from(sorted(body)) | st.text(max_size=8)): draw(VALUES)}
    return name, draw(st.just(status) | st.sampled_from([400, 404, 418, 500, 599])), body


@settings(deadline=None, max_examples=200)
@given(responses())
def test_what_it_counts_is_exact_and_without_a_finding(response: tuple[str, int, Any]) -> None:
    """Of arbitrary definitions, as a line and as an entry of a HAR: accepted here implies accepted by the exact schema."""
    name, status, body = response
    contract, counting = prepared(name)
    url = f"{next(iter(contract.servers), 'https://a.example')}/x"
    text = json.dumps(body)
    header = {"name": "Content-Type", "value": (contract.media or ("application/json",))[0]}
    line = {"url": url, "status": status, "headers": {"content-type": header["value"]}, "body": text}
    entry = {
        "request": {"url": url},
        "response": {"status": status, "headers": [header], "content": {"text": text}},
    }
    for form, record in (("ndjson", line), ("har", entry)):
        tally = Tally()
        left = counting.count(form, json.dumps(record).encode() + b"\n", tally, object())
        counting.settle(tally)
        assert left is not None
        if not list(left.pieces()):
            assert not tally.kept
            if tally.counts["checked"]:
                at = contract.select(status).at
                assert at is not None
                assert compiled(contract.exact.document, at).accepts(json.loads(text))


CHOICES = {
    "azure",
    "drf",
    "github",
    "nested",
    "rpc",
    "twilio",
}  # definitions in which bodies have alternatives


@pytest.mark.parametrize("name", ALL)
def test_a_good_response_is_counted_at_first_sight_unless_its_shape_is_a_choice(name: str) -> None:
    """Of definitions with alternatives, the first of responses that are alike is judged the usual way."""
    contract, counting = prepared(name)
    good = [example for example in contract.examples if example.text is None and example.status >= 400]
    url = f"{next(iter(contract.servers), 'https://a.example')}/x"
    media = (contract.media or ("application/json",))[0]
    lines = b"".join(
        json.dumps({"url": url, "status": each.status, "headers": {"content-type": media}, "body": each.body}).encode() + b"\n"
        for each in good
    )  # fmt: skip
    tally = Tally()
    left = counting.count("ndjson", lines, tally, object())
    assert left is not None
    assert (tally.counts["checked"] > 0) == (name not in CHOICES)


# The whole run


def large(form: str) -> bytes:
    """A recording of some runs: good responses, drift, errors, and what is no record."""
    chance = random.Random(4)
    damage = FUZZ.Damage(FUZZ.SHIPPED, chance, harm=0.1)
    if form == "ndjson":
        return b"".join(damage.recording(form, 400).rstrip(b"\n") + b"\n" for _ in range(2))
    entries = [entry for entry in (damage._entry() for _ in range(700)) if is_json(entry)]
    return b'{"log": {"entries": [' + b",\n".join(entries) + b"]}}"


def is_json(text: bytes) -> bool:
    """Whether a text is JSON: a broken entry sends all entries of its run the usual way."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def reported(path: Path, jobs: int) -> Report:
    """The report on a recording."""
    run: Validation = api.begin_validation(jobs=jobs)
    run.read_file(str(path))
    return run.report()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", ["ndjson", "har"])
def test_a_report_is_the_same_with_it_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, pack: Callable[[bytes], bytes]
) -> None:
    """In one process and in two."""
    path = tmp_path / "recording"
    path.write_bytes(pack(large(form)))
    counted: list[object] = []
    monkeypatch.setattr(fast, "count", noting(fast.count, counted))
    with_it, in_two = reported(path, 1), reported(path, 2)
    assert any(left is not None for left in counted)
    monkeypatch.setattr(fast, "FORMS", ())
    assert with_it == in_two == reported(path, 1)


def noting(count: Callable[..., object], counted: list[object]) -> Callable[..., object]:
    """`count`, which notes what it gives."""

    def noted(*given: object) -> object:
        counted.append(count(*given))
        return counted[-1]

    return noted


# Responses that are alike


def taken(judge: Judge, lines: Sequence[bytes]) -> tuple[Tally, int]:
    """What the fast path and the usual way come to together, and how many responses went the usual way."""
    runner, judged = Runner(judge), 0
    take = Judge.take

    def counted(self: Judge, exchange: Exchange, tally: Tally) -> None:
        nonlocal judged
        judged += 1
        take(self, exchange, tally)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Judge, "take", counted)
        runs = (Run("r", "ndjson", "entries", data=b"".join(some)) for some in in_hundreds(lines))
        tally = runner.judge_together(runs).tally
    return tally, judged


def in_hundreds(lines: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The lines, a hundred at a time."""
    return (lines[start : start + 100] for start in range(0, len(lines), 100))


def line(url: str, status: int, body: object) -> bytes:
    """A line of NDJSON."""
    record = {"url": url, "status": status, "headers": {"content-type": "application/json"}, "body": body}
    return json.dumps(record).encode() + b"\n"


def fonedynamics(message: str, code: str = "FORBIDDEN") -> dict[str, Any]:
    """A body of that API."""
    return {"ResponseStatus": {"ErrorCode": code, "Message": message, "Errors": []}}


FONEDYNAMICS = "https://api.fonedynamics.com/v2/x"
TELECOMX = "https://api.telecomx.dk/x"
BANDWIDTH = "https://voice.bandwidth.com/api/v2/x"


def test_bodies_that_are_broken_alike_are_judged_the_usual_way_until_enough_are_kept() -> None:
    """Texts cut off, each at another place of another text, have one finding; HTML pages have another."""
    whole = [json.dumps(fonedynamics(f"message {number}")) for number in range(600)]
    broken = [line(FONEDYNAMICS, 400, text[: -2 - number % 9]) for number, text in enumerate(whole)]
    pages = [line(FONEDYNAMICS, 502, f"<html><title>{number}</title></html>") for number in range(300)]
    judge = Judge([FUZZ.contract_of("fonedynamics")])
    tally, judged = taken(judge, broken + pages)
    assert judged < 150
    counts = {key[1]: kept.count for key, kept in tally.kept.items()}
    assert sum(counts.values()) >= 900
    assert tally.counts["checked"] == 900
    assert tally == usual(judge, broken + pages)


def test_texts_are_counted_however_many_messages_there_are() -> None:
    """More different messages than are kept as known: documented ones with a number in them, and others."""
    judge = Judge([FUZZ.contract_of("bandwidth-voice")])
    lines = [
        line(
            BANDWIDTH,
            400,
            {
                "type": "validation",
                "description": f"timeout must be within the range [1, 2], but was {number}" if number % 20 else f"no text {number}",
            },
        )
        for number in range(6000)
    ]  # fmt: skip
    tally, judged = taken(judge, lines)
    assert judged < 100
    texts = [count for sighting, count in tally.seen.items() if sighting[1] == "text"]
    assert texts == [5700]
    assert tally == usual(judge, lines)


def test_each_of_several_codes_has_its_own_texts() -> None:
    """Codes side by side and in a list, some without texts, some unknown."""
    chance = random.Random(3)
    texts = ["It is bad", "This is bad", "It is missing", "{name} is bad", "no text", ""]

    def problem() -> dict[str, str]:
        code = chance.choice(["bad", "missing", "plain", "unknown"])
        return {"code": code, "text": chance.choice(texts if code != "bad" else texts[:2])}

    bodies = [
        {"first": problem(), "second": problem(), "more": [problem() for _ in range(chance.randrange(4))]}
        for _ in range(1000)
    ]
    judge = Judge([FUZZ.contract_of("twice")])
    lines = [line("https://twice.example/", chance.choice((400, 404)), body) for body in bodies]
    tally, judged = taken(judge, lines)
    assert judged < 900
    assert tally == usual(judge, lines)


@pytest.mark.parametrize("different", [3, 700, 10_000])
def test_bodies_that_come_again_count_as_what_they_are_under_their_status(different: int) -> None:
    """However many are different, and long: under one status nothing is to be found in them, under another there is."""
    chance = random.Random(different)
    lines = []
    for _ in range(4000):
        number = chance.randrange(different)
        status, other = (401, 404) if number % 50 else (401, 401)
        error = {"code": "invalid_token", "status": status, "message": "IP address not authenticated"}
        inner = [{"code": f"{number}", "message": "x" * (number % 7 * 200), "status": 404}]
        body = {"error": {**error, "inner": inner} if number % 3 else error}
        lines.append(line(TELECOMX, chance.choice((status, other)), body))
    judge = Judge([FUZZ.contract_of("telecomx")])
    tally, _ = taken(judge, lines)
    assert tally == usual(judge, lines)


@pytest.mark.parametrize(
    "pattern",
    ["^[\\s\\S]* is \\(\\$\\)[\\s\\S]*", "^a\\.[\\s\\S]*\\n$", "^a b$|^c$", "^ab?c$", "", "^(?:a|b) c"],
)
def test_a_message_is_the_texts_that_coverage_finds(pattern: str) -> None:
    """Whatever a pattern looks like."""
    code = Code("x", "x", "", (Text("plain"), Text("a.{}", (), pattern), Text("plain", ("400",))))
    texts = Texts(code)
    for message in (
        "plain",
        "a.{}",
        "x is ($)",
        "x is ($",
        "is ($) y",
        " is ($)\n",
        "a.\\n",
        "a.1\n",
        "a b",
        "a c",
        "c",
        "ac",
        "",
    ):
        names = {code.texts[position].text for position in texts.find(message)}
        assert names == {code.texts[position].text for position in texts_of(code, message)}
        assert texts.meant(message) == texts.find(message)


def test_a_wrong_body_that_comes_again_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many others, none of which comes again, stand between."""
    judge = Judge([FUZZ.contract_of("fonedynamics")])
    lines = [line(FONEDYNAMICS, 400, fonedynamics("the same", "NO_CODE")) for _ in range(5000)]
    lines[::2] = [line(FONEDYNAMICS, 400, fonedynamics(f"{number}", "NO_CODE")) for number in range(2500)]
    read = 0
    values_of = fast_counting.values_of

    def noted(bodies: Sequence[bytes | str], limits: Limits) -> list[Any]:
        nonlocal read
        read += len(bodies)
        return values_of(bodies, limits)

    monkeypatch.setattr(fast_counting, "values_of", noted)
    tally, judged = taken(judge, lines)
    assert judged < 100
    assert read < 2700
    assert tally == usual(judge, lines)


def test_what_is_asked_for_stays() -> None:
    """And what is not makes room for what comes later."""
    recent = Recent[int](3)
    for number in range(20):
        recent.put(number, number)
        assert recent.get(0) == 0
    kept = [number for number in range(20) if recent.get(number) is not None]
    assert kept[0] == 0
    assert 19 in kept
    assert len(kept) <= 5


def usual(judge: Judge, lines: Sequence[bytes]) -> Tally:
    """What the usual way alone comes to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "FORMS", ())
        tally, judged = taken(judge, lines)
    assert judged == len(lines)
    return tally
