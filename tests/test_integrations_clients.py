"""Hooks in the clients that people use: the real ones, against a real server on loopback."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import linecache
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from acme import ACME, BODY
from misbehaving import Misbehaving

from schemagen import Checker, MismatchError, MismatchWarning

aiohttp = pytest.importorskip("aiohttp")
httpx = pytest.importorskip("httpx")
requests = pytest.importorskip("requests")

from schemagen.integrations.aiohttp import watch as watch_aiohttp  # noqa: E402
from schemagen.integrations.httpx import watch as watch_httpx  # noqa: E402
from schemagen.integrations.requests import watch as watch_requests  # noqa: E402

Get = Callable[[str, dict[str, Any]], tuple[int, bytes]]


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    """The server that misbehaves."""
    with Misbehaving() as running:
        yield running


def by_httpx(url: str, options: dict[str, Any]) -> tuple[int, bytes]:
    """Status and body."""
    with httpx.Client(trust_env=False) as client:
        watch_httpx(client, **options)
        response = client.get(url)
        return response.status_code, response.content


def by_async_httpx(url: str, options: dict[str, Any]) -> tuple[int, bytes]:
    """Status and body."""

    async def get() -> tuple[int, bytes]:
        async with httpx.AsyncClient(trust_env=False) as client:
            watch_httpx(client, **options)
            response = await client.get(url)
            return response.status_code, response.content

    return asyncio.run(get())


def by_requests(url: str, options: dict[str, Any]) -> tuple[int, bytes]:
    """Status and body."""
    with requests.Session() as session:
        session.trust_env = False
        watch_requests(session, **options)
        response = session.get(url)
        return response.status_code, response.content


def by_aiohttp(url: str, options: dict[str, Any]) -> tuple[int, bytes]:
    """Status and body."""

    async def get() -> tuple[int, bytes]:
        async with aiohttp.ClientSession() as session:
            watch_aiohttp(session, **options)
            async with session.get(url) as response:
                return response.status, await response.read()

    return asyncio.run(get())


ASKING = {
    by_httpx: "response = client.get(url)",
    by_async_httpx: "response = await client.get(url)",
    by_requests: "response = session.get(url)",
    by_aiohttp: "return response.status, await response.read()",
}

every_client = pytest.mark.parametrize("get", [by_httpx, by_async_httpx, by_requests, by_aiohttp])


def acme() -> Checker:
    """Judges all hosts as Acme."""
    return Checker(ACME, anywhere=True)


@every_client
def test_a_response_that_is_not_as_documented_raises(get: Get, server: Misbehaving) -> None:
    """The request itself fails, with what was found; a good one does not."""
    assert get(server.url("good"), {"checker": acme()}) == (404, BODY)
    with pytest.raises(MismatchError) as caught:
        get(server.url("wrong"), {"checker": acme()})
    assert [item.rule.code for item in caught.value.findings] == ["response/body-status"]
    request = caught.value.exchange.request
    assert request is not None
    assert (request.method, request.url) == ("GET", server.url("wrong"))


@every_client
def test_a_finding_can_warn_be_collected_or_handed_over(get: Get, server: Misbehaving) -> None:
    """And the response is what it was."""
    wrong = BODY.replace(b"404", b"400")
    with pytest.warns(MismatchWarning, match="body says 400, HTTP says 404"):
        assert get(server.url("wrong"), {"checker": acme(), "on_finding": "warn"}) == (404, wrong)
    checker, seen = acme(), []
    assert get(server.url("wrong"), {"checker": checker, "on_finding": "collect"}) == (404, wrong)
    assert [item.rule.code for item in checker.report().findings] == ["response/body-status"]
    get(server.url("wrong"), {"checker": acme(), "on_finding": lambda one, _: seen.append(one)})
    assert [one.response.status for one in seen] == [404]


@every_client
def test_a_warning_points_at_the_line_that_has_asked(get: Get, server: Misbehaving) -> None:
    """Not into the hook, nor into the client: every place in a program is told, and each once."""
    with pytest.warns(MismatchWarning) as caught:
        get(server.url("wrong"), {"checker": acme(), "on_finding": "warn"})
    (warning,) = caught
    line = linecache.getline(warning.filename, warning.lineno)
    assert (warning.filename, line.strip()) == (__file__, ASKING[get])


def test_a_warning_from_a_stream_points_at_the_line_that_reads_it(server: Misbehaving) -> None:
    """Also in another thread, where the client is not called by a line of this file."""
    with httpx.Client(trust_env=False) as client:
        watch_httpx(client, checker=acme(), on_finding="warn")
        with pytest.warns(MismatchWarning) as caught, client.stream("GET", server.url("wrong")) as response:
            list(response.iter_bytes())
        assert (
            linecache.getline(caught[0].filename, caught[0].lineno).strip() == "list(response.iter_bytes())"
        )
        with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.warns(MismatchWarning) as caught:
            assert pool.submit(client.get, server.url("wrong")).result().status_code == 404
    assert Path(caught[0].filename) == Path(threading.__file__)


@every_client
@pytest.mark.parametrize("way", ["gzip", "chunked", "by-close"])
def test_a_body_is_checked_however_it_comes(get: Get, way: str, server: Misbehaving) -> None:
    """Packed, in chunks, until the connection ends."""
    checker = acme()
    assert get(server.url(way), {"checker": checker}) == (404, BODY)
    assert checker.counts().checked == 1
    assert checker.report().findings == ()


@every_client
@pytest.mark.parametrize("way", ["half-body", "cut-chunks", "closed"])
def test_what_a_client_fails_on_it_fails_on_as_before(get: Get, way: str, server: Misbehaving) -> None:
    """A response that does not come to its end is the client's business, and nothing is checked."""
    checker = acme()
    with pytest.raises((httpx.HTTPError, requests.RequestException, aiohttp.ClientError)):
        get(server.url(way), {"checker": checker})
    assert checker.counts().checked == 0


