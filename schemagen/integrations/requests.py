"""Responses that a session of requests gets are checked.

Two lines do it:

    from schemagen.integrations.requests import watch
    watch(session, "telecomx")

Nothing of a response is changed. With `stream=True` its body is copied while `iter_content` reads it, and checked when it
was read to its end; what reads `response.raw` is not seen.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from schemagen.findings import FailOn
from schemagen.integrations.copies import Copy, See
from schemagen.live.checker import Checker, one_checker
from schemagen.live.reactions import OnFinding
from schemagen.live.watch import Watch

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract


def watch(
    session: Any,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    *,
    on_finding: OnFinding = "raise",
    fail_on: FailOn = "error",
    checker: Checker | None = None,
) -> Watch:
    """Checks all that a `requests.Session` gets from now on; the arguments are those of the other clients.

    Raises:
        TypeError: it is no session of requests.
        ValueError: definitions and a checker, or an argument that is not known.
        SchemagenError: there is no such definition, or it has mistakes.
    """
    hooks = getattr(session, "hooks", None)
    if not isinstance(hooks, dict):
        raise TypeError(f"{type(session).__name__} is no session of requests")
    watching = Watch(one_checker(definitions, checker), on_finding, fail_on=fail_on, source="requests")

    def came(response: Any, *_: Any, stream: bool = False, **__: Any) -> None:
        tell(response, watching.see, stream=stream)

    before = hooks.get("response", ())
    hooks["response"] = [*((before,) if callable(before) else before), came]
    return watching


def tell(response: Any, see: See, *, stream: bool) -> None:
    """Tells `see` of a response, whose body is read now, as requests itself does next; with `stream`, when it was read."""
    if stream:
        _copy(response, Copy(see, response, decoded=True))
    else:
        response.content  # noqa: B018 - reads it
        see(response)


def _copy(response: Any, copy: Copy) -> None:
    """Lets a copy be made of what is read of the response by pieces."""
    read = response.iter_content

    def iter_content(chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:  # noqa: FBT001, FBT002 - as requests has it
        pieces = copy.of(read(chunk_size))
        if not decode_unicode:
            return pieces
        utils: Any = importlib.import_module("requests.utils")
        decoded: Iterator[Any] = utils.stream_decode_response_unicode(pieces, response)
        return decoded

    response.iter_content = iter_content
