"""A real browser, spoken to as W3C WebDriver says (https://www.w3.org/TR/webdriver2/), which needs no package.

The fixtures `window` and `browser` are in `conftest`. What is here is what a person can do and see: open, type, click,
read, and what a page did behind that: its console, its requests.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import http.client
import http.server
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).parent / "node" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,900",
]
ESCAPE, ENTER, TAB, UP, DOWN = "\ue00c", "\ue007", "\ue004", "\ue013", "\ue015"


class Browser:
    """One window of a browser."""

    def __init__(self, port: int, profile: Path) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        answer = self._call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{answer['sessionId']}"

    def close(self) -> None:
        """Ends the browser."""
        self._call("DELETE", self._session)
        self._connection.close()

    def open(self, address: str) -> None:
        """Goes to a page, by way of none: another fragment alone would load nothing."""
        for url in ("about:blank", address):
            self._call("POST", f"{self._session}/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns; a promise is waited for."""
        return self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": arguments})

    def press(self, *keys: str) -> None:
        """Types keys, and waits until the page has taken them in."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call(
            "POST",
            f"{self._session}/actions",
            {"actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )
        self.settle()

    def settle(self) -> None:
        """Waits until the filter has been applied."""
        self.run("return new Promise((done) => setTimeout(done, 200))")

    def until(self, script: str, *arguments: object) -> Any:
        """Waits until a script returns something true, and gives it; a slow machine has a minute."""
        for _ in range(600):
            if found := self.run(script, *arguments):
                return found
            self.run("return new Promise((done) => setTimeout(done, 100))")
        raise AssertionError(f"never: {script}")

    def click(self, selector: str) -> None:
        """Clicks on what a selector finds."""
        self.run("document.querySelector(arguments[0]).click()", selector)
        self.settle()

    def order(self, command: str, **parameters: object) -> Any:
        """A command of the Chrome DevTools Protocol."""
        body = {"cmd": command, "params": parameters}
        return self._call("POST", f"{self._session}/goog/cdp/execute", body)

    def log(self, kind: str) -> list[str]:
        """What was logged since the last time: `browser` is the console, `performance` what the page did."""
        return [entry["message"] for entry in self._call("POST", f"{self._session}/se/log", {"type": kind})]

    def requests(self) -> set[str]:
        """The addresses that were asked for."""
        events = [json.loads(message)["message"] for message in self.log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return {each["request"]["url"] for each in sent}

    def resize(self, width: int, height: int = 900) -> None:
        """Shows the page on a screen of that size; a narrow one is a phone's."""
        self.order(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )

    def prefer(self, **features: str) -> None:
        """What the person prefers, as in `prefer(color_scheme="dark")`."""
        wanted = [
            {"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()
        ]
        self.order("Emulation.setEmulatedMedia", features=wanted)

    def wider(self) -> list[str]:
        """What stands out of the page at its right, but for what scrolls for itself."""
        return self.run(  # type: ignore[no-any-return]
            "const width = document.documentElement.clientWidth;"
            "return [...document.querySelectorAll('body *')].filter((node) => !node.closest('.scroll > *, .schemagen-scroll > *')"
            "&& node.getBoundingClientRect().right > width + 1).map((node) => node.outerHTML.slice(0, 200))"
        )

    def accuse(self) -> list[tuple[str, list[str]]]:
        """What axe-core has against the page: contrast, names, landmarks, headings, tables."""
        if not AXE.is_file():
            pytest.skip("axe-core is missing (npm ci --prefix tests/node)")
        self.run(AXE.read_text(encoding="utf-8"))
        violations = self.run("return axe.run({ preload: false }).then((results) => results.violations)")
        return [(each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in violations]

    def picture(self, file: Path, *, whole: bool = False) -> None:
        """Takes a picture of what can be seen, or of the whole page."""
        taken = self.order("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(taken["data"]))

    def _call(self, method: str, path: str, body: object = None) -> Any:
        self._connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = json.loads(self._connection.getresponse().read())["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{answer['error']}: {answer['message']}")
        return answer


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder on this machine; gives the address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            """Gives a file; browsers ask for a picture that no page names."""
            if self.path == "/favicon.ico":
                self.send_response(204)
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def started(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile."""
    with subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        try:
            ports = (re.search(r"successfully on port (\d+)", line) for line in driver.stdout)
            browser = Browser(next(int(found[1]) for found in ports if found), profile)
            yield browser
            browser.close()
        finally:
            driver.terminate()
