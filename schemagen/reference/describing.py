"""A contract as the context of pages: everything a reader needs, in words, as plain records."""

from __future__ import annotations

from schemagen import contract, statuses
from schemagen.contract import Contract
from schemagen.display import shown, shown_lines
from schemagen.reference import bodies, wording
from schemagen.reference.anchors import anchor
from schemagen.reference.context import Code, CodeLink, Example, Link, Reference, Response, StatusLink, Text
from schemagen.reference.problem import problem


def describe(given: Contract) -> Reference:
    """All that is told of an error format. The same contract gives the same reference on every machine."""
    keys = {response.key for response in given.responses}
    return Reference(
        id=given.id,
        prefix=given.prefix,
        title=shown(given.title),
        description=shown_lines(given.description),
        sources=tuple(wording.link(source) for source in given.sources),
        docs=wording.link(given.docs),
        servers=tuple(shown(server) for server in given.servers),
        media=tuple(shown(media) for media in given.media),
        conditions=wording.conditions(given.when),
        body=wording.words(wording.type_of(given.tolerant.document)),
        schemas=bodies.schemas(given),
        json=wording.as_json(given.tolerant.document, 2),
        json_exact=wording.as_json(given.exact.document, 2),
        headers=tuple(bodies.header(header) for header in given.headers),
        responses=tuple(_response(response, given) for response in given.responses),
        codes=tuple(_code(code, given, keys) for code in given.codes),
        examples=tuple(_example(example, given, keys) for example in given.examples),
        promises=wording.promises(given.rules),
        problem=problem(given),
    )


def _response(response: contract.Response, given: Contract) -> Response:
    by_text = {code.text: code for code in given.codes}
    phrase = given.tolerant.note(response.at).phrase if response.at is not None else ""
    return Response(
        status=response.key,
        anchor=anchor("status", response.key),
        phrase=statuses.phrase(response.key),
        description=shown_lines(response.description),
        is_error=response.is_error,
        body=wording.words(phrase),
        media=tuple(shown(media) for media in response.media),
        headers=tuple(bodies.header(header) for header in response.headers),
        retry=response.retry or "",
        advice=wording.advice(response.retry),
        codes=tuple(
            CodeLink(shown(text), anchor("code", text), shown_lines(by_text[text].meaning))
            for text in response.codes
        ),
        component=f"{given.prefix}{response.component}" if response.is_error else "",
    )


def _code(code: contract.Code, given: Contract, keys: set[str]) -> Code:
    return Code(
        code=shown(code.text),
        json=wording.as_json(code.value),
        anchor=anchor("code", code.text),
        meaning=shown_lines(code.meaning),
        texts=tuple(
            Text(shown(text.text), _links(text.statuses, keys), text.pattern is not None)
            for text in code.texts
        ),
        statuses=_links(code.statuses, keys),
        retry=code.retry or "",
        advice=wording.advice(code.retry),
        deprecated=code.deprecated is not False,
        deprecation=shown(code.deprecated) if isinstance(code.deprecated, str) else "",
        docs=wording.link(code.docs) if code.docs != given.docs else Link(""),
    )


def _links(tied: tuple[str, ...], keys: set[str]) -> tuple[StatusLink, ...]:
    return tuple(StatusLink(key, anchor("status", key) if key in keys else "") for key in tied)


def _example(example: contract.Example, given: Contract, keys: set[str]) -> Example:
    status = str(example.status)
    covering = next((key for key in (status, f"{status[0]}XX", statuses.DEFAULT) if key in keys), None)
    phrase = statuses.PHRASES.get(example.status, "")
    is_json = example.text is None
    body = wording.as_json(example.body, 2) if is_json else shown_lines((example.text or "").rstrip("\n"))
    selected = given.select(example.status).response
    media = example.media or next(iter(selected.media if selected and selected.media else given.media), "")
    said = [name.lower() for name, _ in example.headers]
    headers = [(shown(name), shown(value)) for name, value in example.headers]
    if media and "content-type" not in said:
        headers.insert(0, ("Content-Type", shown(media)))
    lines = [f"HTTP/1.1 {status} {phrase}".rstrip(), *(f"{name}: {value}" for name, value in headers)]
    return Example(
        name=example.name,
        anchor=anchor("example", example.name),
        status=status,
        status_anchor=anchor("status", covering) if covering else "",
        phrase=phrase,
        title=shown(example.title),
        shows=example.shows,
        reason=shown_lines(example.reason),
        media=shown(media),
        headers=tuple(headers),
        body=body,
        language="json" if is_json else "text",
        wire="\n".join([*lines, "", body]),
    )
