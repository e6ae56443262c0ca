"""A mock answers with errors of a definition: which one, how late and how wrong, the request says."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemagen import api, bodies, validator
from schemagen.contract import Contract
from schemagen.errors import OutputError, SettingsError
from schemagen.exchanges import Exchange, Origin, Response
from schemagen.findings import Severity, worst
from schemagen.live.listening import Address, parse_address
from schemagen.live.mock import Mock
from schemagen.live.mock.preferences import PreferenceError, preferences_of

CONTRACT = api.load("8x8")
ANY = Address("127.0.0.1", 0)


@contextlib.contextmanager
def mock(contract: Contract = CONTRACT, **options: Any) -> Iterator[Mock]:
    """A mock that answers."""
    with Mock(contract, ANY, **options) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
    assert server.problem is None


@pytest.fixture(scope="module")
def server() -> Iterator[Mock]:
    """One mock for all."""
    with mock() as running:
        yield running


def ask(
    server: Mock, target: str = "/", method: str = "GET", body: Any = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """The response to one request, and its body."""
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", server.address.port, timeout=10)
    ) as client:
        client.request(
            method, target, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = client.getresponse()
        return response, response.read()


def judged(response: http.client.HTTPResponse, body: bytes) -> validator.Judgement:
    """What the validator makes of a response."""
    headers = tuple((name.lower(), value) for name, value in response.getheaders())
    exchange = Exchange(Origin("mock"), Response(response.status, headers, body))
    return validator.judge(CONTRACT, exchange, bodies.read(exchange.response))


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/404/1300", {}),
        ("/messages/17/404/1300?x=1", {}),
        ("/?__status=404&__code=1300", {}),
        ("/500?__status=404&__code=1300", {}),
        ("/", {"Prefer": "status=404, code=1300"}),
        ("/500?__status=400", {"Prefer": 'return=minimal; foo="a,b", Status=404 ; x=y ,code="1300"'}),
    ],
)
def test_a_request_says_which_error_it_wants(server: Mock, target: str, headers: dict[str, str]) -> None:
    """By its path, its query or `Prefer`; the header wins over the query, that over the path."""
    response, body = ask(server, target, **headers)
    assert (response.status, json.loads(body)["code"]) == (404, 1300)
    assert response.getheader("Preference-Applied", "").startswith("status=404, code=1300")


def test_a_slash_at_the_end_names_no_code(server: Mock) -> None:
    """The path ends in a status all the same."""
    response, _ = ask(server, "/messages/404/")
    assert (response.status, response.getheader("Preference-Applied")) == (404, "status=404")


@pytest.mark.parametrize("number", range(3))
def test_without_a_wish_samples_come_in_turn(number: int) -> None:
    """Every documented status once, each conforming; the same ones for the same seed."""
    with mock(seed=number) as one, mock(seed=number) as other:
        found = [ask(one, "/messages") for _ in range(4)]
        assert [body for _, body in found] == [ask(other, "/messages")[1] for _ in range(4)]
        assert [response.status for response, _ in found] == [400, 401, 403, 404]
        assert all(judged(*each).findings == () for each in found)


def test_the_same_wish_has_the_same_answer(server: Mock) -> None:
    """However often it is made; another seed gives another body."""
    assert ask(server, "/404/1300")[1] == ask(server, "/404/1300")[1]
    assert ask(server, "/404/1300")[1] != ask(server, "/404/1300", Prefer="seed=5")[1]


@pytest.mark.parametrize(("word", "severity"), [("drift", Severity.WARNING), ("broken", Severity.ERROR)])
def test_an_error_may_be_less_than_documented(server: Mock, word: str, severity: Severity) -> None:
    """Drifting or broken, as the request wants it."""
    for seed in range(5):
        found = judged(*ask(server, "/404", Prefer=f"{word}, seed={seed}"))
        assert worst(found.findings) is severity


def test_an_answer_takes_as_long_as_is_wanted(server: Mock) -> None:
    """`delay` is in seconds; that of a request wins over that of the mock."""
    began = time.monotonic()
    ask(server, "/404?__delay=0.3")
    assert time.monotonic() - began >= 0.3
    with mock(delay=30.0) as slow:
        began = time.monotonic()
        ask(slow, "/404", Prefer="delay=0")
        assert time.monotonic() - began < 20


def test_a_connection_fails_as_is_wanted(server: Mock) -> None:
    """By a reset, in the middle of the body, or behind a gateway that answers with a page."""
    with pytest.raises(ConnectionResetError):
        ask(server, "/404?__fault=reset")
    with pytest.raises(http.client.IncompleteRead):
        ask(server, "/404?__fault=cut-off")
    response, body = ask(server, "/404?__fault=page")
    assert (response.status, response.getheader("Content-Type")) == (502, "text/html")
    assert b"Bad Gateway" in body


@pytest.mark.parametrize(
    ("target", "prefer", "detail"),
    [
        ("/418", "", "8x8 documents no 418; there are: 400,"),
        ("/", "code=13x", "8x8 has no code 13x;"),
        ("/", "code=", "the code is empty; `schemagen show 8x8 codes` lists those that there are"),
        ("/?__code=", "", "the code is empty;"),
        ("/", "status=abc", "status=abc: a whole number of 18 digits at the most"),
        ("/", "status=99", "status=99: a status is a number from 100 to 599"),
        ("/", "delay=3600", "delay=3600: seconds, 60 at the most"),
        ("/", "drift, broken", "drift and broken: one of them"),
        ("/?__stauts=404", "", "the query says __stauts; did you mean __status?"),
        ("/?__fault=fire", "", "fault=fire: there are reset, cut-off, page"),
    ],
)
def test_a_wish_that_cannot_be_met_is_answered(server: Mock, target: str, prefer: str, detail: str) -> None:
    """By 501 with the reason, which no definition's error is taken for."""
    response, body = ask(server, target, **({"Prefer": prefer} if prefer else {}))
    assert response.status == 501
    assert json.loads(body)["detail"].startswith(f"schemagen mock: {detail}")


