"""Single steps, timed inside a process of their own by the processor's clock: building, YAML in and out, compiling schemas.

    python -m benchmarks.steps STEP ROUNDS FILE [MEGABYTES]

prints the median in seconds for each part of STEP. FILE is the document that `yaml` reads, and `schemas.json` for
`compile`; `document` makes the former.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def building(_file: Path) -> dict[str, Callable[[], object]]:
    """Reading, compiling and emitting all shipped definitions, without proving them."""
    from schemagen import api, emitters

    def build() -> object:
        return [list(emitters.emit(definition.require())) for definition in api.collect()]

    return {"build all definitions": build}


def make_document(file: Path, megabytes: float) -> None:
    """Writes an OpenAPI document in YAML: the fragments of all definitions again and again."""
    from schemagen import api, rendering

    found = [json.loads(api.artifact(each, "openapi-3.1", as_json=True)) for each in api.collect()]
    once = sum(len(rendering.to_yaml(fragment["components"])) for fragment in found)
    components: dict[str, dict[str, Any]] = {}
    for number, fragment in itertools.product(range(int(megabytes * 1e6) // once + 1), found):
        for kind, parts in fragment["components"].items():
            named = {f"{name}{number}": part for name, part in parts.items()}
            components.setdefault(kind, {}).update(named)
    made = {"openapi": "3.1.0", "info": {"title": "All", "version": "1"}, "components": components}
    file.write_text(rendering.to_yaml(made), encoding="utf-8")


def yaml(file: Path) -> dict[str, Callable[[], object]]:
    """Reading and writing a large document, with positions and limits as always, and PyYAML's own way beside it."""
    import yaml as pyyaml

    from schemagen import rendering, yaml_events
    from schemagen.limits import Limits

    data = file.read_bytes()
    limits = Limits(definition_bytes=10**9, yaml_nodes=10**8, yaml_depth=900)
    read = yaml_events.read(data, limits=limits)
    if read.problems:
        raise ValueError(f"the document was not read: {read.problems[0]}")
    plain = read.data
    return {
        "YAML read": lambda: yaml_events.read(data, limits=limits),
        "YAML written": lambda: rendering.to_yaml(plain),
        "YAML read, CSafeLoader": lambda: pyyaml.load(data, Loader=pyyaml.CSafeLoader),
        "YAML written, CSafeDumper": lambda: pyyaml.dump(plain, Dumper=pyyaml.CSafeDumper, sort_keys=False),
    }


def compiling(file: Path) -> dict[str, Callable[[], object]]:
    """Compiling the tolerant schema of every documented status with each engine that is installed."""
    import jsonschema_rs
    from jsonschema import Draft202012Validator

    schemas = [
        {"$schema": each["schema"]["$schema"], "$defs": each["schema"]["$defs"], "$ref": reference}
        for each in json.loads(file.read_bytes()).values()
        for reference in each["statuses"].values()
    ]

    def checked(schema: dict[str, Any]) -> object:
        Draft202012Validator.check_schema(schema)
        return Draft202012Validator(schema)

    engines: dict[str, Callable[[dict[str, Any]], object]] = {
        "jsonschema-rs": jsonschema_rs.Draft202012Validator,
        "jsonschema, checked": checked,
    }
    if importlib.util.find_spec("fastjsonschema"):
        engines["fastjsonschema"] = importlib.import_module("fastjsonschema").compile
    return {
        f"compile {len(schemas)} schemas, {name}": functools.partial(_each, compile_schema, schemas)
        for name, compile_schema in engines.items()
    }


def _each(compile_schema: Callable[[dict[str, Any]], object], schemas: list[dict[str, Any]]) -> object:
    return [compile_schema(schema) for schema in schemas]


STEPS = {"building": building, "yaml": yaml, "compile": compiling}


def main() -> None:
    """The command line."""
    step, rounds, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if step == "document":
        make_document(file, float(sys.argv[4]))
        print("{}")
        return
    parts = STEPS[step](file)
    took: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            begin = time.process_time()
            part()
            took[name].append(time.process_time() - begin)
    print(json.dumps({name: statistics.median(seconds) for name, seconds in took.items()}))


if __name__ == "__main__":
    main()
