"""The catalogue of codes and the documented statuses as one JSON table, for programs that want no schema."""

from __future__ import annotations

from typing import Any

from schemagen.contract import Code, Contract, Response, Text
from schemagen.emitters.options import Options
from schemagen.rendering import Artifact, generated_note, to_json

VERSION = 1
"""The shape of the table; a change that readers must know of makes it 2."""


def emit_codes(contract: Contract, options: Options) -> Artifact:  # noqa: ARG001 - every emitter has this signature
    """`codes.json`: what each code and each status means, when to retry, where it is documented."""
    table = {
        "comment": generated_note(contract.id),
        "version": VERSION,
        "id": contract.id,
        "title": contract.title,
        "source": list(contract.sources),
        "docs": contract.docs,
        "codes": [_code(code) for code in contract.codes],
        "statuses": [_status(response) for response in contract.responses],
    }
    return Artifact(f"{contract.id}/codes.json", to_json(table))


def _code(code: Code) -> dict[str, Any]:
    return {
        "code": code.value,
        "meaning": code.meaning,
        "statuses": list(code.statuses),
        "messages": [_message(text) for text in code.texts],
        "retry": code.retry,
        "deprecated": code.deprecated,
        "docs": code.docs,
    }


def _message(text: Text) -> dict[str, Any]:
    return {"text": text.text, "statuses": list(text.statuses), "pattern": text.pattern}


def _status(response: Response) -> dict[str, Any]:
    return {
        "status": response.key,
        "description": response.description,
        "error": response.is_error,
        "media": list(response.media),
        "retry": response.retry,
        "codes": list(response.codes),
    }
