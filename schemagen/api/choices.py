"""What functions of the library are given: one or many, definitions by name or contracts of one's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from schemagen.api.definitions import Definition, Name, collect
from schemagen.contract import Contract
from schemagen.errors import DefinitionError
from schemagen.exchanges import Exchange
from schemagen.limits import Limits

T = TypeVar("T")


def each(given: T | Iterable[T]) -> tuple[T, ...]:
    """What is given as a list; one alone, which a text is, counts as a list of it."""
    return tuple(one_or_many(given))


def one_or_many(given: T | Iterable[T]) -> Iterable[T]:
    """The same, not read before it is asked for."""
    if isinstance(given, str | os.PathLike | Contract | Exchange):
        return (cast("T", given),)
    return cast("Iterable[T]", given)


def contracts_of(
    names: Sequence[Name | Contract], folder: Name | None, limits: Limits
) -> tuple[list[Contract], list[Definition]]:
    """The contracts that are given, or read by name; without `names`, all. With them, what was read.

    Raises:
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    given = [name for name in names if isinstance(name, Contract)]
    to_read = [name for name in names if not isinstance(name, Contract)]
    found = collect(to_read, folder, limits, contract_only=True) if to_read or not given else []
    mistaken = [definition for definition in found if not definition.is_sound]
    if mistaken:
        names = ", ".join(definition.source.name for definition in mistaken)
        findings = tuple(item for definition in mistaken for item in definition.findings)
        raise DefinitionError(f"mistakes in {names}: nothing was checked", findings)
    return given + [definition.require() for definition in found], found
