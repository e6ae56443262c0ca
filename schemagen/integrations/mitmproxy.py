"""An addon for mitmproxy: hands every response that it sees to `schemagen validate`, which reports at the end.

    mitmdump -s "$(schemagen proxy --mitmproxy-addon)" --set schemagen="-d telecomx"

It is loaded by the mitmproxy of the user, in whose environment there is no schemagen: it imports nothing of it, and runs
the command that is on the path.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import shlex
import subprocess
from typing import Any

_LATE = 60  # seconds that the report is waited for


class Schemagen:
    """Writes each flow as a line of NDJSON to the standard input of the command."""

    def __init__(self) -> None:
        self.command: subprocess.Popen[bytes] | None = None
        self.written = 0

    def load(self, loader: Any) -> None:
        """Says which options there are."""
        loader.add_option(
            "schemagen", str, "", "Options of `schemagen validate`, such as: -d telecomx -f html=report.html"
        )
        loader.add_option("schemagen_command", str, "schemagen", "The command, if it is not on the path.")

    def running(self) -> None:
        """Starts the command."""
        from mitmproxy import ctx  # type: ignore[import-not-found, unused-ignore]

        try:
            words = [
                *shlex.split(ctx.options.schemagen_command),
                "validate",
                *shlex.split(ctx.options.schemagen),
                "-",
            ]
            self.command = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - the user's own words
        except (OSError, ValueError) as problem:
            logging.error("schemagen: %s; nothing is checked (--set schemagen_command=…)", problem)

    def response(self, flow: Any) -> None:
        """Hands over a response; where the command is behind, mitmproxy waits."""
        if self.command is None or self.command.stdin is None:
            return
        try:
            self.command.stdin.write(_line(flow))
            self.command.stdin.flush()
            self.written += 1
        except OSError:
            code = self.command.wait()
            with contextlib.suppress(OSError):
                self.command.stdin.close()
            self.command = None
            logging.error("schemagen has ended with %s; nothing more is checked", code)

    def done(self) -> None:
        """Ends the command, which then reports."""
        if self.command is None or self.command.stdin is None:
            return
        try:
            self.command.stdin.close()
            code = self.command.wait(_LATE)
        except (OSError, subprocess.TimeoutExpired) as problem:
            logging.error("schemagen: %s", problem)
            return
        logging.log(
            logging.ERROR if code else logging.INFO,
            "schemagen: %d responses seen, exit code %d",
            self.written,
            code,
        )


def _line(flow: Any) -> bytes:
    """The flow as `validate` reads it: the body as it was on the wire."""
    response = flow.response
    headers = [[_text(name), _text(value)] for name, value in response.headers.fields]
    said = {"status": response.status_code, "headers": headers}
    if response.raw_content is not None:
        said |= {"body": base64.b64encode(response.raw_content).decode(), "encoding": "base64"}
    record = {"request": {"method": flow.request.method, "url": flow.request.url}, "response": said}
    return json.dumps(record).encode() + b"\n"


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # RFC 9110, section 5.5


addons = [Schemagen()]
