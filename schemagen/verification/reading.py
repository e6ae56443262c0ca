"""Artifacts as data again, read from the very text that will be written."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any, Literal

from schemagen import yaml_events
from schemagen.contract import Variant
from schemagen.findings import Finding, Place, finding
from schemagen.limits import Limits
from schemagen.rendering import Artifact

_OWN = Limits(
    yaml_depth=900, yaml_nodes=10**8
)  # as large as it is; from 1000 levels on libyaml does not read


@dataclasses.dataclass(frozen=True, slots=True)
class Emitted:
    """An artifact that was read back. `version` is that of OpenAPI, for a fragment."""

    path: str
    kind: Literal["schema", "openapi", "other"]
    data: Any
    variant: Variant = "tolerant"
    version: str = ""

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.rpartition("/")[2]


def read_back(artifacts: Iterable[Artifact], source: str) -> tuple[list[Emitted], list[Finding]]:
    """The artifacts as data; `source` is the definition to which findings about them belong."""
    emitted, findings = [], []
    for artifact in artifacts:
        data, problem = _parse(artifact)
        if problem:
            place = Place(source)
            findings.append(
                finding("build/unreadable-artifact", place, artifact=artifact.path, problem=problem)
            )
        else:
            emitted.append(_recognise(artifact.path, data))
    return emitted, findings


def _parse(artifact: Artifact) -> tuple[Any, str]:
    if artifact.path.endswith(".json"):
        try:
            return json.loads(artifact.text), ""
        except ValueError as problem:
            return None, str(problem)
    if artifact.path.endswith(".md"):  # prose is not read by programs
        return None, ""
    loaded = yaml_events.read(artifact.text.encode(), limits=_OWN)
    if loaded.problems:
        first = loaded.problems[0]
        return None, f"{first.slug} in line {first.line}"
    return loaded.data, ""


def _recognise(path: str, data: Any) -> Emitted:
    """What an artifact is, by what stands in it."""
    if isinstance(data, dict) and "x-schemagen-openapi" in data:
        return Emitted(path, "openapi", data, data["x-schemagen-schemas"], data["x-schemagen-openapi"])
    if isinstance(data, dict) and "$schema" in data:
        return Emitted(path, "schema", data, "exact" if path.endswith(".exact.schema.json") else "tolerant")
    return Emitted(path, "other", data)
