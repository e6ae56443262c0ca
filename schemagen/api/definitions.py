"""Which definitions there are, and the way of each from its file to its contract.

Definitions are found by id or by file. Those of the user's own folder win over the shipped ones of the same id.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from schemagen import precompiled, resources
from schemagen.api.files import read_file
from schemagen.contract import Contract
from schemagen.display import shown
from schemagen.errors import DefinitionError, InputError, UnknownDefinitionError
from schemagen.findings import Finding, Place, Severity, order, worst
from schemagen.limits import DEFAULTS, Limits
from schemagen.nearest import nearest

if TYPE_CHECKING:
    from schemagen.documents import Document
    from schemagen.precompiled import Lines

Name: TypeAlias = str | os.PathLike[str]

_SUFFIXES = (".yaml", ".yml")
_BOUNDS = (
    "definition_bytes",
    "yaml_depth",
    "yaml_nodes",
    "pattern_length",
)  # those that a definition can break


class Source(NamedTuple):
    """The file of a definition: its id by the file's name, and its own name as findings show it."""

    id: str
    path: Path
    name: str
    shipped: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Definition:
    """A definition as far as it could be read; `findings` are its mistakes, with lines and in order.

    One that was compiled before has no document, but line and column (from 1) of all values, by pointer.
    """

    source: Source
    data: bytes
    document: Document | None
    contract: Contract | None
    findings: tuple[Finding, ...]
    lines: Lines | None = None

    @property
    def id(self) -> str:
        """The id that it says, also where it has mistakes; else that of its file's name."""
        if self.contract is not None:
            return self.contract.id
        data = self.document.data if self.document is not None else None
        said = data.get("id") if isinstance(data, dict) else None
        return said if isinstance(said, str) else self.source.id

    @property
    def is_sound(self) -> bool:
        """Whether it can be used: it has no mistakes that are errors."""
        return self.contract is not None and worst(self.findings) is not Severity.ERROR

    def locate(self, item: Finding) -> Finding:
        """`item` with the lines of its places in this definition."""
        related = None if item.related is None else self._located(item.related)
        return dataclasses.replace(item, place=self._located(item.place), related=related)

    def _located(self, place: Place) -> Place:
        if place.source != self.source.name:
            return place
        if self.document is not None:
            return self.document.locate(place)
        pointer = place.pointer
        while self.lines and pointer not in self.lines:
            pointer = pointer[:-1]
        line, column = self.lines[pointer] if self.lines else (None, None)
        return dataclasses.replace(place, line=line, column=column)

    def require(self) -> Contract:
        """The contract.

        Raises:
            DefinitionError: the definition has mistakes.
        """
        if self.contract is None or not self.is_sound:
            raise DefinitionError(f"mistakes in {self.source.name}", self.findings)
        return self.contract


def sources(folder: Name | None = None) -> list[Source]:
    """The definitions of `folder`, then the shipped ones whose ids are not among them.

    Raises:
        InputError: the folder cannot be listed.
    """
    own = [] if folder is None else _listed(Path(folder), shipped=False)
    ids = {source.id for source in own}
    return own + [source for source in _listed(resources.specs(), shipped=True) if source.id not in ids]


def find(name: Name, folder: Name | None = None, limits: Limits = DEFAULTS) -> Source:
    """The definition of that id, or in that file: what has a `/` or ends in `.yaml` is a file, `-` is standard input.

    Raises:
        UnknownDefinitionError: there is none; the message names the nearest id.
        InputError: it is a folder, or the folder cannot be listed.
    """
    text = os.fspath(name)
    if text == "-" or "/" in text or os.sep in text or text.endswith(_SUFFIXES) or not isinstance(name, str):
        if "\0" in text:
            raise InputError(f"{shown(text)}: no name of a file")
        if Path(text).is_dir():
            raise _folder_error(text)
        return Source(Path(text).stem, Path(text), shown(text))
    known = {source.id: source for source in sources(folder)}
    if text in known:
        return known[text]
    by_content = {read(source, limits).id: source for source in known.values() if not source.shipped}
    if text in by_content:
        return by_content[text]
    if text and "\0" not in text and Path(text).is_dir():
        raise _folder_error(text)
    ids = sorted({*known, *by_content})
    close = nearest(text, ids)
    hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(ids)}"
    raise UnknownDefinitionError(f"there is no definition '{shown(text, 60)}'; {shown(hint, 300)}")


