"""The two JSON Schemas of a contract as files."""

from __future__ import annotations

from schemagen.contract import Contract, Variant
from schemagen.emitters.options import Options
from schemagen.rendering import Artifact, generated_note, to_json

_SUFFIX: dict[Variant, str] = {"tolerant": "", "exact": ".exact"}


def emit_schema(contract: Contract, options: Options, variant: Variant) -> Artifact:
    """The schema of that variant: the contract's own document, with an `$id` below `base_uri` where one is given."""
    path = f"{contract.id}/{contract.id}{_SUFFIX[variant]}.schema.json"
    document = contract.schema(variant).document
    identity = document["$id"] if options.base_uri is None else f"{options.base_uri.rstrip('/')}/{path}"
    head = {"$schema": document["$schema"], "$id": identity, "$comment": generated_note(contract.id)}
    return Artifact(path, to_json({**head, **document, "$id": identity}))
