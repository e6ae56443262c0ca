"""Bytes become JSON values, or the reason why not."""

from __future__ import annotations

import dataclasses
import gzip
import json
import sys
import time
import types
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemagen.bodies import Body, read
from schemagen.exchanges import Response
from schemagen.findings import Place, finding
from schemagen.limits import DEFAULTS, Limits

JSON = b'{"code": 404}'
VALUE = {"code": 404}


def respond(body: bytes | None, *codings: str, decoded: bool = False, limits: Limits = DEFAULTS) -> Body:
    """The body of a response with these values of `Content-Encoding`."""
    headers = tuple(("content-encoding", coding) for coding in codings)
    return read(Response(400, headers, body, decoded), limits)


def message(body: Body) -> str:
    """The sentence of the body's problem."""
    item = dataclasses.replace(finding(body.problem, Place("a")), facts=body.facts)
    return f"{body.problem}: {item.message}"


def test_json_becomes_a_value() -> None:
    """A JSON text has a value and no problem."""
    assert respond(JSON) == Body(JSON, VALUE, is_json=True)


@pytest.mark.parametrize("body", [None, b""])
def test_no_body_is_no_problem(body: bytes | None) -> None:
    """A body that was not recorded, and an empty one, are told apart and have no problem."""
    assert respond(body, "gzip") == Body(body)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b"null", None),
        (b' "\\u0000" ', "\0"),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"9" * 25, 1e25),
        (b"1e-400", 0.0),
        ('"\u2028"'.encode(), "\u2028"),
    ],
)
def test_unusual_json_is_json(text: bytes, value: object) -> None:
    """A byte order mark, bare values, repeated names (the last counts) and long numbers are read."""
    body = respond(text)
    assert (body.is_json, body.value, body.problem) == (True, value, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"a": NaN}', "body/broken-json: the body is not valid JSON: NaN is no JSON value at offset 6 (line 1, column 7): `{\"a\": NaN}`"),
        (b'{"a":1', "body/broken-json: the body is not valid JSON: it ends too early at offset 6 (line 1, column 7): `{\"a\":1`"),
        ('{\n "é": \'x\'}'.encode(), "body/broken-json: the body is not valid JSON: texts and names stand in double quotes at offset 9 (line 2, column 7): `{\n \"é\": 'x'}`"),
        (b'\xef\xbb\xbf[1 // one\n]', "body/broken-json: the body is not valid JSON: JSON has no comments at offset 6 (line 1, column 4): `[1 // one\n]`"),
        (b'["a\nb"]', "body/broken-json: the body is not valid JSON: a control character in a text must be escaped at offset 3 (line 1, column 4): `[\"a\nb\"]`"),
        (b"-1e400", "body/number-too-large: the number at offset 0 (line 1, column 1) is larger than 1.8e308: `-1e400`"),
        (b"\xff\xfe{\0}\0", "body/wrong-charset: the body is UTF-16; JSON must be UTF-8 (RFC 8259, section 8.1)"),
        (b"\0{\0}", "body/wrong-charset: the body is UTF-16; JSON must be UTF-8 (RFC 8259, section 8.1)"),
        (b"{\0\0\0}\0\0\0", "body/wrong-charset: the body is UTF-32; JSON must be UTF-8 (RFC 8259, section 8.1)"),
        (b'{"m":\n"caf\xe9"}', "body/not-utf8: the body is not UTF-8: byte 0xe9 at offset 10 (line 2, column 5)"),
        (b'"\xed\xa0\x80"', "body/not-utf8: the body is not UTF-8: byte 0xed at offset 1 (line 1, column 2)"),
        (b"404 page not found\n", "body/not-json: the body is plain text of a Go server, not JSON: `404 page not found`"),
        (b"[ERROR] no", "body/not-json: the body is plain text, not JSON: `[ERROR] no`"),
        (b"  \n", "body/not-json: the body is blank, not JSON: ``"),
        (b"<!DOCTYPE html>\n<title>502 Bad\n Gateway</title>", 'body/not-json: the body is an HTML page "502 Bad Gateway", not JSON: `<!DOCTYPE html> <title>502 Bad Gateway</title>`'),
        (b"<HTML></HTML>", "body/not-json: the body is an HTML page, not JSON: `<HTML></HTML>`"),
        (b'<?xml version="1.0"?>\n<Error><Code/></Error>', 'body/not-json: the body is XML (<Error>), not JSON: `<?xml version="1.0"?> <Error><Code/></Error>`'),
        (b"error=x&token=abc", "body/not-json: the body is form data, not JSON: `error=x&token=[redacted]`"),
        (b"data: {}\n\n", "body/not-json: the body is an event stream, not JSON: `data: {}`"),
        (b'cb({"a":1})', 'body/not-json: the body is JSONP, not JSON: `cb({"a":1})`'),
        (b")]}'\n{}", "body/not-json: the body is JSON behind a guard against scripts, not JSON: `)]}' {}`"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "body/not-json: the body is binary data, not JSON: `89 50 4e 47 0d 0a 1a 0a 00 00 00`"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_named(text: bytes, expected: str) -> None:
    """The problem says what the body is instead, or where it breaks off: bytes from 0, lines and columns from 1."""
    body = respond(text)
    assert message(body) == expected
    assert (body.raw, body.is_json) == (text, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'"\\ud800"', "low surrogate"),
        (b"[1] x", "after document"),
        (b'{"a":1}\n{"a":2}', "after document"),
        (b"[1,]", "trailing comma"),
        (b"{a: 1}", "string key"),
        (b"01", "leading zero"),
    ],
)
def test_other_breaks_have_a_reason(text: bytes, reason: str) -> None:
    """What the parser says is passed on where there is nothing better to say."""
    assert reason in dict(respond(text).facts)["why"]


