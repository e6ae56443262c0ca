"""The documented headers of a sample: those that must be there, others by chance."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from schemagen.checking import compiled
from schemagen.contract import Contract, Header, readings
from schemagen.errors import SampleError
from schemagen.sampling.patterns import text_of
from schemagen.sampling.texts import texts
from schemagen.sampling.wishes import Wish

_JSON = "application/json"
_TRIES = 20
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|\A[ \t]|[ \t]\Z")  # RFC 9110, section 5.5


def headers_of(contract: Contract, wish: Wish, chance: random.Random) -> tuple[tuple[str, str], ...]:
    """`Content-Type` first, then the documented ones in their order.

    Raises:
        SampleError: there is no value for one that must be there.
    """
    documented = wish.response.headers if wish.response else contract.headers
    media = (wish.response.media if wish.response else ()) or contract.media
    found = (
        [] if contract.select(wish.status).at is None else [("Content-Type", media[0] if media else _JSON)]
    )
    for header in documented:
        if header.required or header.presence == "usually" or chance.random() < 0.5:
            value = _value(header, wish, chance)
            if value is not None:
                found.append((header.name, value))
            elif header.required:
                raise SampleError(f"{contract.id}: no value was found for the header {header.name}")
    return tuple(found)


def _value(header: Header, wish: Wish, chance: random.Random) -> str | None:
    accepts = compiled(header.exact).accepts
    for text in _texts(header, wish, chance):
        if not _UNSENDABLE.search(text) and any(accepts(reading) for reading in readings(text)):
            return text
    return None


def _texts(header: Header, wish: Wish, chance: random.Random) -> Iterator[str]:
    """Candidates, the likely ones first."""
    nodes = _nodes(header.exact)
    if header.role == "code" and wish.code is not None:
        yield wish.code.text
    if header.role == "status":
        yield str(wish.status)
    for node in nodes:
        values = [node["const"]] if "const" in node else list(node.get("enum", ()))
        chance.shuffle(values)
        yield from map(_text, [*values, *node.get("examples", ())])
        yield from (text_of(node["pattern"], chance) for _ in range(_TRIES) if "pattern" in node)
        if {"integer", "number"} & set(_types(node)) or {"minimum", "maximum"} & set(node):
            low = int(node.get("minimum", 1))
            yield str(chance.randint(low, max(low, int(node.get("maximum", low + 59)))))
    least = max((node.get("minLength", 0) for node in nodes), default=0)
    most = min((node["maxLength"] for node in nodes if "maxLength" in node), default=None)
    yield from texts([node["format"] for node in nodes if "format" in node], chance, least, most)
    yield from (str(chance.randint(1, 60)), "true")


def _types(node: dict[str, Any]) -> list[str]:
    declared = node.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _nodes(schema: Any) -> list[dict[str, Any]]:
    """The schema and what is inside of its alternatives."""
    if not isinstance(schema, dict):
        return []
    inner = [part for keyword in ("allOf", "anyOf") for part in schema.get(keyword, ())]
    return [schema, *(node for part in inner for node in _nodes(part))]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
