"""Stubs, contracts and the reports of test tools: WireMock, Hoverfly, Pact, Postman, Newman."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemagen.exchanges import Exchange, Request
from schemagen.findings import Finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.recordings import FORMS, detect, read
from schemagen.recordings.neighbours import beside

FIXTURES = Path(__file__).parent / "recordings"
OURS = ("wiremock", "hoverfly", "pact", "postman", "newman", "schemathesis", "ndjson")


def recorded() -> list[tuple[str, Path]]:
    """The recordings of these forms, each with the form's name."""
    return [
        (form, path)
        for form in OURS
        for path in sorted((FIXTURES / form).rglob("*"))
        if path.is_file() and not {"__files", "responses"} & set(path.parts)
    ]


def items(path: Path, **options: Any) -> list[Exchange | Finding]:
    """What is read from a file, with its neighbours."""
    return list(read(path.name, path.read_bytes(), neighbour=beside(path, DEFAULTS), **options))


def exchanges(name: str) -> list[Exchange]:
    """The exchanges in a fixture."""
    return [item for item in items(FIXTURES / name) if isinstance(item, Exchange)]


def told(name: str) -> list[tuple[str, int | None, int | None, str]]:
    """The findings in a fixture: rule, entry, line, message."""
    return [
        (item.rule.code, item.place.entry, item.place.line, item.message)
        for item in items(FIXTURES / name)
        if isinstance(item, Finding)
    ]


def outline(name: str) -> list[tuple[int, int, bytes | None]]:
    """Entry, status and body of each exchange in a fixture."""
    return [(item.origin.entry, item.response.status, item.response.body) for item in exchanges(name)]


# ---- All of these forms


@pytest.mark.parametrize(("form", "path"), recorded(), ids=lambda value: getattr(value, "name", value))
def test_each_form_takes_its_own_files_and_no_others(form: str, path: Path) -> None:
    """A file is of one form only, so the order of the forms does not matter."""
    data = path.read_bytes()
    assert [name for name, each in FORMS.items() if name != "body" and each.detects(data)] == [form]
    assert getattr(detect(data), "name", None) == form


@pytest.mark.parametrize(("form", "path"), recorded(), ids=lambda value: getattr(value, "name", value))
def test_every_entry_is_an_exchange_or_is_told(form: str, path: Path) -> None:
    """Entries are numbered without a gap, and each line leads into the file."""
    found = items(path)
    entries = {item.origin.entry if isinstance(item, Exchange) else item.place.entry or 0 for item in found}
    assert entries == set(range(1, len(entries) + 1))
    lines = path.read_bytes().count(b"\n") + 1
    for item in found:
        line = item.origin.line if isinstance(item, Exchange) else item.place.line
        assert line is not None
        assert 1 <= line <= lines


@pytest.mark.parametrize(
    ("form", "path"),
    [(form, path) for form, path in recorded() if path.suffix == ".json"],
    ids=lambda value: getattr(value, "name", value),
)
def test_pointers_lead_to_the_entry(form: str, path: Path) -> None:
    """The pointer of an exchange resolves in the document."""
    for item in items(path):
        if isinstance(item, Exchange):
            value = json.loads(path.read_bytes())
            for step in item.origin.pointer:
                value = value[step]
            assert isinstance(value, dict)


