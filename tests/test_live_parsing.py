"""Errors of whatever API as one thing to branch on."""

from __future__ import annotations

import time
from typing import Any

import pytest

import schemagen
from schemagen import Exchange, Origin, ParsedError, Response, parse_error

ACME = "docs/examples/project/definitions/acme.yaml"
JSON = {"Content-Type": "application/json"}
BUSY = b'{"code": "too_fast", "message": "Slow down, please", "status": 429}'


def test_an_error_says_what_to_do() -> None:
    """Code and retry, and what the catalogue knows."""
    error = parse_error((429, {**JSON, "Retry-After": "30"}, BUSY), definitions=ACME)
    assert error.known
    assert (error.format, error.status, error.code, error.retry) == ("acme", 429, "too_fast", "after")
    assert (error.retry_after, error.detail) == (30, "Slow down, please")
    assert (error.title, error.meaning) == ("Too Many Requests", "More than 10 requests in a second.")
    assert error.problem is not None
    assert error.problem.as_json()["code"] == "too_fast"


def test_the_vendor_need_not_be_named() -> None:
    """The shipped definitions are tried, by server and by body."""
    body = b'{"code": 1002, "message": "Invalid MSISDN format (not E.164 international number)", "errorId": "b4478860-b76c-e811-814e-022a35cc1c71", "timestamp": "2026-03-02T09:05:11.42Z"}'
    error = parse_error({"status": 400, "headers": JSON, "body": body, "url": "https://sms.8x8.com/api/v1/a"})
    assert (error.format, error.code, error.meaning) == ("8x8", 1002, "Invalid MSISDN")


def test_several_errors_are_all_there() -> None:
    """Each with its own code."""
    body = {
        "error": {
            "code": "multiple",
            "status": 422,
            "inner": [{"code": "a.b", "status": 422, "message": "x"}] * 2,
        }
    }
    error = parse_error((422, JSON, body), definitions="telecomx")
    assert error.code == "multiple"
    assert [each["code"] for each in error.errors] == ["a.b", "a.b"]


@pytest.mark.parametrize(
    ("response", "why"),
    [
        ((502, {"Content-Type": "text/html"}, b"<html><title>Bad Gateway</title>"), "an HTML page"),
        ((500, JSON, b""), "the body is empty, which says nothing"),
        ((500, {}, None), "the body is not recorded, which says nothing"),
        ((400, JSON, b'{"wrong": 1}'), "which says nothing that acme documents"),
        ((400, JSON, b"[" * 100_000), "JSON nested too deep"),
        ((400, JSON, b"\xff\xfe\x00"), "says nothing"),
        ((400, {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00"), "undecodable"),
        ((200, JSON, b'{"code": "too_fast"}'), "a 200 with this body is no error of acme"),
    ],
)
def test_what_is_not_known_is_said(response: Any, why: str) -> None:
    """A strange body raises nothing, and gives no code."""
    error = parse_error(response, definitions=ACME)
    assert not error.known
    assert why in error.why
    assert (error.code, error.retry, error.format, error.errors) == (None, None, "", ())


def test_retry_after_is_known_of_any_error() -> None:
    """It is HTTP's own word (RFC 9110, section 10.2.3)."""
    error = parse_error((503, {"Retry-After": "120"}, b"<html>"))
    assert (error.known, error.retry, error.retry_after) == (False, "after", 120)
    assert error.title == "Service Unavailable"
    dated = parse_error((503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b""))
    assert (dated.retry, dated.retry_after) == ("after", "Wed, 21 Oct 2026 07:28:00 GMT")


def test_anything_that_is_a_response_will_do() -> None:
    """An exchange, a response with its body given; what is none is a mistake of the program."""
    exchange = Exchange(Origin("test"), Response(429, (("content-type", "application/json"),), BUSY))
    assert parse_error(exchange, definitions=[schemagen.load(ACME)]).code == "too_fast"
    assert parse_error((429, JSON), body=BUSY, definitions=ACME).code == "too_fast"
    with pytest.raises(TypeError, match="no response"):
        parse_error("429")
    with pytest.raises(schemagen.SchemagenError):
        parse_error((429, JSON, BUSY), definitions="nothing-of-that-name")


def test_secrets_do_not_come_back() -> None:
    """What a server repeats of a request is masked."""
    body = b'{"code": "bad_key", "message": "Bearer abcdefghijklmnop is not known", "status": 401}'
    assert "abcdefghijklmnop" not in repr(parse_error((401, JSON, body), definitions=ACME))


def test_it_is_fast_enough_to_be_called_for_every_error() -> None:
    """Definitions are read once: a call takes less than a few milliseconds of the processor, with all of them."""
    parse_error((429, JSON, BUSY))
    began = time.process_time()
    for _ in range(100):
        assert isinstance(parse_error((429, JSON, BUSY)), ParsedError)
    assert (time.process_time() - began) / 100 < 0.02