def load(definition: Name, *, folder: Name | None = None, limits: Limits = DEFAULTS) -> Contract:
    """The contract of a definition: an id (of a shipped definition, or of one in `folder`) or a file.

    Raises:
        DefinitionError: the definition has mistakes; they are its `findings`.
        SchemagenError: there is no such definition, or it cannot be read.
        TypeError: an argument is of another kind.
    """
    from schemagen.api.arguments import FOLDER, LIMITS, NAME, check_kind

    check_kind("definition", definition, NAME)
    check_kind("folder", folder, FOLDER)
    check_kind("limits", limits, LIMITS)
    return read(find(definition, folder, limits), limits, contract_only=True).require()


def read(source: Source, limits: Limits = DEFAULTS, *, contract_only: bool = False) -> Definition:
    """Reads and compiles a definition; its mistakes are in its findings.

    With `contract_only`, a shipped one is not compiled again, and has no document.

    Raises:
        InputError: the file cannot be read.
    """
    data = read_file(os.fspath(source.path), limits.definition_bytes, "definition_bytes")
    if contract_only and all(getattr(limits, name) >= getattr(DEFAULTS, name) for name in _BOUNDS):
        known = precompiled.find(source.id, data, source.name)
        if known is not None:
            return Definition(source, data, None, known.contract, (), known.lines)
    return _compiled(source, data, limits)


def _compiled(source: Source, data: bytes, limits: Limits) -> Definition:
    from schemagen import definitions, documents
    from schemagen.compiler import compile_format

    document, findings = documents.read(data, source.name, limits)
    contract = None
    if document is not None:
        form, more = definitions.read(document, limits)
        findings = [*findings, *more]
        if form is not None:
            contract, more = compile_format(form)
            findings += more
    found = Definition(source, data, document, contract, ())
    return dataclasses.replace(found, findings=tuple(sorted(map(found.locate, findings), key=order)))


def collect(
    names: Iterable[Name] = (),
    folder: Name | None = None,
    limits: Limits = DEFAULTS,
    *,
    shipped: bool = True,
    contract_only: bool = False,
) -> list[Definition]:
    """The definitions called `names`; without names, all: those of `folder`, and the shipped ones.

    Without `shipped`, the shipped ones are left out where there is a folder: they are not the user's to build.
    `contract_only` is for `read`.

    Raises:
        UnknownDefinitionError: there is none of that name.
        InputError: a file cannot be read, the folder has no definitions, or two definitions have one id.
    """
    wanted = [find(name, folder, limits) for name in names]
    if not wanted:
        wanted = sources(folder)
        if folder is not None and not shipped:
            wanted = [source for source in wanted if not source.shipped]
            if not wanted:
                text = shown(os.fspath(folder))
                raise InputError(
                    f"{text}: no definitions (*.yaml) there; `schemagen new {text}/acme.yaml` starts one"
                )
    files = {os.path.realpath(source.path): source for source in wanted}
    return _distinct([read(source, limits, contract_only=contract_only) for source in files.values()])


def _folder_error(name: str) -> InputError:
    return InputError(f"{shown(name)}: a folder; --definitions {shown(name)} takes all that is in it")


def _distinct(found: Sequence[Definition]) -> list[Definition]:
    """Without the shipped definitions whose ids the user's own have."""
    by_id: dict[str, Definition] = {}
    kept: list[Definition] = []
    for definition in sorted(found, key=lambda each: each.source.shipped):
        first = by_id.setdefault(definition.id, definition)
        if first is definition:
            kept.append(definition)
        elif not definition.source.shipped:
            names = f"{first.source.name} and {definition.source.name}"
            raise InputError(
                f"{names} have the same id '{shown(definition.id, 63)}'; one of them needs another"
            )
    return sorted(kept, key=lambda each: each.id)


def _listed(folder: Path, *, shipped: bool) -> list[Source]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    except OSError as problem:
        raise InputError(f"{shown(os.fspath(folder))}: {problem.strerror}") from problem
    return [Source(path.stem, path, _shown_name(path, shipped=shipped), shipped) for path in paths]


def _shown_name(path: Path, *, shipped: bool) -> str:
    """A file as the user would name it; a shipped one is in no place that users know."""
    return f"included:{path.name}" if shipped else shown(path.as_posix())