@pytest.mark.parametrize(("form", "path"), recorded(), ids=lambda value: getattr(value, "name", value))
def test_a_file_that_is_cut_off_says_so(form: str, path: Path) -> None:
    """Whole entries before the cut are read as before; no cut passes for a whole file."""
    data = path.read_bytes().rstrip()
    whole = [item.response for item in read("a", data) if isinstance(item, Exchange)]
    step = max(1, len(data) // 30)
    for end in range(len(data) // 3, len(data) - 1, step):
        found = list(read("a", data[:end], form=form))
        got = [item.response for item in found if isinstance(item, Exchange)]
        assert got == whole[: len(got)]
        codes = {item.rule.code for item in found if isinstance(item, Finding)}
        ends_a_line = form in ("ndjson", "schemathesis") and b"\n" in data[end - 1 : end + 1]
        assert ends_a_line or codes & {"recording/truncated", "recording/no-entries"}


@pytest.mark.parametrize("form", OURS)
def test_a_form_that_was_named_and_is_not_there_says_so(form: str) -> None:
    """No form is silent on what it cannot read."""
    for text in (b"{", b'{"'):
        codes = {item.rule.code for item in read("a", text, form=form) if isinstance(item, Finding)}
        assert codes & {"recording/truncated", "recording/no-entries"}


def test_a_broken_entry_does_not_hide_the_others() -> None:
    """The one that is broken is named with its line; those behind it are read."""
    text = (
        (FIXTURES / "pact" / "v2.json").read_text(encoding="utf-8").replace('"status": 401', '"status": 4o1')
    )
    found = list(read("a", text.encode()))
    assert [isinstance(item, Exchange) for item in found] == [True, False, True]
    assert isinstance(found[1], Finding)
    assert (found[1].rule.code, found[1].place.entry, found[1].place.line) == (
        "recording/broken-entry",
        2,
        15,
    )


# ---- WireMock


def test_a_list_of_mappings_gives_each_body_as_it_is_sent() -> None:
    """Text, value and base64; without a body or a status WireMock answers 200 and nothing."""
    assert outline("wiremock/mappings/all.json") == [
        (1, 400, b'{"code": "text"}'),
        (2, 401, b'{"code":"value"}'),
        (3, 402, b'{"code": "base64"}'),
        (4, 200, b""),
        (7, 403, None),
        (9, 405, None),
        (10, 406, b""),
    ]


def test_mappings_that_answer_nothing_are_told() -> None:
    """Proxies and faults are notes, and so is a template; a file outside and broken base64 are errors."""
    assert told("wiremock/mappings/all.json") == [
        ("recording/no-exchange", 5, 16, "the entry holds no response to check: the stub passes requests on"),
        (
            "recording/no-exchange",
            6,
            17,
            "the entry holds no response to check: the stub breaks the connection",
        ),
        (
            "recording/template",
            7,
            18,
            "the body is a template, not what was sent; status and headers are checked",
        ),
        ("recording/broken-entry", 8, 22, "the entry is left out: its body is not valid base64"),
        (
            "recording/missing-body",
            9,
            23,
            "the body is in the file ../mappings/plain.json, which cannot be used: it is outside of the recording's folder; status and headers are checked",
        ),
    ]


def test_the_url_of_a_mapping_is_put_together() -> None:
    """Whatever way the URL is matched; a host is part of it where it is said."""
    assert [item.request for item in exchanges("wiremock/mappings/all.json")][:4] == [
        Request("GET", "/text"),
        Request("GET", "https://api.example.com:8443/value/.*"),
        Request("GET", "http://api.example.com/base64"),
        Request("ANY", "/nothing"),
    ]


def test_a_body_file_is_found_beside_the_mappings() -> None:
    """`__files` lies beside `mappings`, however deep the mapping is in there."""
    [exchange] = exchanges("wiremock/mappings/users/not-found.json")
    assert exchange.response.body == b'{"code": "no_user", "message": "No such user"}\n'
    assert exchange.response.headers[1:] == (
        ("vary", "Accept"),
        ("vary", "Accept-Encoding"),
        ("x-attempts", "3"),
    )


def test_without_a_folder_a_body_file_is_not_read() -> None:
    """Bytes alone, as from standard input, have no neighbours."""
    data = (FIXTURES / "wiremock" / "mappings" / "users" / "not-found.json").read_bytes()
    finding, exchange = read("-", data)
    assert isinstance(finding, Finding)
    assert "only the recording itself is at hand" in finding.message
    assert isinstance(exchange, Exchange)
    assert exchange.response.body is None


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"request": {"method": "GET", "url": "/"}, "response": {"status": 404, "body": "x"}}', "ndjson"),
        ('{"request": {"method": "GET", "url": "/"},\n"response": {"status": 404, "body": "x"}}', "wiremock"),
        ('{"request": {"method": "GET", "urlPath": "/"}, "response": {"status": 404}}', "wiremock"),
        ('{"request": {"method": "GET"}, "response": {"jsonBody": {}}}', "wiremock"),
        ('{"priority": 1, "request": {}, "response": {"status": 404}}', "wiremock"),
        (
            '{"request": {}, "response": {"jsonBody": {}}}\n{"request": {}, "response": {"status": 1}}',
            "ndjson",
        ),
        ('{"request": {},\n"response": {}}', "body"),
        ('{"mappings": [{"from": 1}]}', "body"),
        ('{"data": {"pairs": [["BTC", "EUR"]]}}', "body"),
        ('{"journal": [{"id": 1}]}', "body"),
        ('{"consumer": 1, "items": []}', "body"),
        ('{"version": 1, "interactions": [{"request": {}, "response": {}}]}', None),
        ('{"run": {"executions": [{"id": 1}]}}', "body"),
        ('{"info": {}, "item": []}', "body"),
    ],
)
def test_forms_are_told_by_what_only_they_have(text: str, form: str | None) -> None:
    """Bodies of APIs that happen to have one member of the same name are none of these recordings."""
    found = getattr(detect(text.encode()), "name", None)
    assert found == form or (form is None and found not in OURS)


