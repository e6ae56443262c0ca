"""A response's bytes become a JSON value, or the reason why not. All limits on bodies are enforced here.

Nothing here knows definitions: that a body is no JSON is a fact; whether JSON was due is for the validator to say.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from schemagen.bodies.encodings import too_large, undo
from schemagen.bodies.texts import parse
from schemagen.bodies.unreadable import UnreadableError
from schemagen.exchanges import Response
from schemagen.findings import Fact
from schemagen.limits import DEFAULTS, Limits

__all__ = ["Body", "read"]


class Body(NamedTuple):
    """A body as far as it could be read.

    `raw` are its bytes with the content codings undone (as they were recorded, where that failed), None when it was
    not recorded. `value` is the JSON value if `is_json`. `problem` is the code of the rule that says why it is none,
    `facts` are the facts of that rule; an empty body, and one that was not recorded, has none. In an object with two
    members of one name the last one counts; integers of more than 64 bits have become floats.
    """

    raw: bytes | None
    value: Any = None
    is_json: bool = False
    problem: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()


def read(response: Response, limits: Limits = DEFAULTS) -> Body:
    """The body of `response`. Whatever its bytes are, nothing is raised."""
    raw = response.body
    if not raw:
        return Body(raw)
    try:
        if not response.decoded:
            raw = undo(raw, (value for name, value in response.headers if name == "content-encoding"), limits)
        if len(raw) > limits.body_bytes:
            raise too_large(limits.body_bytes)
        return Body(raw, parse(raw, limits), is_json=True) if raw else Body(raw)
    except UnreadableError as problem:
        return Body(raw, problem=problem.rule, facts=tuple(sorted(problem.facts.items())))
