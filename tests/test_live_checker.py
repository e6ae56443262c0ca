"""Responses judged one by one, and what follows from what is found."""

from __future__ import annotations

import pickle
import threading
import warnings

import pytest

import schemagen
from schemagen import Checker, Exchange, MismatchError, MismatchWarning, Origin, Request, Response, Severity
from schemagen.live.reactions import describe, react
from schemagen.live.watch import Watch

ACME = "docs/examples/project/definitions/acme.yaml"
JSON = (("content-type", "application/json"),)
GOOD = b'{"code": "no_parcel", "message": "There is no parcel 17", "status": 404}'
WRONG = b'{"code": "no_parcel", "message": "There is no parcel 17", "status": 400}'
DRIFT = b'{"code": "no_parcel", "message": "There is no parcel 17", "status": 404, "hint": 1}'
URL = "https://api.acme.example/parcels/17?token=hidden"


def exchange(body: bytes, status: int = 404, entry: int = 1) -> Exchange:
    """A response of Acme."""
    return Exchange(Origin("test", entry), Response(status, JSON, body), Request("GET", URL))


def test_a_response_is_judged_as_a_recorded_one() -> None:
    """The findings and the report are those of `validate`."""
    checker = Checker(ACME)
    found = [checker.check(exchange(body, entry=n)) for n, body in enumerate((GOOD, WRONG, DRIFT), 1)]
    recorded = schemagen.validate(
        [exchange(GOOD), exchange(WRONG, entry=2), exchange(DRIFT, entry=3)], definitions=ACME
    )
    assert [item for findings in found for item in findings] == list(recorded.findings)
    assert checker.report() == recorded
    assert checker.counts() == recorded.counts


def test_a_finding_names_the_line_of_the_definition() -> None:
    """Positions are resolved at once."""
    (item,) = Checker(ACME).check(exchange(WRONG))
    assert item.related is not None
    assert (item.related.line, item.related.column) == (10, 11)


def test_several_threads_may_check_at_once() -> None:
    """Nothing is lost, and memory holds the first findings only."""
    checker = Checker(ACME)

    def work() -> None:
        for entry in range(50):
            checker.check(exchange(WRONG, entry=entry))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = checker.report()
    assert report.counts.checked == report.count(Severity.ERROR) == 400
    assert len(report.findings) == 20


def test_a_mistaken_definition_is_told_at_once() -> None:
    """Nothing is checked by half a definition."""
    with pytest.raises(schemagen.SchemagenError):
        Checker("nothing-of-that-name")


def test_a_finding_raises_with_rule_pointer_got_and_want() -> None:
    """The message is enough to mend what is wrong, and has no secret in it."""
    with pytest.raises(MismatchError) as caught:
        Watch(Checker(ACME), source="test").take(exchange(WRONG))
    assert str(caught.value).split("\n") == [
        "GET https://api.acme.example/parcels/17?token=[redacted]: the 404 response is not as acme documents it",
        "  error: /status: body says 400, HTTP says 404 [response/body-status]",
        "      got:  400",
        "      want: 404",
        f"      see {ACME}:10:11",
    ]
    assert caught.value.exchange == exchange(WRONG)
    assert [item.rule.code for item in caught.value.findings] == ["response/body-status"]


def test_a_failure_is_one_for_test_runners_and_can_be_sent_to_another_process() -> None:
    """It is an AssertionError, and pickles."""
    error = MismatchError(exchange(WRONG), Checker(ACME).check(exchange(WRONG)))
    assert isinstance(error, AssertionError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.findings) == (str(error), error.findings)


def test_drift_counts_as_failure_only_where_it_is_said() -> None:
    """`fail_on` is that of the command line."""
    checker = Checker(ACME)
    Watch(checker, source="test").take(exchange(DRIFT))
    with pytest.raises(MismatchError):
        Watch(checker, source="test", fail_on="warning").take(exchange(DRIFT))
    assert checker.report().count(Severity.WARNING) == 2


def test_a_finding_can_warn() -> None:
    """The warning points to the line that has sent the request."""
    with pytest.warns(MismatchWarning, match="body says 400") as caught:
        Watch(Checker(ACME), "warn", source="test").take(exchange(WRONG))
    assert caught[0].filename == __file__


def test_a_finding_can_be_collected_or_handed_over() -> None:
    """Nothing is raised; a function gets the exchange and what counts."""
    seen: list[tuple[int, list[str]]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Watch(Checker(ACME), "collect", source="test").take(exchange(WRONG))
        watch = Watch(
            Checker(ACME), lambda one, found: seen.append((one.origin.entry, [f.rule.code for f in found])),
            source="test",
        )  # fmt: skip
        watch.see((404, JSON, GOOD))
        watch.see((404, JSON, WRONG))
    assert seen == [(2, ["response/body-status"])]


def test_an_unknown_word_is_refused_before_anything_is_checked() -> None:
    """A typo does not mean silence."""
    with pytest.raises(ValueError, match="on_finding: 'rase' is none of raise, warn, collect"):
        Watch(Checker(ACME), "rase", source="test")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="none of raise"):
        react("colect", exchange(GOOD), ())  # type: ignore[arg-type]


def test_text_from_a_server_cannot_act_in_a_message() -> None:
    """Control characters are shown escaped, in facts and in the URL."""
    strange = Exchange(
        Origin("test"), Response(404, JSON, b'{"code": "\\u001b[2J", "message": 1}'), Request("GET", "http://a/\x1b[2J")
    )  # fmt: skip
    text = describe(strange, Checker(ACME).check(strange))
    assert "\x1b" not in text
    assert "\\x1b[2J" in text
