"""The addon for mitmproxy, by itself and in the real one, which is installed into an environment of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import shutil
import socket
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from misbehaving import Misbehaving

from schemagen.cli.program import program

FORMAT = Path(__file__).parent / "formats" / "twilio.yaml"  # it names no servers
COMMAND = f"{sys.executable} -m schemagen"


def addon_path() -> Path:
    """Where the command says that the addon is."""
    return Path(CliRunner().invoke(program, ["proxy", "--mitmproxy-addon"]).output.strip())


@pytest.fixture
def addon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The addon, loaded as mitmproxy does, with options that tests set."""
    options = types.SimpleNamespace(schemagen="-d 8x8 --fail-on never", schemagen_command=COMMAND)
    fake = types.ModuleType("mitmproxy")
    fake.ctx = types.SimpleNamespace(options=options)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mitmproxy", fake)
    spec = importlib.util.spec_from_file_location("addon_of_schemagen", addon_path())
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.addons[0].options = options
    return module.addons[0]


def flow(body: bytes | None) -> Any:
    """A flow, as far as the addon looks at it."""
    headers = types.SimpleNamespace(fields=((b"Content-Type", b"application/json"), (b"X-Odd", b"\xe9")))
    response = types.SimpleNamespace(status_code=404, headers=headers, raw_content=body)
    return types.SimpleNamespace(
        response=response, request=types.SimpleNamespace(method="GET", url="https://a.example/")
    )


def test_flows_are_judged_by_the_command(addon: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Each is a line; the report is that of `validate`, and comes at the end."""
    addon.running()
    for body in (b'{"code": 1}', b"\xff", None):
        addon.response(flow(body))
    addon.done()
    assert "3 responses" in capfd.readouterr().out


def test_a_command_that_is_not_there_is_said(addon: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The traffic goes on."""
    addon.options.schemagen_command = "no-such-command"
    addon.running()
    addon.response(flow(b"{}"))
    addon.done()
    assert "nothing is checked" in caplog.text


def test_a_command_that_ends_early_is_said(addon: Any, caplog: pytest.LogCaptureFixture) -> None:
    """As with a mistaken option; the traffic goes on."""
    addon.options.schemagen = "--no-such-option"
    addon.running()
    assert addon.command.wait(30) == 2
    for _ in range(3):
        addon.response(flow(b"{}"))
    addon.done()
    assert "schemagen has ended with 2; nothing more is checked" in caplog.text
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


@pytest.fixture(scope="module")
def mitmdump(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The real one."""
    if found := os.environ.get("MITMDUMP") or shutil.which("mitmdump"):
        return found
    folder = tmp_path_factory.mktemp("mitmproxy")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    done = subprocess.run(
        [folder / "bin" / "pip", "install", "-q", "mitmproxy>=10"], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"mitmproxy cannot be installed: {done.stderr.strip().splitlines()[-1]}")
    return str(folder / "bin" / "mitmdump")


@pytest.mark.tools
def test_the_real_mitmproxy_checks_what_it_sees(mitmdump: str, tmp_path: Path) -> None:
    """Good, wrong and packed responses through it are in the report, with their findings."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Misbehaving() as server:
        line = [
            mitmdump, "-q", "--mode", f"reverse:http://127.0.0.1:{server.port}", "--listen-host", "127.0.0.1", "-p", str(port),
            "--set", f"confdir={tmp_path}", "-s", str(addon_path()),
            "--set", f"schemagen_command={COMMAND}", "--set", f"schemagen=-d {FORMAT} -f text={tmp_path}/report.txt",
        ]  # fmt: skip
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
            for way in ("good", "gzip", "html"):
                assert b"HTTP/1.1 404" in _asked(port, way)
            child.terminate()
            output, _ = child.communicate(timeout=60)
    report = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "3 responses" in report, (report, output)
    assert "response/wrong-media-type" in report


def _asked(port: int, way: str) -> bytes:
    """The response, as soon as somebody listens."""
    for _ in range(300):
        with (
            contextlib.suppress(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", port)) as client,
        ):
            client.sendall(f"GET /{way} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b""))
        time.sleep(0.1)
    raise AssertionError("nobody listens")
