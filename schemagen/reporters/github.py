"""The report for GitHub Actions: workflow commands that annotate files, then what finds no place among them.

GitHub shows ten annotations of a kind for each step, and writes the others into the log without their places; those
stand in a group of plain lines instead. That nothing else in them is a command is the business of `display`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemagen import pointers
from schemagen.display import shown
from schemagen.findings import Place, Severity
from schemagen.report import Group, Report, Subject
from schemagen.reporters import LONGEST, Look, many, worst_first

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SHOWN = {Severity.ERROR: 10, Severity.WARNING: 10, Severity.NOTE: 9}  # the tenth notice says how many more
_LINES = 500  # lines of the group for the others


def render(report: Report, look: Look) -> str:
    """A command for each group of findings, worst first, and the rest of them as lines of the log."""
    drawn: list[Group] = []
    rest: list[Group] = []
    room = dict(_SHOWN)
    for group in worst_first(report.groups):
        room[group.severity] -= 1
        (drawn if room[group.severity] >= 0 else rest).append(group)
    subjects = {(subject.source, subject.entry): subject for subject in report.subjects}
    lines = [_annotation(group, subjects, look) for group in drawn]
    if not report.complete:
        lines.append(_command("warning", "interrupted: what follows in the input was not looked at"))
    lines += _rest(rest, report.omitted)
    return "".join(f"{line}\n" for line in lines)


def _annotation(group: Group, subjects: dict[tuple[str, int], Subject], look: Look) -> str:
    first = group.first
    at = shown(pointers.to_text(first.place.pointer), 200)
    subject = subjects.get((first.place.source, first.place.entry or 0))
    said = [f"{at + ': ' if at else ''}{shown(first.message, LONGEST)}{_times(group)}"]
    said += [shown(first.hint, LONGEST)] if first.hint else []
    said += [_exchange(subject)] if subject else []
    said += [f"see {_place(first.related)}"] if first.related else []
    return _command(
        _COMMANDS[group.severity], "\n".join(said), **_file(first.place, look), title=group.rule.code
    )


def _exchange(subject: Subject) -> str:
    words = (f"entry {subject.entry}:", shown(subject.method), shown(subject.url, 200), subject.answer)
    return " ".join(word for word in words if word)


def _file(place: Place, look: Look) -> dict[str, str]:
    """The properties that say which line of which file is meant; standard input is no file."""
    if place.source == "-":
        return {}
    path = place.source.replace("\\", "/").removeprefix("./")
    if look.folder and not path.startswith("/"):
        path = f"{look.folder}/{path}"
    return {"file": shown(path), "line": str(place.line or ""), "col": str(place.column or "")}


def _rest(rest: Sequence[Group], omitted: tuple[tuple[Severity, int], ...]) -> Iterator[str]:
    """What is not annotated: how much it is, and as lines that open with a click, as many as there is room for."""
    left_out = sum(count for _, count in omitted)
    total = sum(group.count for group in rest) + left_out
    if not total:
        return
    where = "; they are in the log of this step" if rest else ""
    yield _command("notice", f"{many(total, 'more finding')} without an annotation{where}", title="schemagen")
    if not rest:
        return
    yield _command("group", many(total, "more finding"))
    for group in rest[:_LINES]:
        first = group.first
        message = f"{shown(first.message, LONGEST)}{_times(group)}"
        yield f"{group.severity.word}: {_place(first.place)}: {message} [{group.rule.code}]"
    listed = sum(group.count for group in rest[:_LINES])
    if listed < total:
        yield f"and {total - listed} more"
    yield _command("endgroup", "")


def _times(group: Group) -> str:
    return f" ({group.count} times)" if group.count > 1 else ""


def _place(place: Place) -> str:
    line = f":{place.line}" if place.line is not None else ""
    entry = f" entry {place.entry}" if place.entry is not None else ""
    at = shown(pointers.to_text(place.pointer), 200)
    return f"{shown(place.source)}{line}{entry}{' ' + at if at else ''}"


def _command(name: str, data: str, **properties: str) -> str:
    """A workflow command, encoded as `actions/toolkit` does it (packages/core/src/command.ts)."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' + told if told else ''}::{_data(data)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
