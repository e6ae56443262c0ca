"""A violation of a schema in the words of the definition: which rule, what was there, what was wanted.

Words come from the compiler's notes first (a status, a code, a text), then from the keyword.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from schemagen import pointers
from schemagen.checking import applied, compiled, is_of_wrong_type
from schemagen.contract import Code, Variant
from schemagen.engine import Violation
from schemagen.findings import Finding
from schemagen.nearest import nearest
from schemagen.validator.breach import Breach
from schemagen.validator.case import Case, name_of
from schemagen.validator.demands import LENGTHS, RANGES, demand_shape, listed
from schemagen.validator.phrases import alternatives_of, describe, kind_of, shape_of

_LISTED_TEXTS = 3  # texts in one message; the definition has the rest
_COMPARED = 500  # members that are compared with a missing one


def word(case: Case, violation: Violation, variant: Variant) -> Finding:
    """The finding for a violation of the tolerant (error) or the exact (drift) schema."""
    breach = Breach.of(case, violation, variant)
    by_rule = _BY_RULE.get(breach.note.rule) if violation.keyword != "type" else None
    speak = by_rule or _BY_KEYWORD.get(breach.keyword) or _value
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
    """A code beside a status it is not tied to; the violation stands at the status, the finding at the code.

    The schema says `if` the code is such `then` the status is: the condition names the member with the code.
    """
    case, at = breach.case, breach.violation.at
    condition = pointers.resolve(case.contract.schema(breach.variant).document, (*at[:-3], "if"))
    place = (*breach.place[:-1], *condition["properties"])
    entry = case.contract.code(case.value(place))
    if entry is None:
        return _value(breach)
    return _other_status(breach._replace(place=place), entry, case.cut(str(breach.value)))


def _other_status(breach: Breach, entry: Code, status: str) -> Finding:
    return breach.say(
        "code-under-other-status", origin=entry.origin, got=breach.got, want=entry.statuses, status=status
    )


def _text(breach: Breach) -> Finding:
    case, value = breach.case, breach.value
    code = next((code for code in case.contract.codes if code.text == breach.note.code), None)
    texts = list(_texts(breach, code))
    meant = nearest(value, texts) if isinstance(value, str) and len(texts) > 1 else None
    return breach.of_value(
        "undocumented-text",
        listed(texts, case.cut, _LISTED_TEXTS),
        hint=_did_you_mean(case.cut(meant) if meant else None),
        of=f"code {code.text}" if code else "its code",
    )


def _texts(breach: Breach, code: Code | None) -> Iterator[str]:
    """The texts that the broken constraint lets pass; a pattern stands for those that match it as they are written."""
    if breach.keyword == "enum":
        yield from (text for text in breach.violation.wanted if text is not None)
    elif code is not None:
        document = breach.case.contract.schema(breach.variant).document
        constraint = compiled(document, breach.violation.at)
        yield from (text.text for text in code.texts if constraint.accepts(text.text))


def _required(breach: Breach) -> Finding:
    member = breach.violation.member or ""
    note = breach.case.note((*breach.violation.at, "properties", member))
    demand = demand_shape(shape_of(note.phrase) or "it")
    return breach.say(
        "missing-member",
        origin=note.origin,
        hint=_where_instead(breach, member),
        owner=name_of(breach.place),
        member=member,
        want=demand.want,
        demand=demand.sentence,
    )


def _where_instead(breach: Breach, member: str) -> str:
    """What stands in the place of a missing member: its own members, sent without it, or one with a name like its."""
    documented = breach.schema.get("properties", {})
    others = [name for name in breach.value if name not in documented]
    if member in documented:
        schema = breach.case.contract.schema(breach.variant)
        inner = [node for _, node in applied(schema, (*breach.violation.at, "properties", member))]
        known = {name for node in inner for name in node.get("properties", ())}
        required = {name for node in inner for name in node.get("required", ())}
        if required <= breach.value.keys() and known.intersection(others):
            return f'this looks like what should stand in "{member}"'
    meant = nearest(member, others[:_COMPARED])
    return f'"{breach.case.name(meant)}" looks like it' if meant else ""


def _additional(breach: Breach) -> Finding:
    member = breach.violation.member or ""
    present = breach.value
    documented = breach.schema.get("properties", {})
    absent = [name for name in documented if name not in present]
    missing = [name for name in breach.schema.get("required", ()) if name in absent]
    meant = nearest(member, missing) or nearest(member, absent)
    return breach.say(
        "unknown-member",
        key=member,
        hint=_did_you_mean(meant),
        owner=name_of(breach.place),
        member=breach.case.name(member),
    )


def _type(breach: Breach) -> Finding:
    at, shape = breach.violation.at, shape_of(breach.note.phrase) or describe(breach.schema)
    is_named = (
        len(at) == 2 and at[0] == "$defs" and "properties" in breach.schema and not _is_made(str(at[1]))
    )
    return _of_type(breach, f"{at[1]} ({shape})" if is_named else shape)


def _of_type(breach: Breach, want: str) -> Finding:
    kind, got = kind_of(breach.value), breach.got
    described = kind if breach.value is None else f"of type {kind} ({got})"
    return breach.of_value("wrong-type", want, got, kind=kind, described=described)


def _alternatives(breach: Breach) -> Finding:
    if breach.note.rule == "presence":
        names = tuple(name for branch in breach.schema["anyOf"] for name in branch.get("required", ()))
        return breach.say("missing-alternative", owner=name_of(breach.place), want=names)
    shapes = tuple(_say_shape(breach.case, shape) for shape in alternatives_of(breach.note.phrase))
    if is_of_wrong_type(breach.violation):
        return _of_type(breach, " or ".join(shapes))
    missing = _telling_members(breach.violation)
    if missing:
        names = tuple(f"{member} ({shape})" for member, shape in zip(missing, shapes, strict=True))
        return breach.say("missing-alternative", owner=name_of(breach.place), want=names)
    return breach.say("fits-none", member=name_of(breach.place), want=shapes)


def _telling_members(violation: Violation) -> list[str]:
    """The members by which alternatives differ, one each, where nothing but that one is missing; else nothing."""
    missing = [
        one.member or ""
        for branch in violation.branches
        for one in branch
        if one.keyword == "required" and one.place == violation.place
    ]
    is_all = all(len(branch) == 1 for branch in violation.branches)
    return missing if is_all and len(set(missing)) == len(violation.branches) else []


def _say_shape(case: Case, shape: str) -> str:
    """A shape by its name; one that has only a made name (members written under `body`) by its members."""
    node = case.contract.tolerant.document.get("$defs", {}).get(shape, {})
    members = node.get("required") or list(node.get("properties", ()))
    return f"object {{{', '.join(members)}}}" if _is_made(shape) and members else shape


def _is_made(name: str) -> bool:
    """Whether a schema was not named in the definition: its members stand under `body`."""
    return name.startswith("Body")


def _value(breach: Breach) -> Finding:
    """A value that breaks one keyword; the slug is that of the keyword."""
    demand = breach.demand
    slug = _SLUGS.get(breach.keyword, "wrong-value")
    return breach.of_value(slug, demand.want, demand=demand.sentence)


def _length(breach: Breach) -> Finding:
    demand = breach.demand
    unit, _ = LENGTHS[breach.keyword]
    return breach.of_value(
        "wrong-length", demand.want, got=len(breach.value), unit=unit, demand=demand.sentence
    )


def _unexplained(breach: Breach) -> Finding:
    return breach.say("unexplained", problem=str(breach.violation.wanted))


def _did_you_mean(word: str | None) -> str:
    return f'did you mean "{word}"?' if word else ""


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
    "json": _unexplained,
    **dict.fromkeys(LENGTHS, _length),
}
_SLUGS = {
    "pattern": "wrong-pattern",
    "format": "wrong-format",
    "not": "wrong-format",
    "uniqueItems": "repeated-items",
    **dict.fromkeys(RANGES, "wrong-number"),
}
