"""How bodies are built, in the words that unmatched responses are clustered by."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen.bodies import Body, read
from schemagen.bodies.shapes import fold_host, shape
from schemagen.exchanges import Response
from schemagen.rules import RULES

UUID = "9b2f6a1e-0c7d-4a51-8f3e-2f1d5c6b7a80"


def shaped(body: bytes | None, coding: str = "") -> str:
    """The shape of a response's body."""
    return shape(read(Response(400, (("content-encoding", coding),), body)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"requestId": 1, "error": {"message": "m", "code": "c"}}, "{error: {code, message}, requestId}"),
        ({"errors": [{"code": 1}, {"field": "x", "at": {"line": 1}}], "tags": ["a"]}, "{errors: [{at, code, field}], tags}"),
        ({"a": {"b": {"c": {"d": 1}}, "e": [{"f": 1}]}}, "{a: {b, e}}"),
        ({"data": {}, "errors": [], "next": None}, "{data, errors, next}"),
        ({"errors": {"city": ["is blank"], "email": ["is blank", "is no email"]}}, "{errors: {*: [a string]}}"),
        ({"errors": {"city": ["is blank"], "code": 1}}, "{errors: {city, code}}"),
        ({"errors": {"city": []}}, "{errors: {city}}"),
        ({"errors": ["city is blank"]}, "{errors}"),
        ([{"code": 1}, {"message": 2}], "[{code, message}]"),
        ([{"code": 1}] * 5 + [{"late": 1}], "[{code}]"),
        (["x", 1, None, {"a": True}, []], "[a list or a number or a string or null or {a}]"),
        ({}, "{}"),
        ([], "[]"),
        ("x", "a string"),
        (1.5, "a number"),
        (True, "a boolean"),
        (None, "null"),
        ({f"m{n:02}": 0 for n in range(14)}, "{m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, …}"),
        ({"n" * 60: 1}, "{" + "n" * 39 + "…}"),
        ({UUID: {"a": 1}, "1234567": {"b": 1}, "key_0123456789abcdef": 1, "404": 1}, "{*: {a, b}, 404}"),
        ({"a b": 1, "{x}": 1, "\n": 1, "$ref": 1, "http://x/y": 1}, '{"\\n", $ref, "a b", http://x/y, "{x}"}'),
    ],
)  # fmt: skip
def test_json_is_told_by_its_members(value: Any, expected: str) -> None:
    """Members are sorted, two levels deep; five items of a list count together; ids and names of fields become one star."""
    assert shaped(json.dumps(value).encode()) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, "not recorded"),
        (b"", "empty"),
        (b" \n", "blank"),
        (b"<html><title>Secret 17</title>", "an HTML page"),
        (b"\xef\xbb\xbf<title>502</title><center>nginx/1.2</center>", "nginx's HTML page"),
        (b"<Error><Code>NoSuchKey</Code><RequestId>17</RequestId></Error>", "an S3 error"),
        (b"<?xml version='1.0'?><Fehler><Code>17</Code></Fehler>", "XML (<Fehler>)"),
        (b"no such page", "plain text"),
        (b"\x89PNG\r\n\x1a\n\0", "binary data"),
        (b'{"a": nope}', "broken JSON"),
        (b"\xff\xfe{\0}\0", "UTF-16 or UTF-32"),
        (b"caf\xe9", "text that is not UTF-8"),
        (b"1e999", "JSON with a number too large"),
        (b"[" * 999, "JSON nested too deep"),
    ],
)
def test_what_is_no_json_is_told_by_its_kind(body: bytes | None, expected: str) -> None:
    """Titles and values that vary are left out."""
    assert shaped(body) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("api.example.com", "api.example.com"),
        ("api.example.com:8443", "api.example.com:8443"),
        ("logs-1253831162.s3.example.com", "*.s3.example.com"),
        ("10.0.0.1:54321", "10.0.0.1:*"),
        ("localhost:3000", "localhost:3000"),
        ("fe80::1", "fe80::1"),
        ("", ""),
    ],
)
def test_hosts_that_are_made_for_a_moment_are_one(host: str, expected: str) -> None:
    """Buckets with an id and ports that the system has chosen do not make clusters of their own."""
    assert fold_host(host) == expected


def test_what_cannot_be_decoded_has_a_shape() -> None:
    """The reason stands for the body."""
    assert shaped(gzip.compress(b"{}")[:-4], "gzip") == "undecodable"
    assert shaped(b"\x01\x02\xff", "lzma") == "encoded in an unknown way"


def test_every_problem_of_a_body_has_a_shape() -> None:
    """Each rule of bodies has words of its own, save what is no JSON, which is told by its kind."""
    for rule in RULES.values():
        if rule.code.startswith("body/") and rule.code != "body/not-json":
            assert shape(Body(b"x", problem=rule.code)) != "plain text", rule.code


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.floats(allow_nan=False) | st.integers(-(2**63), 2**63),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.binary() | st.text().map(str.encode), st.sampled_from(["", "gzip", "br", "x"]))
def test_whatever_the_bytes_there_is_a_shape(body: bytes, coding: str) -> None:
    """Nothing is raised, and the shape is short."""
    assert 0 < len(shaped(body, coding)) <= 300


@given(JSON)
def test_whatever_the_value_the_shape_is_short_and_one_line(value: Any) -> None:
    """At most 300 characters and no control characters; the order of members does not count."""
    text = shape(Body(b"x", value, is_json=True))
    assert 0 < len(text) <= 300
    assert not any(ord(character) < 32 for character in text)
    if isinstance(value, dict):
        assert text == shape(Body(b"x", dict(reversed(value.items())), is_json=True))


def test_a_large_object_has_a_short_shape() -> None:
    """What is beyond 300 characters is cut."""
    inner = {f"{letter}{'n' * 50}": 1 for letter in "abcdefghijklmnop"}
    text = shape(Body(b"x", dict.fromkeys(inner, inner), is_json=True))
    assert (len(text), text[-1]) == (300, "…")
