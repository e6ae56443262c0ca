"""Headers of many responses: which of them matter, and their columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemagen.bodies import Body
from schemagen.contract import Contract, Selection
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import Limits
from schemagen.recordings.fields import read_headers
from schemagen.validator.case import Case
from schemagen.validator.transport import check_content

SEVERAL = object()  # a header that is there under several spellings


class Headers(NamedTuple):
    """The headers of responses, of which some may matter. `spellings`: how their names are written, by lower case."""

    values: Sequence[dict[str, Any]]
    spellings: Mapping[str, Sequence[str]]


class Media:
    """Which headers hold nothing that matters to any of the contracts but a media type that all of them take."""

    def __init__(self, contracts: Sequence[Contract], limits: Limits) -> None:
        self._cases = [
            (contract, Selection(response, ()), limits)
            for contract in contracts
            for response in (None, *(each for each in contract.responses if each.is_error))
        ]
        documented = [
            header
            for _, selection, _ in self._cases
            if selection.response
            for header in selection.response.headers
        ]
        documented += [header for contract in contracts for header in contract.headers]
        self._mattering = {"content-type", *(header.name.lower() for header in documented)}
        self._codes = {header.name.lower() for header in documented if header.role == "code"}

    def matters(self, name: str) -> bool:
        """Whether a header of that name, in whatever case, matters to any of the contracts."""
        return name.lower() in self._mattering

    def find(self, headers: Mapping[str, Any]) -> str:
        """The name of the media type's header as it is written; empty where something else matters, too."""
        names = [name for name in headers if self.matters(name)]
        if len(names) != 1 or names[0].lower() != "content-type":
            return ""
        value = headers[names[0]]
        values = value if isinstance(value, list) else [value]
        is_one = len(values) == 1 and isinstance(values[0], str) and not {"\n", "\r"}.intersection(values[0])
        return names[0] if is_one and self._is_taken(values[0]) else ""

    def those_that_matter(self, headers: Mapping[str, Any]) -> tuple[object, ...] | None:
        """The headers that matter, with their names in lower case, and whether there is any at all; None if one of them
        is compared with a code of the body.
        """
        found = read(headers)
        if any(name in self._codes for name, _ in found):
            return None
        return bool(found), *(header for header in found if header[0] in self._mattering)

    def _is_taken(self, media: str) -> bool:
        response = Response(400, (("content-type", media),), b"{}", decoded=True)
        exchange, body = Exchange(Origin(""), response, Request()), Body(b"{}", {}, is_json=True)
        cases = (
            Case(contract, exchange, body, selection, limits) for contract, selection, limits in self._cases
        )
        return not any(True for case in cases for _ in check_content(case))


def column_of(headers: Sequence[dict[str, Any]], spellings: Sequence[str]) -> Iterable[Any]:
    """The values of a header, None where it is not there."""
    if not spellings:
        return itertools.repeat(None, len(headers))
    if len(spellings) == 1:
        name = spellings[0]
        return [each.get(name) for each in headers]
    return [_only([each[name] for name in spellings if name in each]) for each in headers]


def _only(values: Sequence[Any]) -> Any:
    return SEVERAL if len(values) > 1 else values[0] if values else None


def read(named: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Headers as the usual way reads them."""
    return read_headers(
        {name: list(value) if isinstance(value, tuple) else value for name, value in named.items()}
    )
