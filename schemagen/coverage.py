"""Which responses, codes and texts of a contract an exchange has shown; and, of many, what was seen and what never.

What one exchange has shown are `sightings`, plain tuples that a tally counts. Knows nothing of findings.
"""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator, Mapping

from schemagen import engine
from schemagen.contract import Code, Contract
from schemagen.display import shown
from schemagen.observation import by_error, message_of, observe, status_of
from schemagen.pointers import Pointer
from schemagen.redaction import redact_prose
from schemagen.report import CodeCoverage, Coverage, ResponseCoverage, Sightings, TextCoverage
from schemagen.tally import Sighting

_RESPONSE, _CODE, _TEXT, _UNKNOWN, _BARE = "response", "code", "text", "unknown", "bare"
_LONGEST = 60  # characters of an unknown code


def sightings(
    contract: Contract, status: int, value: object = None, characters: int = _LONGEST
) -> set[Sighting]:
    """What an exchange judged by `contract` has shown; `value` is its body, None where there is none to look into.

    Of a code that is not in the catalogue at most so many `characters` are told.
    """
    selection = contract.select(status)
    key = selection.response.key if selection.response else ""
    found: set[Sighting] = {(contract.id, _RESPONSE, key, str(status))}
    codes = (
        set(_codes(contract, selection.at, status, value, characters))
        if contract.codes and value is not None
        else set()
    )
    return found | (codes or {(contract.id, _BARE, "", str(status))})


def cover(contract: Contract, seen: Mapping[Sighting, int]) -> Coverage:
    """What was seen of `contract`, of all sightings of a run, and what never."""
    counts: dict[tuple[str, str], collections.Counter[int]] = collections.defaultdict(collections.Counter)
    for (definition, kind, name, status), count in seen.items():
        if definition == contract.id:
            counts[kind, name][int(status)] += count
    unknown = sorted(name for kind, name in counts if kind == _UNKNOWN)
    return Coverage(
        contract.id,
        contract.title,
        sum(sum(by_status.values()) for (kind, _), by_status in counts.items() if kind == _RESPONSE),
        tuple(
            ResponseCoverage(
                response.key, response.description, _sorted(counts.get((_RESPONSE, response.key)))
            )
            for response in contract.responses
            if response.is_error
        ),
        tuple(_cover_code(code, counts) for code in contract.codes),
        _sorted(counts.get((_RESPONSE, ""))),
        tuple(CodeCoverage(name, seen=_sorted(counts[_UNKNOWN, name])) for name in unknown),
        _sorted(counts.get((_BARE, ""))) if contract.codes else (),
    )


def _codes(
    contract: Contract, at: Pointer | None, status: int, value: object, characters: int
) -> Iterator[Sighting]:
    errors = by_error(observe(contract, at or (), value))
    for one, seen in ((one, error) for error in errors for one in error if one.role == "code"):
        under = status_of(one, seen) or status
        code = contract.code(one.value)
        texts = texts_of(code, message_of(one, seen)) if code else ()
        yield from sightings_of_code(contract, one.value, texts, under, characters)


def texts_of(code: Code, message: str) -> Iterator[int]:
    """The positions of the documented texts of a code that `message` is."""
    for position, text in enumerate(code.texts if message else ()):
        if text.text == message or (text.pattern is not None and engine.matches(text.pattern, message)):
            yield position


def sightings_of_code(
    contract: Contract, value: object, texts: Iterable[int], under: int, characters: int = _LONGEST
) -> Iterator[Sighting]:
    """What a code has shown in an error of the status `under`, with these of its documented texts; see `sightings`."""
    code = contract.code(value)
    if code is not None:
        yield contract.id, _CODE, code.text, str(under)
        for position in texts:
            yield contract.id, _TEXT, _text_name(code.text, code.texts[position].text), str(under)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield contract.id, _UNKNOWN, shown(redact_prose(str(value)), min(characters, _LONGEST)), str(under)


def _cover_code(code: Code, counts: Mapping[tuple[str, str], collections.Counter[int]]) -> CodeCoverage:
    texts = dict.fromkeys(text.text for text in code.texts)
    return CodeCoverage(
        code.text,
        code.meaning,
        code.statuses,
        _sorted(counts.get((_CODE, code.text))),
        tuple(
            TextCoverage(text, sum(counts.get((_TEXT, _text_name(code.text, text)), {}).values()))
            for text in texts
        ),
    )


def _text_name(code: str, text: str) -> str:
    """One name for a code and a text of it."""
    return f"{code}\0{text}"


def _sorted(by_status: Mapping[int, int] | None) -> Sightings:
    return tuple(sorted(by_status.items())) if by_status else ()
