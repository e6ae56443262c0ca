"""OpenAPI fragments: names, references, examples, and what openapi-spec-validator says of them in a host document.

openapi-spec-validator (0.9 knows 3.0, 3.1 and 3.2) looks neither at component names nor at the examples of media types,
and stops at references that lead nowhere; those are checked here.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from typing import Any

from schemagen import pointers
from schemagen.contract import Contract
from schemagen.findings import Finding, Place, finding
from schemagen.verification.forms import ENGINES
from schemagen.verification.reading import Emitted

Data = dict[str, Any]

_NAME = re.compile(r"[a-zA-Z0-9._-]+")  # OAS 3.1, section 4.8.7
_HOSTS = {"3.0": "3.0.4", "3.1": "3.1.2", "3.2": "3.2.0"}
_MAPS = frozenset(["properties", "schemas", "responses", "headers", "examples", "content"])
_DATA = frozenset(["value", "dataValue", "example", "enum", "const", "default"])
_LONGEST = 200  # characters of another tool's message


def check_fragment(contract: Contract, emitted: Emitted) -> Iterator[Finding]:
    """What is wrong with one fragment. The validator runs only on one that is sound in itself."""
    place = Place(contract.name)
    sound = True
    for name in _wrong_names(emitted.data):
        sound = False
        yield finding("build/component-name", place, definition=contract.id, artifact=emitted.path, name=name)
    for reference in sorted(set(_references(emitted.data))):
        if _leads_nowhere(reference, emitted.data):
            sound = False
            yield finding(
                "build/dangling-reference",
                place,
                definition=contract.id,
                artifact=emitted.path,
                reference=reference,
            )
    if sound:
        for problem in _openapi_problems(host_document(emitted), emitted.version):
            yield finding(
                "build/invalid-openapi",
                place,
                definition=contract.id,
                artifact=emitted.path,
                version=emitted.version,
                problem=problem,
            )


def check_media_examples(contract: Contract, emitted: Emitted) -> Iterator[Finding]:
    """Examples of media types that the schema beside them refuses. The fragment is sound and compiles."""
    make = next(iter(ENGINES[emitted.version].values()))
    for name, response in emitted.data["components"].get("responses", {}).items():
        for media, content in response.get("content", {}).items():
            judge = make(emitted.data, ("components", "responses", name, "content", media, "schema"))
            for example, reference in content.get("examples", {}).items():
                shown = pointers.resolve(emitted.data, pointers.parse(reference["$ref"][1:]))
                if not judge.accepts(shown.get("dataValue", shown.get("value"))):
                    yield finding(
                        "build/fragment-example",
                        Place(contract.name),
                        definition=contract.id,
                        artifact=emitted.path,
                        example=example,
                        response=name,
                    )


def host_document(emitted: Emitted) -> Data:
    """An OpenAPI document with the fragment's components, and operations that reach every one of them."""
    components = emitted.data["components"]
    content = {
        f"application/vnd.{name}+json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
        for name in components.get("schemas", {})
    }
    paths: Data = {
        "/errors": {"get": {"operationId": "errors", "responses": _with_success(emitted.data["responses"])}},
        "/schemas": {"get": {"operationId": "schemas", "responses": _with_success({}, content)}},
    }
    for name in components.get("responses", {}):
        reference = {"default": {"$ref": f"#/components/responses/{name}"}}
        paths[f"/{name}"] = {"get": {"operationId": name, "responses": reference}}
    for section in ("headers", "examples"):
        paths["/schemas"]["get"]["responses"]["200"] |= _referring(
            section, components.get(section, {}), content
        )
    info = {"title": "Host", "version": "1"}
    return {"openapi": _HOSTS[emitted.version], "info": info, "paths": paths, "components": components}


def _with_success(responses: Data, content: Data | None = None) -> Data:
    success: Data = {"description": "Success"}
    return {"200": {**success, "content": content} if content else success, **responses}


def _referring(section: str, names: Data, content: Data) -> Data:
    references = {name: {"$ref": f"#/components/{section}/{name}"} for name in names}
    if section == "headers" or not references:
        return {"headers": references} if references else {}
    return {"content": {**content, "application/json": {"examples": references}}}


def _wrong_names(fragment: Data) -> Iterator[str]:
    for section in fragment["components"].values():
        yield from (name for name in section if not _NAME.fullmatch(name))


def _references(node: Any, *, names: bool = False) -> Iterator[str]:
    """Every `$ref`; `names` says that the keys of `node` are names that somebody chose, not keywords."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if names:
                yield from _references(value)
            elif key == "$ref" and isinstance(value, str):
                yield value
            elif key not in _DATA and not key.startswith("x-"):
                yield from _references(value, names=key in _MAPS)


def _leads_nowhere(reference: str, fragment: Data) -> bool:
    if not reference.startswith("#/"):
        return True
    try:
        pointers.resolve(fragment, pointers.parse(urllib.parse.unquote(reference[1:])))
    except LookupError:
        return True
    return False


def _openapi_problems(document: Data, version: str) -> Iterator[str]:
    import openapi_spec_validator as validators

    known = {
        "3.0": validators.OpenAPIV30SpecValidator,
        "3.1": validators.OpenAPIV31SpecValidator,
        "3.2": validators.OpenAPIV32SpecValidator,
    }
    for problem in known[version](document).iter_errors():
        where = pointers.to_text(tuple(problem.absolute_path))
        yield f"{problem.message.partition(chr(10))[0][:_LONGEST]} (at {where or 'the root'})"
