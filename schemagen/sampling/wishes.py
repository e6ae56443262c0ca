"""Which status and which code each sample is for: every documented status once, then every code, before any comes again."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator

from schemagen import statuses
from schemagen.contract import Code, Contract, Response
from schemagen.display import shown
from schemagen.errors import SampleError
from schemagen.nearest import nearest


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """A status, the code that the body is to say (None: any or none; `must`: it has to), the codes that go with it."""

    status: int
    response: Response | None
    code: Code | None = None
    must: bool = False
    others: tuple[Code, ...] = ()


def wishes(contract: Contract, status: int | None = None, code: str | None = None) -> Iterator[Wish]:
    """Wishes without end, breadth first; a `status` and a `code` are those of all of them.

    Raises:
        SampleError: the definition has no such status or code, or not together.
    """
    chosen = None if code is None else _known_code(contract, code)
    if status is not None:
        places = [(status, _documented(contract, status))]
    else:
        places = [(_status(contract, each.key), each) for each in contract.responses if each.is_error]
        if chosen is not None:
            places = [place for place in places if _goes(chosen, place[0], place[1])]
    if chosen is not None and (not places or not _goes(chosen, *places[0])):
        said = ", ".join(chosen.statuses)
        raise SampleError(
            f"{contract.id}: the code {shown(chosen.text, 60)} comes with {said}, not with {status}"
        )
    if not places:
        raise SampleError(f"{contract.id} documents no response; name a --status")
    rounds = [_codes(contract, *place) for place in places]
    free = itertools.cycle(
        [code for code in contract.codes if not code.statuses and not code.deprecated] or [None]
    )
    share = -(
        -sum(not code.statuses for code in contract.codes) // len(places)
    )  # of the free ones for each place
    for number in itertools.count():
        for (each, response), codes in zip(places, rounds, strict=True):
            tied = [code for code in codes if code.statuses]
            turn = number % max(1, len(tied) + share)
            wanted = chosen or (tied[turn] if turn < len(tied) else next(free))
            yield Wish(each, response, wanted, chosen is not None, codes)


def _documented(contract: Contract, status: int) -> Response:
    """What is documented for the status.

    Raises:
        SampleError: nothing is.
    """
    response = contract.select(status).response
    if response is None:
        known = ", ".join(each.key for each in contract.responses if each.is_error)
        raise SampleError(f"{contract.id} documents no {status}; there are: {known or 'none'}")
    return response


def _known_code(contract: Contract, text: str) -> Code:
    by_text = {code.text: code for code in contract.codes}
    if text in by_text:
        return by_text[text]
    if not text:
        raise SampleError(
            f"the code is empty; `schemagen show {contract.id} codes` lists those that there are"
        )
    close = nearest(text, by_text)
    hint = f"did you mean {shown(close)}?" if close else f"`schemagen show {contract.id} codes` lists them"
    raise SampleError(f"{contract.id} has no code {shown(text, 60)}; {hint}")


def _status(contract: Contract, key: str) -> int:
    """A status that the key is chosen for: the first of its class, or of `when`, that has no key of its own."""
    first, last = statuses.span(key)
    if first == last:
        return first
    ranges = [span for condition in contract.when for span in condition.statuses] or [(400, 599)]
    free = (
        status
        for begin, end in ranges
        for status in range(max(first, begin), min(last, end) + 1)
        if (found := contract.select(status).response) is not None and found.key == key
    )
    known = [status for status in free if status in statuses.PHRASES]
    return known[0] if known else next(iter(range(first, last + 1)))


def _goes(code: Code, status: int, response: Response | None) -> bool:
    """Whether the code may come with the status."""
    tied = response is not None and code.text in response.codes
    return tied or not code.statuses or any(statuses.overlap(key, str(status)) for key in code.statuses)


def _codes(contract: Contract, status: int, response: Response | None) -> tuple[Code, ...]:
    """The codes that come with the status: those that are tied to it first, then those that are tied to none."""
    usual = [code for code in contract.codes if not code.deprecated and _goes(code, status, response)]
    return tuple(sorted(usual, key=lambda code: not code.statuses))
