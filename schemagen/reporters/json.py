"""The report for programs: a hand-made, versioned shape, described by `schemagen/report.schema.json`.

Members may be added within a version; none is removed, renamed or given another meaning.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from schemagen import pointers
from schemagen.display import shown
from schemagen.findings import Finding, Place, Severity
from schemagen.report import CodeCoverage, Coverage, Group, Match, Report, Sightings, Subject
from schemagen.reporters import LONGEST, Look

VERSION = 1
_NOT_ASCII = re.compile("[^\x00-\x7e]+")
_SIGNS = "#\\u0023"  # the same text for a reader of JSON, and no command for a runner that reads its log


def render(report: Report, look: Look) -> str:
    """The report as a JSON text of ASCII characters; how it is to look makes no difference, but for `fail_on`."""
    data = {
        "schemagen-report": VERSION,
        "command": report.command,
        "complete": report.complete,
        "fail_on": look.fail_on,
        "summary": {severity.word: report.count(severity) for severity in sorted(Severity, reverse=True)},
        "counts": dataclasses.asdict(report.counts),
        "matches": report.matches,
        "coverage": report.coverage,
        "exchanges": report.subjects,
        "groups": report.groups,
        "findings": report.findings,
    }
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATACLASS
    text = orjson.dumps(data, default=_plain, option=option).decode()
    return _NOT_ASCII.sub(_escape, text).replace("##", _SIGNS)


def _plain(part: Any) -> dict[str, Any]:
    """A part of a report as an object of JSON. One at a time is asked for, so that they are not all in memory."""
    return _PLAIN[type(part)](part)


def _exchange(subject: Subject) -> dict[str, Any]:
    texts = {"method": subject.method, "url": subject.url, "definition": subject.definition}
    return {
        "source": shown(subject.source),
        "entry": subject.entry,
        "status": subject.status,
        **{name: shown(text) for name, text in texts.items() if text},
        **({"evidence": subject.evidence} if subject.evidence else {}),
        **({"excerpt": _encodable(subject.excerpt.text)} if subject.excerpt.text else {}),
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    return {
        "definition": shown(one.definition),
        "exchanges": one.exchanges,
        "responses": [{"response": each.key, **_seen(each.seen)} for each in one.responses],
        "codes": [_code(each) for each in one.codes],
        "unknown_codes": [_code(each) for each in one.unknown],
        "undocumented_statuses": dict(_by_status(one.undocumented)),
        "without_code": dict(_by_status(one.without_code)),
    }


def _code(one: CodeCoverage) -> dict[str, Any]:
    texts = [{"text": shown(text.text), "count": text.count} for text in one.texts]
    return {
        "code": shown(one.code),
        "documented": list(one.documented),
        **_seen(one.seen),
        **({"texts": texts} if texts else {}),
    }


def _seen(sightings: Sightings) -> dict[str, Any]:
    return {"count": sum(count for _, count in sightings), "statuses": dict(_by_status(sightings))}


def _by_status(sightings: Sightings) -> Iterator[tuple[str, int]]:
    return ((str(status), count) for status, count in sightings)


def _group(group: Group) -> dict[str, Any]:
    return {
        "fingerprint": group.first.fingerprint,
        "rule": group.rule.code,
        "severity": group.severity.word,
        "count": group.count,
        "shown": len(group.findings),
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {
        "rule": item.rule.code,
        "severity": item.severity.word,
        "message": shown(item.message, LONGEST),
        **({"hint": shown(item.hint, LONGEST)} if item.hint else {}),
        "place": _place(item.place),
        **({"related": _place(item.related)} if item.related else {}),
        **({"definition": shown(item.definition)} if item.definition else {}),
        **({"schema": _encodable(pointers.to_text(item.schema))} if item.schema else {}),
        "facts": {name: _fact(fact) for name, fact in item.facts},
        "fingerprint": item.fingerprint,
    }


def _place(place: Place) -> dict[str, Any]:
    numbers = {"entry": place.entry, "line": place.line, "column": place.column}
    return {
        "source": shown(place.source),
        "pointer": _encodable(pointers.to_text(place.pointer)),
        **{name: number for name, number in numbers.items() if number is not None},
    }


def _fact(fact: str | int | tuple[str, ...]) -> str | int | list[str]:
    if isinstance(fact, int):
        return fact
    return _encodable(fact) if isinstance(fact, str) else [_encodable(part) for part in fact]


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _encodable(text: str) -> str:
    """The text as it is, but for lone surrogates, which strict readers of JSON refuse."""
    return text.encode("utf-8", "backslashreplace").decode()


_PLAIN: dict[type, Callable[[Any], dict[str, Any]]] = {
    Match: dataclasses.asdict,
    Coverage: _coverage,
    Subject: _exchange,
    Group: _group,
    Finding: _finding,
}
