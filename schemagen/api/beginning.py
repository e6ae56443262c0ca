"""A definition to start from."""

from __future__ import annotations

import dataclasses
from typing import Any

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.exchanges import Response
from schemagen.limits import DEFAULTS
from schemagen.rules import RULES


def new(
    name: str,
    *,
    file: str = "",
    body: bytes | None = None,
    status: int | None = None,
    schema: str = "",
    built: bool = False,
) -> str:
    """The text of a commented definition to start from; see `scaffold.scaffold`. `body` is an example in JSON.

    Raises:
        InputError: `body` is not JSON.
    """
    from schemagen import scaffold

    value = None if body is None else _json(body)
    return scaffold.scaffold(name, file=file, body=value, status=status, schema=schema, built=built)


def _json(body: bytes) -> Any:
    """The JSON value of an example; nested so deep as a definition may be that holds it."""
    from schemagen import bodies

    limits = dataclasses.replace(DEFAULTS, json_depth=DEFAULTS.yaml_depth // 2)
    read = bodies.read(Response(0, body=body), limits)
    if read.is_json:
        return read.value
    facts = {name: ", ".join(fact) if isinstance(fact, tuple) else fact for name, fact in read.facts}
    reason = RULES[read.problem].message.format(**facts) if read.problem else "it is empty"
    raise InputError(f"the example is not JSON: {shown(reason)}")
