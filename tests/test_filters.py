"""Which exchanges are meant: `--only` and `--exclude`."""

from __future__ import annotations

import pytest

from schemagen import filters
from schemagen.errors import SettingsError
from schemagen.exchanges import Exchange, Origin, Request, Response, host_of


def exchange(url: str = "https://api.acme.example/v2/parcels/7?full=1", status: int = 404) -> Exchange:
    """A response of a host."""
    return Exchange(Origin("a.har"), Response(status), Request("GET", url) if url else None)


@pytest.mark.parametrize(
    ("only", "exclude", "admitted"),
    [
        ((), (), True),
        (("host=api.acme.example",), (), True),
        (("host=API.acme.example",), (), True),
        (("host=*.acme.example",), (), True),
        (("host=acme.example",), (), False),
        (("host=other.example", "host=api.*"), (), True),
        (("path=/v2/*",), (), True),
        (("path=/v2",), (), False),
        (("path=/v?/parcels/7",), (), True),
        (("status=404",), (), True),
        (("status=4xx",), (), True),
        (("status=400-403", "status=405"), (), False),
        (("status=400-404",), (), True),
        (("host=api.acme.example", "status=5XX"), (), False),
        ((), ("status=5XX",), True),
        ((), ("status=404",), False),
        (("host=api.acme.example",), ("path=/v2/*",), False),
    ],
)  # fmt: skip
def test_terms_of_one_kind_are_alternatives_and_kinds_must_all_hold(
    only: tuple[str, ...], exclude: tuple[str, ...], admitted: bool
) -> None:
    """What is excluded stays out, whatever else holds."""
    assert filters.parse(only, exclude).admits(exchange()) is admitted


@pytest.mark.parametrize("url", ["", "/v2/parcels", "https://[broken/"])
def test_without_a_host_no_term_about_hosts_holds(url: str) -> None:
    """So `--only host=…` leaves it out, and `--exclude host=…` leaves it in."""
    assert not filters.parse(["host=*"]).admits(exchange(url))
    assert filters.parse([], ["host=*"]).admits(exchange(url))


def test_a_port_belongs_to_the_host() -> None:
    """Two servers on one machine are two hosts."""
    assert host_of("http://LOCALHOST:8080/x") == "localhost:8080"
    assert filters.parse(["host=localhost:8080"]).admits(exchange("http://localhost:8080/x"))
    assert not filters.parse(["host=localhost"]).admits(exchange("http://localhost:8080/x"))


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("hots=a", "--only hots=a: there is no 'hots' to select by; did you mean 'host='?"),
        ("404", "--only 404: there is no '404' to select by; say host=api.example.com, path=/v2/*, status=4XX"),
        ("host=", "--only host=: which host? (as in host=api.example.com)"),
        ("status=4", "--only status=4: no status (as in 404, 4XX or 400-499)"),
        ("status=404-400", "--only status=404-400: 404 is above 400"),
        ("path=mvno", "--only path=mvno: a path begins with / (as in path=/v2/*)"),
        ("host=https://a.b", "--only host=https://a.b: a host, not a URL (as in host=api.example.com)"),
        ("status=777", "--only status=777: no status (as in 404, 4XX or 400-499)"),
        ("\x1b=x", r"--only \x1b=x: there is no '\x1b' to select by; say host=api.example.com, path=/v2/*, status=4XX"),
    ],
)  # fmt: skip
def test_what_is_no_term_is_refused(term: str, said: str) -> None:
    """With the nearest kind, or an example."""
    with pytest.raises(SettingsError) as problem:
        filters.parse([term])
    assert str(problem.value) == said
