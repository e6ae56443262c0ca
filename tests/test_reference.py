"""What is told of an error format, and the pages and pieces that are made of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import schemagen
from schemagen.contract import Contract
from schemagen.errors import InputError
from schemagen.reference import PIECES, context, describe, pieces

ROOT = Path(__file__).parents[1]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))


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


def rows() -> list[str]:
    """The rows of the page's table of what templates get, as the records say it."""
    records = [each for each in vars(context).values() if dataclasses.is_dataclass(each)]
    return [
        f"| `{record.__name__}` | {(record.__doc__ or '').split(chr(10))[0]} | "
        f"{', '.join(f'`{field.name}`: {spoken(str(field.type))}' for field in dataclasses.fields(record))} |"
        for record in reversed(records)
    ]


def spoken(kind: str) -> str:
    """A type as the page writes it."""
    if kind == "tuple[tuple[str, str], ...]":
        return "list of pairs"
    inner = kind.removeprefix("tuple[").removesuffix(", ...]")
    word = {"str": "text", "bool": "yes or no"}.get(inner, inner)
    return word if inner == kind else f"list of {word}"


def test_the_page_documents_what_templates_get() -> None:
    """Every record and every member of it, and nothing that is not there."""
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    table = page.split("## What templates get")[1].split("\n## ")[0]
    assert [line for line in table.splitlines() if line.startswith("| `")] == rows()


def test_a_member_of_the_context_hides_no_method_of_a_mapping() -> None:
    """`format.items` would be a method in a template."""
    names = {
        field.name
        for record in vars(context).values()
        if dataclasses.is_dataclass(record)
        for field in dataclasses.fields(record)
    }
    assert not names & set(dir(dict))
