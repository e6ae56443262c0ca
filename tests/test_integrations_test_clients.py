"""Responses that tests get, judged: of the test clients of FastAPI, Flask and Django, of clients and of their mocks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from acme import ACME, BODY, GOOD, PROJECT

from schemagen import MismatchError
from schemagen.integrations import suite
from schemagen.integrations.suite import Suite
from schemagen.integrations.testing import assert_conforms

ROOT = Path(__file__).parents[1]
WRONG = {**GOOD, "status": 400}

Get = Callable[[str], Any]


@pytest.fixture(autouse=True)
def _own_suite() -> Iterator[None]:
    """What is asserted here is not counted for the run of these tests."""
    running = Suite()
    suite.begin(running)
    yield
    suite.end(running)


def of_fastapi() -> Iterator[Get]:
    """The test client of an application made with FastAPI."""
    fastapi = pytest.importorskip("fastapi")
    pytest.importorskip("httpx2")
    from fastapi.testclient import TestClient

    app = fastapi.FastAPI()
    app.get("/good")(lambda: fastapi.responses.JSONResponse(GOOD, 404))
    app.get("/wrong")(lambda: fastapi.responses.JSONResponse(WRONG, 404))
    app.get("/fine")(lambda: GOOD)
    with TestClient(app) as client:
        yield client.get


def of_flask() -> Iterator[Get]:
    """The test client of an application made with Flask."""
    flask = pytest.importorskip("flask")
    app = flask.Flask("test")
    app.add_url_rule("/good", "good", lambda: (GOOD, 404))
    app.add_url_rule("/wrong", "wrong", lambda: (WRONG, 404))
    app.add_url_rule("/fine", "fine", lambda: GOOD)
    yield app.test_client().get


def of_django() -> Iterator[Get]:
    """The test client of an application made with Django."""
    django = pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(ROOT_URLCONF=ModuleType("urls"), ALLOWED_HOSTS=["*"], SECRET_KEY="x")
        django.setup()
    from django.http import JsonResponse
    from django.test import Client
    from django.urls import clear_url_caches, path

    settings.ROOT_URLCONF.urlpatterns = [
        path("good", lambda _: JsonResponse(GOOD, status=404)),
        path("wrong", lambda _: JsonResponse(WRONG, status=404)),
        path("fine", lambda _: JsonResponse(GOOD)),
    ]
    clear_url_caches()
    yield Client().get


def of_httpx() -> Iterator[Get]:
    """httpx, mocked by respx."""
    httpx, respx = pytest.importorskip("httpx"), pytest.importorskip("respx")
    with (
        respx.mock(base_url="https://api.acme.example", assert_all_called=False) as mock,
        httpx.Client() as client,
    ):
        mock.get("/good").respond(404, json=GOOD)
        mock.get("/wrong").respond(404, json=WRONG)
        mock.get("/fine").respond(200, json=GOOD)
        yield lambda path: client.get(f"https://api.acme.example{path}")


def of_requests() -> Iterator[Get]:
    """requests, mocked by responses."""
    requests, responses = pytest.importorskip("requests"), pytest.importorskip("responses")
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get("http://localhost/good", json=GOOD, status=404)
        mock.get("http://localhost/wrong", json=WRONG, status=404)
        mock.get("http://localhost/fine", json=GOOD)
        yield lambda path: requests.get(f"http://localhost{path}", timeout=60)


@pytest.fixture(
    params=[
        pytest.param(of_fastapi, marks=pytest.mark.tools),
        pytest.param(of_flask, marks=pytest.mark.tools),
        pytest.param(of_django, marks=pytest.mark.tools),
        of_httpx,
        of_requests,
    ]
)
def get(request: pytest.FixtureRequest) -> Iterator[Get]:
    """Gets a path from an application, or from what stands in for a server."""
    yield from request.param()


def test_a_response_is_judged_whoever_gives_it(get: Get) -> None:
    """Its host does not matter; what is wrong is told with its URL."""
    assert assert_conforms(get("/good"), ACME) == ()
    with pytest.raises(MismatchError, match="body says 400, HTTP says 404") as caught:
        assert_conforms(get("/wrong"), ACME)
    assert str(caught.value).startswith("GET http")
    assert "/wrong: the 404 response is not as acme documents it" in str(caught.value)
    assert '>   "status": 400' in str(caught.value)


def test_a_response_that_is_fine_is_no_error(get: Get) -> None:
    """Whatever stands in its body."""
    with pytest.raises(AssertionError, match="the 200 response is no error of acme, so nothing was checked"):
        assert_conforms(get("/fine"), ACME)


def test_a_stream_must_be_read() -> None:
    """What is judged is there."""
    httpx = pytest.importorskip("httpx")
    transport = httpx.MockTransport(lambda _: httpx.Response(404, stream=httpx.ByteStream(b"{}")))
    with httpx.Client(transport=transport) as client, client.stream("GET", "http://localhost/") as response:
        with pytest.raises(AssertionError, match="read it first, or give it: body=…"):
            assert_conforms(response, ACME)
        response.read()
        with pytest.raises(MismatchError, match='no member "code"'):
            assert_conforms(response, ACME)


def test_an_unread_body_can_be_given() -> None:
    """By who has read it from somewhere else."""
    assert assert_conforms((404, {"Content-Type": "application/json"}), ACME, body=BODY) == ()


SHOPS = {
    "test_fastapi.py": """
import fastapi

app = fastapi.FastAPI()
app.get("/parcels/17")(lambda: fastapi.responses.JSONResponse(GOOD, 404))
""",
    "test_flask.py": """
import flask

app = flask.Flask("shop")
app.add_url_rule("/parcels/17", "parcel", lambda: (GOOD, 404))
""",
    "test_django.py": """
from django.conf import settings

settings.configure(ROOT_URLCONF="urls", SECRET_KEY="x", DATABASES={})
""",
}
URLS = """
from django.http import JsonResponse
from django.urls import path
from shop import GOOD

urlpatterns = [path("parcels/17", lambda _: JsonResponse(GOOD, status=404))]
"""


@pytest.mark.tools
@pytest.mark.parametrize("name", SHOPS)
def test_the_page_s_example_passes(name: str, tmp_path: Path) -> None:
    """As a suite of its own, for an application of its kind."""
    pytest.importorskip(name.removeprefix("test_").removesuffix(".py"))
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    example = re.findall(rf'^```python title="{name}"\n(.*?)^```', page, re.MULTILINE | re.DOTALL)
    project = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    (project / name).write_text(*example, encoding="utf-8")
    (project / "shop.py").write_text(f"GOOD = {GOOD!r}\n{SHOPS[name]}", encoding="utf-8")
    (project / "urls.py").write_text(URLS, encoding="utf-8")
    (project / "conftest.py").write_text("import shop\n", encoding="utf-8")
    options = ["-q", "-p", "no:respx", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=project, capture_output=True, text=True
    )
    assert "1 response asserted, 1 checked: 0 errors, 0 drift" in done.stdout, done.stdout + done.stderr