# ---- Neighbours


def test_neighbours_are_regular_files_below_the_folder(tmp_path: Path) -> None:
    """Links that lead out, other kinds of files, folders and names that are none are refused with the reason."""
    home = tmp_path / "stubs" / "mappings"
    files = tmp_path / "stubs" / "__files"
    home.mkdir(parents=True)
    files.mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "stubs" / "near").write_bytes(b"near")
    (files / "good").write_bytes(b"good")
    (files / "same").symlink_to(files / "good")
    (files / "out").symlink_to(tmp_path / "secret")
    (files / "loop").symlink_to(files / "loop")
    os.mkfifo(files / "pipe")
    read_neighbour = beside(home / "a.json", DEFAULTS)

    def got(name: str) -> str:
        recording = {"request": {}, "response": {"bodyFileName": name}}
        found = list(read("a", json.dumps(recording).encode(), form="wiremock", neighbour=read_neighbour))
        if isinstance(found[0], Finding):
            return found[0].message.partition("used: ")[2].partition(";")[0]
        body = found[0].response.body
        return (body or b"").decode()

    assert got("good") == "good"
    assert got("same") == "good"
    outside = "it is outside of the recording's folder"
    assert [got(name) for name in ("out", "../near", "../../secret", str(tmp_path / "secret"))] == [
        outside
    ] * 4
    assert [got(name) for name in ("missing", "good/x")] == ["it is not there"] * 2
    assert [got(name) for name in ("pipe", "", ".")] == ["it is no regular file"] * 3
    assert [got(name) for name in ("a\0b", "loop", "x" * 5000)] == ["it cannot be read"] * 3


