"""Findings that are known and accepted, by fingerprint, so that only new ones fail a run.

The file is JSON, sorted, one entry a line, made to be committed and reviewed: it names rule, definition and place of
what it accepts, but never a text from the wire.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from schemagen import pointers
from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.findings import Finding, Place, finding
from schemagen.report import Group, Report

VERSION = 1
_STAGES = ("response/", "body/")  # a damaged recording is never accepted: any other one would be, too
_NEVER = "response/more-findings"  # what it stands for is not known
_TEXTS = ("fingerprint", "rule", "definition", "schema", "pointer")
_FINGERPRINT = re.compile('"fingerprint": *"([^"]*)"')


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """An accepted kind of finding; `line` is that in the file, from 1."""

    fingerprint: str
    rule: str
    definition: str
    schema: str
    pointer: str
    line: int = 0


def read(source: str, data: bytes) -> tuple[Entry, ...]:
    """The entries of the baseline file `source`.

    Raises:
        InputError: it is no baseline.
    """
    import orjson

    try:
        found = orjson.loads(data)
    except ValueError as problem:
        raise InputError(
            f"{shown(source)}: the baseline is not JSON: {shown(str(problem), 120)}"
        ) from problem
    if not isinstance(found, dict) or found.get("schemagen-baseline") != VERSION:
        raise InputError(
            f'{shown(source)}: no baseline of schemagen ("schemagen-baseline": {VERSION} is missing); '
            "--update-baseline writes one"
        )
    accepted = found.get("accepted")
    if not isinstance(accepted, list) or not all(_is_entry(each) for each in accepted):
        raise InputError(
            f'{shown(source)}: "accepted" must be a list of objects with "fingerprint" and "rule"'
        )
    lines = {
        fingerprint: number
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1)
        for fingerprint in _FINGERPRINT.findall(line)
    }
    return tuple(_entry(each, lines) for each in accepted)


def write(report: Report) -> str:
    """The text of a baseline that accepts everything in `report`."""
    entries = {
        (
            item.definition,
            item.rule.code,
            pointers.to_text(item.schema),
            pointers.to_text(_place(item)),
            item.fingerprint,
        )
        for item in (group.first for group in report.groups)
        if _is_acceptable(item)
    }
    rows = [
        json.dumps(
            {name: text for name, text in zip(_TEXTS, (key, rule, of, schema, at), strict=True) if text}
        )
        for of, rule, schema, at, key in sorted(entries)
    ]
    listed = ",\n    ".join(rows)
    body = f"[\n    {listed}\n  ]" if rows else "[]"
    return f'{{\n  "schemagen-baseline": {VERSION},\n  "accepted": {body}\n}}\n'


def apply(report: Report, source: str, entries: Iterable[Entry], *, is_whole: bool = True) -> Report:
    """`report` without what the entries accept, which is counted, and with a note for each entry that accepts nothing.

    Nothing is stale in a run that has not looked at everything: not `is_whole`, or interrupted.
    """
    accepted = {entry.fingerprint: entry for entry in entries}
    kept: list[Group] = []
    used: set[str] = set()
    count = 0
    for group in report.groups:
        fingerprint = group.first.fingerprint
        if fingerprint in accepted and _is_acceptable(group.first):
            used.add(fingerprint)
            count += group.count
        else:
            kept.append(group)
    stale = (
        entry for entry in accepted.values() if entry.fingerprint not in used and report.complete and is_whole
    )
    counts = dataclasses.replace(report.counts, accepted=count)
    return dataclasses.replace(
        report, groups=(*kept, *(Group(1, (item,)) for item in _stale(source, stale))), counts=counts
    )


def _stale(source: str, entries: Iterable[Entry]) -> Iterator[Finding]:
    for entry in entries:
        of = f" of {entry.definition}" if entry.definition else ""
        at = f" at {entry.pointer or entry.schema}" if entry.pointer or entry.schema else ""
        yield finding(
            "baseline/stale-entry", Place(source, line=entry.line or None), entry=f"{entry.rule}{of}{at}"
        )


def _place(item: Finding) -> pointers.Pointer:
    return pointers.without_positions(item.place.pointer)


def _is_acceptable(item: Finding) -> bool:
    return item.rule.code.startswith(_STAGES) and item.rule.code != _NEVER


def _is_entry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name, ""), str) for name in _TEXTS)
        and bool(value.get("fingerprint") and value.get("rule"))
    )


def _entry(value: dict[str, str], lines: dict[str, int]) -> Entry:
    texts = {name: value.get(name, "") for name in _TEXTS}
    return Entry(line=lines.get(texts["fingerprint"], 0), **texts)
