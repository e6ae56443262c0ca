"""Every form in which a schema of the contract was emitted, as something that judges bodies.

A form is one artifact under one engine: `telecomx.schema.json with jsonschema`. All forms must agree with the
baselines, the schemas that the validator uses.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from schemagen import engine
from schemagen.contract import Contract, Response, Variant
from schemagen.engine import Engine
from schemagen.findings import Finding, Place, finding
from schemagen.pointers import Pointer
from schemagen.verification.reading import Emitted

Make: TypeAlias = Callable[[dict[str, Any], Pointer], Engine]

_JSON_SCHEMA: dict[str, Make] = {"jsonschema-rs": engine.fast, "jsonschema": engine.reference}
ENGINES: dict[str, dict[str, Make]] = {
    "3.0": {"the OpenAPI 3.0 dialect": engine.openapi30},
    "3.1": _JSON_SCHEMA,
    "3.2": _JSON_SCHEMA,
}
"""By version of OpenAPI: the engines that know its Schema Objects."""


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """`engines` holds one compiled schema for each place in the contract's document that this form covers.

    Forms with equal schemas share their engines.
    """

    name: str
    variant: Variant
    engines: dict[Pointer, Engine]


def compile_baselines(contract: Contract) -> dict[Variant, Form]:
    """What the validator uses: the contract's own schemas. Every emitted form must agree with them.

    Raises:
        SchemaError: a schema does not compile.
    """
    places: list[Pointer] = [(), *(one.at for one in contract.responses if one.at is not None)]
    variants: tuple[Variant, ...] = ("tolerant", "exact")
    return {
        variant: Form(
            f"the {variant} schema of the validator",
            variant,
            {at: engine.fast(contract.schema(variant).document, at) for at in places},
        )
        for variant in variants
    }


def compile_forms(
    contract: Contract, emitted: Emitted, known: dict[str, dict[Pointer, Engine]]
) -> tuple[list[Form], list[Finding]]:
    """The forms of one artifact, or why it does not compile. `known` are the engines of others, which it may share."""
    makers = ENGINES[emitted.version] if emitted.kind == "openapi" else _JSON_SCHEMA
    places = dict(schema_places(contract, emitted))
    document = _only_schemas(emitted.data) if emitted.kind == "openapi" else emitted.data
    forms, findings = [], []
    for engine_name, make in makers.items():
        name = f"{emitted.name} with {engine_name}"
        content = json.dumps([engine_name, document])
        try:
            if content not in known:
                known[content] = {at: make(document, place) for at, place in places.items()}
        except engine.SchemaError as problem:
            place = Place(contract.name)
            findings.append(
                finding(
                    "build/invalid-schema", place, artifact=emitted.path, problem=f"{engine_name}: {problem}"
                )
            )
        else:
            forms.append(Form(name, emitted.variant, known[content]))
    return forms, findings


def _only_schemas(fragment: dict[str, Any]) -> dict[str, Any]:
    """What the engines look at in a fragment: schemas refer to nothing else."""
    components = fragment["components"]
    responses = {
        name: {
            "content": {
                media: {"schema": content["schema"]} for media, content in response["content"].items()
            }
        }
        for name, response in components.get("responses", {}).items()
        if "content" in response
    }
    return {"components": {"schemas": components.get("schemas", {}), "responses": responses}}


def schema_places(contract: Contract, emitted: Emitted) -> Iterator[tuple[Pointer, Pointer]]:
    """Where the schemas of the contract stand in the artifact: (place in the contract's document, place in the data)."""
    if emitted.kind == "schema":
        yield (), ()
    for response in contract.responses:
        if response.at is not None:
            place = response.at if emitted.kind == "schema" else response_place(contract, response, emitted)
            yield response.at, place


def response_place(contract: Contract, response: Response, emitted: Emitted) -> Pointer:
    """Where a fragment has the schema of a response."""
    name = contract.prefix + response.component
    content = emitted.data["components"]["responses"][name]["content"]
    return ("components", "responses", name, "content", next(iter(content)), "schema")
