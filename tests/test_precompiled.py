"""What is compiled before it is shipped is what compiling gives, and counts for nothing else."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

import schemagen
from schemagen import precompiled
from schemagen.api import definitions
from schemagen.api.definitions import Definition, Source
from schemagen.errors import DefinitionError
from schemagen.findings import Finding, Place
from schemagen.limits import Limits
from schemagen.precompiled import Precompiled

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(path.stem for path in (ROOT / "specs").glob("*.yaml"))
RECORDINGS = [str(ROOT / "docs" / "demo" / name) for name in ("telecom.har", "responses.ndjson")]


def read(path: Path, *, contract_only: bool = False) -> Definition:
    """The definition in that file."""
    return definitions.read(Source(path.stem, path, path.name), contract_only=contract_only)


def test_what_is_shipped_is_fresh_and_holds_nothing_left_over() -> None:
    """`make docs` would change nothing."""
    generate = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    files = {path.name: path.read_text(encoding="utf-8") for path in precompiled.FOLDER.glob("*.json")}
    assert files == generate["precompile"]()


def test_every_shipped_definition_is_compiled_before() -> None:
    """No definition is left for the user's machine to compile."""
    assert sorted(path.stem for path in precompiled.FOLDER.glob("*.json")) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_contract_is_the_compiled_one(name: str) -> None:
    """The contract is equal in all its parts, and every place in it has its line."""
    compiled = read(ROOT / "specs" / f"{name}.yaml")
    shipped = read(ROOT / "specs" / f"{name}.yaml", contract_only=True)
    assert compiled.document is not None
    assert shipped.document is None
    assert (shipped.contract, shipped.id) == (compiled.contract, compiled.id)
    for pointer in [*compiled.document.values, ("no", "where"), ("responses", "599", 0)]:
        place = Place(f"{name}.yaml", pointer)
        related = Finding(schemagen.rules.RULES["response/missing-header"], place, related=place)
        assert shipped.locate(related) == compiled.locate(related)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "formats").glob("*.yaml")), ids=lambda path: path.stem
)
def test_no_part_of_a_contract_is_lost_on_the_way(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever a contract holds, it is the same after it was written and read."""
    definition = read(path)
    lines: precompiled.Lines = {(): (1, 1), ("codes", 0): (3, 5)}
    data = precompiled.to_data(Precompiled(definition.require(), lines), definition.data)
    monkeypatch.setattr(precompiled, "FOLDER", tmp_path)
    (tmp_path / path.with_suffix(".json").name).write_text(json.dumps(data))
    assert precompiled.find(path.stem, definition.data, path.name) == Precompiled(definition.require(), lines)


def test_a_definition_that_was_changed_is_compiled(tmp_path: Path) -> None:
    """A byte more, and what was compiled before does not count."""
    path = tmp_path / "telecomx.yaml"
    data = (ROOT / "specs" / "telecomx.yaml").read_bytes()
    path.write_bytes(data)
    assert read(path, contract_only=True).document is None
    path.write_bytes(data + b"\n")
    assert read(path, contract_only=True).document is not None


def test_a_definition_that_is_to_be_proved_is_compiled() -> None:
    """`check` and `build` look at nothing that was compiled before."""
    assert all(each.document is not None for each in definitions.collect())


def test_lower_limits_count_for_shipped_definitions_too() -> None:
    """A bound that a definition breaks is a mistake, whether or not it was compiled before."""
    with pytest.raises(DefinitionError) as caught:
        schemagen.load("telecomx", limits=Limits(yaml_nodes=10))
    assert [item.rule.code for item in caught.value.findings] == ["source/too-many-nodes"]


def test_contracts_share_nothing() -> None:
    """Who changes a contract changes no other."""
    first, second = schemagen.load("telecomx"), schemagen.load("telecomx")
    first.tolerant.document.clear()
    assert second.tolerant.document


def test_reports_do_not_tell_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same findings on the same lines, of the definition, too."""
    shipped = schemagen.validate(RECORDINGS)
    monkeypatch.setattr(precompiled, "find", lambda *_: None)
    assert schemagen.validate(RECORDINGS) == shipped
    assert any(item.related and item.related.line for item in shipped.findings)
