"""The library's functions: each composes the rooms for one purpose and resolves positions, as the commands need it too.

A mistake in what is read is a finding in the report; what could not be done at all is a `SchemagenError`.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from schemagen.api import definitions as _definitions
from schemagen.api.definitions import Definition, Name, collect
from schemagen.api.files import list_files, read_file
from schemagen.contract import Contract, Variant
from schemagen.display import shown
from schemagen.errors import DefinitionError, InputError
from schemagen.exchanges import Exchange, Response
from schemagen.filters import EVERYTHING, Filters, parse
from schemagen.findings import Finding, Severity, worst
from schemagen.limits import DEFAULTS, Limits
from schemagen.report import Counts, Report, singly
from schemagen.rules import RULES

if TYPE_CHECKING:
    from schemagen.api.normalisation import Normalisation
    from schemagen.api.validation import Validation
    from schemagen.identification import Identification
    from schemagen.problems import Problem
    from schemagen.rendering import Artifact

__all__ = [
    "artifact",
    "begin_normalisation",
    "begin_validation",
    "build",
    "check",
    "collect",
    "docs",
    "identify",
    "list_files",
    "load",
    "new",
    "normalize",
    "read_file",
    "recording_forms",
    "validate",
]

T = TypeVar("T")

OPENAPI = ("3.0", "3.1", "3.2")


def load(definition: Name, *, folder: Name | None = None, limits: Limits = DEFAULTS) -> Contract:
    """The contract of a definition: an id (of a shipped definition, or of one in `folder`) or a file.

    Raises:
        DefinitionError: the definition has mistakes; they are its `findings`.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    source = _definitions.find(definition, folder, limits)
    return _definitions.read(source, limits, contract_only=True).require()


def check(
    definitions: Name | Iterable[Name] = (), *, folder: Name | None = None, limits: Limits = DEFAULTS
) -> Report:
    """Reads and proves definitions and writes nothing: those named, else those of `folder`, else the shipped ones.

    Raises:
        SchemagenError: there is no such definition, or it cannot be read.
    """
    chosen: tuple[Name, ...] = _each(definitions)
    found = collect(chosen, folder, limits, shipped=False)
    findings = [item for definition in found for item in _proved(definition, OPENAPI)[0]]
    return _report("check", findings, found)


def build(
    output: Name,
    definitions: Name | Iterable[Name] = (),
    *,
    folder: Name | None = None,
    openapi: Sequence[str] = OPENAPI,
    schemas: Variant = "tolerant",
    base_uri: str | None = None,
    templates: Name | None = None,
    write: bool = True,
    limits: Limits = DEFAULTS,
) -> Report:
    """Proves definitions and writes what they amount to below the folder `output`: schemas, OpenAPI fragments, pages.

    Definitions are chosen as in `check`; without names, what stands in `output` for other ids is removed. Nothing is
    written when there is an error. Without `write`, nothing is written at all, and each file that is missing,
    different or left over is an error.

    Raises:
        OutputError: a file could not be written; each file is either the old one or the new one.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    from schemagen import emitters, storage

    chosen: tuple[Name, ...] = _each(definitions)
    found = collect(chosen, folder, limits, shipped=False)
    options = emitters.Options(schemas, base_uri, None if templates is None else Path(templates))
    proved = [_proved(definition, openapi, options) for definition in found]
    findings = [item for items, _ in proved for item in items]
    if worst(findings) is not Severity.ERROR:
        artifacts = [
            *emitters.emit_shared(),
            *(artifact for _, artifacts in proved for artifact in artifacts),
        ]
        keep = storage.write if write else storage.compare
        findings += keep(artifacts, Path(output), complete=not chosen)
    return _report("build", findings, found)


def docs(
    output: Name,
    definitions: Name | Iterable[Name] = (),
    *,
    folder: Name | None = None,
    to: str | None = None,
    templates: Name | None = None,
    write: bool = True,
    limits: Limits = DEFAULTS,
) -> Report:
    """Proves definitions and writes references of them below the folder `output`, in the form `to` (`reference.TARGETS`).

    Definitions, `output` and `write` are as in `build`. A template in the folder `templates` replaces the shipped one of
    the same name.

    Raises:
        OutputError: a file could not be written; each file is either the old one or the new one.
        TemplateError: a template in `templates` is wrong.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    from schemagen import reference, storage

    chosen: tuple[Name, ...] = _each(definitions)
    found = collect(chosen, folder, limits, shipped=False)
    findings = [item for definition in found for item in _proved(definition, ())[0]]
    if worst(findings) is not Severity.ERROR:
        target = reference.TARGETS[to or reference.DEFAULT]
        references = [reference.describe(definition.require()) for definition in found]
        artifacts = list(target(references, None if templates is None else Path(templates)))
        if write:
            findings += storage.write(artifacts, Path(output), complete=not chosen)
        else:
            findings += storage.compare(artifacts, Path(output), complete=not chosen, command="docs")
    return _report("docs", findings, found)


