"""OpenAPI fragments: `components` and a ready `responses` map, to be referred to from, or merged into, a host document.

Every fragment is first made as OpenAPI 3.1; what another version says differently is a function in its record.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from schemagen import statuses
from schemagen.contract import Contract, Example, Header, Response
from schemagen.emitters.components import Components
from schemagen.emitters.markdown import codes_table, prose
from schemagen.emitters.openapi30 import lower
from schemagen.emitters.options import Options
from schemagen.rendering import Artifact, generated_note, to_yaml

Data = dict[str, Any]

EXTENSIONS_VERSION = 1
"""The shape of the `x-schemagen-*` extensions."""


@dataclasses.dataclass(frozen=True, slots=True)
class Version:
    """What differs: a Schema Object, the value of an Example Object, and a response's summary in few words."""

    name: str
    schema: Callable[[Data], Data]
    example: Callable[[Any], Data]
    summary: Callable[[str], Data]


def _same(schema: Data) -> Data:
    return schema


def _value(body: Any) -> Data:
    return {"value": body}


def _data_value(body: Any) -> Data:
    """OAS 3.2, section 4.19: `dataValue` is the data, whatever the media type makes of it."""
    return {"dataValue": body}


def _no_summary(text: str) -> Data:  # noqa: ARG001 - the signature is the record's
    return {}


def _summary(text: str) -> Data:
    """New in OAS 3.2, section 4.17."""
    return {"summary": text}


VERSIONS = {
    version.name: version
    for version in (
        Version("3.0", lower, _value, _no_summary),
        Version("3.1", _same, _value, _no_summary),
        Version("3.2", _same, _data_value, _summary),
    )
}


def emit_openapi(contract: Contract, options: Options, version: str) -> Artifact:
    """The fragment for that version of OpenAPI (a key of `VERSIONS`)."""
    fragment = _Fragment(contract, Components(contract, options.schemas), VERSIONS[version]).build()
    text = f"# {generated_note(contract.id)}\n" + to_yaml(fragment)
    return Artifact(f"{contract.id}/openapi-{version}.yaml", text)


@dataclasses.dataclass(frozen=True, slots=True)
class _Fragment:
    """One fragment in the making."""

    contract: Contract
    components: Components
    version: Version

    def build(self) -> Data:
        errors = [response for response in self.contract.responses if response.is_error]
        parts: Data = {
            "schemas": {name: self.version.schema(made) for name, made in self.components.schemas()},
            "responses": {self.components.name(one.component): self._response(one) for one in errors},
            "headers": {
                self.components.header_name(header, response): self._header(header)
                for response in errors
                for header in response.headers
            },
            "examples": {
                self.components.name(example.name): self._example(example)
                for response in errors
                for example in self.components.examples(response)
            },
        }
        return {
            "x-schemagen-id": self.contract.id,
            "x-schemagen-version": EXTENSIONS_VERSION,
            "x-schemagen-openapi": self.version.name,
            "x-schemagen-schemas": self.components.variant,
            "x-schemagen-source": list(self.contract.sources),
            **({"x-schemagen-docs": self.contract.docs} if self.contract.docs else {}),
            "responses": {
                one.key: {"$ref": f"#/components/responses/{self.components.name(one.component)}"}
                for one in errors
                if not one.key.startswith("2")  # it would overwrite the host's own success
            },
            "components": {name: part for name, part in parts.items() if part},
        }

    def _response(self, response: Response) -> Data:
        own = set(response.codes)
        listed = [code for code in self.contract.codes if code.text in own]
        table = f"\n\n{codes_table(listed, response.key)}\n" if listed else ""
        made: Data = {
            **self.version.summary(statuses.phrase(response.key)),
            "description": prose(response.description) + table,
            "headers": {
                header.name: {"$ref": f"#/components/headers/{self.components.header_name(header, response)}"}
                for header in response.headers
            },
            "content": {media: self._media_type(response, media) for media in response.media},
            "x-schemagen-id": self.contract.id,
            "x-schemagen-codes": self.components.codes(listed),
            "x-schemagen-retry": response.retry,
        }
        return {name: part for name, part in made.items() if part}

    def _media_type(self, response: Response, media: str) -> Data:
        made: Data = {"schema": self.version.schema(self.components.response_schema(response))}
        examples = {
            example.name: {"$ref": f"#/components/examples/{self.components.name(example.name)}"}
            for example in self.components.examples(response, media)
        }
        return {**made, "examples": examples} if examples else made

    def _header(self, header: Header) -> Data:
        made: Data = {
            "description": prose(header.description),
            "required": header.required,
            "schema": self.version.schema(
                header.exact if self.components.variant == "exact" else header.schema
            ),
            "x-schemagen-role": header.role,
        }
        return {name: part for name, part in made.items() if part or name == "schema"}

    def _example(self, example: Example) -> Data:
        differs = (
            f"Differs from the documentation: {prose(example.reason)}" if example.shows == "drift" else ""
        )
        words = {"summary": example.title, "description": differs}
        return {**{name: text for name, text in words.items() if text}, **self.version.example(example.body)}
