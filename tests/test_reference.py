"""What is told of an error format, and the pages and pieces that are made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import schemagen
from schemagen.contract import Contract
from schemagen.errors import InputError
from schemagen.reference import PIECES, describe, pieces

SPECS = sorted((Path(__file__).parents[1] / "specs").glob("*.yaml"))


@pytest.fixture(scope="module")
def telecomx() -> Contract:
    """A shipped definition with nested errors, ties and broken examples."""
    return schemagen.load("telecomx")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
@pytest.mark.parametrize("to", ["markdown", "html"])
def test_every_piece_of_every_shipped_format_says_something(path: Path, to: str) -> None:
    """Whole pages and all parts, of everything they can be about."""
    reference = describe(schemagen.load(path))
    names = {
        "schema": [schema.name for schema in reference.schemas],
        "response": [response.status for response in reference.responses],
        "code": [code.code for code in reference.codes],
    }
    for what in PIECES:
        for name in names.get(what, [""]):
            assert pieces(reference, what, name, to=to).strip()


@pytest.mark.parametrize(
    ("what", "name", "message"),
    [
        ("codes", "4", "telecomx: there is no response '4'; there are: 400, 401, 403, 404, 409, 422, 500"),
        ("code", "expird", "telecomx: there is no code 'expird'; did you mean 'expired'?"),
        ("cod", "", "there is no piece 'cod'; did you mean 'code'?"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    telecomx: Contract, what: str, name: str, message: str
) -> None:
    """One line with the nearest name, or with all of them."""
    with pytest.raises(InputError) as caught:
        pieces(telecomx, what, name)
    assert str(caught.value) == message
