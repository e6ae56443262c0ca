"""A violation of a schema in the words of the definition: which rule, what was there, what was wanted.

Words come from the compiler's notes first (a status, a code, a text), then from the keyword.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

from schemagen.contract import Code, Variant
from schemagen.engine import Violation
from schemagen.findings import Finding
from schemagen.nearest import nearest
from schemagen.observation import observe
from schemagen.validator.breach import Breach
from schemagen.validator.case import Case, name_of, to_text
from schemagen.validator.phrases import alternatives_of, kind_of, shape_of, types_of

# Values listed in one message; the definition has the rest.
_LISTED = 10
_LISTED_TEXTS = 3
_COMPARED = 500  # members that are compared with a missing one

_BOUNDS = {
    "minLength": ("characters", "at least"),
    "maxLength": ("characters", "at most"),
    "minItems": ("items", "at least"),
    "maxItems": ("items", "at most"),
    "minProperties": ("members", "at least"),
    "maxProperties": ("members", "at most"),
}
_RANGES = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
    "multipleOf": "a multiple of",
}


def word(case: Case, violation: Violation, variant: Variant) -> Finding:
    """The finding for a violation of the tolerant (error) or the exact (drift) schema."""
    breach = Breach(case, violation, variant, violation.place)
    by_rule = _BY_RULE.get(breach.note.rule) if violation.keyword != "type" else None
    speak = by_rule or _BY_KEYWORD.get(violation.keyword) or _value
    return speak(breach)


def _status(breach: Breach) -> Finding:
    return breach.say("body-status", got=breach.got, want=breach.case.status)


def _code(breach: Breach) -> Finding:
    """Unknown, or known but tied to other statuses."""
    case, value = breach.case, breach.value
    entry = case.contract.code(value)
    if entry is not None:
        return _other_status(breach, entry, str(case.status))
    meant = nearest(value, [code.text for code in case.contract.codes]) if _is_word(value) else None
    return breach.say("unknown-code", hint=_did_you_mean(meant), got=breach.got, api=case.contract.id)


def _is_word(code: Any) -> bool:
    """Whether a code can be misspelt: a number that is one digit off is another code."""
    return isinstance(code, str) and not code.strip().isdigit()


def _tie(breach: Breach) -> Finding:
    """A code beside a status it is not tied to; the violation stands at the status, the finding at the code."""
    case = breach.case
    for one in observe(case.contract, case.selection.at or (), case.body.value):
        entry = case.contract.code(one.value) if one.role == "code" else None
        if entry is not None and one.pointer[:-1] == breach.place[:-1]:
            status = case.cut(str(breach.value))
            return _other_status(dataclasses.replace(breach, place=one.pointer), entry, status)
    return _value(breach)


def _other_status(breach: Breach, entry: Code, status: str) -> Finding:
    return breach.say(
        "code-under-other-status", origin=entry.origin, got=breach.got, want=entry.statuses, status=status
    )


def _text(breach: Breach) -> Finding:
    case, value, wanted = breach.case, breach.value, breach.violation.wanted
    code = next((code for code in case.contract.codes if code.text == breach.note.code), None)
    if breach.violation.keyword == "enum":
        texts = [text for text in wanted if text is not None]
    else:
        texts = [text.text for text in code.texts] if code else []
    meant = nearest(value, texts) if isinstance(value, str) and len(texts) > 1 else None
    return breach.of_value(
        "undocumented-text",
        _listed(case, texts, _LISTED_TEXTS),
        hint=_did_you_mean(case.cut(meant) if meant else None),
        of=code.text if code else "its code",
    )


def _required(breach: Breach) -> Finding:
    member = breach.violation.member or ""
    documented = breach.schema.get("properties", {})
    others = (name for name in breach.value if name not in documented)
    meant = nearest(member, itertools.islice(others, _COMPARED))
    note = breach.case.note((*breach.violation.at, "properties", member))
    return breach.say(
        "missing-member",
        origin=note.origin,
        hint=f'"{breach.case.cut(meant)}" looks like it' if meant else "",
        owner=name_of(breach.place),
        member=member,
        want=shape_of(note.phrase) or "it",
    )


def _additional(breach: Breach) -> Finding:
    member = breach.violation.member or ""
    present = breach.value
    documented = breach.schema.get("properties", {})
    absent = [name for name in documented if name not in present]
    missing = [name for name in breach.schema.get("required", ()) if name in absent]
    meant = nearest(member, missing) or nearest(member, absent) or nearest(member, documented)
    return breach.say(
        "unknown-member",
        key=member,
        hint=_did_you_mean(meant),
        owner=name_of(breach.place),
        member=breach.case.cut(member),
    )


def _type(breach: Breach) -> Finding:
    at, types = breach.violation.at, types_of(breach.violation.wanted)
    is_named = len(at) == 2 and at[0] == "$defs" and not _is_made(str(at[1]))
    want = f"{at[1]} ({types})" if is_named else shape_of(breach.note.phrase) or types
    return breach.of_value("wrong-type", want, kind=kind_of(breach.value))


def _alternatives(breach: Breach) -> Finding:
    if breach.note.rule == "presence":
        names = tuple(name for branch in breach.schema["anyOf"] for name in branch.get("required", ()))
        return breach.say("missing-alternative", owner=name_of(breach.place), want=names)
    shapes = tuple(_say_shape(breach.case, shape) for shape in alternatives_of(breach.note.phrase))
    return breach.say("fits-none", member=name_of(breach.place), want=shapes)


def _say_shape(case: Case, shape: str) -> str:
    """A shape by its name; one that has only a made name (members written under `body`) by its members."""
    node = case.contract.tolerant.document.get("$defs", {}).get(shape, {})
    members = node.get("required") or list(node.get("properties", ()))
    return f"object {{{', '.join(members)}}}" if _is_made(shape) and members else shape


def _is_made(name: str) -> bool:
    """Whether a schema was not named in the definition: its members stand under `body`."""
    return name.startswith("Body")


def _value(breach: Breach) -> Finding:
    keyword, wanted = breach.violation.keyword, breach.violation.wanted
    if keyword == "enum":
        return breach.of_value("wrong-value", _listed(breach.case, wanted))
    if keyword == "const":
        return breach.of_value("wrong-value", breach.case.cut(to_text(wanted)))
    return breach.of_value("wrong-value", breach.case.cut(f"{keyword} {to_text(wanted)}"))


def _pattern(breach: Breach) -> Finding:
    return breach.of_value("wrong-pattern", breach.case.cut(str(breach.violation.wanted)))


def _format(breach: Breach) -> Finding:
    is_digits = breach.violation.keyword == "not"
    return breach.of_value("wrong-format", "digits" if is_digits else str(breach.violation.wanted))


def _length(breach: Breach) -> Finding:
    unit, bound = _BOUNDS[breach.violation.keyword]
    count = len(breach.value)
    return breach.of_value("wrong-length", f"{bound} {breach.violation.wanted}", got=count, unit=unit)


def _number(breach: Breach) -> Finding:
    return breach.of_value("wrong-number", f"{_RANGES[breach.violation.keyword]} {breach.violation.wanted}")


def _unexplained(breach: Breach) -> Finding:
    return breach.say("unexplained", problem=str(breach.violation.wanted))


def _repeated(breach: Breach) -> Finding:
    return breach.of_value("repeated-items", "items that all differ")


def _did_you_mean(word: str | None) -> str:
    return f'did you mean "{word}"?' if word else ""


def _listed(case: Case, values: list[Any], most: int = _LISTED) -> tuple[str, ...]:
    shown = tuple(case.cut(to_text(value)) for value in values[:most])
    return shown if len(values) <= most else (*shown, f"{len(values) - most} more")


_BY_RULE: dict[str, Callable[[Breach], Finding]] = {
    "status": _status,
    "codes": _code,
    "ties": _tie,
    "messages": _text,
}
_BY_KEYWORD: dict[str, Callable[[Breach], Finding]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    "anyOf": _alternatives,
    "pattern": _pattern,
    "format": _format,
    "not": _format,
    "uniqueItems": _repeated,
    "json": _unexplained,
    **dict.fromkeys(_BOUNDS, _length),
    **dict.fromkeys(_RANGES, _number),
}
