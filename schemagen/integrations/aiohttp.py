"""Responses that a session of aiohttp gets are checked.

Two lines do it:

    from schemagen.integrations.aiohttp import watch
    watch(session, "telecomx")

Nothing of a response is changed. It is checked when its body has been read (`read`, `text`, `json`); one that nobody reads,
and what is taken from `response.content` piece by piece, is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING

import aiohttp

from schemagen.findings import FailOn
from schemagen.live.checker import Checker, one_checker
from schemagen.live.reactions import OnFinding
from schemagen.live.watch import Watch

if TYPE_CHECKING:
    from schemagen.api.definitions import Name
    from schemagen.contract import Contract


def watch(
    session: aiohttp.ClientSession,
    definitions: Name | Contract | Iterable[Name | Contract] = (),
    *,
    on_finding: OnFinding = "raise",
    fail_on: FailOn = "error",
    checker: Checker | None = None,
) -> Watch:
    """Checks all that an `aiohttp.ClientSession` gets from now on; the arguments are those of the other clients.

    Raises:
        TypeError: it is no session of aiohttp.
        ValueError: definitions and a checker, or an argument that is not known.
        SchemagenError: there is no such definition, or it has mistakes.
    """
    if not isinstance(session, aiohttp.ClientSession):
        raise TypeError(f"{type(session).__name__} is no session of aiohttp")
    watching = Watch(one_checker(definitions, checker), on_finding, fail_on=fail_on, source="aiohttp")

    async def came(
        _: aiohttp.ClientSession, context: SimpleNamespace, came: aiohttp.TraceRequestEndParams
    ) -> None:
        context.response = came.response

    async def read(
        _: aiohttp.ClientSession, context: SimpleNamespace, read: aiohttp.TraceResponseChunkReceivedParams
    ) -> None:
        response = getattr(context, "response", None)
        if response is not None:
            watching.see(response, body=read.chunk, decoded=session.auto_decompress)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(came)
    trace.on_response_chunk_received.append(read)
    trace.freeze()
    session.trace_configs.append(trace)
    return watching
