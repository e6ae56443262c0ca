"""Writes the pages of this folder that follow from the source: the language's reference and the list of rules.

It also builds the example project, and compiles the shipped definitions before they are shipped. Run it with `make docs`;
tests prove that all of it is fresh. It decides what is said, the templates how it looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemagen import build, precompiled, resources, rules
from schemagen.api import definitions
from schemagen.model import ROLES
from schemagen.phrases import FORMATS, TYPES
from schemagen.precompiled import Precompiled
from schemagen.rendering import render
from schemagen.rules import RULES

DOCS = Path(__file__).resolve().parent
PROJECT = DOCS / "examples" / "project"
EXPLANATIONS = Path(rules.__file__).parent / "explanations"

# The mappings of the language in the order in which a reader meets them: pointer into the schema, heading, where.
MAPPINGS = (
    ("", "The file", "The outermost keys."),
    ("definitions/members", "An object", "A mapping of members: `body`, or a schema by name."),
    ("definitions/member", "A member", "A member that needs more than a phrase. `type` holds the phrase."),
    (
        "definitions/member/properties/expect",
        "`expect`",
        "In a member: what goes into the exact schema only.",
    ),
    ("definitions/response", "A response", "Under `responses`, by status."),
    ("definitions/code", "A code", "Under `codes`, by code."),
    ("definitions/codeUse", "A code of one status", "Under `codes` of a response, by code."),
    ("definitions/condition", "A condition", "`when`, or an item of its list."),
    ("properties/rules", "`rules`", "How each list of the definition is meant."),
    ("definitions/example", "An example", "An item of `examples`."),
)
STAGES = {
    "source": "The text of a definition: is it YAML that says what it seems to say?",
    "definition": "What a definition says: is it the language, and does it make sense?",
    "build": "What is made of a definition, and the folder it is written to.",
    "recording": "A file with recorded responses.",
    "live": "What happens between a request and its response.",
    "body": "The bytes of a response's body.",
    "response": "A response, judged by its definition.",
    "baseline": "The list of findings that are accepted.",
}


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    schema = json.loads(resources.definition_schema().read_text(encoding="utf-8"))
    return {
        "language-reference.md": render(
            "language.md.j2",
            mappings=[_mapping(schema, *row) for row in MAPPINGS],
            types=TYPES,
            formats=FORMATS,
            roles=ROLES,
        ),
        "rules.md": render("rules.md.j2", stages=[_stage(name, about) for name, about in STAGES.items()]),
    }


def precompile() -> dict[str, str]:
    """The files of `schemagen/precompiled`: the shipped definitions of which there is nothing to say."""
    sound = [each for each in definitions.collect() if each.document is not None and not each.findings]
    return {
        f"{each.source.id}.json": _written(precompiled.to_data(_precompiled(each), each.data))
        for each in sound
    }


def _precompiled(definition: definitions.Definition) -> Precompiled:
    assert definition.document is not None
    values = definition.document.values
    lines = {pointer: (mark.line, mark.column) for pointer, mark in values.items()}
    return Precompiled(definition.require(), lines)


def _written(data: dict[str, Any]) -> str:
    """JSON for no reader but the program."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _mapping(schema: dict[str, Any], pointer: str, heading: str, about: str) -> dict[str, Any]:
    found = schema
    for step in filter(None, pointer.split("/")):
        found = found[step]
    keys = [
        _key(name, _resolved(schema, part), required=name in found.get("required", ()))
        for name, part in found["properties"].items()
    ]
    return {"heading": heading, "about": about, "keys": keys}


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """`part` with what it takes over from the definitions it refers to; its own words win."""
    inherited: dict[str, Any] = {}
    for reference in (part, *part.get("allOf", ())):
        if "$ref" in reference:
            inherited |= _resolved(schema, schema["definitions"][reference["$ref"].rpartition("/")[2]])
    return inherited | part


def _key(name: str, part: dict[str, Any], *, required: bool) -> dict[str, Any]:
    examples = [*part.get("examples", ())]
    return {
        "name": name,
        "form": part.get("title", ""),
        "required": required,
        "meaning": part.get("description", ""),
        "default": json.dumps(part["default"]) if "default" in part else "",
        "examples": [each if isinstance(each, str) else json.dumps(each) for each in examples],
    }


def _stage(name: str, about: str) -> dict[str, Any]:
    found = [rule for code, rule in sorted(RULES.items()) if code.startswith(f"{name}/")]
    return {
        "name": name,
        "about": about,
        "rules": [
            {
                "code": rule.code,
                "severity": rule.severity.word,
                "summary": rule.summary,
                "text": _text(rule.code),
            }
            for rule in found
        ],
    }


def _text(code: str) -> str:
    """A rule's explanation, its headings lowered to stand below the rule's own."""
    lines = (EXPLANATIONS / f"{code}.md").read_text(encoding="utf-8").splitlines()
    return "\n".join(_lowered(lines[1:])).strip()


def _lowered(lines: list[str]) -> Iterator[str]:
    fence = ""
    for line in lines:
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if mark and (not fence or line.strip() == fence):
            fence = "" if fence else mark[1]
        yield f"##{line}" if line.startswith("#") and not fence else line


if __name__ == "__main__":
    build(PROJECT / "errors", folder=PROJECT / "definitions")
    for left_over in precompiled.FOLDER.glob("*.json"):
        left_over.unlink()
    for name, text in precompile().items():
        (precompiled.FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    for page, text in pages().items():
        (DOCS / page).write_text(text, encoding="utf-8", newline="\n")
