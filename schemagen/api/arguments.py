"""What functions of the library are given: each argument of the kind that it has to be, and lists of one or many.

A mistake is one line that names the argument, says what was given and what is wanted.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from schemagen.contract import Contract
from schemagen.display import shown
from schemagen.exchanges import Exchange
from schemagen.filters import Filters, parse
from schemagen.limits import Limits


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """The types of an argument, and what these are called."""

    types: tuple[type, ...]
    wanted: str


NAME = Kind((str, os.PathLike), "an id or a file")
DEFINITION = Kind((*NAME.types, Contract), "an id, a file or a Contract")
RECORDING = Kind((str, os.PathLike, Exchange), "a file, a folder or an Exchange")
PATH = Kind((str, os.PathLike), "a path")
FOLDER = Kind((str, os.PathLike, type(None)), "the path of a folder")
LIMITS = Kind((Limits,), "schemagen.Limits(…)")
FILTERS = Kind((Filters,), "filters as schemagen.filters.parse makes them")
TERM = Kind((str,), "a term such as 'status=404'")
STATUS = Kind((int, type(None)), "a whole number")
COUNT = Kind((int,), "a whole number")
BYTES = Kind((bytes, bytearray, memoryview), "bytes")
BODY = Kind((bytes, str), "bytes or a text")
TEXT = Kind((str,), "a text")
OPTIONAL_TEXT = Kind((str, type(None)), "a text")


def check_kind(argument: str, given: object, kind: Kind) -> None:
    """Sees that what is given for an argument is of its kind.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(given, kind.types):
        raise _mistake(argument, given, kind.wanted)


def check_word(argument: str, given: object, words: Collection[str]) -> None:
    """Sees that what is given for an argument is one of the words that there are.

    Raises:
        ValueError: it is not.
    """
    if given not in words:
        raise ValueError(f"{argument}: {shown(repr(given), 60)} is none of {', '.join(words)}")


def each(argument: str, given: Any, kind: Kind) -> tuple[Any, ...]:
    """What is given as a list; one alone counts as a list of it.

    Raises:
        TypeError: it is neither one of that kind nor several.
    """
    return tuple(one_or_many(argument, given, kind))


def one_or_many(argument: str, given: Any, kind: Kind) -> Iterable[Any]:
    """The same, not read before it is asked for."""
    if isinstance(given, kind.types):
        return (given,)
    if isinstance(given, str | bytes | bytearray) or not isinstance(given, Iterable):
        raise _mistake(argument, given, f"{kind.wanted}, or a list of them")
    return (_checked(argument, item, kind) for item in given)


def filters_of(only: str | Sequence[str], exclude: str | Sequence[str]) -> Filters:
    """The filters of terms.

    Raises:
        TypeError: they are no texts.
        SettingsError: one of them is no term.
    """
    return parse(each("only", only, TERM), each("exclude", exclude, TERM))


def _checked(argument: str, item: Any, kind: Kind) -> Any:
    check_kind(argument, item, kind)
    return item


def _mistake(argument: str, given: object, wanted: str) -> TypeError:
    return TypeError(f"{argument}: wants {wanted}, not {shown(repr(given), 60)}")
