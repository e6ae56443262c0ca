"""A definition becomes a Contract: two JSON Schemas, the catalogue, and what else the validator and emitters need."""

from __future__ import annotations

from typing import Any

from schemagen import contract, model, statuses
from schemagen.compiler.catalogue import compile_codes, is_tied
from schemagen.compiler.examples import compile_examples
from schemagen.compiler.headers import compile_headers
from schemagen.compiler.narrowing import Narrowing, TooManyPartsError
from schemagen.compiler.objects import compile_schema
from schemagen.compiler.pieces import Piece
from schemagen.compiler.setting import Setting, settings_of
from schemagen.compiler.shapes import compile_shape, options
from schemagen.contract import Contract, Note, Variant
from schemagen.findings import Finding, Place, finding
from schemagen.model import ErrorFormat, Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"

__all__ = ["compile_format"]


def compile_format(form: ErrorFormat) -> tuple[Contract | None, list[Finding]]:
    """The contract of a definition, or None and the finding that says why there is none."""
    codes = compile_codes(form)
    tolerant, exact = settings_of(form, codes)
    try:
        schemas = _compile_document(tolerant), _compile_document(exact)
    except TooManyPartsError:
        return None, [finding("definition/too-complex", Place(form.name, ("body",)))]
    return (
        Contract(
            name=form.name,
            id=form.id,
            prefix=form.prefix,
            title=form.title,
            sources=form.sources,
            description=form.description,
            servers=form.servers,
            media=form.media,
            when=tuple(contract.Condition(one.statuses, one.body, one.has, one.unless) for one in form.when),
            tolerant=schemas[0],
            exact=schemas[1],
            responses=tuple(
                _compile_response(response, tolerant, exact) for response in _sorted(form.responses)
            ),
            headers=compile_headers(tolerant, exact),
            codes=codes,
            rules=contract.Strict(
                form.rules.responses, form.rules.codes, form.rules.messages, form.rules.members
            ),
            docs=form.docs,
            examples=compile_examples(form),
        ),
        [],
    )


def _sorted(responses: tuple[model.Response, ...]) -> list[model.Response]:
    return sorted(responses, key=lambda response: statuses.sort_key(response.key))


def _compile_document(setting: Setting) -> contract.Schema:
    form = setting.form
    document = Piece({"$schema": DIALECT, "$id": identify_schema(form.id, setting.variant)})
    document.schema["title"] = f"Any error of {form.title}"
    if form.description:
        document.schema["description"] = form.description
    root = compile_shape(_any_body(form))
    document.schema.update(root.schema)
    document.notes.update(root.notes)
    for schema in form.schemas:
        document.nest(("$defs", schema.name), compile_schema(schema, setting))
    for response in _sorted(form.responses):
        if _has_schema(response):
            document.nest(("$defs", f"status-{response.key}"), _compile_body(response, setting))
    return contract.Schema(document.schema, document.notes)


def identify_schema(definition: str, variant: Variant) -> str:
    """The `$id` of a schema."""
    return f"urn:schemagen:{definition}" + (":exact" if variant == "exact" else "")


def _any_body(form: ErrorFormat) -> Shape:
    """What any error of the API may hold: the body of the definition or of one of its responses."""
    shapes: dict[Shape, None] = {}
    for body in (form.body, *(response.body for response in form.responses if _has_schema(response))):
        for option in options(body.shape) if body else ():
            shapes[option] = None
    return next(iter(shapes)) if len(shapes) == 1 else model.Choice(tuple(shapes))


def _has_schema(response: model.Response) -> bool:
    return not response.no_content and not response.documented_only


def _compile_body(response: model.Response, setting: Setting) -> Piece:
    body = response.body or setting.form.body
    piece = Narrowing(response.key, setting).body(body.shape)
    named = Piece({"description": response.description} if response.description else {})
    named.schema.update(piece.schema)
    named.notes.update(piece.notes)
    named.notes[()] = Note(phrase=body.phrase, origin=response.origin)
    return named


def _compile_response(response: model.Response, tolerant: Setting, exact: Setting) -> contract.Response:
    at: Any = ("$defs", f"status-{response.key}") if _has_schema(response) else None
    return contract.Response(
        key=response.key,
        component=statuses.component_name(response.key),
        description=response.description or statuses.phrase(response.key),
        at=at,
        is_error=not response.documented_only,
        media=() if response.no_content else response.media or tolerant.form.media,
        headers=compile_headers(tolerant, exact, response.headers),
        retry=response.retry,
        codes=tuple(code.text for code in tolerant.codes if is_tied(code, response.key, tolerant.documented)),
        origin=response.origin,
    )