def validate(
    recordings: Name | Exchange | Iterable[Name | Exchange],
    *,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    folder: Name | None = None,
    status: int | None = None,
    form: str | None = None,
    only: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    limits: Limits = DEFAULTS,
) -> Report:
    """Checks recorded responses against the definitions named, else against all of `folder` and the shipped ones.

    `recordings` are files (`-` is standard input), folders of files, or exchanges of your own; one alone needs no list.
    `status` is that of a file that is a single body, `form` the format of the recordings where it should not be detected.
    `only` and `exclude` are terms as `filters` reads them (`host=…`, `path=…`, `status=…`).

    Raises:
        DefinitionError: a definition has mistakes.
        SettingsError: a term is none.
        SchemagenError: a file cannot be read, or there is no such definition.
    """
    terms = parse(only, exclude)
    run = begin_validation(definitions, folder=folder, filters=terms, limits=limits)
    given: tuple[Name | Exchange, ...] = _each(recordings)
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
    """
    from schemagen.api.validation import Validation

    chosen: tuple[Name | Contract, ...] = _each(definitions)
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
    """
    run = begin_normalisation(definitions, folder=folder, filters=parse(only, exclude), limits=limits)
    return _normalized(run, _one_or_many(recordings), form, status)


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
    """
    from schemagen.api.normalisation import Normalisation

    chosen: tuple[Name | Contract, ...] = _each(definitions)
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
    """
    from schemagen import bodies, identification

    chosen: tuple[Name | Contract, ...] = _each(definitions)
    contracts, _ = _contracts(chosen, folder, limits)
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return identification.identify(contracts, status, bodies.read(Response(status or 0, body=raw), limits))


def artifact(definition: Definition, name: str, *, as_json: bool = False) -> str:
    """The text of one of the files that `build` writes: `schema`, `exact`, `openapi-3.1`, `codes`, `reference`.

    With `as_json`, YAML becomes JSON, and of the reference it is what templates get.

    Raises:
        DefinitionError: the definition has mistakes.
        KeyError: there is no artifact of that name.
    """
    from schemagen import emitters, rendering
    from schemagen.verification.reading import read_back

    if as_json and name == "reference":
        from schemagen import reference

        return rendering.to_json(reference.as_data(reference.describe(definition.require())))
    made = next(emitters.emit(definition.require(), names=[name]))
    if not as_json or made.path.endswith(".json"):
        return made.text
    (read,), _ = read_back([made], definition.source.name)
    return rendering.to_json(read.data)


def new(
    name: str,
    *,
    file: str = "",
    body: bytes | None = None,
    status: int | None = None,
    schema: str = "",
    built: bool = False,
) -> str:
    """The text of a commented definition to start from; see `scaffold.scaffold`. `body` is an example in JSON.

    Raises:
        InputError: `body` is not JSON.
    """
    from schemagen import scaffold

    value = None if body is None else _json(body)
    return scaffold.scaffold(name, file=file, body=value, status=status, schema=schema, built=built)


def recording_forms() -> tuple[str, ...]:
    """The names of the forms of recordings that can be read."""
    from schemagen import recordings

    return tuple(recordings.FORMS)


def _each(given: T | Iterable[T]) -> tuple[T, ...]:
    """What is given as a list; one alone, which a text is, counts as a list of it."""
    return tuple(_one_or_many(given))


def _one_or_many(given: T | Iterable[T]) -> Iterable[T]:
    """The same, not read before it is asked for."""
    if isinstance(given, str | os.PathLike | Contract | Exchange):
        return (cast("T", given),)
    return cast("Iterable[T]", given)


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
    given = [name for name in names if isinstance(name, Contract)]
    to_read = [name for name in names if not isinstance(name, Contract)]
    found = collect(to_read, folder, limits, contract_only=True) if to_read or not given else []
    mistaken = [definition for definition in found if not definition.is_sound]
    if mistaken:
        names = ", ".join(definition.source.name for definition in mistaken)
        findings = tuple(item for definition in mistaken for item in definition.findings)
        raise DefinitionError(f"mistakes in {names}: nothing was checked", findings)
    return given + [definition.require() for definition in found], found


def _proved(
    definition: Definition, openapi: Sequence[str], options: Any = None
) -> tuple[list[Finding], list[Artifact]]:
    """The definition's findings with those of its proof, and its artifacts; a mistaken one has none."""
    from schemagen import emitters, verification

    if not definition.is_sound:
        return list(definition.findings), []
    contract = definition.require()
    names = [name for name in emitters.EMITTERS if not name.startswith("openapi-") or name[8:] in openapi]
    artifacts = list(emitters.emit(contract, options or emitters.DEFAULTS, names))
    proof = [definition.locate(item) for item in verification.prove(contract, artifacts)]
    return [*definition.findings, *proof], artifacts


def _report(command: str, findings: Iterable[Finding], found: Sequence[Definition]) -> Report:
    included = sum(definition.source.shipped for definition in found)
    return Report(command, singly(findings), Counts(inputs=len(found), included=included))


def _json(body: bytes) -> Any:
    """The JSON value of an example; nested so deep as a definition may be that holds it."""
    from schemagen import bodies

    limits = dataclasses.replace(DEFAULTS, json_depth=DEFAULTS.yaml_depth // 2)
    read = bodies.read(Response(0, body=body), limits)
    if read.is_json:
        return read.value
    facts = {name: ", ".join(fact) if isinstance(fact, tuple) else fact for name, fact in read.facts}
    reason = RULES[read.problem].message.format(**facts) if read.problem else "it is empty"
    raise InputError(f"the example is not JSON: {shown(reason)}")
