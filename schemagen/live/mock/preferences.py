"""What a client wants to be answered: said by a header, by the query, or by the path.

`Prefer: status=404, code=1300, delay=2` (RFC 7240); `?__status=404&__code=1300`; `/any/404/1300`. A header wins over the
query, and that over the path.
"""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from collections.abc import Iterable
from typing import Literal, TypeAlias

from schemagen.display import shown
from schemagen.nearest import nearest

Shows: TypeAlias = Literal["good", "drift", "broken"]

NAMES = ("status", "code", "seed", "delay", "drift", "broken", "fault")
FAULTS = ("reset", "cut-off", "page")
LONGEST_DELAY = 60.0  # seconds
_PREFERENCE = re.compile(
    r'\s*([\w.!#$%&\'*+^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?[^,]*(?:,|$)'
)
_STATUS = re.compile(r"[1-5][0-9]{2}")


class PreferenceError(ValueError):
    """Something is wanted that the mock does not understand; the text says what it would."""


@dataclasses.dataclass(frozen=True, slots=True)
class Preferences:
    """What is wanted; None where nothing is said. `applied` is what was said, as `Preference-Applied` repeats it."""

    status: int | None = None
    code: str | None = None
    seed: int | None = None
    delay: float | None = None
    shows: Shows = "good"
    fault: str = ""
    applied: tuple[str, ...] = ()

    @property
    def says_which(self) -> bool:
        """Whether one answer is meant, and not the next one in turn."""
        return self.status is not None or self.code is not None or self.seed is not None


def preferences_of(target: str, prefer: Iterable[str]) -> Preferences:
    """What the target of a request and its headers `Prefer` say.

    Preferences of RFC 7240 that mean nothing to a mock (`return=minimal`) are passed over, as it wants.

    Raises:
        PreferenceError: a value is none that can be met.
    """
    if not target.startswith("/"):
        target = f"/{target.partition('//')[2].partition('/')[2]}"
    path, _, query = target.partition("#")[0].partition("?")  # whatever else may be wrong with it as a URL
    said: dict[str, str] = dict(_from_path(path))
    for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True):
        if name.startswith("__"):
            said[_known(name[2:])] = value
    for line in prefer:
        for name, quoted, plain in _PREFERENCE.findall(line):
            if name.lower() in NAMES:
                said[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or plain
    return _read(said)


def _from_path(path: str) -> list[tuple[str, str]]:
    """The status and the code that a path ends in: `/404`, `/messages/404/1300`."""
    *_, before, last = ["", *map(urllib.parse.unquote, path.split("/"))]
    if _STATUS.fullmatch(before):
        return [("status", before), *([("code", last)] if last else [])]
    return [("status", last)] if _STATUS.fullmatch(last) else []


def _known(name: str) -> str:
    if name not in NAMES:
        close = nearest(name, NAMES)
        hint = (
            f"did you mean __{close}?" if close else f"there are: {', '.join(f'__{each}' for each in NAMES)}"
        )
        raise PreferenceError(f"the query says __{shown(name, 40)}; {hint}")
    return name


def _read(said: dict[str, str]) -> Preferences:
    applied = tuple(f"{name}={value}" if value else name for name, value in said.items() if _is_plain(value))
    status = _whole("status", said)
    if status is not None and not 100 <= status <= 599:
        raise PreferenceError(f"status={status}: a status is a number from 100 to 599")
    fault = said.get("fault", "")
    if fault and fault not in FAULTS:
        raise PreferenceError(f"fault={shown(fault, 40)}: there are {', '.join(FAULTS)}")
    if "drift" in said and "broken" in said:
        raise PreferenceError("drift and broken: one of them")
    shows: Shows = "drift" if "drift" in said else "broken" if "broken" in said else "good"
    return Preferences(status, said.get("code"), _whole("seed", said), _delay(said), shows, fault, applied)


def _whole(name: str, said: dict[str, str]) -> int | None:
    text = said.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,18}", text, re.ASCII):
        raise PreferenceError(f"{name}={shown(text, 40)}: a whole number of 18 digits at the most")
    return int(text)


def _delay(said: dict[str, str]) -> float | None:
    text = said.get("delay")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,6})?", text, re.ASCII) or float(text) > LONGEST_DELAY:
        raise PreferenceError(f"delay={shown(text, 40)}: seconds, {LONGEST_DELAY:g} at the most")
    return float(text)


def _is_plain(value: str) -> bool:
    """Whether a value can be repeated in a header as it is."""
    return re.fullmatch(r"[\w.!#$%&'*+^`|~/-]*", value, re.ASCII) is not None