@every_client
@pytest.mark.parametrize("way", ["html", "not-utf8", "utf-16", "empty", "deep", "escapes", "fine"])
def test_a_strange_response_breaks_nothing(get: Get, way: str, server: Misbehaving) -> None:
    """It is a finding, or none."""
    checker = acme()
    get(server.url(way), {"checker": checker, "on_finding": "collect"})
    assert bool(checker.report().findings) == (way != "fine")


@every_client
def test_other_hosts_are_left_alone(get: Get, server: Misbehaving) -> None:
    """A definition with servers judges these, unless it is said to be at work anywhere."""
    assert get(server.url("wrong"), {"definitions": ACME})[0] == 404


def test_a_stream_is_checked_when_it_was_read(server: Misbehaving) -> None:
    """By httpx and requests piece by piece; nothing is read before its owner does, and nothing is checked of a part."""
    checker = acme()
    with httpx.Client(trust_env=False) as client:
        watch_httpx(client, checker=checker, on_finding="collect")
        with client.stream("GET", server.url("wrong")) as response:
            assert checker.counts().exchanges == 0
            assert b"".join(response.iter_bytes(7)) == BODY.replace(b"404", b"400")
        assert checker.counts().checked == 1
        with client.stream("GET", server.url("endless-body")) as response:
            next(response.iter_bytes(10))
        assert checker.counts().exchanges == 1
    with requests.Session() as session:
        session.trust_env = False
        watch_requests(session, checker=checker, on_finding="collect")
        with session.get(server.url("gzip"), stream=True) as response:
            assert checker.counts().exchanges == 1
            assert b"".join(response.iter_content(7)) == BODY
        with session.get(server.url("good"), stream=True) as response:
            response.encoding = "utf-8"
            assert "".join(response.iter_content(7, decode_unicode=True)) == BODY.decode()
        with session.get(server.url("wrong"), stream=True) as response:
            assert response.json()["status"] == 400
    assert checker.counts().checked == 4
    assert [item.rule.code for item in checker.report().findings] == ["response/body-status"] * 2


def test_aiohttp_is_seen_when_a_body_is_read(server: Misbehaving) -> None:
    """What nobody reads is not checked, and an undecoded body is decoded for the check alone."""
    checker = acme()

    async def talk() -> None:
        async with aiohttp.ClientSession(auto_decompress=False) as session:
            watch_aiohttp(session, checker=checker)
            async with session.get(server.url("wrong")) as response:
                assert response.status == 404
            assert checker.counts().exchanges == 0
            async with session.get(server.url("gzip")) as response:
                assert (await response.read())[:2] == b"\x1f\x8b"

    asyncio.run(talk())
    assert (checker.counts().checked, checker.report().findings) == (1, ())


def test_a_transport_of_a_test_is_seen_too() -> None:
    """A response that was never on a wire is there at once."""
    transport = httpx.MockTransport(lambda _: httpx.Response(404, json={"code": "no_parcel"}))
    with httpx.Client(transport=transport) as client:
        watch_httpx(client, checker=acme())
        with pytest.raises(MismatchError, match='no member "message"'):
            client.get("https://api.acme.example/parcels/17")


def test_httpx2_is_watched_as_httpx_is(server: Misbehaving) -> None:
    """It is what the test clients of Starlette and FastAPI are made of."""
    httpx2 = pytest.importorskip("httpx2")
    with httpx2.Client(trust_env=False) as client:
        watch_httpx(client, checker=acme())
        assert client.get(server.url("good")).content == BODY
        with pytest.raises(MismatchError):
            client.get(server.url("wrong"))


@pytest.mark.parametrize(
    ("watch", "kind"),
    [
        (watch_httpx, "client of httpx"),
        (watch_requests, "session of requests"),
        (watch_aiohttp, "session of aiohttp"),
    ],
)
def test_only_the_client_that_is_meant_is_taken_for_one(watch: Callable[..., object], kind: str) -> None:
    """One line says so."""
    with pytest.raises(TypeError, match=f"^object is no {kind}$"):
        watch(object(), ACME)
    with contextlib.closing(requests.Session()) as session:
        if watch is not watch_requests:
            with pytest.raises(TypeError, match=f"^Session is no {kind}$"):
                watch(session, ACME)


@every_client
def test_a_checker_has_its_definitions(get: Get, server: Misbehaving) -> None:
    """Others beside it would be ignored: one line says so, and nothing is sent."""
    before = len(server.requests)
    with pytest.raises(ValueError, match=r"^definitions and checker: give one of them"):
        get(server.url("good"), {"definitions": ACME, "checker": acme()})
    assert len(server.requests) == before


@pytest.mark.parametrize("is_list", [False, True])
def test_hooks_that_a_session_of_requests_has_are_kept(is_list: bool, server: Misbehaving) -> None:
    """A list of functions, or one function alone, as requests takes both."""
    seen: list[int] = []

    def before(response: Any, *_: object, **__: object) -> None:
        seen.append(response.status_code)

    with requests.Session() as session:
        session.trust_env = False
        session.hooks = {"response": [before] if is_list else before}
        watching = watch_requests(session, checker=acme())
        session.get(server.url("good"))
    assert (seen, watching.checker.counts().checked) == ([404], 1)
