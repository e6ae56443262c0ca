"""Why a body has no JSON value."""

from __future__ import annotations

from schemagen.findings import Fact


class UnreadableError(Exception):
    """A body that cannot be read; never leaves `bodies`. `rule` is the finding's code, `facts` are its facts."""

    def __init__(self, rule: str, **facts: Fact) -> None:
        super().__init__(rule)
        self.rule = rule
        self.facts = facts
