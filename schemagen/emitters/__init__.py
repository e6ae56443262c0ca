"""Contracts as files. Emitters make text from data and touch no disk; this registry is the one list of them.

The names are what the command line offers: `show ID openapi-3.1`, `build --openapi 3.1`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from schemagen import resources
from schemagen.contract import Contract
from schemagen.emitters.catalogue import emit_codes
from schemagen.emitters.json_schema import emit_schema
from schemagen.emitters.openapi import VERSIONS, emit_openapi
from schemagen.emitters.options import Options
from schemagen.emitters.pages import emit_reference
from schemagen.rendering import Artifact

__all__ = ["DEFAULTS", "EMITTERS", "OPENAPI", "Emitter", "Options", "emit", "emit_shared"]

Emitter: TypeAlias = Callable[[Contract, Options], Artifact]

OPENAPI = tuple(VERSIONS)
"""The versions of OpenAPI for which there are fragments."""

EMITTERS: dict[str, Emitter] = {
    "schema": functools.partial(emit_schema, variant="tolerant"),
    "exact": functools.partial(emit_schema, variant="exact"),
    **{f"openapi-{version}": functools.partial(emit_openapi, version=version) for version in OPENAPI},
    "codes": emit_codes,
    "reference": emit_reference,
}

DEFAULTS = Options()


def emit(
    contract: Contract, options: Options = DEFAULTS, names: Iterable[str] = EMITTERS
) -> Iterator[Artifact]:
    """The artifacts of one contract, in the order of `names`.

    Raises:
        KeyError: there is no emitter of such a name.
    """
    for name in names:
        yield EMITTERS[name](contract, options)


def emit_shared() -> Iterator[Artifact]:
    """What stands once in an output folder: the published schema of definition files."""
    source = resources.definition_schema()
    yield Artifact(source.name, source.read_text(encoding="utf-8"))
