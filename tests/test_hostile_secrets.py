"""What must not come out: secrets in any report, and with --no-values any value at all."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemagen.reporters import FORMATS

Run = Callable[..., Any]

DEFINITION = """
schemagen: 1
id: any
title: Any API
source: made for the tests
headers: {X-Code: optional integer as code, Retry-After: optional integer}
body: {error: Error}
schemas:
  Error: {code: string as code, message: optional string as message, status: optional integer as status, id: optional string as id,
    path: optional uri as path, time: optional date-time as timestamp, inner: optional list of Error as children}
responses: [401, 404]
codes:
  expired: {status: 401, message: "Session has expired"}
  missing: {status: 404, message: "{name} is not there"}
"""
FOUND = re.compile("Zq9secret[0-9]+Zq9")


class Secrets:
    """Secrets, each another one."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def __format__(self, spec: str) -> str:
        return f"Zq9secret{next(self._numbers)}Zq9"


S = Secrets()


def bodies() -> Iterator[str]:
    """Bodies of errors in which secrets stand: in members, in what they say, in pages, in what is broken."""
    values: list[Any] = [
        {
            "error": {
                "code": "x",
                "password": f"{S}",
                "token": {"a": f"{S}"},
                "apiKey": [f"{S}"],
                "message": f"password={S}",
            }
        },
        {
            "error": {
                "code": f"token={S}",
                "message": f"Bearer {S} is invalid",
                "status": 404,
                "clientSecret": f"{S}",
            }
        },
        {
            "error": {
                "message": f"https://u:{S}@h/?api_key={S}",
                "sessionId": f"{S}",
                "code": {"token": f"{S}"},
                "id": f"sid={S}",
            }
        },
        {
            "error": {
                "code": "x",
                "inner": [{"code": 1, "secret": f"{S}"}, {"code": "y", "message": f"secret: {S}"}],
            }
        },
        {
            "detail": [{"loc": ["body", "password"], "input": f"{S}"}],
            "errors": [{"field": "token", "rejectedValue": f"{S}"}],
        },
        {
            "error": {
                "code": "x",
                "path": f"https://h/?access_token={S}",
                "time": f"token={S}",
                "name": "password",
                "value": f"{S}",
            }
        },
        [{"token": f"{S}"}],
        json.dumps({"password": f"{S}"}),
        {"error": {"code": "x", "message": json.dumps({"password": f"{S}"})}},
    ]
    yield from map(json.dumps, values)
    yield f'<html><title>password={S}</title><input name="csrf_token" value="{S}"><token>{S}</token></html>'
    yield f"<?xml version='1.0'?><error><password>{S}</password><message>token={S}</message></error>"
    yield f"password={S}&token={S}"
    yield f'{{"password": "{S}", "error": {{"token": "{S}'
    yield f'{{"error": nope, "password": ["{S}", "{S}"]}}'
    yield f"Authorization: Bearer {S}\nCookie: a={S}; b={S}"


def headers() -> dict[str, str]:
    """Headers that hold secrets, by their names or in what they say."""
    return {
        "content-type": f"application/json; token={S}",
        "set-cookie": f"sid={S}; path=/",
        "x-api-key": f"{S}",
        "authorization": f"Bearer {S}",
        "x-code": f"token={S}",
        "retry-after": f"password={S}",
        "location": f"https://u:{S}@h/?access_token={S}&code={S}#id_token={S}",
    }


def url() -> str:
    """A URL that holds secrets."""
    return f"https://u:{S}@a.example/x;jsessionid={S}?token={S}&api_key={S}&sig={S}#access_token={S}"


def lines() -> Iterator[str]:
    """Records, and lines that are none."""
    for status, body in itertools.product((401, 404, 418), bodies()):
        yield json.dumps(
            {"method": "GET", "url": url(), "status": status, "headers": headers(), "body": body}
        )
    yield f'{{"status": 404, "password": "{S}", nope'
    yield f"password={S}"
    yield json.dumps({"status": f"password={S}", "headers": {"authorization": f"{S}"}})
    yield json.dumps({"status": 404, "headers": [f"token={S}"], "body": 1})
    yield json.dumps({"status": 404, "headers": {f"authorization: {S}": [{}]}, "body": 1})
    yield json.dumps({"response": f"token={S}"})


def har() -> str:
    """A HAR with what only it can hold."""
    contents: list[dict[str, Any]] = [{"text": body} for body in bodies()]
    contents += [
        {"_file": f"token={S}", "size": 3},
        {"text": "x", "encoding": f"password={S}"},
        {"text": {"password": f"{S}"}},
    ]
    responses = [
        {"status": 404, "headers": [{"name": "Cookie", "value": f"{S}"}], "content": content}
        for content in contents
    ]
    entries = [{"request": {"url": url()}, "response": response} for response in responses]
    return json.dumps({"log": {"entries": [*entries, {"response": {"status": 0, "_error": f"token={S}"}}]}})


