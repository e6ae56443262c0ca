"""The catalogue of diagnostics: every finding is an instance of one of these rules.

Codes are `<stage>/<slug>`, declared in the table of their stage before use, never renamed or reused. Each rule has an
explanation, `explanations/<stage>/<slug>.md`, with the same four headings everywhere.
"""

from __future__ import annotations

from schemagen.rules.catalogue import RULES, explanation
from schemagen.rules.rule import FailOn, Rule, Severity

__all__ = ["RULES", "FailOn", "Rule", "Severity", "explanation"]