WITH_HEADER = """\
schemagen: 1
id: acme
title: Acme
source: https://acme.example/docs
servers: [https://api.acme.example]
media: application/json
body:
  status: integer as status
responses:
  404:
    description: Not found.
    headers:
      X-Why: {{type: string, enum: ["{value}"]}}
"""


def with_header(tmp_path: Path, value: str) -> Contract:
    """A definition of which every error has a header of that value."""
    file = tmp_path / "acme.yaml"
    file.write_text(WITH_HEADER.format(value=value), encoding="utf-8")
    return api.load(file)


def test_a_header_may_be_any_text(tmp_path: Path) -> None:
    """Beyond Latin-1 it is sent in UTF-8, as `validate` and the proxy read it."""
    with mock(with_header(tmp_path, "zażółć")) as running:
        response, _ = ask(running, "/404")
    assert (response.headers["X-Why"] or "").encode("latin-1").decode() == "zażółć"


@pytest.mark.parametrize("value", ["a\\r\\nSet-Cookie: b", "a\\0", " a"])
def test_what_no_header_can_have_is_not_sent(value: str, tmp_path: Path) -> None:
    """It is said, however often it is asked for."""
    with mock(with_header(tmp_path, value)) as running:
        for target in ("/404", "/", "/"):
            response, body = ask(running, target)
            assert (response.status, response.headers["Set-Cookie"]) == (501, None)
            assert "no value was found for the header X-Why" in json.loads(body)["detail"]


