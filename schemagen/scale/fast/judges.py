"""Responses that one contract makes errors of, many at once: proven to be without any finding, and counted.

What does not depend on the single body (the status, the headers) is asked of the validator itself, once for each
status and set of values; what a code shows is asked of the coverage, once for each code with its message.
"""

from __future__ import annotations

import collections
import dataclasses
import itertools
import operator
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from schemagen.bodies import Body
from schemagen.contract import Contract, Selection
from schemagen.coverage import sightings, sightings_of_code
from schemagen.exchanges import Exchange, Origin, Request, Response
from schemagen.limits import Limits
from schemagen.recordings.fields import read_headers
from schemagen.scale.fast.batches import Examination, decode_each
from schemagen.scale.fast.lanes import Lane, Row
from schemagen.scale.fast.schemas import shape_of
from schemagen.scale.fast.shapes import Shape, UntypableError, merge
from schemagen.scale.fast.texts import Texts
from schemagen.tally import Sighting, Tally
from schemagen.validator.case import Case
from schemagen.validator.headers import check_headers
from schemagen.validator.transport import check_content, check_status

_MOST = 20_000  # sets of headers, and codes with their messages, that are kept as known
_QUOTE = b'"'
_SEVERAL = object()  # a header that is there under several spellings

_Code: TypeAlias = tuple[
    Any, Any, Any
]  # a code, its message if it has documented ones, and the status beside it

Bodies: TypeAlias = Sequence[msgspec.Raw] | Sequence[str]
"""Bodies as they stand in a recording, as JSON values or as texts; or all of them as texts that were decoded."""

_decode_text = msgspec.json.Decoder(str).decode


