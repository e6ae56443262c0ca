"""JSON Schema evaluation behind one interface, by two libraries that know nothing of each other.

The only importer of jsonschema, jsonschema-rs and openapi-schema-validator. Patterns run on a linear engine, formats
are asserted, nothing is ever fetched, and what comes out names places, keywords and members, never sentences: words
are the business of those who know the definition.
"""

from __future__ import annotations

from schemagen.engine.columns import Column
from schemagen.engine.compiled import fast
from schemagen.engine.formats import FORMATS
from schemagen.engine.identity import Identity
from schemagen.engine.interpreted import metaschema_problems, openapi30, reference
from schemagen.engine.patterns import matches, pattern_problem, spans
from schemagen.engine.violations import Engine, SchemaError, Violation

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
