"""Where something listens: `HOST:PORT` as options have it, loopback unless another host is said."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import Awaitable, Callable

from schemagen.display import shown
from schemagen.errors import OutputError, SettingsError

LOOPBACK = "127.0.0.1"


@dataclasses.dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; port 0 is any that is free."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What a client asks."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """The address that `HOST:PORT`, `:PORT` or `PORT` names.

    Raises:
        SettingsError: it names none.
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (port.isascii() and port.isdigit() and int(port[:6]) < 65536) or (":" in host and "[" not in text):
        raise SettingsError(
            f"--listen {shown(text, 60)}: write HOST:PORT, such as {LOOPBACK}:8080 (port 0: any that is free)"
        )
    return Address(host or LOOPBACK, int(port)) if colon else Address(LOOPBACK, int(port))


async def listen(
    accept: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], address: Address
) -> tuple[asyncio.Server, Address]:
    """A server that gives each connection to `accept`, and the address that it has got.

    Raises:
        OutputError: nothing can listen there.
    """
    try:
        server = await asyncio.start_server(accept, address.host, address.port)
    except (OSError, UnicodeError) as problem:
        raise refusal(address, problem) from problem
    return server, Address(address.host, server.sockets[0].getsockname()[1])


def refusal(address: Address, problem: Exception) -> OutputError:
    """Why nothing can listen at an address, in the words of the system."""
    number = getattr(problem, "errno", None)
    if isinstance(problem, socket.gaierror | UnicodeError):
        why = "there is no such host"
    else:
        why = _words(number) or str(problem)
    return OutputError(f"cannot listen on {shown(address.host, 100)}:{address.port}: {shown(why, 200)}")


def _words(number: object) -> str:
    import os

    return os.strerror(number) if isinstance(number, int) and number > 0 else ""
