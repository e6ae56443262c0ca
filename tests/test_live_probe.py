"""How long a probe waits before it asks again, and where it goes."""

from __future__ import annotations

import datetime as dt

import pytest

from schemagen import Checker, Exchange, Origin, Request, Response
from schemagen.findings import Place, finding
from schemagen.live.calls import Call

pytest.importorskip("aiohttp")

from schemagen.live.probe import Manners, Probe, _is_near, _moved, seconds_of
from schemagen.live.sending import Answer, Sender

NOW = dt.datetime(2026, 10, 21, 7, 28, tzinfo=dt.UTC)
ACME = "docs/examples/project/definitions/acme.yaml"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("9" * 400, 999999999999.0),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    """Anything else says nothing."""
    assert seconds_of(text, NOW) == seconds


@pytest.mark.parametrize(
    ("method", "status", "headers", "tries", "delay"),
    [
        ("GET", 503, (), 0, 1.0),
        ("GET", 503, (), 3, 8.0),
        ("GET", 429, (("retry-after", "7"),), 3, 7.0),
        ("POST", 429, (("retry-after", "7"),), 0, 7.0),
        ("GET", 429, (("retry-after", "61"),), 0, None),
        ("GET", 429, (("retry-after", "soon"),), 0, None),
        ("GET", 404, (("retry-after", "1"),), 0, None),
        ("GET", 429, (), 4, None),
        ("GET", 0, (), 0, 1.0),
        ("POST", 0, (), 0, None),
    ],
)
def test_waiting_has_an_end(
    method: str, status: int, headers: tuple[tuple[str, str], ...], tries: int, delay: float | None
) -> None:
    """A server may ask for a minute; status 0 stands for no response."""
    probe = Probe(Checker(ACME), Sender(), Manners(retries=4))
    trouble = finding("live/no-response", Place("probe"), why="it was closed")
    exchange = Exchange(Origin("probe"), Response(status, headers), Request(method, "https://a/"))
    answer = Answer(exchange) if status else Answer(None, trouble)
    assert probe._delay(Call(method, "https://a/"), answer, tries) == delay


@pytest.mark.parametrize(
    ("url", "target", "near"),
    [
        ("https://a.example/1", "https://a.example/2", True),
        ("http://a.example/1", "https://a.example/1", True),
        ("http://a.example:8000/1", "https://a.example/1", False),
        ("https://a.example/1", "http://a.example/1", False),
        ("https://a.example/1", "https://a.example:8443/1", False),
        ("https://a.example/1", "https://b.example/1", False),
        ("https://a.example/1", "https://a.example.b.example/1", False),
    ],
)
def test_only_the_same_host_is_near(url: str, target: str, *, near: bool) -> None:
    """The same port, too, and never from HTTPS to HTTP: what a request carries is for one server."""
    assert _is_near(url, target) is near


def test_a_redirect_may_change_the_method() -> None:
    """303 always, 301 and 302 after POST, 307 and 308 never (RFC 9110, section 15.4)."""
    post = Call("POST", "https://a/", (("Content-Type", "a/b"), ("X", "1")), b"body")
    assert _moved(post, 302) == _moved(post, 303) == Call("GET", "https://a/", (("X", "1"),))
    assert _moved(post, 307) is post
    put = Call("PUT", "https://a/", (), b"body")
    assert (_moved(put, 302), _moved(put, 303).method) == (put, "GET")
    head = Call("HEAD", "https://a/")
    assert _moved(head, 303) is head