def test_a_number_of_five_thousand_digits_is_a_problem_not_an_exception() -> None:
    """Numbers that no double can hold are named with a short piece."""
    body = respond(b'{"id": ' + b"9" * 5000 + b"}")
    assert body.problem == "body/number-too-large"
    assert dict(body.facts)["piece"] == "9" * 40 + "…"


def test_depth_is_limited_by_brackets_outside_of_strings() -> None:
    """128 levels are read, 129 are not, and brackets in strings do not count."""
    assert respond(b"[" * 128 + b"]" * 128).is_json
    assert respond(b'["' + b"[" * 500 + b'\\""]').is_json
    assert message(respond(b'["["' + b",[" * 128 + b"]" * 129)) == (
        "body/too-deep: the body is nested deeper than 128 at offset 259 (line 1, column 260)"
        " (--limit json-depth=N raises it)"
    )
    assert respond(b"[" * 200_000).problem == "body/too-deep"
    assert respond(b'{"a":' * 200_000, limits=Limits(json_depth=10**9)).problem == "body/too-deep"


@given(
    st.recursive(
        st.text("[]{}\\\" ", max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("[{\\\"", max_size=3), inner, max_size=3),
    ),
    st.integers(1, 4),
)  # fmt: skip
def test_depth_is_counted_exactly(value: object, most: int) -> None:
    """Whatever brackets and quotes stand in texts and names."""

    def depth(inner: object) -> int:
        children = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else None
        return 0 if children is None else 1 + max(map(depth, children), default=0)

    body = read(Response(404, body=json.dumps(value).encode()), Limits(json_depth=most))
    assert body.problem == ("body/too-deep" if depth(value) > most else "")


def test_a_piece_shows_no_secret() -> None:
    """Where a secret is near, the piece of the body is left out."""
    assert dict(respond(b'{"token": "abcdefgh", x}').facts)["piece"] == "[redacted]"
    assert dict(respond(b'{"token": "' + b"a" * 2000 + b'\n"}').facts)["piece"] == "[redacted]"


