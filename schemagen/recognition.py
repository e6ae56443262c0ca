"""Which contract an exchange belongs to, and by what evidence: named by the user, its server, or the body itself.

Also says what counts as an error (`when`). Knows nothing of findings: it gives a reason, others make a sentence of it.
"""

from __future__ import annotations

import dataclasses
import functools
import urllib.parse
from collections.abc import Sequence
from typing import Any, Literal

from schemagen import pointers
from schemagen.bodies import Body
from schemagen.checking import compiled, deviations
from schemagen.contract import Condition, Contract
from schemagen.engine import Violation
from schemagen.exchanges import Exchange
from schemagen.observation import visits
from schemagen.pointers import Pointer

_PORTS = {"http": 80, "https": 443}


@dataclasses.dataclass(frozen=True, slots=True)
class Recognition:
    """The contract an exchange belongs to and the evidence; or None, the nearest miss and why it misses.

    `candidates` are the ids of contracts that fit equally well. `out_of_scope`: the exchange is with another host
    than the servers of the contracts that were named.
    """

    contract: Contract | None = None
    evidence: Literal["named", "server", "body", ""] = ""
    nearest: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    out_of_scope: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """How well a body fits a contract. `verdict` as `identify` says it; `why` the first thing that does not fit."""

    contract: Contract
    verdict: Literal["exact", "drift", "contradiction"]
    required: int = 0
    known: int = 0
    errors: int = 0
    why: str = ""

    @property
    def rank(self) -> tuple[int, int, int]:
        """Higher fits better: exact before tolerant, then by how many members speak for it."""
        return ("contradiction", "drift", "exact").index(self.verdict), self.required, self.known


def recognise(
    contracts: Sequence[Contract], exchange: Exchange, body: Body, *, named: bool = False
) -> Recognition:
    """The contract of `contracts` that `exchange` belongs to.

    With `named` the user has chosen the contracts: other hosts than their servers are out of scope, and a single one
    without servers takes everything. Otherwise servers decide (the longest base URL), else the body.
    """
    url = exchange.request.url if exchange.request else ""
    served = _served(contracts, url)
    if len(served) == 1:
        return Recognition(served[0], "named" if named else "server")
    if served:
        return recognise_body(served, exchange.response.status, body)
    if named:
        in_scope = [contract for contract in contracts if not contract.servers or _split(url) is None]
        if not in_scope and contracts:
            return Recognition(reason="another host than the servers of the definition", out_of_scope=True)
        if len(in_scope) == 1:
            return Recognition(in_scope[0], "named")
        return recognise_body(in_scope, exchange.response.status, body)
    return recognise_body(contracts, exchange.response.status, body)


def recognise_body(contracts: Sequence[Contract], status: int | None, body: Body) -> Recognition:
    """The contract whose schemas a body fits best; without a status, any error of the API will do."""
    if not contracts:
        return Recognition(reason="there is no definition to compare it with")
    if not body.is_json:
        return Recognition(
            reason="the body is not JSON" if body.raw else "there is no body to recognise it by"
        )
    fits = sorted(
        (
            fit_body(contract, status, body.value)
            for contract in contracts
            if is_error(contract, status, body.value)
        ),
        key=lambda fit: fit.rank,
        reverse=True,
    )
    accepted = [fit for fit in fits if fit.verdict != "contradiction" and fit.known]
    if not accepted:
        return _nearest_miss(fits)
    equal = [fit.contract for fit in accepted if fit.rank == accepted[0].rank]
    if len(equal) > 1:
        candidates = tuple(sorted(contract.id for contract in equal))
        return Recognition(candidates=candidates, reason=f"{' and '.join(candidates)} fit equally well")
    return Recognition(equal[0], "body")


def fit_body(contract: Contract, status: int | None, value: Any) -> Fit:
    """How well `value` fits what `contract` documents for `status`. An undocumented status is drift at best."""
    selection = contract.select(status) if status is not None else None
    at = selection.at if selection else ()
    if at is None:
        return Fit(contract, "contradiction", why="no content is documented for this status")
    required, known = _specificity(contract, at, value)
    if compiled(contract.exact.document, at).accepts(value):
        documented = selection is None or selection.response is not None or not contract.responses
        return Fit(contract, "exact" if documented else "drift", required, known)
    found = deviations(contract, at, value)
    if not found.errors:
        return Fit(contract, "drift", required, known, why=_why(found.drift[0], value))
    return Fit(contract, "contradiction", required, known, len(found.errors), _why(found.errors[0], value))


