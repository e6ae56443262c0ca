"""From the raw violations of two schemas to those a person would name: one branch of each `anyOf`, nothing twice.

Full lists of both schemas are compared, never a "best match": that one blames the first, correct item of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from schemagen import pointers
from schemagen.checking.alternatives import best
from schemagen.checking.compiled import Compile, compiled
from schemagen.contract import Contract, Schema
from schemagen.engine import Violation
from schemagen.pointers import Pointer

# Nothing more is said of a value at a place where its type is wrong.
_OF_VALUES = frozenset(
    (
        "const",
        "enum",
        "not",
        "pattern",
        "format",
        "minLength",
        "maxLength",
        "multipleOf",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    )
)
# Naming every wrong value of a larger body would take minutes; its verdict is told without the places.
MOST_VALUES = 20_000
_COMPILERS = frozenset(("status", "codes", "ties", "messages"))


class Deviations(NamedTuple):
    """What tolerant refuses (`errors`), and what exact refuses beyond that (`drift`), each in the order of the body."""

    errors: tuple[Violation, ...] = ()
    drift: tuple[Violation, ...] = ()


def deviations(
    contract: Contract, at: Pointer, value: Any, engine: Compile = compiled, *, errors_alone: bool = False
) -> Deviations:
    """What `value` breaks of the schemas at `at`. Exact fails if and only if something is returned, tolerant fails if
    and only if there are errors. `engine` compiles a schema; both engines give the same places. With `errors_alone`,
    nobody wants to know of drift where there are errors.
    """
    exact = engine(contract.exact.document, at)
    if exact.accepts(value):
        return Deviations()
    if _is_large(value):
        reason = f"breaks its schema, and has more than {MOST_VALUES:,} values: too many to say where"
        told = (Violation((), at, "json", wanted=reason),)
        is_drift = engine(contract.tolerant.document, at).accepts(value)
        return Deviations(drift=told) if is_drift else Deviations(errors=told)
    errors = _tidied(
        contract.tolerant,
        _one_branch_each(
            contract,
            contract.tolerant,
            engine(contract.tolerant.document, at).violations(value),
            value,
            engine,
        ),
    )
    if errors and errors_alone:
        return Deviations(errors)
    drift = _tidied(
        contract.exact, _one_branch_each(contract, contract.exact, exact.violations(value), value, engine)
    )
    return Deviations(errors, tuple(_beyond(errors, drift)))


def _is_large(value: Any) -> bool:
    count, pending = 0, [value]
    while pending and count <= MOST_VALUES:
        item = pending.pop()
        if isinstance(item, dict | list):
            count += len(item)
            pending += item.values() if isinstance(item, dict) else item
    return count > MOST_VALUES


def _beyond(errors: tuple[Violation, ...], drift: tuple[Violation, ...]) -> Iterator[Violation]:
    """What of the drift says more than the errors do."""
    known = {_key(violation) for violation in errors}
    of_wrong_type = {violation.place for violation in errors if is_of_wrong_type(violation)}
    for violation in drift:
        if _key(violation) not in known and not (
            violation.place in of_wrong_type and violation.keyword in _OF_VALUES
        ):
            yield violation


def is_of_wrong_type(violation: Violation) -> bool:
    """Whether the value is of another JSON type than is due; in a choice, of another than any of the branches has."""
    if violation.keyword == "anyOf":
        return all(
            any(one.place == violation.place and is_of_wrong_type(one) for one in branch)
            for branch in violation.branches
        )
    return violation.keyword == "type"


def is_choice(schema: Schema, at: Pointer) -> bool:
    """Whether the `anyOf` of the schema object `at` is one between shapes, not "at least one of these members"."""
    return schema.note(at, "anyOf").rule == "shape"


def _one_branch_each(
    contract: Contract, schema: Schema, violations: Iterable[Violation], value: Any, engine: Compile
) -> list[Violation]:
    """The violations with each failing `anyOf` replaced by those of the branch that was meant, if one is clear."""
    result: list[Violation] = []
    for violation in violations:
        if violation.keyword != "anyOf" or not is_choice(schema, violation.at):
            result.append(violation)
            continue
        branch = _branch(contract, schema, violation, pointers.resolve(value, violation.place), engine)
        if branch is None:
            result.append(violation)
        else:
            result += _one_branch_each(contract, schema, violation.branches[branch], value, engine)
    return result


def _branch(
    contract: Contract, schema: Schema, violation: Violation, value: Any, engine: Compile
) -> int | None:
    """The branch of a failed choice that is to be spoken of, or None when none is clear."""
    indexes = range(len(violation.branches))
    if schema is contract.exact:
        twins = [index for index in indexes if _twin_accepts(contract, violation, index, value, engine)]
        if twins:
            return min(twins, key=lambda index: (len(violation.branches[index]), index))
    structure = contract.tolerant if _exists(contract.tolerant, violation.at) else schema
    alike = best(structure, violation.at, value, indexes)
    if len(alike) < 2:
        return alike[0] if alike else None
    costs = {index: _cost(structure, (*violation.at, "anyOf", index), value, engine) for index in alike}
    cheapest = [index for index in alike if costs[index] == min(costs.values())]
    return cheapest[0] if len(cheapest) == 1 else None


def _twin_accepts(contract: Contract, violation: Violation, index: int, value: Any, engine: Compile) -> bool:
    """Whether the tolerant schema's branch at the same place accepts the value that exact refuses.

    A choice that only exact narrows has no twin: then the branch's own shape speaks, which `best` judges.
    """
    if not _exists(contract.tolerant, violation.at):
        return False
    return engine(contract.tolerant.document, (*violation.at, "anyOf", index)).accepts(value)


def _exists(schema: Schema, at: Pointer) -> bool:
    try:
        pointers.resolve(schema.document, at)
    except LookupError:
        return False
    return True


def _cost(schema: Schema, at: Pointer, value: Any, engine: Compile) -> int:
    violations = engine(schema.document, at).violations(value)
    return sum(
        schema.note(violation.at, violation.keyword).rule not in _COMPILERS for violation in violations
    )


def _tidied(schema: Schema, violations: list[Violation]) -> tuple[Violation, ...]:
    """In the order of places, one for each (place, keyword, member), and nothing that follows from another.

    Where the type is wrong, only that is said; a status that is wrong in itself is no status that a code is tied to;
    what stands in a list or an object that is another one than the one documented is not looked at.
    """
    if len(violations) < 2:
        return tuple(violations)
    of_wrong_type = {violation.place for violation in violations if is_of_wrong_type(violation)}
    wrong_in_itself = {violation.place for violation in violations if not _is_tie(schema, violation)}
    another = {violation.place for violation in violations if violation.keyword in ("const", "enum")}
    kept: dict[tuple[Pointer, str, str], Violation] = {}
    for violation in _narrowest_texts(schema, sorted(violations, key=lambda one: _order(schema, one))):
        place = violation.place
        if not (
            (place in of_wrong_type and violation.keyword in _OF_VALUES)
            or (place in wrong_in_itself and _is_tie(schema, violation))
            or any(place[:depth] in another for depth in range(len(place)))
        ):
            kept.setdefault(_key(violation), violation)
    return tuple(kept.values())


def _narrowest_texts(schema: Schema, violations: list[Violation]) -> Iterator[Violation]:
    """Of the lists of texts for one place the first alone: the texts of a status are some of those of every status."""
    said: set[Pointer] = set()
    for violation in violations:
        is_list = _is_list_of_texts(schema, violation)
        if not (is_list and violation.place in said):
            yield violation
        if is_list:
            said.add(violation.place)


def _is_list_of_texts(schema: Schema, violation: Violation) -> bool:
    is_list = violation.keyword in ("enum", "pattern")
    return is_list and schema.note(violation.at, violation.keyword).rule == "messages"


def _is_tie(schema: Schema, violation: Violation) -> bool:
    """Whether it is the code beside the status that asks for another status."""
    return schema.note(violation.at, violation.keyword).rule == "ties"


def _key(violation: Violation) -> tuple[Pointer, str, str]:
    return violation.place, violation.keyword, violation.member or ""


def _order(schema: Schema, violation: Violation) -> tuple[object, ...]:
    """By place; at equal places the schema that has words for it first: it is the member's own, not a narrowing.

    Of lists of texts the shortest comes first.
    """
    note = schema.note(violation.at, violation.keyword)
    return (
        pointers.sort_key(violation.place),
        violation.keyword,
        violation.member or "",
        not note.phrase,
        len(violation.wanted) if _is_list_of_texts(schema, violation) else 0,
        pointers.sort_key(violation.at),
    )