def test_a_folder_of_neighbours_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """`__files` itself must lie below the recording's folder."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x").write_bytes(b"x")
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs" / "__files").symlink_to(tmp_path / "elsewhere")
    data = b'{"request": {}, "response": {"bodyFileName": "x"}}'
    neighbour = beside(tmp_path / "stubs" / "a.json", DEFAULTS)
    found = next(iter(read("a", data, form="wiremock", neighbour=neighbour)))
    assert isinstance(found, Finding)
    assert "outside" in found.message


def test_a_neighbour_is_read_up_to_the_limit_of_bodies(tmp_path: Path) -> None:
    """One byte more than a body may have is enough to see that it is too large."""
    (tmp_path / "__files").mkdir()
    (tmp_path / "__files" / "x").write_bytes(b"x" * 100)
    data = b'{"request": {}, "response": {"bodyFileName": "x"}}'
    neighbour = beside(tmp_path / "a.json", Limits(body_bytes=10))
    [exchange] = read("a", data, form="wiremock", neighbour=neighbour)
    assert isinstance(exchange, Exchange)
    assert exchange.response.body == b"x" * 11


# ---- Hoverfly


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("v1.json", (404, b'{"code": 1}', "GET", "https://api.example.com/users/1?a=b")),
        ("v3.json", (409, b'{"code": 3}', "GET", "http://*.example.com/users/3")),
        ("v5.json", (422, b'{"code": 5}', "DELETE", "https://api.example.com/users/5?force=1")),
        ("journal.json", (502, b"Hoverfly Error!", "GET", "http://api.example.com/users/7")),
    ],
)
def test_all_versions_of_simulations_are_read(name: str, expected: tuple[int, bytes, str, str]) -> None:
    """Requests are texts, or say how they are matched; bodies are texts or base64."""
    first = exchanges(f"hoverfly/{name}")[0]
    assert first.request is not None
    assert (
        first.response.status,
        first.response.body,
        *(first.request.method, first.request.url),
    ) == expected


def test_a_body_in_base64_may_still_be_encoded() -> None:
    """Hoverfly keeps what is no text as it came; texts are as they were before."""
    encoded, plain, *_ = exchanges("hoverfly/v5.json")
    assert not encoded.response.decoded
    assert plain.response.decoded


def test_a_simulation_has_bodies_in_files_and_templates() -> None:
    """A body file is read; a template is not what was sent; no body is an empty one."""
    assert outline("hoverfly/v5.json")[1:] == [(2, 204, b""), (3, 500, b'{"code": 500}\n'), (4, 503, None)]
    assert [item[:3] for item in told("hoverfly/v5.json")] == [("recording/template", 4, 16)]


# ---- Pact


def test_contracts_of_each_version_are_read() -> None:
    """v2 and v3 have bodies as values or texts, v4 wraps them."""
    assert outline("pact/v2.json") == [(1, 404, b'{"code":"no_user"}'), (2, 401, None), (3, 403, b"")]
    assert outline("pact/v3.json") == [(1, 400, b"no such page")]
    assert outline("pact/v4.json") == [(1, 409, b'{"code":"taken"}'), (2, 500, b'{"code": 1}')]


def test_requests_of_contracts_have_their_query() -> None:
    """A text in v2, a map of lists since v3; methods are in capitals."""
    assert exchanges("pact/v2.json")[0].request == Request("GET", "/users/1?a=b")
    assert exchanges("pact/v3.json")[0].request == Request("GET", "/users?page=0&sort=a&sort=b")


def test_the_media_type_of_a_wrapped_body_stands_in_for_a_missing_header() -> None:
    """v4 may say it only there."""
    assert exchanges("pact/v4.json")[0].response.headers == (
        ("x-trace", "a"),
        ("x-trace", "b"),
        ("content-type", "application/json"),
    )


def test_messages_are_notes() -> None:
    """They have no status to check."""
    message = "the entry holds no response to check: a message, without HTTP"
    assert told("pact/v3.json") == [("recording/no-exchange", 2, 11, message)]
    assert [item[:2] for item in told("pact/v4.json")] == [
        ("recording/no-exchange", 3),
        ("recording/no-exchange", 4),
    ]


# ---- Postman and Newman


def test_saved_examples_are_found_in_folders_of_any_depth() -> None:
    """Each with its pointer; an example without a status is broken; null is no body."""
    assert [item.origin.pointer for item in exchanges("postman/v21.json")] == [
        ("item", 0, "item", 0, "response", 0),
        ("item", 0, "item", 0, "response", 1),
        ("item", 1, "response", 1),
    ]
    assert outline("postman/v21.json") == [
        (1, 404, b'{"code": "no_user"}'),
        (2, 401, b""),
        (4, 409, b'{"code": "taken"}'),
    ]
    assert told("postman/v21.json") == [
        ("recording/broken-entry", 3, 30, "the entry is left out: it has no status")
    ]


def test_variables_of_the_collection_are_filled_in() -> None:
    """Others stay as they are; a URL may be a text, or in parts."""
    requests = [item.request for item in exchanges("postman/v21.json")]
    assert requests == [
        Request("GET", "https://api.example.com/users/1?x={{unknown}}"),
        None,
        Request("POST", "https://api.example.com:8443/users?a=b"),
    ]
    assert exchanges("postman/from-the-api.json")[0].request == Request("GET", "https://api.example.com/one")


def test_headers_of_examples_are_lists_or_a_text() -> None:
    """Those that are switched off are not sent."""
    first, _, last = exchanges("postman/v21.json")
    assert first.response.headers == (("content-type", "application/json"),)
    assert [name for name, _ in last.response.headers] == ["content-type", "x-a"]


def test_folders_without_end_are_told() -> None:
    """A collection deeper than can be read is broken in one entry, and costs no more."""
    for depth, why in ((40, "its folders are nested deeper than 30"), (5000, "it is nested deeper than 128")):
        deep = '{"info": {"_postman_id": "1"}, "item": [' + '{"item": [' * depth + "]}" * depth + "]}"
        [found] = read("a", deep.encode())
        assert isinstance(found, Finding)
        assert why in found.message


def test_a_report_of_newman_has_bodies_as_bytes() -> None:
    """A request that failed is a note; numbers that are no bytes are a broken entry; what is gzip was undone."""
    assert outline("newman/report.json") == [(1, 404, b'{"a":1}'), (4, 200, b"")]
    assert exchanges("newman/report.json")[0].request == Request("GET", "https://api.example.com/users/1")
    assert [item[:3] for item in told("newman/report.json")] == [
        ("recording/no-response", 2, 13),
        ("recording/broken-entry", 3, 14),
    ]
    assert all(item.response.decoded for item in exchanges("newman/report.json"))


# ---- Any bytes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([404, "404", "e30=", "", "a", "/a", "{{a}}", [], {}]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["request", "response", "status", "code", "headers", "header", "body", "content", "contentType",
                         "encoded", "jsonBody", "base64Body", "bodyFileName", "bodyFile", "encodedBody", "templated",
                         "transformers", "path", "query", "url", "raw", "host", "port", "equalTo", "method", "key", "value",
                         "stream", "data", "originalRequest", "item", "destination", "scheme", "type", "name",
                         "disabled", "protocol", "matcher"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip
ENTRIES = st.lists(VALUES | st.fixed_dictionaries({"request": VALUES, "response": VALUES}), max_size=3)
DOCUMENTS = {
    "wiremock": lambda entries: {"mappings": entries},
    "hoverfly": lambda entries: {"data": {"pairs": entries}},
    "pact": lambda entries: {"consumer": {}, "interactions": entries, "messages": entries},
    "postman": lambda entries: {
        "info": {"_postman_id": "1"},
        "item": [{"response": entries}],
        "variable": entries,
    },
    "newman": lambda entries: {"run": {"executions": entries}},
}


@given(st.sampled_from(sorted(DOCUMENTS)), ENTRIES, st.integers(0, 400))
def test_no_entries_raise(form: str, entries: list[Any], cut: int) -> None:
    """Whatever is in an entry, whole or cut off, there are exchanges, and findings whose sentences can be made."""
    text = json.dumps(DOCUMENTS[form](entries)).encode()
    neighbour = beside(FIXTURES / "x.json", DEFAULTS)
    for data in (text, text[: len(text) - cut]):
        for item in read("a", data, form=form, neighbour=neighbour):
            assert isinstance(item, Exchange) or item.message
        detect(data)


@given(st.sampled_from(OURS), st.binary() | st.text().map(str.encode))
def test_no_bytes_raise(form: str, data: bytes) -> None:
    """Nor does any form on bytes of any kind."""
    for item in read("a", data, form=form):
        assert isinstance(item, Exchange) or item.message
