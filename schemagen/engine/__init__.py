"""JSON Schema evaluation behind one interface, by two libraries that know nothing of each other.

The only importer of jsonschema, jsonschema-rs and openapi-schema-validator. Patterns run on a linear engine, formats
are asserted, nothing is ever fetched, and what comes out names places, keywords and members, never sentences: words
are the business of those who know the definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemagen.engine.columns import Column
from schemagen.engine.compiled import fast
from schemagen.engine.formats import FORMATS
from schemagen.engine.identity import Identity
from schemagen.engine.patterns import matches, pattern_problem, spans
from schemagen.engine.violations import Engine, SchemaError, Violation

if TYPE_CHECKING:
    from schemagen.engine.interpreted import metaschema_problems, openapi30, reference

__all__ = [
    "FORMATS",
    "Column",
    "Engine",
    "Identity",
    "SchemaError",
    "Violation",
    "fast",
    "matches",
    "metaschema_problems",
    "openapi30",
    "pattern_problem",
    "reference",
    "spans",
]


def __getattr__(name: str) -> Any:
    """What stands on jsonschema; a start of `validate` has no use for it."""
    if name not in __all__:
        raise AttributeError(f"module 'schemagen.engine' has no attribute {name!r}")
    from schemagen.engine import interpreted

    return getattr(interpreted, name)
