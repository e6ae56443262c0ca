"""Variables in files of requests: `{{name}}` is what the file or the user says, `{{$uuid}}` and the like are made."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from collections.abc import Callable, Iterable, Mapping

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.nearest import nearest

_NAMED = re.compile(r"\{\{([^{}]*)\}\}")
_ENVIRONMENT = re.compile(r"\$(?:processEnv|dotenv|env)\b")
_NESTED = 10  # variables that name variables
_MOST = 64 << 20  # characters that all uses in a file come to
_USE = 100  # of them that one counts for, beside its value


class Values:
    """The values of the variables of the file `name`, and which of them were `used`."""

    def __init__(self, name: str, known: Mapping[str, str]) -> None:
        self.name = name
        self.known = known
        self.used: set[str] = set()
        self._left = _MOST

    def fill(self, text: str, line: int, depth: int = 0) -> str:
        """`text` with values for `{{…}}`.

        Raises:
            InputError: one has none, or they come to too much.
        """
        if depth > _NESTED:
            raise InputError(f"{self.name}:{line}: variables that name each other")
        return _NAMED.sub(lambda match: self._value(match[1].strip(), line, depth), text)

    def check_use(self, given: Iterable[str]) -> None:
        """Sees that each of the variables that are `given` was used.

        Raises:
            InputError: one was not: its name is mistyped, or it is the variable of another file.
        """
        unused = next((name for name in given if name not in self.used), None)
        if unused is None:
            return
        close = nearest(unused, self.used)
        known = f"it uses {', '.join(sorted(self.used))}" if self.used else "it uses no variable"
        hint = f"did you mean '{shown(close, 60)}'?" if close else shown(known, 200)
        raise InputError(f"{self.name}: no request in it uses --var {shown(unused, 60)}; {hint}")

    def _value(self, use: str, line: int, depth: int) -> str:
        if use in self.known:
            self.used.add(use)
            self._left -= len(self.known[use]) + _USE
            if self._left < 0:
                raise InputError(f"{self.name}:{line}: variables that come to more than {_MOST} characters")
            return self.fill(self.known[use], line, depth + 1)
        word, *arguments = re.split(r"[\s(,)]+", use.strip(" )"))
        made = _DYNAMIC.get(word)
        if made is not None:
            return made(arguments)
        said = shown(use, 60)
        if _ENVIRONMENT.match(use):
            raise InputError(
                f"{self.name}:{line}: {{{{{said}}}}}: the environment is not read; "
                f"write a variable, and give it by --var NAME=VALUE"
            )
        raise InputError(
            f"{self.name}:{line}: {{{{{said}}}}} has no value; `@{said} = …` in the file or --var {said}=… gives it one"
        )


def _random(arguments: list[str]) -> str:
    bounds = [int(each) for each in arguments if re.fullmatch(r"-?[0-9]{1,18}", each)]
    low, high = (min(bounds), max(bounds) - 1) if len(bounds) == 2 else (0, 999)
    return str(random.randint(low, max(low, high)))  # noqa: S311 - data of a request, no secret


def _uuid(arguments: list[str]) -> str:  # noqa: ARG001 - as the others
    return str(uuid.uuid4())


def _timestamp(arguments: list[str]) -> str:  # noqa: ARG001 - as the others
    return str(int(dt.datetime.now(dt.UTC).timestamp()))


def _iso(arguments: list[str]) -> str:  # noqa: ARG001 - as the others
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_DYNAMIC: dict[str, Callable[[list[str]], str]] = {
    "$guid": _uuid,
    "$uuid": _uuid,
    "$random.uuid": _uuid,
    "$timestamp": _timestamp,
    "$isoTimestamp": _iso,
    "$randomInt": _random,
    "$random.integer": _random,
}
