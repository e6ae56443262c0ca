"""From a Document to an ErrorFormat: the shape by our published schema, then the meaning.

`shape` and `texts` say what cannot be read; the readers (`heading`, `members`, `bodies`, `responses`, `catalogue`,
`conditions`, `examples`) read the rest, each construct where its name says; `references`, `roles`, `constraints` and
`placement` look at the whole. All of them yield findings, so that several mistakes are reported at once. Nothing here
knows YAML beyond how a place is written, and nothing knows JSON Schema beyond our published schema and trying values.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from schemagen.definitions.bodies import read_own_body, read_schemas
from schemagen.definitions.catalogue import gather_codes, read_entries
from schemagen.definitions.conditions import read_when
from schemagen.definitions.constraints import check_constraints
from schemagen.definitions.examples import read_examples
from schemagen.definitions.heading import (
    read_id,
    read_link,
    read_media,
    read_placeholder,
    read_prefix,
    read_rules,
    read_servers,
    read_texts,
)
from schemagen.definitions.members import ANNOTATIONS, CONSTRAINTS, read_headers
from schemagen.definitions.placement import check_messages, check_placement, check_retries, check_ties
from schemagen.definitions.references import check_references
from schemagen.definitions.responses import read_responses
from schemagen.definitions.roles import check_roles
from schemagen.definitions.shape import check_shape, schema
from schemagen.definitions.shapes import Shapes
from schemagen.definitions.spots import Reading, Scope, Spot
from schemagen.definitions.texts import lost_texts
from schemagen.documents import Document
from schemagen.findings import Finding, Severity, order
from schemagen.limits import DEFAULTS, Limits
from schemagen.model import Body, ErrorFormat, ObjectSchema, Scalar, Schema
from schemagen.phrases import SCHEMA_NAME
from schemagen.pointers import Pointer

VERSION = 1  # of the language

__all__ = ["VERSION", "read", "schema"]


def read(document: Document, limits: Limits = DEFAULTS) -> tuple[ErrorFormat | None, list[Finding]]:
    """The error format that a document defines, and what was found; no format if that is an error. Never raises."""
    root = Spot(Scope(document, limits, _schema_names(document.data)), (), document.data)
    if not _is_known_version(root):
        return None, [root["schemagen"].finding("unknown-version", version=root["schemagen"].written)]
    found, explained = lost_texts(root)
    misshapen, unfit = check_shape(root, explained)
    found += misshapen
    root = dataclasses.replace(root, scope=dataclasses.replace(root.scope, unfit=unfit | explained))
    form = None
    if () not in unfit:
        form = _drain(_read_format(root), found)
        found += _check_whole(root, form, found)
    found = sorted(
        (_with_hint(document.data, item) for item in found), key=lambda item: _position(document, item)
    )
    is_good = all(item.severity is not Severity.ERROR for item in found)
    return (form if is_good else None), found


def _position(document: Document, item: Finding) -> tuple[object, ...]:
    """Findings come in the order of the text."""
    place = document.locate(item.place)
    return (place.line or 0, place.column or 0, order(item))


def _is_known_version(root: Spot) -> bool:
    """Only a version that is a number and another one ends the reading; what is no version at all is misshapen."""
    version = root["schemagen"].value
    return isinstance(version, bool) or not isinstance(version, int | float) or version == VERSION


def _schema_names(data: Any) -> frozenset[str]:
    """What phrases may name: the schemas as written, also those that cannot be read, and `Body` where it is one."""
    parts = data if isinstance(data, dict) else {}
    schemas = parts.get("schemas")
    names = {name for name in schemas if SCHEMA_NAME.fullmatch(name)} if isinstance(schemas, dict) else set()
    return frozenset(names | ({"Body"} if isinstance(parts.get("body"), dict) else set()))


def _drain(reading: Reading[ErrorFormat], found: list[Finding]) -> ErrorFormat:
    """Run a reading: its findings go to `found`, what it read is returned."""
    while True:
        try:
            found.append(next(reading))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def _read_format(root: Spot) -> Reading[ErrorFormat]:
    identity = yield from read_id(root)
    when = yield from read_when(root)
    body, inline = yield from read_own_body(root)
    named = yield from read_schemas(root)
    responses = yield from read_responses(root, body, when)
    schemas: tuple[Schema, ...] = (*inline, *named, *responses.schemas)
    entries = yield from read_entries(root["codes"])
    return ErrorFormat(
        name=root.scope.document.source,
        id=identity,
        prefix=(yield from read_prefix(root, identity)),
        title=root["title"].value or "",
        sources=(yield from read_texts(root["source"])),
        body=body or Body(Scalar("any"), "any", ("body",)),
        description=root["description"].value or "",
        servers=(yield from read_servers(root)),
        media=(yield from read_media(root["media"])) or ("application/json",),
        when=when,
        schemas=schemas,
        headers=(yield from read_headers(root["headers"])),
        responses=tuple(responses.responses),
        codes=(yield from gather_codes(entries, responses.entries, _code_types(schemas))),
        docs=(yield from read_link(root["docs"])),
        rules=read_rules(root),
        placeholder=(yield from read_placeholder(root)),
        examples=(yield from read_examples(root, when)),
    )


def _code_types(schemas: tuple[Schema, ...]) -> frozenset[str]:
    """The JSON types of the members with role `code`."""
    shapes = Shapes(schemas)
    members = [member for schema in schemas if isinstance(schema, ObjectSchema) for member in schema.members]
    return frozenset(
        name for member in members if member.role == "code" for name in shapes.json_types(member.shape)
    )


def _check_whole(root: Spot, form: ErrorFormat, found: list[Finding]) -> list[Finding]:
    """What shows only in the whole; what parts that could not be read might explain is not reported."""
    shapes = Shapes(form.schemas)
    checked = [
        *check_roles(root, form, shapes),
        *check_constraints(root, form, shapes),
        *check_ties(root, form),
        *check_retries(root, form),
        *check_messages(root, form),
    ]
    parts = {item.place.pointer[:1] for item in found if item.severity is Severity.ERROR}
    if not parts & {(), ("body",), ("schemas",), ("responses",)}:
        checked += [*check_references(root, form, shapes), *check_placement(root, form)]
    return checked


def _with_hint(data: Any, item: Finding) -> Finding:
    """A finding inside members that look like a phrase with keywords says that they are members."""
    outer = item.place.pointer[:-1]
    value = _members_at(data, outer)
    phrase = value.get("type")
    is_alike = (
        isinstance(phrase, str)
        and phrase.startswith(("list of ", "map of "))
        and value.keys() <= {"type", *CONSTRAINTS, *ANNOTATIONS}
    )
    if not is_alike:
        return item
    hint = (
        f"a mapping here is always members; for a list or map write the phrase alone: '{outer[-1]}: {phrase}'"
    )
    return dataclasses.replace(item, hint=hint)


def _members_at(data: Any, pointer: Pointer) -> dict[str, Any]:
    """The mapping at a place where mappings are members, else an empty one."""
    names = [step for step in pointer if isinstance(step, str)]
    is_body = names == ["body"] or (len(names) == 3 and names[0] == "responses" and names[2] == "body")
    if not is_body and not (len(names) == 2 and names[0] == "schemas"):
        return {}
    for step in pointer:
        data = data[step]
    return data if isinstance(data, dict) else {}
