"""A violation of a schema in the words of the definition: which rule, what was there, what was wanted.

Words come from the compiler's notes first (a status, a code, a text), then from the keyword.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemagen import pointers
from schemagen.contract import Code, Note, Variant
from schemagen.engine import Violation
from schemagen.findings import Fact, Finding, Severity
from schemagen.nearest import nearest
from schemagen.observation import observe
from schemagen.validator.case import Case, name_of, to_text
from schemagen.validator.phrases import alternatives_of, kind_of, shape_of, types_of

# Values listed in one message; the definition has the rest.
_LISTED = 10
_LISTED_TEXTS = 3

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


class _Breach:
    """A violation with all that is needed to word it."""

    __slots__ = ("case", "note", "place", "severity", "variant", "violation")

    def __init__(self, case: Case, violation: Violation, variant: Variant) -> None:
        self.case = case
        self.violation = violation
        self.variant: Variant = variant
        self.place = violation.place
        self.severity = Severity.ERROR if variant == "tolerant" else Severity.WARNING
        self.note: Note = case.contract.schema(variant).note(violation.at, violation.keyword)

    def say(
        self,
        slug: str,
        *,
        key: str | None = None,
        origin: pointers.Pointer = (),
        hint: str = "",
        **facts: Fact,
    ) -> Finding:
        """The finding; with `key`, its place is the key of that member."""
        steps = self.place if key is None else (*self.place, key)
        place = self.case.place(steps, on_key=key is not None)
        return self.case.find(
            slug,
            place,
            origin=origin or self.note.origin or self.case.note(self.violation.at).origin,
            schema=self.violation.at,
            hint=hint,
            severity=self.severity,
            **facts,
        )

    def of_value(self, slug: str, want: Fact, got: Fact | None = None, **facts: Any) -> Finding:
        """The finding about the value at the place, which is shown unless `got` says something else of it."""
        shown = self.case.shown(self.place) if got is None else got
        return self.say(slug, want=want, member=name_of(self.place), got=shown, **facts)

    @property
    def schema(self) -> dict[str, Any]:
        """The schema object that is broken."""
        found: dict[str, Any] = pointers.resolve(
            self.case.contract.schema(self.variant).document, self.violation.at
        )
        return found


def word(case: Case, violation: Violation, variant: Variant) -> Finding:
    """The finding for a violation of the tolerant (error) or the exact (drift) schema."""
    breach = _Breach(case, violation, variant)
    by_rule = _BY_RULE.get(breach.note.rule) if violation.keyword != "type" else None
    speak = by_rule or _BY_KEYWORD.get(violation.keyword) or _value
    return speak(breach)


def _status(breach: _Breach) -> Finding:
    return breach.say("body-status", got=breach.case.shown(breach.place), want=breach.case.status)


def _code(breach: _Breach) -> Finding:
    """Unknown, or known but tied to other statuses."""
    case, value = breach.case, breach.case.value(breach.place)
    entry = case.contract.code(value)
    if entry is not None:
        return _other_status(breach, entry, case.shown(breach.place), case.documented)
    hint = ""
    if (
        isinstance(value, str) and not value.strip().isdigit()
    ):  # a number one digit off is another code, not a slip
        hint = _did_you_mean(nearest(value, [code.text for code in case.contract.codes]))
    return breach.say("unknown-code", hint=hint, got=case.shown(breach.place), api=case.contract.id)


def _tie(breach: _Breach) -> Finding:
    """A code beside a status it is not tied to; the violation stands at the status, the finding at the code."""
    case = breach.case
    for one in observe(case.contract, case.selection.at or (), case.body.value):
        entry = case.contract.code(one.value) if one.role == "code" else None
        if entry is not None and one.pointer[:-1] == breach.place[:-1]:
            status = case.shown(breach.place)
            breach.place = one.pointer
            return _other_status(breach, entry, case.shown(one.pointer), status)
    return _value(breach)


def _other_status(breach: _Breach, entry: Code, code: str, status: str) -> Finding:
    return breach.say(
        "code-under-other-status", origin=entry.origin, got=code, want=entry.statuses, status=status
    )


def _text(breach: _Breach) -> Finding:
    case, value = breach.case, breach.case.value(breach.place)
    code = next((code for code in case.contract.codes if code.text == breach.note.code), None)
    texts = [text.text for text in code.texts] if code else []
    meant = nearest(value, texts) if isinstance(value, str) and len(texts) > 1 else None
    return breach.of_value(
        "undocumented-text",
        _listed(case, texts, _LISTED_TEXTS),
        hint=_did_you_mean(case.cut(meant) if meant else None),
        of=code.text if code else "its code",
    )


def _required(breach: _Breach) -> Finding:
    member = breach.violation.member or ""
    value = breach.case.value(breach.place)
    meant = nearest(member, set(value) - set(breach.schema.get("properties", ())))
    note = breach.case.note((*breach.violation.at, "properties", member))
    return breach.say(
        "missing-member",
        origin=note.origin,
        hint=f'"{breach.case.cut(meant)}" looks like it' if meant else "",
        owner=name_of(breach.place),
        member=member,
        want=shape_of(note.phrase) or "it",
    )


def _additional(breach: _Breach) -> Finding:
    member = breach.violation.member or ""
    present = breach.case.value(breach.place)
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


def _type(breach: _Breach) -> Finding:
    at = breach.violation.at
    want = shape_of(breach.note.phrase) or types_of(breach.violation.wanted)
    if (
        len(at) == 2 and at[0] == "$defs" and not str(at[1]).startswith("Body")
    ):  # that name is made, not written
        want = f"{at[1]} ({types_of(breach.violation.wanted)})"
    return breach.of_value("wrong-type", want, kind=kind_of(breach.case.value(breach.place)))


def _alternatives(breach: _Breach) -> Finding:
    if breach.note.rule == "presence":
        names = tuple(name for branch in breach.schema["anyOf"] for name in branch.get("required", ()))
        return breach.say("missing-alternative", owner=name_of(breach.place), want=names)
    shapes = tuple(_say_shape(breach.case, shape) for shape in alternatives_of(breach.note.phrase))
    return breach.say("fits-none", member=name_of(breach.place), want=shapes)


def _say_shape(case: Case, shape: str) -> str:
    """A shape by its name; one that has only a made name (members written under `body`) by its members."""
    node = case.contract.tolerant.document.get("$defs", {}).get(shape, {})
    members = node.get("required") or list(node.get("properties", ()))
    return f"an object with {', '.join(members)}" if _is_made(shape) and members else shape


def _is_made(name: str) -> bool:
    """Whether a schema was not named in the definition: its members stand under `body`."""
    return name.startswith("Body")


def _value(breach: _Breach) -> Finding:
    keyword, wanted = breach.violation.keyword, breach.violation.wanted
    if keyword == "enum":
        return breach.of_value("wrong-value", _listed(breach.case, wanted))
    if keyword == "const":
        return breach.of_value("wrong-value", breach.case.cut(to_text(wanted)))
    return breach.of_value("wrong-value", breach.case.cut(f"{keyword} {to_text(wanted)}"))


def _pattern(breach: _Breach) -> Finding:
    return breach.of_value("wrong-pattern", breach.case.cut(str(breach.violation.wanted)))


def _format(breach: _Breach) -> Finding:
    is_digits = breach.violation.keyword == "not"
    return breach.of_value("wrong-format", "digits" if is_digits else str(breach.violation.wanted))


def _length(breach: _Breach) -> Finding:
    unit, bound = _BOUNDS[breach.violation.keyword]
    count = len(breach.case.value(breach.place))
    return breach.of_value("wrong-length", f"{bound} {breach.violation.wanted}", got=count, unit=unit)


def _number(breach: _Breach) -> Finding:
    return breach.of_value("wrong-number", f"{_RANGES[breach.violation.keyword]} {breach.violation.wanted}")


def _repeated(breach: _Breach) -> Finding:
    return breach.of_value("repeated-items", "items that all differ")


def _did_you_mean(word: str | None) -> str:
    return f'did you mean "{word}"?' if word else ""


def _listed(case: Case, values: list[Any], most: int = _LISTED) -> tuple[str, ...]:
    shown = tuple(case.cut(to_text(value)) for value in values[:most])
    return shown if len(values) <= most else (*shown, f"{len(values) - most} more")


_BY_RULE: dict[str, Callable[[_Breach], Finding]] = {
    "status": _status,
    "codes": _code,
    "ties": _tie,
    "messages": _text,
}
_BY_KEYWORD: dict[str, Callable[[_Breach], Finding]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    "anyOf": _alternatives,
    "pattern": _pattern,
    "format": _format,
    "not": _format,
    "uniqueItems": _repeated,
    **dict.fromkeys(_BOUNDS, _length),
    **dict.fromkeys(_RANGES, _number),
}
