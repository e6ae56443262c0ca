"""Responses of the clients and test clients that people use, as exchanges; each is tried with the real thing."""

from __future__ import annotations

import asyncio
import gzip
import http.server
import threading
import urllib.request
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from acme import BODY

from schemagen import Exchange, Origin, Request, Response, exchange_of


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers 404 with a packed body and a header that is there twice."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        packed = gzip.compress(BODY)
        self.send_response(404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.send_header("Warning", '199 - "one"')
        self.send_header("Warning", '199 - "two"')
        self.end_headers()
        self.wfile.write(packed)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/parcels/17"
    server.shutdown()
    thread.join()
    server.server_close()


def check(exchange: Exchange, url: str, *, decoded: bool, method: str = "GET") -> None:
    """Status, repeats, body and request are what was on the wire."""
    response = exchange.response
    assert (response.status, response.body, response.decoded) == (404, BODY, decoded)
    assert [value for name, value in response.headers if name == "warning"] == ['199 - "one"', '199 - "two"']
    assert exchange.request == Request(method, url)


def test_httpx(url: str) -> None:
    """Read by httpx, decoded; while it is not read, there is no body, and it is not read for that."""
    httpx = pytest.importorskip("httpx")
    with httpx.Client(trust_env=False) as client:
        check(exchange_of(client.get(url)), url, decoded=True)
        with client.stream("GET", url) as response:
            assert exchange_of(response).response.body is None
            assert response.read() == BODY
            assert exchange_of(response).response.body == BODY
    assert exchange_of(httpx.Response(404)).request is None


def test_requests(url: str) -> None:
    """Read by requests, decoded, with the repeats that requests joins."""
    requests = pytest.importorskip("requests")
    with requests.Session() as session:
        session.trust_env = False
        check(exchange_of(session.get(url)), url, decoded=True)
        with session.get(url, stream=True) as response:
            assert exchange_of(response).response.body is None
            assert b"".join(response.iter_content(10)) == BODY
            assert exchange_of(response).response.body is None  # streamed, and so not kept


def test_aiohttp(url: str) -> None:
    """Read by aiohttp, decoded or not, which only its session knows."""
    aiohttp = pytest.importorskip("aiohttp")

    async def talk() -> None:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            assert exchange_of(response).response.body is None
            await response.read()
            check(exchange_of(response), url, decoded=False)
        async with aiohttp.ClientSession(auto_decompress=False) as session, session.get(url) as response:
            await response.read()
            read = exchange_of(response).response
            assert (gzip.decompress(read.body or b""), read.decoded) == (BODY, False)

    asyncio.run(talk())


def test_urllib3(url: str) -> None:
    """Read at once, or later, or as it is on the wire."""
    urllib3 = pytest.importorskip("urllib3")
    with urllib3.PoolManager() as pool:
        check(exchange_of(pool.request("GET", url), method="GET", url=url), url, decoded=True)
        raw = exchange_of(pool.request("GET", url, decode_content=False)).response
        assert (gzip.decompress(raw.body or b""), raw.decoded) == (BODY, False)
        later = pool.request("GET", url, preload_content=False)
        assert exchange_of(later).response.body is None
        assert later.read() == BODY


def test_the_standard_library(url: str) -> None:
    """A body that a stream gives only once is said by who has read it."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)
    with caught.value as response:
        assert exchange_of(response).response.body is None
        read = exchange_of(response, body=response.read(), method="GET")
        assert gzip.decompress(read.response.body or b"") == BODY
        assert read.request == Request("GET", url)
        assert read.response.header("content-type") == "application/json"


@pytest.mark.tools
def test_flask() -> None:
    """The response of Flask's test client can be read again."""
    flask = pytest.importorskip("flask")
    app = flask.Flask("test")

    @app.get("/parcels/17")
    def parcel() -> Any:
        pieces = (BODY[at : at + 10] for at in range(0, len(BODY), 10))
        headers = [("Warning", '199 - "one"'), ("Warning", '199 - "two"')]
        return flask.Response(pieces, 404, headers, content_type="application/json")

    response = app.test_client().get("/parcels/17")
    check(exchange_of(response), "http://localhost/parcels/17", decoded=False)
    assert response.data == BODY


@pytest.mark.tools
def test_starlette() -> None:
    """The test client of Starlette, and so of FastAPI; and a response that nobody has sent."""
    pytest.importorskip("starlette")
    pytest.importorskip("httpx2")
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.responses import Response as Answer
    from starlette.routing import Route
    from starlette.testclient import TestClient

    def parcel(request: object) -> Answer:
        answer = Answer(BODY, 404, media_type="application/json")
        answer.headers.append("Warning", '199 - "one"')
        answer.headers.append("Warning", '199 - "two"')
        return answer

    with TestClient(Starlette(routes=[Route("/parcels/17", parcel)])) as client:
        check(exchange_of(client.get("/parcels/17")), "http://testserver/parcels/17", decoded=True)
    plain = exchange_of(JSONResponse({"code": 1}, 422)).response
    assert (plain.status, plain.body, plain.header("content-type")) == (
        422,
        b'{"code":1}',
        "application/json",
    )
    assert exchange_of(StreamingResponse(iter([b"a"]), 500)).response == Response(500)


@pytest.mark.tools
def test_django() -> None:
    """The test client of Django; what it streams is not read."""
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(ROOT_URLCONF=ModuleType("urls"), ALLOWED_HOSTS=["*"], SECRET_KEY="x")
        django.setup()
    from django.http import HttpResponse, StreamingHttpResponse
    from django.test import Client
    from django.urls import clear_url_caches, path

    settings.ROOT_URLCONF.urlpatterns = [
        path("parcels/17", lambda _: HttpResponse(BODY, content_type="application/json", status=404)),
        path("stream", lambda _: StreamingHttpResponse([BODY], status=404)),
    ]
    clear_url_caches()
    exchange = exchange_of(Client().get("/parcels/17?page=2"))
    assert exchange.response.header("content-type") == "application/json"
    assert exchange.response.body == BODY
    assert exchange.request == Request("GET", "http://testserver/parcels/17?page=2")
    streamed = Client().get("/stream")
    assert exchange_of(streamed).response.body is None
    assert streamed.getvalue() == BODY


def test_tuples_and_mappings() -> None:
    """What was got by hand needs no class: headers as mapping or pairs, bodies as bytes, text or data."""
    assert exchange_of((404, {"Content-Type": "application/json"}, BODY)) == Exchange(
        Origin("response"), Response(404, (("content-type", "application/json"),), BODY)
    )
    assert exchange_of((404, [("A", "1"), (b"A", b"2")])).response == Response(404, (("a", "1"), ("a", "2")))
    assert exchange_of((404, {"A": ["1", "2"]}, "ü")).response.body == "ü".encode()
    said = {"status": 404, "body": {"code": 1}, "method": "GET", "url": "https://a/"}
    exchange = exchange_of(said, origin=Origin("mine", 3))
    assert (exchange.response.body, exchange.request) == (b'{"code":1}', Request("GET", "https://a/"))
    assert exchange.origin == Origin("mine", 3)
    assert exchange_of(exchange) is exchange
    assert exchange_of(Response(500), url="https://a/").request == Request("", "https://a/")


@pytest.mark.parametrize("strange", [None, "404", 404, object(), {}, (), ("404", {}, b""), (True, {}, b"")])
def test_what_is_no_response_is_refused(strange: object) -> None:
    """One line says what is taken."""
    with pytest.raises(TypeError, match=r"is no response that is known( \(.*\))?; give httpx, requests"):
        exchange_of(strange)


def test_a_status_that_is_none_is_named() -> None:
    """With what was given, not with what became of it."""
    said = r"^tuple is no response that is known \(its status is '404', no whole number\); give"
    with pytest.raises(TypeError, match=said):
        exchange_of(("404", {}, b""))


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ((400, "text/html", b""), "headers: neither a mapping nor pairs of names and values"),
        ((400, [("a",)], b""), "headers: neither a mapping"),
        ((400, 5, b""), "headers: neither a mapping"),
        ((400, {}, {1: 2}), "body: neither bytes nor text nor JSON: Dict key must be str"),
        ((400, {}, object()), "body: neither bytes nor text nor JSON: Type is not JSON serializable: object"),
    ],
)
def test_what_is_no_response_is_said_by_the_part_that_is_none(response: object, message: str) -> None:
    """With the same exception as for a whole that is none."""
    with pytest.raises(TypeError, match=f"^{message}"):
        exchange_of(response)
