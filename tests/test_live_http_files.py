"""Files of requests as editors have them, and the requests of a HAR."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from schemagen.errors import InputError
from schemagen.limits import DEFAULTS
from schemagen.live import requests
from schemagen.live.calls import Call


def read(folder: Path, text: str | bytes, name: str = "errors.http", **variables: str) -> list[Call]:
    """The requests of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return requests.read(str(path), variables, DEFAULTS)


def test_requests_stand_between_lines_of_three_signs(tmp_path: Path) -> None:
    """With comments, names, headers, a body, and the version of HTTP that nobody needs."""
    calls = read(
        tmp_path,
        "# errors of Acme\n\n### one\n// a comment\n# @name first\nGET https://a.example/1 HTTP/1.1\nX-A: 1\n# no header\nX-B: 2\n\n"
        '###\npost https://a.example/2\nContent-Type: application/json\n\n{"a":\n  # no comment\n 1}\n\n\n###\n\n### last\nhttps://a.example/3',
    )
    assert calls == [
        Call("GET", "https://a.example/1", (("X-A", "1"), ("X-B", "2")), None, 6),
        Call(
            "POST",
            "https://a.example/2",
            (("Content-Type", "application/json"),),
            b'{"a":\n  # no comment\n 1}',
            12,
        ),
        Call("GET", "https://a.example/3", (), None, 23),
    ]


