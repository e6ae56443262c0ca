"""The answer of `schemagen identify`: which API a body is from, which code it names, what it means, whether to retry.

Plain data without secrets; how it is shown is the business of the command.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from schemagen import statuses
from schemagen.bodies import Body
from schemagen.contract import Contract, Response, Retry
from schemagen.observation import Seen, by_error, message_of, observe_body, outermost
from schemagen.pointers import Pointer
from schemagen.recognition import Recognition, fit_body, recognise_body
from schemagen.redaction import redact_prose, redact_value

Verdict = Literal["exact", "drift", "contradiction", "unknown"]


@dataclasses.dataclass(frozen=True, slots=True)
class NamedCode:
    """A code that stands in the body, and what the catalogue knows of it (`known` is false where it knows nothing).

    `documented` are the statuses it is documented under, `message` the text beside it, `docs` a link. `roles` are the
    other values with a role that belong to it alone, where it stands in one of several errors.
    """

    value: Any
    pointer: Pointer
    known: bool = False
    meaning: str = ""
    message: str = ""
    documented: tuple[str, ...] = ()
    retry: Retry | None = None
    deprecated: str | bool = False
    docs: str | None = None
    roles: tuple[tuple[str, Any], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Identification:
    """What is known of a body.

    `verdict`: as documented, documented in part (drift), or contradicting the definition; `why` says what the first
    difference is. `status` is the one given, else the one that the body says itself. `roles` are the values with a
    role (message, id, timestamp …) that belong to no code of `codes` alone, by role, the outermost first. With verdict `unknown`, `nearest` is the id of the
    definition that misses least, or `candidates` those that fit equally well, and `why` the reason.
    """

    verdict: Verdict
    definition: str = ""
    title: str = ""
    status: int | None = None
    response: str = ""
    codes: tuple[NamedCode, ...] = ()
    roles: tuple[tuple[str, Any], ...] = ()
    retry: Retry | None = None
    sources: tuple[str, ...] = ()
    why: str = ""
    nearest: str = ""
    candidates: tuple[str, ...] = ()


def identify(contracts: Sequence[Contract], status: int | None, body: Body) -> Identification:
    """What `contracts` know of a body, with the HTTP status if that is known.

    A body of one definition alone is explained even where it contradicts it.
    """
    recognition = recognise_body(contracts, status, body)
    if recognition.contract is None and len(contracts) == 1 and body.is_json:
        recognition = Recognition(contracts[0], "named")
    if recognition.contract is None:
        return Identification(
            "unknown",
            status=status,
            why=recognition.reason,
            nearest=recognition.nearest,
            candidates=recognition.candidates,
        )
    return _explain(recognition.contract, status, body.value)


def _explain(contract: Contract, status: int | None, value: Any) -> Identification:
    seen = observe_body(contract, status, value)
    errors = by_error(seen)
    effective = status if status is not None else _status_in(seen)
    selection = contract.select(effective) if effective is not None else None
    response = selection.response if selection else None
    fit = fit_body(contract, effective, value)
    codes = tuple(
        _name_code(contract, one, error, alone=error is not errors[0])
        for error in errors
        for one in error
        if one.role == "code"
    )
    others = (error for error in errors[1:] if not any(one.role == "code" for one in error))
    return Identification(
        verdict=fit.verdict,
        definition=contract.id,
        title=contract.title,
        status=effective,
        response=response.description if response else _phrase(effective),
        codes=codes,
        roles=_roles([*errors[0], *itertools.chain(*others)]),
        retry=_retry(codes, response),
        sources=contract.sources,
        why=fit.why,
    )


def _phrase(status: int | None) -> str:
    return statuses.phrase(str(status)) if status in statuses.PHRASES else ""


def _status_in(seen: tuple[Seen, ...]) -> int | None:
    """The status that the body says of itself."""
    for one in seen:
        if one.role == "status" and not one.nested:
            text = str(one.value)
            return int(text) if len(text) == 3 and text.isascii() and text.isdigit() else None
    return None


def _name_code(contract: Contract, code: Seen, error: tuple[Seen, ...], *, alone: bool) -> NamedCode:
    """What is known of a code; the roles of its error are its own if it is `alone` in one of several errors."""
    entry = contract.code(code.value)
    value, message = redact_value(code.value, code.pointer), redact_prose(message_of(code, error))
    roles = tuple(
        (role, other)
        for role, other in _roles(error if alone else ())
        if role != "message" or other != message
    )
    if entry is None:
        return NamedCode(value, code.pointer, message=message, roles=roles)
    return NamedCode(
        value,
        code.pointer,
        known=True,
        meaning=entry.meaning,
        message=message,
        documented=entry.statuses,
        retry=entry.retry,
        deprecated=entry.deprecated,
        docs=entry.docs,
        roles=roles,
    )


def _roles(seen: Iterable[Seen]) -> tuple[tuple[str, Any], ...]:
    """One value for each role but code and status, the one nearest to the root."""
    return tuple(
        (role, redact_value(one.value, one.pointer))
        for role, one in outermost(seen).items()
        if role not in ("code", "status", "children")
    )


def _retry(codes: tuple[NamedCode, ...], response: Response | None) -> Retry | None:
    """What the outermost code says, else the response."""
    said = next((code.retry for code in codes if code.retry), None)
    return said or (response.retry if response else None)
