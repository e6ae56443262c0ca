"""What goes into OpenAPI `components` and how it is called there; schemas as OpenAPI 3.1 says them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

from schemagen import pointers
from schemagen.contract import Code, Contract, Example, Header, Response, Schema, Variant
from schemagen.emitters.markdown import codes_table, prose
from schemagen.emitters.subschemas import replace_subschemas
from schemagen.pointers import Pointer

Data = dict[str, Any]

_DEFS = "#/$defs/"
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9._-]")  # OAS 3.1, section 4.8.7


@dataclasses.dataclass(frozen=True, slots=True)
class Components:
    """The parts of one contract, with the schemas of one variant."""

    contract: Contract
    variant: Variant

    def name(self, part: str) -> str:
        """The name of a component: the definition's prefix and the part's own name."""
        return self.contract.prefix + _NOT_IN_NAMES.sub(lambda match: f"_{ord(match[0]):x}_", part)

    def header_name(self, header: Header, response: Response) -> str:
        """The name of a header component; one that a response says differently has the response's name before it."""
        shared = header in self.contract.headers
        return self.name(header.name if shared else f"{response.component}-{header.name}")

    def schemas(self) -> Iterator[tuple[str, Data]]:
        """The named schemas, with their roles and codes as extensions."""
        per_status = {response.at for response in self.contract.responses}
        for name, schema in self._source.document.get("$defs", {}).items():
            at: Pointer = ("$defs", name)
            if at not in per_status:
                yield self.name(name), self._translate(schema, at)

    def response_schema(self, response: Response) -> Data:
        """The schema of a response with content, to stand inside it; it does not say the description again."""
        assert response.at is not None
        made: Data = _opened(
            self._translate(pointers.resolve(self._source.document, response.at), response.at)
        )
        if made.get("description") == prose(response.description):
            del made["description"]
        return made

    def examples(self, response: Response, media: str | None = None) -> Iterator[Example]:
        """The examples to show with a response (and media type): those that its schema accepts."""
        shown = ("good", "drift") if self.variant == "tolerant" else ("good",)
        for example in self.contract.examples:
            if example.shows in shown and example.text is None and response.at is not None:
                selected = self.contract.select(example.status).response
                if selected == response and _is_shown_under(example, media, response):
                    yield example

    def codes(self, codes: Iterable[Code]) -> list[Data]:
        """Codes as the extension `x-schemagen-codes` lists them; what the fragment links to is no code's own link."""
        return [_code(code, code.docs if code.docs != self.contract.docs else None) for code in codes]

    @property
    def _source(self) -> Schema:
        return self.contract.schema(self.variant)

    def _translate(self, schema: Any, at: Pointer) -> Any:
        if not isinstance(schema, dict):
            return self._with_extensions({}, at) or schema
        made = replace_subschemas(schema, lambda inner, step: self._translate(inner, (*at, *step)))
        if "description" in made:
            made["description"] = prose(made["description"])
        if made.get("$ref", "").startswith(_DEFS):
            made["$ref"] = f"#/components/schemas/{self.name(made['$ref'].removeprefix(_DEFS))}"
        return self._with_extensions(made, at)

    def _with_extensions(self, made: Data, at: Pointer) -> Data:
        """`made` with the role that the definition gives to the member at `at`, and the catalogue at a code."""
        note = self._source.notes.get(at)
        if note is None or note.role is None or note.rule != "shape":
            return made
        made = {**made, "x-schemagen-role": note.role}
        if note.role == "code" and self.contract.codes:
            words = [made.get("description", ""), codes_table(self.contract.codes)]
            made["description"] = "\n\n".join(word for word in words if word) + "\n"
            made["x-schemagen-codes"] = self.codes(self.contract.codes)
        return made


def _opened(schema: Any, at: Pointer = ()) -> Any:  # noqa: ARG001 - `replace_subschemas` says the place
    """`schema` with its open objects said to be open.

    It means the same. But a status names only the members that it narrows, and linters that take a list of members
    for the whole list (Redocly does by default) would report all others in every example.
    """
    if not isinstance(schema, dict):
        return schema
    opened = replace_subschemas(schema, _opened)
    return (
        {**opened, "additionalProperties": opened.get("additionalProperties", True)}
        if "properties" in opened
        else opened
    )


def _is_shown_under(example: Example, media: str | None, response: Response) -> bool:
    if example.media is None:
        return True
    wanted = (media,) if media is not None else response.media
    return example.media.lower() in (one.lower() for one in wanted)


def _code(code: Code, docs: str | None) -> Data:
    made: Data = {
        "code": code.value,
        "meaning": code.meaning,
        "retry": code.retry,
        "deprecated": code.deprecated,
        "docs": docs,
    }
    return {name: part for name, part in made.items() if part or name == "code"}
