"""The check for Schemathesis, by the real one: its command against a server, and under pytest."""

from __future__ import annotations

import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from acme import GOOD, PROJECT

pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="schemathesis is missing"),
]

ANSWERS = {
    "good": (404, GOOD),
    "fine": (200, {"status": 404}),
    "status": (404, {**GOOD, "status": 400}),
    "member": (404, {"code": "no_parcel", "status": 404}),
    "other": (422, {"detail": [{"msg": "wrong"}]}),
}


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers as the parameter `as` says."""

    def do_GET(self) -> None:
        wanted = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("as", ["good"])[0]
        status, body = ANSWERS.get(wanted, ANSWERS["good"])
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    # Schemathesis also tries methods that are not documented.
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_QUERY = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the example project."""
    return Path(shutil.copytree(PROJECT, tmp_path / "project"))


def document(*answers: str) -> str:
    """An OpenAPI document of an operation that gives each of these answers."""
    parameter = {
        "name": "as",
        "in": "query",
        "required": True,
        "schema": {"type": "string", "enum": list(answers)},
    }
    operation = {"parameters": [parameter], "responses": {"default": {"description": "whatever"}}}
    paths = {"/parcels": {"get": operation, "head": operation}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "Parcels", "version": "1"}, "paths": paths})


def start(project: Path, url: str, *answers: str, hooks: str) -> subprocess.CompletedProcess[str]:
    """Runs the command of Schemathesis with our check alone; `hooks` is the text of its module of hooks."""
    (project / "given.json").write_text(document(*answers), encoding="utf-8")
    (project / "hooks.py").write_text(hooks, encoding="utf-8")
    options = ["-c", "error_format", "--continue-on-failure", "-m", "positive", "-n", "30", "--seed", "1"]
    arguments = ["run", "given.json", "--url", url, *options]
    return subprocess.run(
        [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", *arguments],
        cwd=project,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "NO_PROXY": "*", "COLUMNS": "400"},
        capture_output=True,
        text=True,
    )


ACME = 'from schemagen.integrations.schemathesis import judge_by\n\njudge_by("acme")\n'


def test_good_errors_pass(project: Path, url: str) -> None:
    """And so does what is no error, and what has no body by its method; one import is enough."""
    done = start(project, url, "good", "fine", hooks="import schemagen.integrations.schemathesis\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[0-9]+ generated, [0-9]+ passed", done.stdout)


def test_each_kind_of_failure_is_told_once(project: Path, url: str) -> None:
    """By its status and what was found, however many requests have shown it; with the lines of the definition."""
    done = start(project, url, "good", "status", "member", hooks=ACME)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "found 2 unique failures" in done.stdout, done.stdout
    assert "error: /status: body says 400, HTTP says 404 [response/body-status]" in done.stdout
    assert 'error: the body has no member "message"; wanted string [response/missing-member]' in done.stdout
    assert "see definitions/acme.yaml:10:11" in done.stdout


def test_an_error_of_no_known_format_fails(project: Path, url: str) -> None:
    """It is what a framework answers where nobody has thought of it."""
    done = start(project, url, "other", hooks="import schemagen.integrations.schemathesis\n")
    assert done.returncode == 1, done.stdout + done.stderr
    wanted = "nothing was checked: no definition recognises this 422 response: none is like {detail: [{msg}]}"
    assert wanted in done.stdout, done.stdout


def test_a_typo_names_the_nearest_definition(project: Path, url: str) -> None:
    """Before anything is sent."""
    done = start(project, url, "good", hooks=ACME.replace("acme", "acne"))
    assert done.returncode != 0
    assert "there is no definition 'acne'; did you mean 'acme'?" in done.stdout + done.stderr


def test_under_pytest_it_counts(project: Path, url: str) -> None:
    """What it has judged is in the summary of the run."""
    (project / "given.json").write_text(document("good", "fine", "status"), encoding="utf-8")
    (project / "test_it.py").write_text(
        "import schemathesis\n"
        "from schemagen.integrations.schemathesis import error_format, judge_by\n"
        'judge_by("acme")\n'
        'schema = schemathesis.openapi.from_path("given.json")\n'
        "@schema.parametrize()\n"
        "def test(case):\n"
        f"    case.call_and_validate(base_url={url!r}, checks=[error_format])\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:respx", "-p", "no:cacheprovider", "test_it.py"],
        cwd=project,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "error: /status: body says 400, HTTP says 404 [response/body-status]" in done.stdout
    assert "acme: 1 of 4 responses, 1 of 4 codes, 0 of 2 messages seen" in done.stdout


def test_a_conftest_says_by_what_is_judged_wherever_pytest_is_started(project: Path, url: str) -> None:
    """The definitions are those of the project of the tests, though a conftest is loaded before the run begins."""
    (project / "conftest.py").write_text(ACME, encoding="utf-8")
    (project / "given.json").write_text(document("status"), encoding="utf-8")
    (project / "test_it.py").write_text(
        "from pathlib import Path\n"
        "import schemathesis\n"
        "from schemagen.integrations.schemathesis import error_format\n"
        'schema = schemathesis.openapi.from_path(Path(__file__).with_name("given.json"))\n'
        "@schema.parametrize()\n"
        "def test(case):\n"
        f"    case.call_and_validate(base_url={url!r}, checks=[error_format])\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:respx", "-p", "no:cacheprovider", "project"],
        cwd=project.parent,
        env={**os.environ, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "is not as acme documents it" in done.stdout
    assert "error: /status: body says 400, HTTP says 404 [response/body-status]" in done.stdout
