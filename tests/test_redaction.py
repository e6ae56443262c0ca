"""Secrets are replaced by the place where they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.redaction import (
    MASK,
    is_secret,
    redact,
    redact_at,
    redact_header,
    redact_text,
    redact_url,
    redact_value,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["token", "Api-Key"]), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "Cookie", "Set-Cookie", "X-Api-Key", "apiKey", "api_key", "token",
        "access_token", "refreshToken", "X-CSRF-Token", "password", "client_secret", "X-Amz-Signature", "sessionId",
        "X-Amz-Credential", "AWSAccessKeyId", "jwt", "pwd", "Ocp-Apim-Subscription-Key",
    ],
)  # fmt: skip
def test_a_place_is_secret_by_its_name(name: str) -> None:
    """The case and the hyphens of a name do not matter."""
    assert is_secret(name)
    assert redact_header(name, "abc") == MASK
    assert redact_value({name: "abc"}) == {name: MASK}


@pytest.mark.parametrize(
    "name", ["code", "key", "message", "WWW-Authenticate", "Content-Type", "tokens", "path", "author"]
)
def test_everyday_names_are_no_secrets(name: str) -> None:
    """What errors are made of stays readable."""
    assert redact_header(name, "abc") == "abc"
    assert redact_value({name: "abc"}) == {name: "abc"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://u:p@h/a?b=1", f"https://{MASK}@h/a?b=1"),
        ("https://h/a?token=x&b=1&api%5Fkey=y", f"https://h/a?token={MASK}&b=1&api%5Fkey={MASK}"),
        (
            "https://h/cb?code=x&state=1#access_token=y&z=1",
            f"https://h/cb?code={MASK}&state=1#access_token={MASK}&z=1",
        ),
        ("/a?sig=%2F%3D;b=1", f"/a?sig={MASK};b=1"),
        ("https://h/@a?b=@", "https://h/@a?b=@"),
        ("", ""),
    ],
)
def test_urls_keep_all_but_their_secrets(url: str, expected: str) -> None:
    """Userinfo and secret parameters of query and fragment are masked."""
    assert redact_url(url) == expected


def test_values_are_masked_by_the_members_around_them() -> None:
    """Below a secret member all is masked; the shape elsewhere stays; null and booleans are no secrets."""
    value = {
        "error": {"token": {"a": 1}, "code": 5, "list": [{"password": 123}]},
        "secret": None,
        "has_token": True,
    }
    assert redact_value(value) == {
        "error": {"token": MASK, "code": 5, "list": [{"password": MASK}]},
        "secret": None,
        "has_token": True,
    }
    assert redact_value("abc", ("error", "token", 0)) == MASK
    assert redact_value("abc", ("error", "code")) == "abc"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bad Authorization: Bearer abcdefgh123", f"bad Authorization: {MASK}"),
        ("Cookie: a=b; c=d\nX: y", f"Cookie: {MASK}\nX: y"),
        ("error: password=abc", f"error: password={MASK}"),
        ("{'a': 'token: abc'}", f"{{'a': 'token: {MASK}'}}"),
        ('{"password": "a\\"b", "code": 5', f'{{"password": "{MASK}", "code": 5'),
        ('{"password": {"a": [1, {}], "b": "c"}, "code": 5', f'{{"password": {MASK}, "code": 5'),
        ('{"secrets": 1, "secret": ["a", "b"', f'{{"secrets": 1, "secret": {MASK}'),
        (r"{\"token\":\"abc\",\"code\":5}", rf"{{\"token\":\"{MASK}\",\"code\":5}}"),
        ("&quot;token&quot;:&quot;abc&quot;", f"&quot;token&quot;:&quot;{MASK}&quot;"),
        ("%22access_token%22%3A%22abc%22", f"%22access_token%22%3A%22{MASK}%22"),
        ("password%3Dabc&x", f"password%3D{MASK}&x"),
        ("token => 'abc'", f"token => '{MASK}'"),
        ("<ns:Password a='b'>abc</ns:Password>", f"<ns:Password a='b'>{MASK}</ns:Password>"),
        ("<token><![CDATA[abc]]></token>", f"<token><![CDATA[{MASK}</token>"),
        ('<input name="csrf_token" value="abc">', f'<input name="csrf_token" value={MASK}>'),
        ('<meta content="abc" name="api-key">', f'<meta content={MASK} name="api-key">'),
        ("x" * 200 + "password=abc", "x" * 200 + f"password={MASK}"),
        (
            "Basic authentication required, token validation failed",
            "Basic authentication required, token validation failed",
        ),
        ("Basic dXNlcjpwYXNz", f"Basic {MASK}"),
        ('{"token": "abc", "code": 5', f'{{"token": "{MASK}", "code": 5'),
        ("user=me&password=abc&x=1", f"user=me&password={MASK}&x=1"),
        ("see https://u:p@h/?api_key=1", f"see https://{MASK}@h/?api_key={MASK}"),
        ("got eyJhbGciOi.eyJzdWIiOi.sig_", f"got {MASK}"),
        ("the password is wrong", "the password is wrong"),
    ],
)
def test_loose_text_loses_what_looks_like_a_secret(text: str, expected: str) -> None:
    """In text without structure, pairs with a secret name, credentials and JWTs are masked."""
    assert redact_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter2 is wrong", f"password={MASK} is wrong"),
        ("bad token: abc123", f"bad token: {MASK}"),
        ("bad token: it has expired", "bad token: it has expired"),
        ("Authorization header format is Authorization: Bearer <token>",) * 2,
        ("see https://u:p@h/?api_key=1", f"see https://{MASK}@h/?api_key={MASK}"),
        ("got eyJhbGciOi.eyJzdWIiOi.sig_", f"got {MASK}"),
        ("Basic authentication required",) * 2,
    ],
)
def test_prose_loses_what_must_be_a_secret(text: str, expected: str) -> None:
    """In the texts of a body, and of headers; what merely speaks of secrets stays."""
    assert redact_value({"message": text}) == {"message": expected}
    assert redact_header("x-reason", text) == expected


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"field": "password", "rejectedValue": "abc"}, ("rejectedValue",)),
        ({"loc": ["body", "user", "api_key"], "input": "abc"}, ("input",)),
        ({"name": "Authorization", "value": "abc"}, ("value",)),
        ({"path": "/user/password", "received": "abc"}, ("received",)),
        ({"error": {"token": {"a": "abc"}}}, ("error", "token", "a")),
    ],
)
def test_what_repeats_a_secret_is_masked(value: dict, pointer: tuple) -> None:
    """An error about a password says what was sent; alone and in its object it is not shown."""
    assert redact_at(value, pointer) == MASK
    assert "abc" not in str(redact_value(value))
    assert redact_at({"field": "name", "rejectedValue": "abc"}, ("rejectedValue",)) == "abc"


def test_an_exchange_loses_its_secrets_everywhere() -> None:
    """Headers, URL and body are redacted; origin, status and the rest stay."""
    exchange = Exchange(
        Origin("a.har", 3),
        Response(
            401,
            (("set-cookie", "a=b"), ("location", "https://h/?token=x"), ("content-type", "application/json")),
            b'{"error": "no", "token": "x"}',
        ),
        Request("GET", "https://u:p@h/?sig=1"),
    )
    redacted = redact(exchange)
    assert redacted.origin == exchange.origin
    assert redacted.request == Request("GET", f"https://{MASK}@h/?sig={MASK}")
    assert redacted.response.headers == (
        ("set-cookie", MASK),
        ("location", f"https://h/?token={MASK}"),
        ("content-type", "application/json"),
    )
    assert redacted.response.body == b'{"error":"no","token":"[redacted]"}'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, None),
        (b"", b""),
        (b"password=abc", b"password=[redacted]"),
        (b"\x1f\x8b\x08\xff", None),
        (b'{ "a" : 1.00 }', b'{ "a" : 1.00 }'),
        (b'{"token": "abc", "token": null}', b'{"token":null}'),
        (b'{"tok\\u0065n": "abc", "token": null}', b'{"token":null}'),
        (b"\xe9t\xe9 password=abc", b"\xe9t\xe9 password=[redacted]"),
        (b"\x89PNG\r\n\x1a\n\0\xff", b"\x89PNG\r\n\x1a\n\0\xff"),
        ("password=abc".encode("utf-16"), None),
        (b"[" * 5000, b"[" * 5000),
    ],
)
def test_bodies_that_are_no_json_are_redacted_as_text(body: bytes | None, expected: bytes | None) -> None:
    """Text is searched for secrets, in any encoding; what is packed, or cannot be masked, is left out."""
    assert redact(Exchange(Origin("x"), Response(400, (), body))).response.body == expected


@given(JSON)
def test_redacting_twice_changes_nothing_more(value: object) -> None:
    """A redacted value is its own redaction."""
    once = redact_value(value)
    assert redact_value(once) == once


@given(st.text())
def test_any_text_is_redacted(text: str) -> None:
    """No text makes redaction fail, and a text that follows a secret name never stays."""
    redact_url(text)
    assert redact_text(redact_text(text)) == redact_text(text)
    assert "hunter2hunter2" not in redact_text(text + " password=hunter2hunter2")


def test_redaction_takes_time_in_proportion() -> None:
    """No text makes it slow."""
    began = time.process_time()
    pieces = (
        "?",
        "#",
        "&a",
        "//",
        "token=",
        'token="',
        "Bearer ",
        "eyJ",
        "a-",
        "a.",
        "@",
        "//a",
        "x",
        "a:",
        "token:[",
        "token:{(",
    )
    for piece in (
        *pieces,
        "a\\",
        "token:\\",
        "token:%22",
        "<a ",
        "<token>",
        "<a name=token value=",
        "a ",
        "a\\'=",
        "Cookie: ",
    ):
        redact_text(piece * (200_000 // len(piece)))
        redact_value(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 15  # of the processor; what is not linear takes minutes
