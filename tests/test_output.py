"""What is committed in output/ is what the definitions in specs/ say, byte for byte, on every machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import schemagen

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "output"


def contents(folder: Path) -> dict[str, bytes]:
    """Each file below a folder by its relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_output_is_fresh_and_complete_and_holds_nothing_left_over() -> None:
    """`schemagen build --check` has nothing to say about the committed folder."""
    report = schemagen.build(OUTPUT, folder=ROOT / "specs", write=False)
    assert [item.message for item in report.findings] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "PYTHONUTF8": "0"},
    ],
    ids=["hash seed 1, C", "hash seed 4711, C.UTF-8"],
)
def test_every_build_gives_the_bytes_that_are_committed(environment: dict[str, str], tmp_path: Path) -> None:
    """Whatever the hash seed, the locale and the time zone."""
    command = [
        sys.executable,
        "-m",
        "schemagen",
        "build",
        "--definitions",
        str(ROOT / "specs"),
        "-o",
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path) == contents(OUTPUT)


def test_every_definition_has_its_six_files() -> None:
    """Two schemas, three fragments, the codes; and once the schema for definition files."""
    ids = {path.stem for path in (ROOT / "specs").glob("*.yaml")}
    wanted = {"definition.schema.json"} | {
        f"{name}/{file}"
        for name in ids
        for file in (
            f"{name}.schema.json",
            f"{name}.exact.schema.json",
            "openapi-3.0.yaml",
            "openapi-3.1.yaml",
            "openapi-3.2.yaml",
            "codes.json",
        )
    }
    assert contents(OUTPUT).keys() == wanted


def test_the_schemas_that_ship_are_the_schemas_that_check() -> None:
    """The documents in a contract, which the validator evaluates, are the files."""
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        contract = schemagen.load(path)
        for name, schema in (("schema", contract.tolerant), ("exact.schema", contract.exact)):
            shipped = json.loads((OUTPUT / contract.id / f"{contract.id}.{name}.json").read_bytes())
            assert shipped == schema.document
