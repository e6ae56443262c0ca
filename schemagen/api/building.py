"""From definitions to proof, and to what is written of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from schemagen.api.arguments import (
    COUNT,
    FOLDER,
    LIMITS,
    NAME,
    OPTIONAL_TEXT,
    PATH,
    TEXT,
    check_kind,
    check_word,
    each,
)
from schemagen.api.definitions import Definition, Name, collect
from schemagen.api.proving import prove
from schemagen.contract import Variant
from schemagen.display import shown
from schemagen.errors import OutputError
from schemagen.findings import Finding, Severity, worst
from schemagen.limits import DEFAULTS, Limits
from schemagen.report import Counts, Report, singly
from schemagen.settings import OPENAPI, VARIANTS


def check(
    definitions: Name | Iterable[Name] = (),
    *,
    folder: Name | None = None,
    limits: Limits = DEFAULTS,
    jobs: int = 1,
) -> Report:
    """Reads and proves definitions and writes nothing: those named, else those of `folder`, else the shipped ones.

    At most `jobs` processes prove them; the report is the same with any number. A script that wants several has to stand
    below `if __name__ == "__main__":`, as with `multiprocessing`.

    Raises:
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError, ValueError: an argument is of another kind, or none of the words that there are.
    """
    _, found = _chosen(definitions, folder, limits, jobs)
    findings = [item for items, _ in prove(found, OPENAPI, jobs=jobs) for item in items]
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
    command: str = "schemagen build",
    limits: Limits = DEFAULTS,
    jobs: int = 1,
) -> Report:
    """Proves definitions and writes what they amount to below the folder `output`: schemas, OpenAPI fragments, pages.

    Definitions are chosen as in `check`; without names, what stands in `output` for other ids is removed. Nothing is
    written when there is an error. Without `write`, nothing is written at all, and each file that is missing,
    different or left over is an error, whose hint is to run `command`. At most `jobs` processes prove.

    Raises:
        OutputError: a file could not be written; each file is either the old one or the new one.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError, ValueError: an argument is of another kind, or none of the words that there are.
    """
    from schemagen import emitters, storage

    check_kind("output", output, PATH)
    check_kind("templates", templates, FOLDER)
    check_kind("base_uri", base_uri, OPTIONAL_TEXT)
    check_word("schemas", schemas, VARIANTS)
    versions = each("openapi", openapi, TEXT)
    for version in versions:
        check_word("openapi", version, OPENAPI)
    chosen, found = _chosen(definitions, folder, limits, jobs)
    options = emitters.Options(schemas, base_uri, None if templates is None else Path(templates))
    proved = prove(found, versions, options, jobs)
    findings = [item for items, _ in proved for item in items]
    if worst(findings) is not Severity.ERROR:
        artifacts = [
            *emitters.emit_shared(),
            *(artifact for _, artifacts in proved for artifact in artifacts),
        ]
        if write:
            findings += storage.write(artifacts, Path(output), complete=not chosen)
        else:
            findings += storage.compare(artifacts, Path(output), complete=not chosen, command=command)
    return _report("build", findings, found)


def docs(
    output: Name,
    definitions: Name | Iterable[Name] = (),
    *,
    folder: Name | None = None,
    to: str | None = None,
    templates: Name | None = None,
    write: bool = True,
    command: str = "schemagen docs",
    limits: Limits = DEFAULTS,
    jobs: int = 1,
) -> Report:
    """Proves definitions and writes references of them below the folder `output`, in the form `to` (`reference.TARGETS`).

    Definitions, `output`, `write`, `command` and `jobs` are as in `build`; but a site is whole: what stands in `output` for
    other ids is removed there, whether definitions are named or not. A template in the folder `templates` replaces the
    shipped one of the same name.

    Raises:
        OutputError: a file could not be written (each is either the old one or the new one), or a site stands where
            pages should that are none.
        TemplateError: a template in `templates` is wrong.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError, ValueError: an argument is of another kind, or none of the words that there are.
    """
    from schemagen import reference, storage

    check_kind("output", output, PATH)
    check_kind("templates", templates, FOLDER)
    form = to or reference.DEFAULT
    check_word("to", form, reference.TARGETS)
    chosen, found = _chosen(definitions, folder, limits, jobs)
    findings = [item for items, _ in prove(found, (), jobs=jobs) for item in items]
    if form != reference.SITE and storage.is_generated(Path(output, reference.MARK_OF_SITE)):
        raise OutputError(
            f"{shown(os.fspath(output))}: there is a site in it; name another folder, or remove it"
        )
    if worst(findings) is not Severity.ERROR:
        references = [reference.describe(definition.require()) for definition in found]
        artifacts = list(reference.TARGETS[form](references, None if templates is None else Path(templates)))
        complete = not chosen or form == reference.SITE
        if write:
            findings += storage.write(artifacts, Path(output), complete=complete)
        else:
            findings += storage.compare(artifacts, Path(output), complete=complete, command=command)
    return _report("docs", findings, found)


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


def _chosen(
    definitions: Name | Iterable[Name], folder: Name | None, limits: Limits, jobs: int
) -> tuple[tuple[Name, ...], list[Definition]]:
    """The names of definitions that are given, and what they name."""
    names: tuple[Name, ...] = each("definitions", definitions, NAME)
    check_kind("folder", folder, FOLDER)
    check_kind("limits", limits, LIMITS)
    check_kind("jobs", jobs, COUNT)
    return names, collect(names, folder, limits, shipped=False)


def _report(command: str, findings: Iterable[Finding], found: Sequence[Definition]) -> Report:
    included = sum(definition.source.shipped for definition in found)
    return Report(command, singly(findings), Counts(inputs=len(found), included=included))
