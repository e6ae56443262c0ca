"""Responses that conform to a contract, as many as are wanted, the same ones for the same seed.

Each is proved by the engine before it is given: it passes the exact schema, and is an error by `when`. On request a
sample is what such a response is not: drifting, or broken.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from schemagen import pointers
from schemagen.checking import compiled
from schemagen.contract import Contract
from schemagen.display import shown
from schemagen.errors import SampleError
from schemagen.mutations import mutate
from schemagen.observation import observe_body
from schemagen.pointers import Pointer
from schemagen.recognition import is_error
from schemagen.sampling.growth import DeadEndError, Growth
from schemagen.sampling.headers import headers_of
from schemagen.sampling.wishes import Wish, wishes

__all__ = ["Sample", "Shows", "samples"]

Shows: TypeAlias = Literal["good", "drift", "broken"]

_ATTEMPTS = 60  # bodies grown for one sample
_MUTANTS = 200  # changes of a body that are tried for one that drifts or is broken


@dataclasses.dataclass(frozen=True, slots=True)
class Sample:
    """A response: `body` is a JSON value, `has_body` false where nothing may be in it. Names of headers as documented."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Any = None
    has_body: bool = True


def samples(
    contract: Contract,
    *,
    status: int | None = None,
    code: str | None = None,
    seed: int = 0,
    shows: Shows = "good",
) -> Iterator[Sample]:
    """Samples without end: every documented status once, then every code, before any comes again.

    `status` and `code` (as the catalogue writes it) are those of all. The sample at one position depends on the seed and
    the position alone. `shows` is what the tolerant and the exact schema make of it, as for examples.

    Raises:
        SampleError: the definition has no such status or code, or none that goes with it could be made.
    """
    known = _known(contract)
    made = 0
    for number, wish in enumerate(wishes(contract, status, code)):
        if shows != "good" and contract.select(wish.status).at is None:
            if number - made > len(contract.responses):
                raise SampleError(f"{contract.id}: nothing may be in its bodies, so none can be {shows}")
            continue
        made += 1
        yield _sample(contract, wish, f"{contract.id}/{seed}/{number}", known, shows)


def _sample(
    contract: Contract, wish: Wish, seed: str, known: dict[Pointer, list[Any]], shows: Shows
) -> Sample:
    at = contract.select(wish.status).at
    chance = random.Random(f"{seed}/headers")  # noqa: S311 - chance, not secrecy
    headers = headers_of(contract, wish, chance)
    if at is None:
        return Sample(wish.status, headers, has_body=False)
    last: DeadEndError | None = None
    for attempt in range(_ATTEMPTS):
        chance = random.Random(f"{seed}/{attempt}")  # noqa: S311
        eased = dataclasses.replace(wish, code=None) if attempt > _ATTEMPTS // 2 and not wish.must else wish
        try:
            body = Growth(contract, eased, chance, known).body(at)
            _prove(contract, eased, at, body)
            if shows != "good":
                body = _changed(contract, wish.status, at, body, shows, chance)
        except DeadEndError as dead:
            last = dead
        else:
            return Sample(wish.status, headers, body)
    raise SampleError(_refusal(contract, wish, last, shows))


def _prove(contract: Contract, wish: Wish, at: Pointer, body: Any) -> None:
    """Sees that the body is what was wished for.

    Raises:
        DeadEndError: it is not.
    """
    for violation in compiled(contract.exact.document, at).violations(body):
        raise DeadEndError(violation.place, f"the keyword {violation.keyword} is not met")
    if not is_error(contract, wish.status, body):
        raise DeadEndError((), "its `when` makes no error of it")
    if wish.code is not None:
        said = {str(one.value) for one in observe_body(contract, wish.status, body) if one.role == "code"}
        if str(wish.code.value) not in said:
            raise DeadEndError((), f"no place was found for the code {wish.code.text}")


def _changed(
    contract: Contract, status: int, at: Pointer, body: Any, shows: Shows, chance: random.Random
) -> Any:
    """The body with one change, so that it drifts or is broken, and still is an error.

    Raises:
        DeadEndError: no change makes it so.
    """
    exact, tolerant = compiled(contract.exact.document, at), compiled(contract.tolerant.document, at)
    mutants = list(mutate(body, contract, _MUTANTS))
    chance.shuffle(mutants)
    for mutant in mutants:
        found: Shows = "good" if exact.accepts(mutant) else "drift" if tolerant.accepts(mutant) else "broken"
        if found == shows and is_error(contract, status, mutant):
            return mutant
    raise DeadEndError((), f"no change makes it {shows}")


def _refusal(contract: Contract, wish: Wish, last: DeadEndError | None, shows: Shows) -> str:
    kind = "conforming" if shows == "good" else shows
    code = f" with the code {shown(wish.code.text, 60)}" if wish.code and wish.must else ""
    why = (
        f"{pointers.to_text(last.at) or 'the body'}: {shown(last.why, 200)}" if last else "nothing was tried"
    )
    return f"{contract.id}: no {kind} body was found for {wish.status}{code}; {shown(why, 300)}"


def _known(contract: Contract) -> dict[Pointer, list[Any]]:
    """The texts and numbers of the good examples, by place; `*` stands for a position in a list."""
    found: dict[Pointer, list[Any]] = {}
    pending: list[tuple[Pointer, Any]] = [
        ((), example.body) for example in contract.examples if example.shows == "good"
    ]
    while pending:
        place, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*place, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            pending += [((*place, "*"), inner) for inner in value]
        elif value is not None and not isinstance(value, bool):
            values = found.setdefault(place, [])
            if value not in values:
                values.append(value)
    return found
