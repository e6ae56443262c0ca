"""How well a body fits a contract, and the first thing that does not fit, in a few words."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from schemagen import pointers
from schemagen.checking import compiled, deviations
from schemagen.contract import Contract, Schema, Selection
from schemagen.engine import Violation
from schemagen.observation.visits import visits
from schemagen.pointers import Pointer

_LOOKED_AT = 5_000  # values of a body, by each definition: enough to tell whose it is


class Fit(NamedTuple):
    """How well a body fits a contract.

    `verdict` as `identify` says it, `errors` how many contradictions there are, `why` the first difference. Of the
    body's members `known` are documented, `required` of them must be there, and `unknown` are not documented.
    `missing`: a member that must be there is not. `resembles`: but one with almost that name is.
    """

    contract: Contract
    verdict: Literal["exact", "drift", "contradiction"]
    required: int = 0
    known: int = 0
    unknown: int = 0
    errors: int = 0
    missing: bool = False
    resembles: bool = False
    why: str = ""

    @property
    def rank(self) -> tuple[int, int, int]:
        """Higher fits better: exact before tolerant, then by how many members speak for it."""
        return ("contradiction", "drift", "exact").index(self.verdict), self.required, self.known

    @property
    def speaks(self) -> bool:
        """Whether the body is a reason to think of this contract: it fits, and most of its members are known.

        A body that contradicts it is one, too, if it is unmistakable: all members, at least three, nothing else, and
        few of the values are wrong.
        """
        if self.verdict != "contradiction":
            return 0 < self.known >= self.unknown
        return self.required >= 3 and not self.missing and not self.unknown and 2 * self.errors < self.known


def fit_exactly(contract: Contract, status: int | None, value: Any) -> Fit | None:
    """How well `value` fits if it is as documented for `status`, which must be documented itself."""
    selection = _select(contract, status)
    if selection.at is None or (status is not None and _is_undocumented(contract, selection)):
        return None
    is_exact = compiled(contract.exact.document, selection.at).accepts(value)
    return Fit(contract, "exact", *_members(contract, selection.at, value)) if is_exact else None


def may_speak(contract: Contract, status: int | None, value: Any) -> bool:
    """Whether a body has so many members of the contract that its fit may speak for it."""
    at = _select(contract, status).at
    _, known, unknown = (0, 0, 0) if at is None else _members(contract, at, value)
    return 0 < known >= unknown


def fit_body(contract: Contract, status: int | None, value: Any) -> Fit:
    """How well `value` fits what `contract` documents for `status`. An undocumented status is drift at best."""
    selection = _select(contract, status)
    at = selection.at
    if at is None:
        return Fit(contract, "contradiction", why="no content is documented for this status")
    required, known, unknown = _members(contract, at, value)
    fit = Fit(contract, "exact", required, known, unknown)
    found = deviations(contract, at, value, errors_alone=True)
    if found.errors:
        missing = [violation for violation in found.errors if violation.keyword == "required"]
        return fit._replace(
            verdict="contradiction",
            errors=len(found.errors),
            missing=bool(missing),
            resembles=any(_resembling(violation, value) for violation in missing),
            why=_why(contract.tolerant, found.errors[0], value),
        )
    if found.drift:
        return fit._replace(verdict="drift", why=_why(contract.exact, found.drift[0], value))
    if status is not None and _is_undocumented(contract, selection):
        return fit._replace(verdict="drift", why=f"status {status} is not documented")
    return fit


def _select(contract: Contract, status: int | None) -> Selection:
    return contract.select(status) if status is not None else Selection(None, ())


def _is_undocumented(contract: Contract, selection: Selection) -> bool:
    return selection.response is None and bool(contract.responses)


def _members(contract: Contract, at: Pointer, value: Any) -> tuple[int, int, int]:
    """How many members of the body must be there, are documented, and are not."""
    required = known = unknown = 0
    for _, inner, spot, _ in visits(contract.tolerant, at, value, _LOOKED_AT):
        if isinstance(inner, dict) and spot.members:
            required += len(spot.required & inner.keys())
            known += len(spot.members & inner.keys())
            unknown += len(inner.keys() - spot.members)
    return required, known, unknown


def _resembling(violation: Violation, value: Any) -> str | None:
    """The member that is there under almost the name of the missing one: other case, blanks, hyphens."""
    missing = _folded(violation.member or "")
    there = pointers.resolve(value, violation.place)
    return next((name for name in there if _folded(name) == missing), None)


def _folded(name: str) -> str:
    return name.strip().casefold().replace("-", "").replace("_", "")


def _why(schema: Schema, violation: Violation, value: Any) -> str:
    """The violation in a few words, without values from the wire."""
    name = pointers.to_text(violation.place) or "the body"
    if violation.keyword == "required":
        meant = _resembling(violation, value)
        return (
            f'no member "{violation.member}"'
            + (f" in {name}" if violation.place else "")
            + (f', but "{meant}"' if meant else "")
        )
    if violation.keyword == "additionalProperties":
        return f'an undocumented member "{violation.member}" in {name}'
    if violation.keyword == "json":
        return f"the body {violation.wanted}"
    if violation.keyword == "anyOf":
        return f"{name} fits no alternative"
    if violation.keyword == "type":
        return f"{name} is {_type_name(pointers.resolve(value, violation.place))}"
    reasons = {
        "status": "is not the status of the response",
        "codes": "is a code that is not documented here",
        "ties": "is not the status of its code",
        "messages": "is a text that is not documented for its code",
    }
    rule = schema.note(violation.at, violation.keyword).rule
    return f"{name} {reasons.get(rule) or f'is not as `{violation.keyword}` says'}"


def _type_name(value: Any) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
