"""Which contract an exchange belongs to, and by what evidence: named by the user, its server, or the body itself.

Also says what counts as an error (`when`). Knows nothing of findings: it gives a reason, others make a sentence of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from schemagen.bodies import Body
from schemagen.bodies.shapes import shape
from schemagen.contract import Contract
from schemagen.exchanges import Exchange
from schemagen.recognition.conditions import is_error, may_be_error
from schemagen.recognition.fits import Fit, fit_body, fit_exactly, may_speak
from schemagen.recognition.servers import is_absolute, served

__all__ = [
    "Candidates",
    "Fit",
    "Recognition",
    "candidates",
    "fit_body",
    "is_error",
    "may_be_error",
    "recognise",
    "recognise_body",
]


class Recognition(NamedTuple):
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


class Candidates(NamedTuple):
    """The contracts that a response may belong to: with the evidence `body` the body decides, else it is the only one."""

    contracts: tuple[Contract, ...] = ()
    evidence: Literal["named", "server", "body"] = "body"
    out_of_scope: bool = False


def recognise(
    contracts: Sequence[Contract],
    exchange: Exchange,
    body: Body,
    *,
    named: bool = False,
    anywhere: bool = False,
) -> Recognition:
    """The contract of `contracts` that `exchange` belongs to.

    Servers decide (the longest base URL), else the body. With `named` the user has chosen the contracts: a single one
    takes everything, save that other hosts than the servers of the contracts are out of scope, unless they are at work
    `anywhere`.
    """
    url = exchange.request.url if exchange.request else ""
    found = candidates(contracts, url, named=named, anywhere=anywhere)
    if found.out_of_scope:
        return Recognition(reason="another host than the servers of the definition", out_of_scope=True)
    if found.evidence != "body":
        return Recognition(found.contracts[0], found.evidence)
    return recognise_body(found.contracts, exchange.response.status, body)


def candidates(
    contracts: Sequence[Contract], url: str, *, named: bool = False, anywhere: bool = False
) -> Candidates:
    """The contracts that a response from `url` may belong to; see `recognise`."""
    serving = served(contracts, url)
    if len(serving) == 1:
        return Candidates(tuple(serving), "named" if named else "server")
    if serving or not named:
        return Candidates(tuple(serving or contracts), "body")
    is_far = is_absolute(url) and not anywhere
    in_scope = tuple(contract for contract in contracts if not contract.servers or not is_far)
    if contracts and not in_scope:
        return Candidates(out_of_scope=True)
    return Candidates(in_scope, "named" if len(contracts) == 1 else "body")


def recognise_body(contracts: Sequence[Contract], status: int | None, body: Body) -> Recognition:
    """The contract whose schemas a body fits best; without a status, any error of the API will do."""
    if not contracts:
        return Recognition(reason="there is no definition to compare it with")
    if not body.is_json:
        return Recognition(reason=_not_json(body))
    claiming = [contract for contract in contracts if is_error(contract, status, body.value)]
    if not claiming:
        return Recognition(reason=f"a {status} with this body is no error of any definition")
    likely = [contract for contract in claiming if may_speak(contract, status, body.value)]
    exactly = (fit_exactly(contract, status, body.value) for contract in likely)
    accepted = [fit for fit in exactly if fit is not None and fit.speaks]
    if not accepted:
        fits = (fit_body(contract, status, body.value) for contract in likely)
        accepted = [fit for fit in fits if fit.speaks]
    if not accepted:
        return _nearest_miss([fit_body(contract, status, body.value) for contract in claiming], body)
    top = max(fit.rank for fit in accepted)
    equal = [fit.contract for fit in accepted if fit.rank == top]
    if len(equal) > 1:
        candidates = tuple(sorted(contract.id for contract in equal))
        return Recognition(candidates=candidates, reason=f"{' and '.join(candidates)} fit equally well")
    return Recognition(equal[0], "body")


def _not_json(body: Body) -> str:
    """What there is instead of JSON: `the body is an HTML page "502 Bad Gateway", not JSON`, `the body is broken JSON`."""
    if not body.raw and not body.problem:
        return "there is no body to recognise it by"
    got = dict(body.facts).get("got") if body.problem == "body/not-json" else None
    return f"the body is {got}, not JSON" if got else f"the body is {shape(body)}"


def _nearest_miss(fits: Sequence[Fit], body: Body) -> Recognition:
    """The contract of which most is there and least is wrong; one of which more is wrong than there is not near."""
    misses = [fit for fit in fits if fit.resembles or fit.known >= max(fit.errors, 1)]
    if not misses:
        return Recognition(reason=f"none is like {shape(body)}")
    nearest = min(misses, key=lambda fit: (fit.errors - fit.known, -fit.required, fit.contract.id))
    return Recognition(nearest=nearest.contract.id, reason=nearest.why or "it has hardly a member of it")
