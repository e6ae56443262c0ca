"""What responses amount to: a report, problem details, or what one body says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from schemagen.api.arguments import (
    BODY,
    COUNT,
    DEFINITION,
    FILTERS,
    FOLDER,
    LIMITS,
    OPTIONAL_TEXT,
    RECORDING,
    STATUS,
    check_kind,
    each,
    filters_of,
    one_or_many,
)
from schemagen.api.definitions import Definition, Name, collect
from schemagen.api.files import list_files
from schemagen.contract import Contract
from schemagen.errors import DefinitionError
from schemagen.exchanges import Exchange, Response
from schemagen.filters import EVERYTHING, Filters
from schemagen.findings import Finding
from schemagen.limits import DEFAULTS, Limits
from schemagen.report import Report

if TYPE_CHECKING:
    from schemagen.api.normalisation import Normalisation
    from schemagen.api.validation import Validation
    from schemagen.identification import Identification
    from schemagen.problems import Problem


def validate(
    recordings: Name | Exchange | Iterable[Name | Exchange],
    *,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    folder: Name | None = None,
    anywhere: bool = False,
    status: int | None = None,
    form: str | None = None,
    only: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    limits: Limits = DEFAULTS,
) -> Report:
    """Checks recorded responses against the definitions named, else against all of `folder` and the shipped ones.

    `recordings` are files (`-` is standard input), folders of files, or exchanges of your own; one alone needs no list.
    `status` is that of a file that is a single body, `form` the format of the recordings where it should not be detected.
    Definitions named are those of their servers, or of all hosts if they are at work `anywhere`.
    `only` and `exclude` are terms as `filters` reads them (`host=…`, `path=…`, `status=…`).

    Raises:
        DefinitionError: a definition has mistakes.
        SettingsError: a term is none.
        SchemagenError: a file cannot be read, or there is no such definition.
        TypeError: an argument is of another kind.
    """
    check_kind("status", status, STATUS)
    check_kind("form", form, OPTIONAL_TEXT)
    terms = filters_of(only, exclude)
    run = begin_validation(definitions, folder=folder, anywhere=anywhere, filters=terms, limits=limits)
    given: tuple[Name | Exchange, ...] = each("recordings", recordings, RECORDING)
    for item in given:
        if isinstance(item, Exchange):
            run.take(item)
        else:
            for name, found_in in list_files(os.fspath(item)):
                run.read_file(name, form=form, status=status, folder=found_in)
    return run.report()


def begin_validation(
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    *,
    folder: Name | None = None,
    anywhere: bool = False,
    filters: Filters = EVERYTHING,
    limits: Limits = DEFAULTS,
    jobs: int = 1,
    scheduler: str = "",
    watch: Callable[[int], None] | None = None,
) -> Validation:
    """A run of `validate` that takes its input bit by bit: what `filters` leave out is only counted, the definitions named
    judge all hosts if they are at work `anywhere`,
    large recordings are judged by at most `jobs` processes, `watch` is told how many responses were. With the address
    of a Dask `scheduler`, its cluster judges all that `Validation.read_files` is given.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError: an argument is of another kind.
    """
    from schemagen.api.validation import Validation

    chosen: tuple[Name | Contract, ...] = each("definitions", definitions, DEFINITION)
    check_kind("filters", filters, FILTERS)
    check_kind("jobs", jobs, COUNT)
    contracts, found = _contracts(chosen, folder, limits)
    return Validation(
        contracts,
        found,
        named=bool(chosen),
        anywhere=anywhere,
        filters=filters,
        limits=limits,
        jobs=jobs,
        scheduler=scheduler,
        watch=watch,
    )


def normalize(
    recordings: Name | Exchange | Iterable[Name | Exchange],
    *,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    folder: Name | None = None,
    anywhere: bool = False,
    status: int | None = None,
    form: str | None = None,
    only: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    limits: Limits = DEFAULTS,
) -> Iterator[Problem | Finding]:
    """Gives every recognised error of the recordings as problem details (RFC 9457), as it is read.

    The arguments are those of `validate`. A finding says what is wrong with a recording; responses that are no error of
    any definition are left out.

    Raises:
        DefinitionError: a definition has mistakes.
        SettingsError: a term is none.
        SchemagenError: a file cannot be read, or there is no such definition.
        TypeError: an argument is of another kind.
    """
    check_kind("status", status, STATUS)
    check_kind("form", form, OPTIONAL_TEXT)
    terms = filters_of(only, exclude)
    run = begin_normalisation(definitions, folder=folder, anywhere=anywhere, filters=terms, limits=limits)
    return _normalized(run, one_or_many("recordings", recordings, RECORDING), form, status)


def begin_normalisation(
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    *,
    folder: Name | None = None,
    anywhere: bool = False,
    filters: Filters = EVERYTHING,
    limits: Limits = DEFAULTS,
) -> Normalisation:
    """A run of `normalize` that takes its input bit by bit, and counts; what `filters` leave out is only counted, and the
    definitions named are those of all hosts if they are at work `anywhere`.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError: an argument is of another kind.
    """
    from schemagen.api.normalisation import Normalisation

    chosen: tuple[Name | Contract, ...] = each("definitions", definitions, DEFINITION)
    check_kind("filters", filters, FILTERS)
    contracts, _ = _contracts(chosen, folder, limits)
    return Normalisation(contracts, named=bool(chosen), filters=filters, limits=limits, anywhere=anywhere)


def identify(
    body: bytes | str,
    *,
    status: int | None = None,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    folder: Name | None = None,
    limits: Limits = DEFAULTS,
) -> Identification:
    """Says which API a body comes from, which code it names, what that means, and whether to try again.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError: an argument is of another kind.
    """
    from schemagen import bodies, identification

    chosen: tuple[Name | Contract, ...] = each("definitions", definitions, DEFINITION)
    check_kind("body", body, BODY)
    check_kind("status", status, STATUS)
    contracts, _ = _contracts(chosen, folder, limits)
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return identification.identify(contracts, status, bodies.read(Response(status or 0, body=raw), limits))


def _normalized(
    run: Normalisation, recordings: Iterable[Name | Exchange], form: str | None, status: int | None
) -> Iterator[Problem | Finding]:
    for item in recordings:
        if isinstance(item, Exchange):
            problem = run.take(item)
            yield from [] if problem is None else [problem]
        else:
            for name, found_in in list_files(os.fspath(item)):
                yield from run.read_file(name, form=form, status=status, folder=found_in)


def _contracts(
    names: Sequence[Name | Contract], folder: Name | None, limits: Limits
) -> tuple[list[Contract], list[Definition]]:
    """The contracts that are given, or read by name; without `names`, all. With them, what was read.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    check_kind("folder", folder, FOLDER)
    check_kind("limits", limits, LIMITS)
    given = [name for name in names if isinstance(name, Contract)]
    to_read = [name for name in names if not isinstance(name, Contract)]
    found = collect(to_read, folder, limits, contract_only=True) if to_read or not given else []
    mistaken = [definition for definition in found if not definition.is_sound]
    if mistaken:
        told = ", ".join(definition.source.name for definition in mistaken)
        findings = tuple(item for definition in mistaken for item in definition.findings)
        raise DefinitionError(f"mistakes in {told}: nothing was checked", findings)
    return given + [definition.require() for definition in found], found
