"""How errors of a format become problem details (RFC 9457): which member comes from where, as `problems` makes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from schemagen.contract import Contract
from schemagen.display import shown
from schemagen.pointers import Pointer, resolve, to_text
from schemagen.reference.context import ProblemMember

_DEEPEST = 12  # members inside each other; deeper ones are told by nobody


class Place(NamedTuple):
    """Where a role stands: a pointer into the body (`*` for any item) or a header, around it, its type; is it one of several?"""

    role: str
    text: str
    around: str
    phrase: str
    nested: bool


def problem(contract: Contract) -> tuple[ProblemMember, ...]:
    """The members that an error of this format has as problem details, in the order of RFC 9457, section 3.1."""
    places = list(dict.fromkeys(_places(contract)))
    own: dict[str, list[Place]] = {}
    for place in places:
        if not place.nested:
            own.setdefault(place.role, []).append(place)
    return tuple(member for member in _members(contract, own, places) if member is not None)


def _members(
    contract: Contract, own: dict[str, list[Place]], places: list[Place]
) -> Iterator[ProblemMember | None]:
    by_code = "{code}" in (contract.docs or "") or any(
        code.docs not in (None, contract.docs) for code in contract.codes
    )
    has_type = "docs" in own or by_code
    yield _from(own, "docs", "type", "the link that the body names") or ProblemMember(
        "type",
        "the documentation of the code" if by_code else "about:blank: no page is about one error alone",
    )
    yield _from(own, "title", "title", "what the body says") or ProblemMember(
        "title",
        "what the code means, else the phrase of the status" if has_type else "the phrase of the status",
    )
    yield ProblemMember("status", "the HTTP status")
    yield _from(own, "message", "detail", "the message")
    yield _identity(own)
    yield _from(own, "code", "code", "the code")
    if "code" in own and any(code.meaning for code in contract.codes):
        yield ProblemMember("meaning", "what the catalogue says of the code")
    yield _from(own, "reason", "reason", "the finer code")
    yield _path(own)
    yield _from(own, "timestamp", "timestamp", "the time")
    yield from _retry(contract, own)
    if contract.docs and not has_type:
        yield ProblemMember("docs", shown(contract.docs))
    yield _several(places)
    yield ProblemMember("format", shown(contract.id))


def _from(own: dict[str, list[Place]], role: str, name: str, text: str) -> ProblemMember | None:
    if role not in own:
        return None
    return ProblemMember(name, text, tuple(dict.fromkeys(place.text for place in own[role])))


def _identity(own: dict[str, list[Place]]) -> ProblemMember | None:
    phrases = " ".join(place.phrase for place in own.get("id", ()))
    if "uuid" in phrases:
        return _from(own, "id", "instance", "the id of the occurrence, as urn:uuid:…")
    if "uri" in phrases:
        return _from(own, "id", "instance", "the id of the occurrence")
    return _from(own, "id", "occurrence", "the id of the occurrence; a URI or a UUID becomes instance")


def _path(own: dict[str, list[Place]]) -> ProblemMember | None:
    is_pointer = any("json-pointer" in place.phrase for place in own.get("path", ()))
    return _from(own, "path", "pointer" if is_pointer else "path", "what is at fault")


def _retry(contract: Contract, own: dict[str, list[Place]]) -> Iterator[ProblemMember | None]:
    said = any(code.retry for code in contract.codes) or any(one.retry for one in contract.responses)
    if said:
        yield ProblemMember("retry", "whether to try again, as is documented of the code or of the status")
    yield _from(own, "retry", "retry_after", "when to try again; yes or no becomes retry")


def _several(places: Iterable[Place]) -> ProblemMember | None:
    roots = tuple(dict.fromkeys(place.around for place in places if place.nested))
    return ProblemMember("errors", "each of several errors, with the same members", roots) if roots else None


def _places(contract: Contract) -> Iterator[Place]:
    yield from _walk(contract, (), contract.tolerant.document, (), frozenset(), nested=False)
    said = (contract.headers, *(response.headers for response in contract.responses))
    for header in itertools.chain(*said):
        if header.role:
            yield Place(header.role, f"header {shown(header.name)}", "", header.phrase, nested=False)


def _walk(
    contract: Contract, at: Pointer, schema: Any, path: Pointer, seen: frozenset[str], *, nested: bool
) -> Iterator[Place]:
    if not isinstance(schema, dict) or len(path) > _DEEPEST:
        return
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        if name not in seen:
            inner: Pointer = ("$defs", name)
            target = resolve(contract.tolerant.document, inner)
            yield from _walk(contract, inner, target, path, seen | {name}, nested=nested)
    for name, value in schema.get("properties", {}).items():
        here = (*at, "properties", name)
        note = contract.tolerant.note(here)
        inside = nested or note.role == "children"
        if note.role:
            around = to_text((*path, name, "*") if note.role == "children" else path)
            yield Place(note.role, shown(to_text((*path, name))), shown(around), note.phrase, inside)
        yield from _walk(contract, here, value, (*path, name), seen, nested=inside)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from _walk(contract, (*at, keyword), schema[keyword], (*path, "*"), seen, nested=True)
    for index, branch in enumerate(schema.get("anyOf", ())):
        yield from _walk(contract, (*at, "anyOf", index), branch, path, seen, nested=nested)
