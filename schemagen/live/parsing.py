"""An error response of whatever API as one thing to branch on: its code, whether to try again, what it says.

For programs that call APIs; whether the response is as documented is not asked here.
"""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from schemagen import api
from schemagen.api.arguments import DEFINITION, FOLDER, check_kind, each
from schemagen.contract import Contract
from schemagen.live.responses import exchange_of
from schemagen.statuses import PHRASES

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.api.normalisation import Normalisation
    from schemagen.problems import Problem


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedError:
    """What an error response says, and what its definition knows of it.

    `problem` is the whole of it as problem details (RFC 9457); None where no definition knows the response, or where it
    is no error: `why` says so. Then `retry` and `retry_after` are what the header Retry-After says, and all else is empty.
    """

    status: int
    problem: Problem | None = None
    why: str = ""
    retry_after: Any = None

    @property
    def known(self) -> bool:
        """Whether a definition knows the response as an error."""
        return self.problem is not None

    @property
    def format(self) -> str:
        """The id of the definition."""
        return str(self._extension("format") or "")

    @property
    def code(self) -> Any:
        """The vendor's code, as it was on the wire: a text, a number, or None."""
        return self._extension("code")

    @property
    def retry(self) -> Literal["yes", "no", "after"] | None:
        """Whether to try again: at once, never, or after `retry_after`; None where nothing is known of it."""
        if self.problem is None:
            return "after" if self.retry_after is not None else None
        said: Literal["yes", "no", "after"] | None = self._extension("retry")
        return said

    @property
    def title(self) -> str:
        """What every error of this kind is called; else the phrase of the status."""
        return self.problem.title if self.problem else PHRASES.get(self.status, "")

    @property
    def detail(self) -> str:
        """The message of this very error, without its secrets."""
        return self.problem.detail if self.problem else ""

    @property
    def meaning(self) -> str:
        """What the catalogue says of the code."""
        return str(self._extension("meaning") or "")

    @property
    def errors(self) -> tuple[dict[str, Any], ...]:
        """Each of several errors, with the same members."""
        return tuple(self._extension("errors") or ())

    def _extension(self, name: str) -> Any:
        return self.problem.extensions.get(name) if self.problem else None


def parse_error(
    response: object,
    *,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    folder: Name | None = None,
    body: bytes | None = None,
) -> ParsedError:
    """The error that a response tells of. Whatever stands in it, nothing is raised.

    `response` is what `exchange_of` takes; give the `body` where the response is still to be read. `definitions` name
    whose error it may be, whatever its host; without them, those of `folder` and the shipped ones are tried. They are
    read at the first call, and not again.

    Raises:
        TypeError: it is no response, or an argument is of another kind.
        DefinitionError: a definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    exchange = exchange_of(response, body=body)
    problem, why = _run(definitions, folder).explain(exchange)
    said = exchange.response.header("retry-after")
    if problem is not None:
        said = problem.extensions.get("retry_after", said)
    elif said is not None and said.isascii() and said.strip().isdigit() and len(said) < 10:
        return ParsedError(exchange.response.status, None, why, int(said))
    return ParsedError(exchange.response.status, problem, why, said)


def _run(definitions: Name | Contract | Iterable[Name | Contract], folder: Name | None) -> Normalisation:
    chosen = each("definitions", definitions, DEFINITION)
    check_kind("folder", folder, FOLDER)
    if any(isinstance(one, Contract) for one in chosen):  # nothing is read for these
        return api.begin_normalisation(chosen, folder=folder, anywhere=True)
    return _loaded(chosen, None if folder is None else os.fspath(folder))


@functools.lru_cache(maxsize=64)
def _loaded(definitions: tuple[Any, ...], folder: str | None) -> Normalisation:
    return api.begin_normalisation(definitions, folder=folder, anywhere=True)
