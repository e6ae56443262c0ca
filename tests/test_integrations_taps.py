"""What `--schemagen-record` sees of the clients of a suite: the real ones, whoever makes them, and their mocks."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from acme import BODY
from misbehaving import Misbehaving

from schemagen import Exchange
from schemagen.integrations.suite import Suite
from schemagen.integrations.taps import tap

aiohttp = pytest.importorskip("aiohttp")
httpx = pytest.importorskip("httpx")
requests = pytest.importorskip("requests")
responses = pytest.importorskip("responses")
respx = pytest.importorskip("respx")

Seen = list[Exchange]


@pytest.fixture(scope="module")
def server() -> Iterator[Misbehaving]:
    """The server that misbehaves."""
    with Misbehaving() as running:
        yield running


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """What is kept while clients are tapped."""
    monkeypatch.setenv("NO_PROXY", "*")
    kept: Seen = []
    end = tap(Suite(keep=kept.append).see)
    yield kept
    end()


def by_httpx(url: str) -> bytes:
    """The body, by a client that nobody has made on purpose."""
    return httpx.get(url).content


def by_async_httpx(url: str) -> bytes:
    """The body."""

    async def get() -> bytes:
        async with httpx.AsyncClient() as client:
            return (await client.get(url)).content

    return asyncio.run(get())


def by_requests(url: str) -> bytes:
    """The body."""
    return requests.get(url, timeout=60).content


def by_aiohttp(url: str) -> bytes:
    """The body."""

    async def get() -> bytes:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            assert await response.text()
            return await response.read()

    return asyncio.run(get())


every_client = pytest.mark.parametrize("get", [by_httpx, by_async_httpx, by_requests, by_aiohttp])


@every_client
@pytest.mark.parametrize("way", ["good", "gzip", "chunked", "by-close"])
def test_every_response_is_seen_once(
    get: Callable[[str], bytes], way: str, server: Misbehaving, seen: Seen
) -> None:
    """With its request, its status and its body, however that comes."""
    assert get(server.url(way)) == BODY
    (exchange,) = seen
    assert (exchange.response.status, exchange.response.body) == (404, BODY)
    assert exchange.request is not None
    assert (exchange.request.method, exchange.request.url) == ("GET", server.url(way))


@every_client
@pytest.mark.parametrize("way", ["half-body", "closed"])
def test_a_client_fails_as_before(
    get: Callable[[str], bytes], way: str, server: Misbehaving, seen: Seen
) -> None:
    """And what has not come to its end is not seen."""
    with pytest.raises((httpx.HTTPError, requests.RequestException, aiohttp.ClientError)):
        get(server.url(way))
    assert seen == []


def test_a_stream_is_seen_when_it_was_read(server: Misbehaving, seen: Seen) -> None:
    """Not before its owner does, and not if nobody does."""
    with httpx.Client() as client:
        with client.stream("GET", server.url("gzip")) as response:
            assert seen == []
            assert b"".join(response.iter_bytes(7)) == BODY
        with client.stream("GET", server.url("good")):
            pass
    with requests.Session() as session:
        with session.get(server.url("gzip"), stream=True) as response:
            assert len(seen) == 1
            assert b"".join(response.iter_content(7)) == BODY
        with session.get(server.url("good"), stream=True) as response:
            assert response.json()["status"] == 404
    assert [gzip.decompress(seen[0].response.body or b""), *(one.response.body for one in seen[1:])] == [
        BODY
    ] * 3


def test_clients_that_were_there_before_are_seen_and_none_is_afterwards() -> None:
    """The classes are what they were when it has ended."""
    before = httpx.Client.send, httpx.AsyncClient.send, requests.Session.send, aiohttp.ClientResponse.read
    kept: Seen = []
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(404, text="{}"))) as client:
        end = tap(Suite(keep=kept.append).see)
        client.get("https://api.acme.example/")
        end()
        client.get("https://api.acme.example/")
    assert len(kept) == 1
    assert before == (
        httpx.Client.send,
        httpx.AsyncClient.send,
        requests.Session.send,
        aiohttp.ClientResponse.read,
    )


def test_what_redirects_is_seen_too(seen: Seen) -> None:
    """In its order, by httpx and by requests."""

    def answer(request: Any) -> Any:
        if request.url.path == "/old":
            return httpx.Response(302, headers={"Location": "/new"})
        return httpx.Response(404, content=BODY)

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        client.get("https://api.acme.example/old")
    with responses.RequestsMock() as mock:
        mock.get("https://api.acme.example/old", status=302, headers={"Location": "/new"})
        mock.get("https://api.acme.example/new", status=404, body=BODY)
        requests.get("https://api.acme.example/old", timeout=60)
    assert sorted(one.response.status for one in seen) == [302, 302, 404, 404]


def test_what_mocks_answer_is_seen(seen: Seen) -> None:
    """Respx under httpx, responses under requests."""
    with respx.mock:
        respx.get("https://api.acme.example/1").mock(httpx.Response(404, content=BODY))
        httpx.get("https://api.acme.example/1")
    with responses.RequestsMock() as mock:
        mock.get("https://api.acme.example/2", status=404, body=BODY, content_type="application/json")
        requests.get("https://api.acme.example/2", timeout=60)
    assert [(one.request and one.request.url, one.response.body) for one in seen] == [
        ("https://api.acme.example/1", BODY),
        ("https://api.acme.example/2", BODY),
    ]


def test_a_run_records_what_clients_get_and_what_is_asserted(pytester: pytest.Pytester) -> None:
    """Once, in the order in which it came."""
    pytester.makepyfile(
        test_it="""
        import httpx

        def answer(request):
            return httpx.Response(404, json={"path": request.url.path})

        def test(assert_conforms):
            with httpx.Client(transport=httpx.MockTransport(answer)) as client:
                client.get("https://api.acme.example/1")
                response = client.get("https://api.acme.example/2")
                try:
                    assert_conforms(response)
                except AssertionError:
                    pass
                client.get("https://api.acme.example/3")
        """
    )
    options = ("-p", "no:respx", "-p", "no:schemathesis", "--schemagen-record=seen.ndjson")
    with contextlib.suppress(ImportError):
        import httpx2  # noqa: F401 - pytester forgets what a run imports
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=1)
    lines = Path("seen.ndjson").read_text(encoding="utf-8").splitlines()
    bodies = [json.loads(json.loads(line)["response"]["body"]) for line in lines]
    assert bodies == [{"path": "/1"}, {"path": "/2"}, {"path": "/3"}]
