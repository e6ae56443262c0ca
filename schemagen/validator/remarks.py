"""What schemas cannot say of a body, a short and closed list.

The body's status where the HTTP status is not listed, the same code in a header and in the body, deprecated codes, and
free members whose name is almost a documented one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from schemagen.contract import Schema
from schemagen.engine import Identity
from schemagen.findings import Finding
from schemagen.nearest import nearest
from schemagen.observation import Seen, observe
from schemagen.observation.visits import visits
from schemagen.pointers import Pointer
from schemagen.redaction import redact_header
from schemagen.validator.case import Case, name_of, to_text
from schemagen.validator.headers import documented


def remark(case: Case) -> Iterator[Finding]:
    """The remarks on a body. It is walked only where there may be some."""
    at = case.selection.at
    if at is None or not case.body.is_json:
        return
    headers = [header.name for header in documented(case) if header.role == "code"]
    if not case.is_listed or headers or case.contract.deprecates:
        seen = observe(case.contract, at, case.body.value)
        if not case.is_listed:
            yield from _check_status(case, seen)
        for name in headers:
            yield from _check_header(case, name, seen)
        yield from _check_deprecated(case, seen)
    if _has_free_members(Identity(case.contract.exact)):
        yield from _check_names(case, at)


def _check_status(case: Case, seen: tuple[Seen, ...]) -> Iterator[Finding]:
    for one in seen:
        if one.role != "status" or one.nested or isinstance(one.value, bool):
            continue
        is_same = one.value == str(case.status) if isinstance(one.value, str) else one.value == case.status
        if isinstance(one.value, str | int | float) and not is_same:
            yield case.find(
                "body-status",
                case.place(one.pointer),
                origin=one.note.origin,
                got=case.shown(one.pointer),
                want=case.status,
            )


def _check_header(case: Case, name: str, seen: tuple[Seen, ...]) -> Iterator[Finding]:
    """The code of a header must be the outermost code of the body, where both are there."""
    said = case.exchange.response.header(name.lower())
    codes = [one for one in seen if one.role == "code" and not one.nested]
    if said is None or not codes:
        return
    outermost = min(codes, key=lambda one: len(one.pointer))
    if isinstance(outermost.value, str | int) and str(outermost.value) != said.strip():
        yield case.find(
            "code-mismatch",
            case.place(outermost.pointer),
            origin=outermost.note.origin,
            got=case.shown(outermost.pointer),
            header=name,
            want=case.cut(to_text(redact_header(name, said.strip()))),
        )


def _check_deprecated(case: Case, seen: tuple[Seen, ...]) -> Iterator[Finding]:
    for one in seen:
        entry = case.contract.code(one.value) if one.role == "code" else None
        if entry is not None and entry.deprecated:
            instead = entry.deprecated if isinstance(entry.deprecated, str) else ""
            is_code = any(code.text == instead for code in case.contract.codes)
            hint = f"instead: {instead}" if is_code else instead
            place = case.place(one.pointer)
            yield case.find(
                "deprecated-code", place, origin=entry.origin, hint=hint, got=case.shown(one.pointer)
            )


@functools.lru_cache(maxsize=512)
def _has_free_members(identity: Identity[Schema]) -> bool:
    """Whether some documented object may have other members even in exact."""
    exact = identity.held
    definitions = exact.document.get("$defs", {})
    return any(_is_free(exact, ("$defs", name), node) for name, node in definitions.items())


def _is_free(exact: Schema, at: Pointer, node: dict[str, object]) -> bool:
    """Whether an object schema of the definition, not a narrowing of one, allows members it does not name."""
    return at in exact.notes and "properties" in node and node.get("additionalProperties") is not False


def _check_names(case: Case, at: Pointer) -> Iterator[Finding]:
    for pointer, value, spot, _ in visits(case.contract.exact, at, case.body.value):
        if not isinstance(value, dict):
            continue
        free = [place for place, node in spot.schemas if _is_free(case.contract.exact, place, node)]
        absent = sorted(spot.members - value.keys())
        for member in value if free and absent else ():
            meant = nearest(member, absent) if member not in spot.members else None
            if meant is not None:
                yield case.find(
                    "near-miss-member",
                    case.place((*pointer, member), on_key=True),
                    origin=case.note(free[0]).origin,
                    schema=free[0],
                    owner=name_of(pointer),
                    member=case.name(member),
                    want=meant,
                )
