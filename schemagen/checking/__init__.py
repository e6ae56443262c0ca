"""Which constraints of a contract a value breaks: what tolerant refuses is an error, what only exact refuses is drift.

No words are made here and nothing is known of HTTP: the validator words what this room returns, recognition counts it.
"""

from __future__ import annotations

from schemagen.checking.alternatives import applied, best
from schemagen.checking.compiled import Compile, compiled
from schemagen.checking.deviations import Deviations, deviations, is_of_wrong_type

__all__ = ["Compile", "Deviations", "applied", "best", "compiled", "deviations", "is_of_wrong_type"]