@dataclasses.dataclass(frozen=True, slots=True)
class Headers:
    """The headers of responses, of which some may matter. `spellings`: how their names are written, by lower case."""

    values: Sequence[dict[str, Any]]
    spellings: Mapping[str, Sequence[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Responses by columns. Without `headers`, there is nothing in them but a media type that every contract takes,
    unless `is_bare`: then none were recorded. Bodies are None where none were recorded.
    """

    statuses: Sequence[int]
    bodies: Bodies | None
    headers: Headers | None = None
    is_bare: bool = False

    def only(self, positions: Sequence[int]) -> Group:
        """Those at these positions."""
        if len(positions) == len(self.statuses):
            return self
        bodies = pick(positions, self.bodies) if self.bodies is not None else None
        headers = (
            Headers(pick(positions, self.headers.values), self.headers.spellings) if self.headers else None
        )
        return Group(pick(positions, self.statuses), bodies, headers, self.is_bare)


def pick(positions: Sequence[int], column: Sequence[Any]) -> Sequence[Any]:
    """The values at these positions."""
    if len(positions) > 1:
        return operator.itemgetter(*positions)(column)  # type: ignore[no-any-return]
    return [column[position] for position in positions]


@dataclasses.dataclass(frozen=True, slots=True)
class _Status:
    """What is known of one status: what judges it, the names of the headers that matter, and what is seen anyway.

    `bare` is what is seen where there is no code.
    """

    selection: Selection
    names: tuple[str, ...]
    code_names: frozenset[str]
    every: Sighting
    bare: Sighting


class Judge:
    """Knows what must hold for responses that `contract` makes errors of, at the statuses that were added."""

    def __init__(self, contract: Contract, evidence: str, limits: Limits) -> None:
        self.contract = contract
        self.shapes: dict[int, Shape] = {}
        self._match = contract.id, evidence
        self._limits = limits
        self._statuses: dict[int, _Status] = {}
        self._not_calm: set[int] = set()  # where a media type alone is not enough of headers
        self._names: tuple[str, ...] = ()
        self._decode: Any = None
        self._lane: Lane | None = None
        self._texts = {code.value: Texts(code) for code in contract.codes if code.texts}
        self._good_headers: dict[tuple[Any, ...], bool] = {}
        self._seen_together: dict[tuple[Any, ...], tuple[Sighting, ...]] = {}
        self._shown: dict[Row, tuple[Sighting, ...]] = {}  # nothing for rows that are wrong

    def add(self, status: int) -> None:
        """Takes responses with this status, too.

        Raises:
            UntypableError: they are built otherwise than those that it has, or must all be judged the usual way.
        """
        shapes = {**self.shapes, status: shape_of(self.contract, status)}
        merge(shapes)
        known = self._statuses[status] = _known_of(self.contract, status)
        if self._finds_in(status, ()):
            raise UntypableError("something to find whatever the body is")
        response = known.selection.response
        media = ((response.media if response else ()) or self.contract.media)[:1]
        if self._finds_in(status, tuple(("content-type", each) for each in media)):
            self._not_calm.add(status)
        self.shapes = shapes
        names = itertools.chain.from_iterable(self._statuses[each].names for each in shapes)
        self._names = tuple(dict.fromkeys(names))
        self._good_headers.clear()
        self._lane = None

    def count(self, group: Group, tally: Tally) -> Collection[int]:
        """Counts what is proven to be without any finding; gives the positions of the others."""
        every = range(len(group.statuses))
        if group.bodies is None:
            return every
        lane = self._lane or self._prepare()
        found = Examination(group.statuses)
        decoded = _decode_bodies(self._decode, group.bodies, found.bad)
        if len(found.bad) == len(every):
            return every
        if group.headers is not None:
            found.bad.update(self._with_findings(group.statuses, group.headers))
        elif not group.is_bare:
            found.bad.update(itertools.compress(every, map(self._not_calm.__contains__, group.statuses)))
        lane.look(found, decoded, every)
        shown = self._show_rows(lane, lane.rows(group.statuses, decoded))
        if () in shown:
            found.bad.update(position for position in every if not shown[position])
        self._count(found, shown, tally)
        return found.bad

    def _prepare(self) -> Lane:
        shape = merge(self.shapes)
        self._decode = msgspec.json.Decoder(shape.type).decode
        self._lane = Lane(shape, self._texts)
        self._shown.clear()
        return self._lane

    def _with_findings(self, statuses: Sequence[int], headers: Headers) -> Iterator[int]:
        """The positions of responses whose headers give something to find. Where there are none, nothing is said."""
        columns = [_column(headers.values, headers.spellings.get(name, ())) for name in self._names]
        keys = list(zip(statuses, *columns, strict=True))
        wrong = {key for key in set(keys) if not self._is_good(key)}
        if wrong:
            yield from (
                position for position, key in enumerate(keys) if key in wrong and headers.values[position]
            )

    def _is_good(self, key: tuple[Any, ...]) -> bool:
        good = self._good_headers.get(key)
        if good is None:
            status, *values = key
            named = {
                name: value for name, value in zip(self._names, values, strict=True) if value is not None
            }
            good = _SEVERAL not in values
            if good:  # without a media type, it depends on the others whether there are headers at all
                headers = _read_headers(named)
                good = "content-type" in dict(headers) and not self._finds_in(status, headers)
            if len(self._good_headers) < _MOST:
                self._good_headers[key] = good
        return good

    def _finds_in(self, status: int, headers: tuple[tuple[str, str], ...]) -> bool:
        """Whether the validator finds something in the status and the headers, whatever the body is."""
        known = self._statuses[status]
        exchange = Exchange(Origin(""), Response(status, headers, b"{}", decoded=True), Request())
        case = Case(self.contract, exchange, Body(b"{}", {}, is_json=True), known.selection, self._limits)
        found = itertools.chain(check_status(case), check_content(case), check_headers(case))
        return any(True for _ in found) or any(name in known.code_names for name, _ in headers)

    def _count(self, found: Examination, shown: list[tuple[Sighting, ...]], tally: Tally) -> None:
        """Counts the good ones, and what is seen in them: what their rows show, each thing once for each body."""
        good = len(found.statuses) - len(found.bad)
        for name in ("exchanges", "error_responses", "checked"):
            tally.counts[name] += good
        tally.matches[self._match] += good
        if found.told:
            for owner, codes in self._further(found).items():
                shown[owner] = self._together(found.statuses[owner], shown[owner], tuple(codes))
        for owner in found.bad:
            shown[owner] = ()
        tally.seen.update(itertools.chain.from_iterable(shown))

    def _further(self, found: Examination) -> dict[int, list[_Code]]:
        """The codes that stand in lists and the like, by the positions of their bodies."""
        further: dict[int, list[_Code]] = collections.defaultdict(list)
        texts = self._texts
        for told in found.told:
            messages = [
                message if code in texts else None
                for code, message in zip(told.codes, told.messages, strict=True)
            ]
            for owner, key in zip(
                told.owners, zip(told.codes, messages, told.statuses, strict=True), strict=True
            ):
                further[owner].append(key)
        return further

    def _together(
        self, status: int, seen: tuple[Sighting, ...], further: tuple[_Code, ...]
    ) -> tuple[Sighting, ...]:
        """What is seen in a body with the row that shows `seen`, and with further codes; each thing once."""
        key = status, seen, further
        together = self._seen_together.get(key)
        if together is None:
            shown = frozenset[Sighting]().union(*(self._show_code(status, *code) for code in further))
            together = tuple(shown.union(seen) - ({self._statuses[status].bare} if shown else set()))
            if len(self._seen_together) < _MOST:
                self._seen_together[key] = together
        return together

    def _show_rows(self, lane: Lane, rows: list[Row]) -> list[tuple[Sighting, ...]]:
        """What is seen in responses with these rows; nothing where it is not proven."""
        known = self._shown
        shown: list[Any] = list(map(known.get, rows))
        if None in shown:
            if len(known) > _MOST:
                known.clear()
            for position, row in enumerate(rows):
                if shown[position] is None:
                    known[row] = shown[position] = self._show_row(lane, row)
        return shown

    def _show_row(self, lane: Lane, row: Row) -> tuple[Sighting, ...]:
        if not lane.holds(row):
            return ()
        known = self._statuses[row[0]]
        seen = frozenset[Sighting]().union(*(self._show_code(row[0], *each) for each in lane.codes(row)))
        return known.every, *(seen or (known.bare,))

    def _show_code(self, status: int, code: Any, message: Any, said: Any) -> frozenset[Sighting]:
        """What a code shows that stands beside a message and a status."""
        meant = self._texts[code].meant(message) if code in self._texts else ()
        text = str(said)
        under = int(text) if len(text) == 3 and text.isascii() and text.isdigit() else status
        characters = self._limits.value_characters
        return frozenset(sightings_of_code(self.contract, code, meant, under, characters))


def _known_of(contract: Contract, status: int) -> _Status:
    selection = contract.select(status)
    documented = selection.response.headers if selection.response else contract.headers
    names = dict.fromkeys(("content-type", *(header.name.lower() for header in documented)))
    codes = frozenset(header.name.lower() for header in documented if header.role == "code")
    every, bare = sorted(sightings(contract, status), key=lambda sighting: sighting[1] != "response")
    return _Status(selection, tuple(names), codes, every, bare)


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
        read = _read_headers(headers)
        if any(name in self._codes for name, _ in read):
            return None
        return bool(read), *(header for header in read if header[0] in self._mattering)

    def _is_taken(self, media: str) -> bool:
        response = Response(400, (("content-type", media),), b"{}", decoded=True)
        exchange, body = Exchange(Origin(""), response, Request()), Body(b"{}", {}, is_json=True)
        cases = (
            Case(contract, exchange, body, selection, limits) for contract, selection, limits in self._cases
        )
        return not any(True for case in cases for _ in check_content(case))


def _decode_bodies(decode: Any, bodies: Bodies, bad: set[int]) -> list[Any]:
    """The bodies decoded, be they JSON values or texts of JSON. The positions of those that are refused are put into
    `bad`; another one stands in the place of each, so that columns have no holes.
    """
    if _is_quoted(bodies[0]):
        texts, _ = decode_each(_decode_text, bodies)
        decoded, refused = decode_each(decode, [text or "" for text in texts])
    else:
        decoded, refused = decode_each(decode, bodies)
        for position in [each for each in refused if _is_quoted(bodies[each])]:
            ((text,), _) = decode_each(_decode_text, [bodies[position]])
            ((decoded[position],), _) = decode_each(decode, [text or ""])
        refused = [position for position in refused if decoded[position] is None]
    if refused:
        bad.update(refused)
        filling = next((value for value in decoded if value is not None), None)
        for position in refused:
            decoded[position] = filling
    return decoded


def _is_quoted(body: msgspec.Raw | str) -> bool:
    return not isinstance(body, str) and memoryview(body)[:1] == _QUOTE


def _column(headers: Sequence[dict[str, Any]], spellings: Sequence[str]) -> Iterable[Any]:
    """The values of a header, None where it is not there."""
    if not spellings:
        return itertools.repeat(None, len(headers))
    if len(spellings) == 1:
        name = spellings[0]
        return [each.get(name) for each in headers]
    return [_only([each[name] for name in spellings if name in each]) for each in headers]


def _only(values: Sequence[Any]) -> Any:
    return _SEVERAL if len(values) > 1 else values[0] if values else None


def _read_headers(named: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return read_headers(
        {name: list(value) if isinstance(value, tuple) else value for name, value in named.items()}
    )