def test_a_piece_is_as_long_as_values_are_shown() -> None:
    """It begins where the text begins, on one line."""
    body = respond(b"\n <html>\n\t" + b"x" * 200, limits=Limits(value_characters=10))
    assert dict(body.facts)["piece"] == "<html> xxx…"
    assert len(str(dict(respond(b"x " * 200).facts)["piece"])) == DEFAULTS.value_characters + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"<title>VALUE</title>", "body/not-json: the body is an HTML page, not JSON: `…`"),
        (b"<Error><Code>VALUE</Code></Error>", "body/not-json: the body is XML (<Error>), not JSON: `…`"),
        (b"VALUE", "body/not-json: the body is plain text, not JSON: `…`"),
        (b"  ", "body/not-json: the body is blank, not JSON: `…`"),
        (b"\xffVALUE\0", "body/not-json: the body is binary data, not JSON: `…`"),
        (b'{"a": VALUE}', "offset 6 (line 1, column 7): `…`"),
        (b'{"password": "VALUE", x}', "offset 22 (line 1, column 23): `…`"),
        (b"1e999", "body/number-too-large: the number at offset 0 (line 1, column 1) is larger than 1.8e308: `…`"),
        (b"VALUE\xe9", "body/not-utf8: the body is not UTF-8: byte … at offset 5 (line 1, column 6)"),
    ],
)  # fmt: skip
def test_nothing_from_the_wire_is_said_where_no_values_are_shown(text: bytes, expected: str) -> None:
    """With a limit of 0 characters, messages name the kind and the place only."""
    said = message(respond(text, limits=Limits(value_characters=0)))
    assert said.endswith(expected)
    assert "VALUE" not in said
    assert "VALUE" not in repr(respond(text, limits=Limits(value_characters=0)).facts)
    assert dict(respond(b"\xff", "VALUE", limits=Limits(value_characters=0)).facts)["got"] == "…"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<html><title>Café</title>".encode("latin-1"), 'an HTML page "Caf\ufffd"'),
        ("<Fehler><Code>ü</Code></Fehler>".encode("latin-1"), "XML (<Fehler>), code \ufffd"),
    ],
)
def test_markup_in_another_charset_is_markup_first(text: bytes, kind: str) -> None:
    """A page in Latin-1 is told as a page, not as a wrong byte."""
    body = respond(text)
    assert (body.problem, dict(body.facts)["got"]) == ("body/not-json", kind)


def bare(data: bytes) -> bytes:
    """A deflate stream without the frame of zlib."""
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(data) + coder.flush()


@pytest.mark.parametrize(
    ("data", "codings"),
    [
        (gzip.compress(JSON), ["gzip"]),
        (gzip.compress(JSON), ["identity, GZIP", ""]),
        (gzip.compress(JSON[:5]) + gzip.compress(JSON[5:]), ["x-gzip"]),
        (gzip.compress(JSON) + b"\0" * 8, ["gzip"]),
        (zlib.compress(JSON), ["deflate"]),
        (bare(JSON), ["deflate"]),
        (gzip.compress(zlib.compress(JSON)), ["deflate, gzip"]),
        (gzip.compress(zlib.compress(JSON)), ["deflate", "gzip"]),
        (zlib.compress(gzip.compress(gzip.compress(JSON))), ["gzip, gzip", "deflate"]),
    ],
)
def test_codings_are_undone_from_the_last_to_the_first(data: bytes, codings: list[str]) -> None:
    """A chain counts over all headers; `deflate` is read with and without its frame."""
    assert respond(data, *codings) == Body(JSON, VALUE, is_json=True)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "utf-8", "gzip, br"])
def test_a_coding_declared_over_text_is_no_problem(coding: str) -> None:
    """Recorders undo codings and keep the header."""
    assert respond(JSON, coding).value == VALUE


def test_a_decoded_body_is_taken_as_it_is() -> None:
    """What the recorder says it has decoded is not decoded again."""
    assert respond(gzip.compress(JSON), "gzip", decoded=True).problem == "body/not-json"


