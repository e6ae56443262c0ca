"""The formats that are asserted, the same in both engines."""

from __future__ import annotations

import pytest

from schemagen.engine import FORMATS, fast, openapi30, reference

GOOD = {
    "date": ["2020-02-29", "0000-01-01"],
    "date-time": [
        "2020-01-01T00:00:00Z",
        "2020-01-01t00:00:00.5z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T15:59:60-08:00",
        "2020-01-01T00:00:00.123456789012+23:59",
    ],
    "duration": ["P1D", "PT1H", "P1W", "P1Y2M3DT4H5M6S"],
    "email": ["a@b", '"a b"@c.d', "a@[127.0.0.1]"],
    "hostname": ["a", "a.b", "xn--4gbwdl.xn--wgbh1c"],
    "idn-email": ["ü@b.c"],
    "idn-hostname": ["ü.de"],
    "ipv4": ["127.0.0.1"],
    "ipv6": ["::1", "::ffff:1.2.3.4"],
    "iri": ["http://a/ü"],
    "iri-reference": ["ü"],
    "json-pointer": ["", "/a/~0~1"],
    "regex": ["^[a-z]+$"],
    "relative-json-pointer": ["0#", "1/a"],
    "time": ["00:00:00Z", "23:59:60Z"],
    "uri": ["urn:x", "http://[::1]/?q#f", "about:blank", "mailto:a@b"],
    "uri-reference": ["", "//a", "?q", "#f", "a/b"],
    "uri-template": ["http://a/{x}"],
    "uuid": ["8c1b7a6e-1e2f-e2ab-93cd-0123456789ab", "8C1B7A6E-1E2F-E2AB-F3CD-0123456789AB"],
}
BAD = {
    "date": ["2021-02-29", "20200101", "2020-01-01\n", "2020-1-1", "٢020-01-01"],
    "date-time": [
        "2020-01-01 00:00:00Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00+0000",
        "2020-01-01T00:00Z",
        "2020-01-01T24:00:00Z",
        "2020-01-01T12:00:60Z",
        "2020-01-01T00:00:00.Z",
        "2020-01-01T00:00:00Z\n",
    ],
    "duration": ["P", "PT", "P1W2D", "PT0.5S", "-P1D"],
    "email": ["a", "a@", "A <a@b.c>", "ü@b.c", "a..b@c.d", " a@b"],
    "hostname": ["", "a_b", "-a", "a..b", "ü.de", "a" * 64],
    "idn-email": ["a"],
    "idn-hostname": ["a..b"],
    "ipv4": ["127.0.0.01", "256.1.1.1", "1.1.1"],
    "ipv6": ["1::2::3", "[::1]", "fe80::1%eth0"],
    "iri": ["a"],
    "iri-reference": ["a b"],
    "json-pointer": ["a", "/~2", "#/a"],
    "regex": ["(", "a{2,1}"],
    "relative-json-pointer": ["", "01", "-1"],
    "time": ["00:00:00", "24:00:00Z"],
    "uri": ["", "a", "http://a b", "http://a/ü", "http://a/%zz", "http://a\n", "1http://a"],
    "uri-reference": ["a b", "\\a", "%"],
    "uri-template": ["http://a/{"],
    "uuid": [
        "8c1b7a6e1e2fe2ab93cd0123456789ab",
        "{8c1b7a6e-1e2f-e2ab-93cd-0123456789ab}",
        "8c1b7a6e-1e2f-e2ab-93cd-0123456789ab\n",
    ],
}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_takes_what_its_rfc_takes(name: str) -> None:
    """Each format accepts its good texts and refuses its bad ones, in both engines and under OpenAPI 3.0."""
    schema = {"format": name}
    for compiled in (fast(schema), reference(schema), openapi30({"a": schema}, ("a",))):
        assert [text for text in GOOD[name] if not compiled.accepts(text)] == []
        assert [text for text in BAD[name] if compiled.accepts(text)] == []
        assert compiled.accepts(1)


def test_an_unknown_format_asserts_nothing() -> None:
    """A format that nobody knows is a note for readers."""
    assert fast({"format": "nope"}).accepts("x")
    assert reference({"format": "nope"}).accepts("x")