def is_error(contract: Contract, status: int | None, value: Any) -> bool:
    """Whether the contract's `when` makes an error of a response with this status and body.

    `value` is the JSON value of the body, None where there is none. For a list anywhere, any item that meets the
    condition counts. Without a status, conditions on it are taken as met.
    """
    return any(_holds(condition, status, value) for condition in contract.when)


def _holds(condition: Condition, status: int | None, value: Any) -> bool:
    if condition.statuses and status is not None and not _is_within(status, condition.statuses):
        return False
    if condition.body is None and condition.has is None and condition.unless is None:
        return True
    items = value if isinstance(value, list) else [value]
    return any(_body_holds(condition, item) for item in items if item is not None)


def _is_within(status: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= status <= last for first, last in ranges)


def _body_holds(condition: Condition, value: Any) -> bool:
    if condition.body is not None and not _is_subset(condition.body, value, any):
        return False
    if condition.has is not None and not (isinstance(value, dict) and condition.has in value):
        return False
    return condition.unless is None or not _is_subset(condition.unless, value, all)


def _is_subset(pattern: Any, value: Any, quantify: Any) -> bool:
    """Whether all of `pattern` stands in `value`; for lists `quantify` (any or all) says of how many items."""
    if isinstance(value, list) and not isinstance(pattern, list):
        return bool(quantify(_is_subset(pattern, item, quantify) for item in value))
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and _is_subset(part, value[name], quantify) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(
            any(_is_subset(part, item, quantify) for item in value) for part in pattern
        )
    return isinstance(pattern, bool) == isinstance(value, bool) and bool(pattern == value)


def _served(contracts: Sequence[Contract], url: str) -> list[Contract]:
    """The contracts with the longest base URL that `url` is below."""
    lengths = [
        (max((_match(server, url) for server in each.servers), default=-1), each) for each in contracts
    ]
    longest = max((length for length, _ in lengths), default=-1)
    return [each for length, each in lengths if length == longest and length >= 0]


def _match(server: str, url: str) -> int:
    """The number of path characters of `server` if `url` is below it, else -1."""
    base, target = _split(server), _split(url)
    if base is None or target is None or base[:3] != target[:3]:
        return -1
    prefix = base[3].rstrip("/")
    return len(prefix) if target[3] == prefix or target[3].startswith(prefix + "/") or not prefix else -1


@functools.lru_cache(maxsize=4096)
def _split(url: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path of an absolute URL (RFC 3986, section 6.2), or None if it is none."""
    try:
        parts = urllib.parse.urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    return (scheme, host, port or _PORTS.get(scheme), parts.path) if scheme and host else None


def _specificity(contract: Contract, at: Pointer, value: Any) -> tuple[int, int]:
    """How many required members, and how many documented ones, are there."""
    required = known = 0
    for visit in visits(contract.tolerant, at, value):
        if isinstance(visit.value, dict):
            required += len(visit.required & visit.value.keys())
            known += len(visit.members & visit.value.keys())
    return required, known


def _nearest_miss(fits: Sequence[Fit]) -> Recognition:
    """The contract of which most is there and least is wrong."""
    misses = [fit for fit in fits if fit.known]
    if not misses:
        return Recognition(reason="no member of any definition is in it")
    nearest = min(misses, key=lambda fit: (fit.errors - fit.known, -fit.required, fit.contract.id))
    return Recognition(nearest=nearest.contract.id, reason=nearest.why)


def _why(violation: Violation, value: Any) -> str:
    """The violation in a few words, without values from the wire."""
    name = pointers.to_text(violation.place) or "the body"
    if violation.keyword == "required":
        return f'no member "{violation.member}"' + (f" in {name}" if violation.place else "")
    if violation.keyword == "additionalProperties":
        return f'a member "{violation.member}" in {name}'
    if violation.keyword == "type":
        return f"{name} is {_type_name(pointers.resolve(value, violation.place))}"
    if violation.keyword == "anyOf":
        return f"{name} fits no alternative"
    return f"{name} breaks {violation.keyword!r}"


def _type_name(value: Any) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")
