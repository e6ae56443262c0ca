"""`schemagen show`: a definition, what it amounts to, or one of its codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from schemagen.cli import completion, console, options
from schemagen.display import shown
from schemagen.nearest import nearest

if TYPE_CHECKING:
    from schemagen.contract import Code, Contract

PARTS = ("definition", "schema", "exact", "openapi-3.0", "openapi-3.1", "openapi-3.2", "codes", "reference")


@click.command("show")
@click.argument("name", metavar="ID|FILE", shell_complete=completion.definitions)
@click.argument("what", metavar="[WHAT]", required=False, shell_complete=completion.words(lambda: PARTS))
@options.folder_option
@options.limit_option
@options.json_option
def command(
    name: str, what: str | None, definitions: str | None, limit: tuple[str, ...], as_json: bool
) -> None:
    """Show a summary of a definition; or WHAT of it.

    WHAT is `definition` (its source), `schema` or `exact` (JSON Schema), `openapi-3.0`, `openapi-3.1` or
    `openapi-3.2`, `codes` (the catalogue), `reference` (a page about it; with --json, what templates get), or one of its
    codes.

    \b
    Examples:
      schemagen show telecomx
      schemagen show telecomx expired               what a code means
      schemagen show telecomx openapi-3.1 > telecomx-errors.yaml
      schemagen show 8x8 codes --json | jq '.codes[].code'
    """
    from schemagen import api

    scope = options.scoped((name,), definitions, limit)
    definition = api.collect(scope.names, scope.folder, scope.limits)[0]
    if what == "definition":
        data = definition.document.data if definition.document else None
        console.put(json.dumps(data, indent=2) + "\n") if as_json else console.put_file(definition.data)
        definition.require()
        return
    contract = definition.require()
    if what is None:
        summary = _summary(contract)
        console.put(json.dumps(summary, indent=2) + "\n" if as_json else "".join(_lines(summary)))
    elif what == "codes" and not as_json:
        console.put(_codes(contract))
    elif what in PARTS:
        console.put_file(api.artifact(definition, what, as_json=as_json).encode())
    else:
        code = _known_code(contract, what)
        if as_json:
            entry = json.loads(api.artifact(definition, "codes"))["codes"][contract.codes.index(code)]
            console.put(json.dumps(entry, indent=2) + "\n")
        else:
            console.put("".join(_lines(_code(code))))


def _summary(contract: Contract) -> dict[str, Any]:
    return {
        "id": contract.id,
        "title": contract.title,
        "description": " ".join(contract.description.split()),
        "sources": list(contract.sources),
        "servers": list(contract.servers),
        "media": list(contract.media),
        "responses": {each.key: each.description for each in contract.responses if each.is_error},
        "headers": [each.name for each in contract.headers],
        "codes": len(contract.codes),
        "examples": len(contract.examples),
    }


def _codes(contract: Contract) -> str:
    if not contract.codes:
        return f"{shown(contract.id)} has no catalogue of codes\n"
    rows = [
        (code.text, ", ".join(code.statuses) or "any", code.retry or "", code.meaning or _texts(code))
        for code in contract.codes
    ]
    return console.table([("CODE", "STATUSES", "RETRY", "MEANING"), *rows])


def _texts(code: Code) -> str:
    return "; ".join(text.text for text in code.texts)


def _known_code(contract: Contract, text: str) -> Code:
    by_text = {code.text: code for code in contract.codes}
    if text in by_text:
        return by_text[text]
    close = nearest(text, {*by_text, *PARTS})
    hint = f"did you mean '{shown(close)}'?" if close else f"there are its codes, and: {', '.join(PARTS)}."
    raise click.UsageError(f"{contract.id} has no '{shown(text, 60)}'; {hint}")


def _code(code: Code) -> dict[str, Any]:
    return {
        "code": code.value,
        "meaning": code.meaning,
        "messages": [text.text for text in code.texts],
        "statuses": list(code.statuses),
        "retry": code.retry or "",
        "deprecated": code.deprecated,
        "docs": code.docs or "",
    }


def _lines(data: dict[str, Any]) -> Iterator[str]:
    """Labels and values, without what is empty."""
    for label, value in data.items():
        values = [f"{key}  {text}" for key, text in value.items()] if isinstance(value, dict) else value
        lines = [
            line for line in (values if isinstance(values, list) else [values]) if line not in ("", 0, False)
        ]
        for number, line in enumerate(lines):
            yield f"{'' if number else label:<13}{shown(str(line).strip())}\n"
