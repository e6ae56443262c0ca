"""Whatever bytes come in, a command ends with 0, 1 or 2 and plain lines: a bug would be an exception here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemagen.display import shown_lines

Run = Callable[..., Any]

TELECOMX = (Path(__file__).parents[1] / "specs" / "telecomx.yaml").read_bytes()
RECORDING = (Path(__file__).parents[1] / "docs" / "demo" / "responses.ndjson").read_bytes()
BODY = b'{"error": {"code": "expired", "message": "Session has expired, please login", "status": 401}}'

few = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """`whole` with a piece replaced, and perhaps cut off."""
    start = draw(st.integers(0, len(whole)))
    length = draw(st.integers(0, 40))
    piece = draw(
        st.binary(max_size=12)
        | st.sampled_from([b"{", b"[" * 200, b"&a *a", b"\x1b[2J", b"\xe2\x80\xae", b"9" * 400])
    )
    text = whole[:start] + piece + whole[start + length :]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def is_plain(found: Any) -> bool:
    """Whether exit code and both streams are what a user may meet."""
    return found.code in (0, 1, 2) and all(shown_lines(text) == text for text in (found.out, found.err))


@few
@given(damaged(TELECOMX) | st.binary(max_size=200))
def test_check_survives_any_definition(run: Run, data: bytes) -> None:
    """A damaged definition, or no definition at all."""
    assert is_plain(run("check", "-", "-f", "text", stdin=data))


@few
@given(damaged(RECORDING) | st.binary(max_size=200))
def test_validate_survives_any_recording(run: Run, data: bytes) -> None:
    """A damaged recording, or none; the JSON report always parses."""
    found = run("validate", "-", "-f", "json", stdin=data)
    assert is_plain(found)
    assert found.json["schemagen-report"] == 1


@few
@given(damaged(BODY) | st.binary(max_size=200), st.sampled_from(["100", "401", "404", "599"]))
def test_a_single_body_may_be_anything(run: Run, data: bytes, status: str) -> None:
    """As a recording with its status, as a question, and as an example to begin with."""
    assert is_plain(run("validate", "-", "--status", status, stdin=data))
    assert is_plain(run("identify", "--status", status, stdin=data))
    assert is_plain(run("new", "--from", "-", "--status", status, stdin=data))


@few
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=9), x, max_size=3)))  # fmt: skip
def test_any_json_body_is_judged(run: Run, value: Any) -> None:
    """Against a definition that is named, whatever its shape."""
    body = json.dumps(value).encode()
    assert is_plain(run("validate", "-", "-d", "telecomx", "--status", "404", stdin=body))
    assert is_plain(run("identify", "-d", "8x8", stdin=body))
