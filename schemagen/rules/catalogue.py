"""All rules by code, gathered from the tables of the stages."""

from __future__ import annotations

from schemagen.rules import body, build, definition, recording, response, source
from schemagen.rules.rule import Rule

RULES: dict[str, Rule] = {
    rule.code: rule
    for stage in (source, definition, build, recording, body, response)
    for rule in stage.RULES
}