def test_a_mistake_of_its_own_ends_it() -> None:
    """The command then says what it was."""
    with Mock(CONTRACT, ANY, log=lambda *_: 1 / 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with pytest.raises((OSError, http.client.HTTPException)):
            ask(server)
        thread.join(60)
        assert not thread.is_alive()
    assert isinstance(server.problem, ZeroDivisionError)


def test_other_words_and_parameters_are_the_apis_own(server: Mock) -> None:
    """`status=active` in a query is no wish, nor is a preference that means nothing here."""
    response, _ = ask(server, "/404?status=active&code=7", Prefer="respond-async, wait=10")
    assert response.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_is_answered_on_one_connection(server: Mock, method: str) -> None:
    """The body of a request is read, with its length or in chunks, and the next request is where it ends."""
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", server.address.port, timeout=10)
    ) as client:
        for body in (b"x" * 100_000, iter([b"GET / HTTP/1.1\r\n\r\n", b"y" * 70_000]), None):
            client.request(method, "/404/1300", body, encode_chunked=True)
            response = client.getresponse()
            assert (response.status, json.loads(response.read())["code"]) == (404, 1300)


def test_head_has_the_headers_alone(server: Mock) -> None:
    """`Content-Length` is that of the body that is not there."""
    response, body = ask(server, "/404", "HEAD")
    assert (response.status, body) == (404, b"")
    assert int(response.getheader("Content-Length") or 0) > 0


@pytest.mark.parametrize(
    "sent", [b"\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\0", b"BREW / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\nA" + b"x" * 70_000, b"GET http://x//[ HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1_0\r\nx"]
)  # fmt: skip
def test_what_is_no_request_does_not_disturb(server: Mock, sent: bytes) -> None:
    """It gets an answer or none, and the next client is served."""
    with socket.create_connection(("127.0.0.1", server.address.port), timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            assert b"Traceback" not in client.recv(1000)
    assert ask(server, "/404")[0].status == 404


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=2))
@example("/[", []).via("no host of IPv6")
def test_any_request_is_understood_or_refused(target: str, prefer: list[str]) -> None:
    """Whatever a client sends, there is a wish or a reason."""
    with contextlib.suppress(PreferenceError):
        preferences_of("/" + target, prefer)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", Address("127.0.0.1", 8080)),
        (":0", Address("127.0.0.1", 0)),
        ("9000", Address("127.0.0.1", 9000)),
        ("[::1]:80", Address("::1", 80)),
        ("localhost:1", Address("localhost", 1)),
    ],
)
def test_an_address_is_host_and_port(text: str, address: Address) -> None:
    """The host is loopback unless it is said."""
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "localhost", "a:b", "::1", "1:2:3", ":70000", ":-1", "x:１"])
def test_what_is_no_address_is_refused(text: str) -> None:
    """The message shows one."""
    with pytest.raises(SettingsError, match=r"write HOST:PORT, such as 127\.0\.0\.1:8080"):
        parse_address(text)


def test_an_address_that_is_taken_is_one_line(server: Mock) -> None:
    """The system's reason is in it."""
    with pytest.raises(
        OutputError, match=rf"cannot listen on 127\.0\.0\.1:{server.address.port}: Address already in use"
    ):
        Mock(CONTRACT, server.address)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_answers_until_it_is_ended(number: signal.Signals) -> None:
    """Its first line says where; a signal ends it with 0, also in the middle of an answer."""
    arguments = [sys.executable, "-m", "schemagen", "mock", "-d", "8x8", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(
        arguments, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}
    ) as child:
        assert child.stderr
        port = re.search(r"8x8 answers at http://127.0.0.1:(\d+); Ctrl-C ends it", child.stderr.readline())
        assert port
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=10)) as client:
            client.request("GET", "/404/1300?x=\x1b".replace("\x1b", "%1b"))
            assert client.getresponse().status == 404
        assert child.stderr.readline() == "404 GET /404/1300?x=%1b\n"
        waiting = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=10)
        waiting.request("GET", "/404?__delay=30")
        assert child.stderr.readline() == "404 GET /404?__delay=30\n"
        child.send_signal(number)
        assert child.stderr.read() == "ended\n"
        waiting.close()
    assert child.returncode == 0