MADE: dict[str, Callable[[], str]] = {
    "secret.ndjson": lambda: "\n".join(lines()),
    "secret.har": har,
    "secret.http": lambda: (
        f"HTTP/1.1 404 x\r\nAuthorization: Bearer {S}\r\nbad header password={S}\r\n\r\n{{}}\n\n"
        f'HTTP/1.1 password={S} x\r\n\r\nHTTP/1.1 404 x\r\nSet-Cookie: {S}\r\n\r\n{{"token": "{S}"}}'
    ),
    "secret.yaml": lambda: (
        f"interactions:\n- request: {{uri: 'https://x/?token={S}', method: GET}}\n"
        f"  response: {{status: {{code: 404}}, headers: {{authorization: [{S}]}}, body: {{string: 'password={S}'}}}}\n"
        f"- request: {{}}\n  response: !password={S} x\n- request: {{}}\n  response: {{a: 'password={S}\n"
    ),
}


@pytest.fixture
def files(elsewhere: Path) -> list[str]:
    """The names of files full of secrets."""
    (elsewhere / "any.yaml").write_text(DEFINITION)
    for name, make in MADE.items():
        (elsewhere / name).write_text(make())
    return list(MADE)


@pytest.mark.parametrize("definitions", [("-d", "any.yaml"), ()], ids=["one", "all"])
def test_no_report_tells_a_secret(run: Run, files: list[str], definitions: tuple[str, ...]) -> None:
    """In no format, on neither stream, whatever is wrong with the recording."""
    for name in FORMATS:
        found = run("validate", *files, *definitions, "-f", name)
        assert FOUND.findall(found.out + found.err) == [], name
        assert found.code == 1
    found = run("normalize", *files, *definitions, "--with-origin")
    assert FOUND.findall(found.out + found.err) == []
    assert "[redacted]" in found.out or not definitions


def test_no_answer_about_a_body_tells_a_secret(run: Run, files: list[str]) -> None:
    """`identify`, and a single body that is validated."""
    for body in bodies():
        for command in (
            ("identify",),
            ("identify", "--json"),
            ("validate",),
            ("validate", "-f", "json"),
            ("normalize",),
        ):
            found = run(*command, "--status", "404", "-d", "any.yaml", stdin=body.encode())
            assert FOUND.findall(found.out + found.err) == [], (command, body)


# No values


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just("@"),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["error", "code", "message", "status", "id", "path", "time", "inner", "other"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
MARK = re.compile("m4rk[0-9]*er|98765[0-9]+")


def marked(value: Any) -> Any:
    """`value` with each text a marker of its own, and each number one."""
    numbers = itertools.count(10)

    def mark(inner: Any) -> Any:
        if isinstance(inner, bool) or inner is None:
            return inner
        if isinstance(inner, dict):
            return {name: mark(each) for name, each in inner.items()}
        if isinstance(inner, list):
            return [mark(each) for each in inner]
        return f"m4rk{next(numbers)}er" if isinstance(inner, str) else int(f"98765{next(numbers)}")

    return mark(value)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, st.sampled_from([401, 404, 418]), st.sampled_from(["", "m4rker", '{"a": "m4rker', "<title>m4rker</title>", '{"a": m4rker}', '{"a": 1e98765', "\x00m4rker"]))  # fmt: skip
def test_without_values_none_comes_out(
    run: Run, files: list[str], value: Any, status: int, text: str
) -> None:
    """Of bodies, headers and queries, in any format; names of members and codes of the definition are no values."""
    record = {
        "method": "GET",
        "url": "https://a.example/x?q=m4rker#m4rker",
        "status": status,
        "headers": {
            "content-type": "m4rker/json; charset=m4rker",
            "content-encoding": "m4rker" if status == 418 else "identity",
            "x-code": "m4rker",
            "retry-after": "m4rker",
            "x-other": "m4rker",
        },
        "body": text or {"error": marked(value)} if status != 401 else marked(value),
    }
    plain = record | {"headers": {**record["headers"], "content-type": "application/json"}}  # type: ignore[dict-item]
    broken = {"status": "m4rker", "url": "/"}
    Path("values.ndjson").write_text(
        "\n".join(map(json.dumps, (record, plain, broken))) + '\n{"status": m4rker\n'
    )
    for names in (("-d", "any.yaml"), ()):
        formats = [word for name in FORMATS if name != "text" for word in ("-f", f"{name}=out.{name}")]
        found = run("validate", "values.ndjson", *names, "--no-values", "-f", "text", *formats)
        texts = {"text": found.out + found.err} | {
            name: Path(f"out.{name}").read_text() for name in FORMATS if name != "text"
        }
        for name, out in texts.items():
            assert MARK.findall(out) == [], name
