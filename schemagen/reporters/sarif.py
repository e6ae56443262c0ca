"""The report as SARIF 2.1.0 (OASIS, errata 01): for code scanning and for editors.

A recording is an artifact like any source file: what is wrong in a body is told by a logical location, its JSON Pointer.
The exchange stands in `webRequest` and `webResponse`. Nothing depends on the time, the machine or the current folder.
"""

from __future__ import annotations

import dataclasses
import json
import posixpath
import urllib.parse
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from schemagen import __version__, pointers
from schemagen.display import shown, shown_lines
from schemagen.findings import Finding, Place
from schemagen.report import Report, Subject, shorten
from schemagen.reporters import LONGEST, Look
from schemagen.rules import RULES, Rule, explanation

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RESULTS = 25_000  # GitHub refuses a run with more
_ROOT, _INCLUDED = "%SRCROOT%", "INCLUDED"
_BASES = {
    _ROOT: "the folder that relative names start from: the top of the repository",
    _INCLUDED: "the definitions that come with schemagen",
}


def render(report: Report, look: Look) -> str:
    """The report as one run, as a JSON text of ASCII characters; of how it is to look only `folder` counts."""
    report = shorten(report, _RESULTS)
    rules = sorted({group.rule for group in report.groups}, key=lambda rule: rule.code)
    driver = {"name": "schemagen", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {name: {"description": {"text": text}} for name, text in _BASES.items()},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report, {rule.code: index for index, rule in enumerate(rules)}, look)),
        "properties": {
            "command": report.command,
            "counts": dataclasses.asdict(report.counts),
            "omitted": {severity.word: count for severity, count in report.omitted},
        },
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.code,
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": rule.severity.word},
    }
    if rule.code in RULES:  # findings may also be made by others, with rules of their own
        text = explanation(rule.code)
        described["fullDescription"] = {"text": _meaning(text)}
        described["help"] = {"text": text, "markdown": text}
    return described


def _meaning(text: str) -> str:
    """What stands in an explanation under its first heading, as one paragraph."""
    return " ".join(text.split("\n## What it means\n", 1)[1].split("\n## ", 1)[0].split())


def _invocation(report: Report) -> dict[str, Any]:
    if report.complete:
        return {"executionSuccessful": True}
    message = "interrupted: what follows in the input was not looked at"
    notification = {"level": "error", "message": {"text": message}}
    return {"executionSuccessful": False, "toolExecutionNotifications": [notification]}


def _results(report: Report, indexes: dict[str, int], look: Look) -> Iterator[dict[str, Any]]:
    """Each finding that is kept; the first of a group says how often it occurred."""
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    for group in report.groups:
        for item in group.findings:
            result = _result(item, look)
            result["ruleIndex"] = indexes[item.rule.code]
            if item is group.first:
                result["occurrenceCount"] = group.count
            yield {**result, **_exchange(subjects.get((item.place.source, item.place.entry or 0)))}


def _result(item: Finding, look: Look) -> dict[str, Any]:
    properties = {
        "entry": item.place.entry,
        "definition": shown(item.definition) or None,
        "schema": shown(pointers.to_text(item.schema)) or None,
    }
    # A result without a line is not shown by code scanning; of a recording of one line it is even the right one.
    place = item.place if item.place.line else dataclasses.replace(item.place, line=1, column=None)
    return {
        "ruleId": item.rule.code,
        "level": item.severity.word,
        "message": {"text": _message(item)},
        "locations": [_location(place, look)],
        **({"relatedLocations": [_related(item.related, look)]} if item.related else {}),
        "partialFingerprints": {"schemagen/v1": item.fingerprint},
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def _message(item: Finding) -> str:
    """Message and hint. What could be taken for a link (SARIF, section 3.11.6) is none: its text may be anybody's.

    Braces stay single: nobody reads them as placeholders where there are no arguments.
    """
    hint = f"; {shown(item.hint, LONGEST)}" if item.hint else ""
    return (shown(item.message, LONGEST) + hint).replace("](", "] (")


def _related(place: Place, look: Look) -> dict[str, Any]:
    return {"id": 1, **_location(place, look), "message": {"text": "what the definition says"}}


def _location(place: Place, look: Look) -> dict[str, Any]:
    region = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(place.source, look),
            **({"region": region} if place.line else {}),
        },
        **({"logicalLocations": [_member(place.pointer)]} if place.pointer else {}),
    }


def _member(pointer: pointers.Pointer) -> dict[str, Any]:
    return {
        "name": shown(str(pointer[-1]), LONGEST),
        "fullyQualifiedName": shown(pointers.to_text(pointer), LONGEST),
        "kind": "value" if isinstance(pointer[-1], int) else "property",
    }


def _artifact(source: str, look: Look) -> dict[str, Any]:
    """Where a source is: a file below the top of the repository, one named in full, an included definition."""
    if source == "-":
        return {"uri": "-", "description": {"text": "standard input"}}
    included = source.removeprefix("included:")
    if included != source:
        return {"uri": _quoted(included), "uriBaseId": _INCLUDED}
    path = PurePath(source)
    if path.is_absolute():
        return {"uri": "file:///" + _quoted(path.as_posix().lstrip("/"))}
    return {
        "uri": _quoted(posixpath.normpath(posixpath.join(look.folder, path.as_posix()))),
        "uriBaseId": _ROOT,
    }


def _quoted(path: str) -> str:
    """A path as a URI reference; a colon in its first step would else begin a scheme (RFC 3986, section 4.2)."""
    return urllib.parse.quote(path, errors="surrogatepass")


def _exchange(subject: Subject | None) -> dict[str, Any]:
    if subject is None:
        return {}
    request = {"method": shown(subject.method), "target": shown(subject.url, LONGEST)}
    body = {"body": {"text": shown_lines(subject.excerpt.text)}} if subject.excerpt.text else {}
    return {
        **(
            {"webRequest": {name: text for name, text in request.items() if text}}
            if any(request.values())
            else {}
        ),
        "webResponse": {"statusCode": subject.status, **body}
        if subject.status
        else {"noResponseReceived": True},
    }