@pytest.mark.parametrize(
    ("data", "coding", "expected"),
    [
        (gzip.compress(JSON)[:-4], "gzip", "body/undecodable: the body cannot be decoded as gzip: the data ends too early"),
        (gzip.compress(JSON) + b"xx", "gzip", "body/undecodable: the body cannot be decoded as gzip: incorrect header check"),
        (b"\xff\xfe\xfd", "deflate", "body/undecodable: the body cannot be decoded as deflate: invalid block type"),
        (gzip.compress(JSON), "br", "body/missing-decoder: the body is encoded as br, which needs the Python package brotli: install it to have such bodies checked"),
        (gzip.compress(JSON), "zstd", "body/missing-decoder: the body is encoded as zstd, which needs the Python package zstandard: install it to have such bodies checked"),
        (gzip.compress(JSON), "lzma", "body/unknown-encoding: the body is encoded as lzma, which is not known (known: gzip, deflate, br, zstd)"),
        (gzip.compress(JSON), "gzip," * 6, "body/too-many-encodings: the body has 6 content codings one over the other, 5 are undone (--limit encodings=N raises it)"),
        (gzip.compress(b"") * 1001, "gzip", "body/too-many-members: the compressed body has more than 1000 members (--limit gzip-members=N raises it)"),
    ],
)  # fmt: skip
def test_what_cannot_be_decoded_is_named(
    data: bytes, coding: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Damaged content, unknown codings and missing packages are told apart; the bytes stay as they were recorded."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    body = respond(data, coding)
    assert message(body) == expected
    assert body.raw == data


def test_a_bomb_is_noticed_before_it_is_unpacked() -> None:
    """A small body that unpacks to much more than the limit is one finding, within a second."""
    coder = zlib.compressobj(wbits=31)
    block = b" " * 1024 * 1024
    data = b"".join(coder.compress(block) for _ in range(64)) + coder.flush()
    began = time.process_time()
    assert message(respond(data, "gzip")) == (
        "body/too-large: the body has more than 16777216 bytes when decoded (--limit body-bytes=N raises it)"
    )
    assert time.process_time() - began < 1


def test_the_limit_on_size_is_exact() -> None:
    """A body of exactly the limit is read, plain or compressed; one byte more is not."""
    limits = Limits(body_bytes=len(JSON))
    assert respond(JSON, limits=limits).is_json
    assert respond(gzip.compress(JSON), "gzip", limits=limits).is_json
    assert respond(JSON + b" ", limits=limits).problem == "body/too-large"
    assert respond(gzip.compress(JSON + b" "), "gzip", limits=limits).problem == "body/too-large"


class Brotli:
    """Stands in for a decoder of brotli: `x` unpacks to `size` bytes."""

    def __init__(self, size: int) -> None:
        self.left = size

    def process(self, _data: bytes, *, output_buffer_limit: int) -> bytes:
        """The next bytes."""
        piece = JSON.ljust(min(output_buffer_limit, self.left)) if self.left else b""
        self.left -= len(piece)
        return piece

    def is_finished(self) -> bool:
        """Whether all was unpacked."""
        return self.left == 0

    def can_accept_more_data(self) -> bool:
        """Whether input is wanted."""
        return self.left == 0


@pytest.mark.parametrize(("size", "problem"), [(len(JSON), ""), (10**12, "body/too-large")])
def test_brotli_is_unpacked_in_pieces_where_its_package_is_installed(
    size: int, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The optional decoder is asked for bounded pieces, so that 200 bytes never become a terabyte."""
    module = types.SimpleNamespace(Decompressor=lambda: Brotli(size), error=ValueError, __spec__=object())
    monkeypatch.setitem(sys.modules, "brotli", module)
    assert respond(b"\x8bx", "br").problem == problem


@given(
    st.binary(),
    st.lists(st.sampled_from(["gzip", "deflate", "br", "zstd", "x", "gzip, deflate"]), max_size=3),
)
@example(b"\xef\xbb\xbf", [])
@example(b"{" * 300, ["gzip"])
def test_no_bytes_raise(data: bytes, codings: list[str]) -> None:
    """Whatever the bytes, there is a value or a problem whose sentence can be made."""
    body = respond(data, *codings)
    assert body.is_json or (not body.raw and not body.problem) or message(body)


@given(st.text(), st.text())
def test_no_text_raises(head: str, tail: str) -> None:
    """The same for text that begins like JSON."""
    for text in (head, '{"a": ' + head, "[" + head + tail, '"' + tail):
        body = respond(text.encode())
        assert body.is_json or not text or message(body)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(-(2**63), 2**64 - 1),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_json_value_survives(value: object) -> None:
    """What another library writes is read as it was, plain and compressed."""
    text = json.dumps(value).encode()
    assert respond(text).value == value
    assert respond(gzip.compress(text), "gzip").value == value