def test_variables_have_the_values_of_the_file_or_of_the_user(tmp_path: Path) -> None:
    """They may name each other, and stand anywhere; the user's win."""
    text = "@host = {{name}}.example\n@name = acme\nGET https://{{host}}/{{ id }}\nX-Id: {{id}}\n\n{{host}}"
    (call,) = read(tmp_path, text, id="17")
    assert (call.url, call.headers, call.body) == (
        "https://acme.example/17",
        (("X-Id", "17"),),
        b"acme.example",
    )
    (call,) = read(tmp_path, text, id="17", host="localhost:8000")
    assert call.url == "https://localhost:8000/17"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@key = a\nGET https://a/\nX-Key: {{key}}\n", "no request in it uses --var keys; did you mean 'key'?"),
        ("@one = a\n@two = b\n@keys = c\nGET https://a/{{two}}/{{one}}/{{$guid}}\n", "no request in it uses --var keys; it uses one, two"),
        ("# {{keys}}\nGET https://a/\n", "no request in it uses --var keys; it uses no variable"),
        ('{"log": {}}', "no variables stand in a HAR; leave out --var"),
    ],
)  # fmt: skip
def test_a_value_that_nothing_uses_is_a_mistake(text: str, message: str, tmp_path: Path) -> None:
    """A mistyped name would send the file's own value, or none."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, keys="b")
    assert str(caught.value) == f"{tmp_path / 'errors.http'}: {message}"


def test_a_value_may_be_used_by_another_or_by_a_file_of_a_body(tmp_path: Path) -> None:
    """It reaches a request all the same."""
    (tmp_path / "body.json").write_text("{{to}}")
    (call,) = read(
        tmp_path, "@host = {{who}}.example\nPOST https://{{host}}/\n\n<@ body.json", who="a", to="b"
    )
    assert (call.url, call.body) == ("https://a.example/", b"b")


def test_values_that_multiply_are_refused(tmp_path: Path) -> None:
    """Few lines, each of which uses the one before several times, would come to more than any memory, or take for ever."""
    for first in ("x" * 100, ""):
        levels = [f"@v{level + 1} = {f'{{{{v{level}}}}}' * 30}" for level in range(9)]
        text = "\n".join([f"@v0 = {first}", *levels, "", "POST https://a/", "", "{{v9}}"])
        with pytest.raises(
            InputError, match=r"errors\.http:14: variables that come to more than 67108864 characters$"
        ):
            read(tmp_path, text)


@pytest.mark.parametrize(
    "line", ["{{" + " " * 100_000, "{" * 300_000, "{{a" * 100_000], ids=["blanks", "braces", "beginnings"]
)
def test_what_begins_like_a_variable_and_is_none_is_sent_as_it_is(tmp_path: Path, line: str) -> None:
    """However long it is: an end is not looked for again and again."""
    (call,) = read(tmp_path, f"POST https://a/\n\n{line}|{{{{{{x}}}}}}", x="1")
    assert call.body == f"{line}|{{1}}".encode()


def test_blanks_in_a_request_line_are_gone_through_once(tmp_path: Path) -> None:
    """However many there are: the version of HTTP may stand behind them, and what else does belongs to the URL."""
    blanks = " " * 300_000
    (call,) = read(tmp_path, f"GET https://a/{blanks}HTTP/1.1")
    assert call.url == "https://a/"
    with pytest.raises(InputError, match=r"errors\.http:1: "):
        read(tmp_path, f"GET https://a/{blanks}x")


def test_some_values_are_made(tmp_path: Path) -> None:
    """Ids, times and numbers, as both editors write them."""
    (call,) = read(
        tmp_path,
        "GET https://a/{{$guid}}/{{$uuid}}/{{$random.uuid}}/{{$timestamp}}/{{$randomInt 5 7}}/{{$random.integer(5, 7)}}/{{$isoTimestamp}}",
    )
    parts = call.url.removeprefix("https://a/").split("/")
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", part) for part in parts[:3])
    assert parts[3].isdigit()
    assert {parts[4], parts[5]} <= {"5", "6"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", parts[6])


def test_a_query_may_go_on_in_further_lines(tmp_path: Path) -> None:
    """Each begins with a blank."""
    (call,) = read(tmp_path, "GET https://a/b\n  ?c=1\n  &d=2\nX-A: 1\n")
    assert (call.url, call.headers) == ("https://a/b?c=1&d=2", (("X-A", "1"),))


def test_a_path_is_that_of_its_host(tmp_path: Path) -> None:
    """The header Host says which."""
    (call,) = read(tmp_path, "GET /b\nHost: a.example:8443\n")
    assert call.url == "https://a.example:8443/b"


def test_bodies_may_stand_in_files_beside_it(tmp_path: Path) -> None:
    """`<` takes a file as it is, `<@` with its variables; nothing outside of the folder is read."""
    (tmp_path / "body.json").write_text('{"a": "{{x}}"}')
    (call,) = read(tmp_path, "POST https://a/\n\n< ./body.json\n")
    assert call.body == b'{"a": "{{x}}"}'
    (call,) = read(tmp_path, "POST https://a/\n\n<@ body.json\n", x="1")
    assert call.body == b'{"a": "1"}'
    for name in ("../../etc/passwd", "/etc/passwd", "nothing.json", "."):
        with pytest.raises(InputError, match=r"errors\.http:3: .*(outside|no such file)"):
            read(tmp_path, f"POST https://a/\n\n< {name}\n")


def test_forms_and_parts_are_sent_as_servers_want_them(tmp_path: Path) -> None:
    """A form is one line; the lines of multipart end in CRLF (RFC 2046, section 5.1.1)."""
    (call,) = read(
        tmp_path, "POST https://a/\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2\n"
    )
    assert call.body == b"a=1&b=2"
    (call,) = read(
        tmp_path, "POST https://a/\nContent-Type: multipart/form-data; boundary=x\n\n--x\n\n1\n--x--\n"
    )
    assert call.body == b"--x\r\n\r\n1\r\n--x--"


def test_bytes_of_a_variable_are_sent_as_they_are(tmp_path: Path) -> None:
    """Also those that are no UTF-8, as the command line has them."""
    (call,) = read(tmp_path, "POST https://a/\n\n{{x}}\n", x="\udcff")
    assert call.body == b"\xff"


def test_scripts_are_left_out(tmp_path: Path) -> None:
    """What comes before or after a request in JetBrains' editor is not run, nor is it sent."""
    calls = read(
        tmp_path,
        "### a\n< {%\n  request.variables.set('a', 1)\n%}\nPOST https://a/1\n\nhello\n\n> {%\n client.log(1)\n%}\n"
        "### b\nGET https://a/2\n\n<> 2026-01-01.json\n>> saved.json\n",
    )
    assert [(call.url, call.body) for call in calls] == [("https://a/1", b"hello"), ("https://a/2", None)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("GET https://{{host}}/\n", "errors.http:1: {{host}} has no value"),
        ("@a = {{b}}\n@b = {{a}}\nGET https://{{a}}/\n", "errors.http:3: variables that name each other"),
        ("GET https://a/\nX: {{$processEnv TOKEN}}\n", "errors.http:2: {{$processEnv TOKEN}}: the environment is not read"),
        ("GET https://a/\nhello\n", "errors.http:2: no header"),
        ("\nGET ftp://a/\n", "errors.http:2: ftp://a/: a URL begins with https:// or http://"),
        ("curl https://a/\n", "errors.http:1: a request begins with a method and a URL, such as GET https://…"),
        ("GET /path\n", "errors.http:1: /path: a URL begins with"),
        ("GET https://a/b c\n", "errors.http:1: https://a/b c: a blank or a control character"),
        ("GET https://a/\nX: a\0b\n", "errors.http:1: the header X has a line break or a NUL"),
        ("### nothing\n# here\n", "errors.http: there is no request in it"),
        ("", "errors.http: there is no request in it"),
        (b"GET https://a/\xff", "errors.http: not UTF-8 at byte 14"),
        ("{ not json", "errors.http: no HAR with requests in it"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str | bytes, message: str, tmp_path: Path) -> None:
    """And no request is sent."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def entry(**request: Any) -> dict[str, Any]:
    """An entry of a HAR."""
    return {"request": {"method": "GET", "url": "https://a/1", "headers": [], **request}}


def har(*entries: Any) -> str:
    """A HAR with these entries."""
    return json.dumps({"log": {"entries": entries}})


def test_the_requests_of_a_har_are_its_own(tmp_path: Path) -> None:
    """Without what belonged to the connection, and without what was masked."""
    headers = [
        {"name": ":authority", "value": "a"},
        {"name": "Host", "value": "a"},
        {"name": "Content-Length", "value": "9"},
        {"name": "Authorization", "value": "[redacted]"},
        {"name": "X-A", "value": "1"},
    ]
    calls = read(
        tmp_path,
        har(
            entry(headers=headers, url="https://a/1#top"),
            entry(method="post", postData={"text": "ü"}),
            entry(postData={"params": [{"name": "a", "value": "b c"}]}),
            entry(postData={"text": "AP8=", "encoding": "base64"}),
        ),
        "seen.har",
    )
    assert calls[0] == Call("GET", "https://a/1", (("X-A", "1"),))
    assert [(call.method, call.body) for call in calls[1:]] == [
        ("POST", "ü".encode()),
        ("GET", b"a=b+c"),
        ("GET", b"\x00\xff"),
    ]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ({"log": {}}, "no HAR with requests in it"),
        ({"log": {"entries": [{}]}}, "no HAR with requests in it"),
        ({"log": {"entries": [entry(url=None)]}}, "entry 1: its request has no method or no URL"),
        ({"log": {"entries": [entry(), {"request": 1}]}}, "entry 2: its request is no object"),
        ({"log": {"entries": [entry(headers=[{"name": "a"}])]}}, "entry 1: its headers or its body cannot be read"),
        ({"log": {"entries": [entry(postData={"text": "?", "encoding": "base64"})]}}, "entry 1: its headers or its body"),
        ({"log": {"entries": [entry(url="data:text/plain,a")]}}, "entry 1: data:text/plain,a: a URL begins with"),
        ({"log": {"entries": []}}, "there is no request in it"),
    ],
)  # fmt: skip
def test_a_broken_har_sends_nothing(broken: dict[str, Any], message: str, tmp_path: Path) -> None:
    """One line says what is wrong with it."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, json.dumps(broken), "seen.har")
    assert message in str(caught.value)
