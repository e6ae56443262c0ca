"""Bodies within the limits, made to take long: every command is done with them in seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

SECONDS = 8  # on a busy machine; it took minutes
ITEM = '{"code": "c%d", "status": 404}'
NAMED = '"m%d": 1'


def listed(head: str, item: str, count: int, tail: str) -> str:
    """So many items between `head` and `tail`, each with its number in place of `%d`."""
    return head + ",".join(item.replace("%d", str(number)) for number in range(count)) + tail


BODIES: dict[str, Callable[[], str]] = {
    "200,000 values, wrong": lambda: listed('{"error": {"code": 1, "inner": [', ITEM, 66_000, "]}}"),
    "200,000 values, right": lambda: listed(
        '{"error": {"code": "multiple", "status": 404, "inner": [', ITEM, 66_000, "]}}"
    ),
    "items of a wrong type": lambda: listed('{"error": {"code": "a", "inner": [', "%d", 200_000, "]}}"),
    "unknown members": lambda: listed('{"error": {', NAMED, 125_000, "}}"),
    "unknown members at the top": lambda: listed("{", NAMED, 125_000, "}"),
    "a list of errors": lambda: listed("[", '{"error": {"code": "a"}}', 75_000, "]"),
    "as many wrong values as are named": lambda: listed(
        '{"error": {"code": 1, "inner": [', ITEM.replace("404", "true"), 6_600, "]}}"
    ),
    "as many unknown members as are named": lambda: listed('{"error": {', NAMED, 19_000, "}}"),
    "lists in lists": lambda: listed("[" * 100, "[" * 25 + "]" * 25, 18_000, "]" * 100),
    "errors in errors": lambda: '{"error": ' + '{"code": "a", "inner": [' * 50 + "]}" * 50 + "}",
    "one text": lambda: json.dumps({"error": {"code": "x" * 2_000_000, "status": 404}}),
    "one name": lambda: json.dumps({"error": {"x" * 2_000_000: 404}}),
    "broken at its end": lambda: listed('{"error": [', ITEM, 66_000, "]"),
    "backslashes": lambda: '{"error": "' + "\\" * 2_000_000 + '"}',
    "quotes that are not closed": lambda: '"' * 2_000_001,
    "angle brackets": lambda: "<" * 2_000_000,
    "a comment that does not end": lambda: "<!--" * 500_000,
    "blanks": lambda: " " * 2_000_000 + "{",
    "a number": lambda: "9" * 2_000_000,
    "what looks like secrets": lambda: "token=" * 1_75_000,
}


@pytest.fixture(params=BODIES)
def body(request: pytest.FixtureRequest, elsewhere: Path) -> Iterator[str]:
    """The name of a file with one of the bodies."""
    path = elsewhere / "body.json"
    path.write_text(BODIES[request.param]())
    yield path.name
    path.unlink()


@pytest.mark.parametrize(
    "arguments", [("validate",), ("identify",), ("normalize", "-d", "telecomx")], ids=lambda each: each[0]
)
def test_every_command_is_done_in_time(run: Run, body: str, arguments: tuple[str, ...]) -> None:
    """With all definitions, and with one."""
    run("list")  # imports take their own time
    began = time.process_time()
    found = run(*arguments, body, "--status", "404")
    assert time.process_time() - began < SECONDS
    assert found.code in (0, 1, 2)


def test_eight_megabytes_of_wrong_values_take_seconds(run: Run, elsewhere: Path) -> None:
    """800,000 values: to name all of them, by each of five definitions, would take a minute."""
    (elsewhere / "body.json").write_text(listed('{"error": {"code": 1, "inner": [', ITEM, 265_000, "]}}"))
    run("list")
    for arguments in (("validate", "-d", "telecomx"), ("identify",)):
        began = time.process_time()
        assert run(*arguments, "body.json", "--status", "404").code in (0, 1)
        assert time.process_time() - began < 10
