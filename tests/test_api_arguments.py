"""What functions of the library, hooks and middleware are given by mistake: each is one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from acme import ACME

import schemagen
from schemagen.integrations import asgi, testing, wsgi
from schemagen.live.checker import one_checker


async def served(scope: Any, receive: Any, send: Any) -> None:
    """An application."""


LIBRARY: Any = schemagen  # its types would tell of every mistake on this page
OWN = str(ACME)
ANY = "an id, a file or a Contract"
MISTAKEN: list[tuple[Callable[[], object], str]] = [
    (lambda: LIBRARY.load(None), "definition: wants an id or a file, not None"),
    (lambda: LIBRARY.load(OWN, folder=3), "folder: wants the path of a folder, not 3"),
    (lambda: LIBRARY.load(OWN, limits=None), "limits: wants schemagen.Limits(…), not None"),
    (lambda: LIBRARY.validate(3), "recordings: wants a file, a folder or an Exchange, or a list of them, not 3"),
    (lambda: LIBRARY.validate([3]), "recordings: wants a file, a folder or an Exchange, not 3"),
    (lambda: LIBRARY.validate([], definitions=None), f"definitions: wants {ANY}, or a list of them, not None"),
    (lambda: LIBRARY.validate([], definitions=[b"acme"]), f"definitions: wants {ANY}, not b'acme'"),
    (lambda: LIBRARY.validate([], limits={"findings": 3}), "limits: wants schemagen.Limits(…), not {'findings': 3}"),
    (lambda: LIBRARY.validate([], status="404"), "status: wants a whole number, not '404'"),
    (lambda: LIBRARY.validate([], form=1), "form: wants a text, not 1"),
    (lambda: LIBRARY.validate([], only=404), "only: wants a term such as 'status=404', or a list of them, not 404"),
    (lambda: LIBRARY.normalize(3), "recordings: wants a file, a folder or an Exchange, or a list of them, not 3"),
    (lambda: LIBRARY.normalize([], exclude=[404]), "exclude: wants a term such as 'status=404', not 404"),
    (lambda: LIBRARY.identify(None), "body: wants bytes or a text, not None"),
    (lambda: LIBRARY.identify(b"", status="404"), "status: wants a whole number, not '404'"),
    (lambda: LIBRARY.check(3), "definitions: wants an id or a file, or a list of them, not 3"),
    (lambda: LIBRARY.check(OWN, jobs="2"), "jobs: wants a whole number, not '2'"),
    (lambda: LIBRARY.build(None), "output: wants a path, not None"),
    (lambda: LIBRARY.build("x", OWN, openapi=3.1), "openapi: wants a text, or a list of them, not 3.1"),
    (lambda: LIBRARY.build("x", OWN, base_uri=3), "base_uri: wants a text, not 3"),
    (lambda: LIBRARY.Checker(3), f"definitions: wants {ANY}, or a list of them, not 3"),
    (lambda: LIBRARY.Checker(filters="x"), "filters: wants filters as schemagen.filters.parse makes them, not 'x'"),
    (lambda: LIBRARY.parse_error((404, {}, b""), definitions=3), f"definitions: wants {ANY}, or a list of them, not 3"),
    (lambda: LIBRARY.parse_error((404, {}, b""), folder=3), "folder: wants the path of a folder, not 3"),
    (lambda: LIBRARY.exchange_of((404, {}), body=3), "body: wants bytes, not 3"),
    (lambda: asgi.ErrorFormatMiddleware(served, None), f"definition: wants {ANY}, not None"),
    (lambda: asgi.ErrorFormatMiddleware(served, ["acme.yaml"]), f"definition: wants {ANY}, not ['acme.yaml']"),
    (lambda: asgi.ErrorFormatMiddleware(served, OWN, limits=3), "limits: wants schemagen.Limits(…), not 3"),
    (lambda: asgi.ErrorFormatMiddleware(served, OWN, folder=3), "folder: wants the path of a folder, not 3"),
    (lambda: asgi.ErrorFormatMiddleware(served, OWN, only=404), "only: wants a term such as 'status=404', or a list of them, not 404"),
    (lambda: wsgi.ErrorFormatMiddleware(print, OWN, limits=None), "limits: wants schemagen.Limits(…), not None"),
    (lambda: one_checker((), 3), "checker: wants a schemagen.Checker, not 3"),
    (lambda: testing.error_format(["acme"]), "definition: wants an id or a file, not ['acme']"),
    (lambda: testing.assert_conforms((404, {}, b""), body=3), "body: wants bytes, not 3"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "told"), MISTAKEN, ids=[told.partition(", not")[0] for _, told in MISTAKEN])
def test_an_argument_of_another_kind_is_a_type_error(call: Callable[[], object], told: str) -> None:
    """One line that names the argument, what is wanted and what was given, before anything is read."""
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == told


def test_a_word_that_there_is_not_is_a_value_error(tmp_path: Path) -> None:
    """Nothing is left out of what is written because a version is not known."""
    for options, told in (
        ({"openapi": ["3.1", "4.0"]}, "openapi: '4.0' is none of 3.0, 3.1, 3.2"),
        ({"schemas": "exactly"}, "schemas: 'exactly' is none of tolerant, exact"),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
            LIBRARY.build(tmp_path / "out", OWN, **options)
    assert not (tmp_path / "out").exists()
