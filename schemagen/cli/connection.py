"""The options that say how a connection is made, for every command that opens one; handed over as `connection`."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from schemagen.cli.options import decorated
from schemagen.limits import Limits

if TYPE_CHECKING:
    from schemagen.live.sending import Sender

Function: TypeAlias = Callable[..., Any]

_SECONDS = click.FloatRange(min=0.1, max=3600)


@dataclasses.dataclass(frozen=True, slots=True)
class Connection:
    """The file of authorities that are trusted, the proxy, and how many seconds are waited for a connection, for the next
    bytes, and for a whole response.
    """

    ca: str | None
    proxy: str | None
    connect: float
    read: float
    total: float

    def sender(self, limits: Limits) -> Sender:
        """What sends requests so.

        Raises:
            InputError: there is no such proxy, or the file of authorities cannot be used.
        """
        from schemagen.live.calls import Call, checked
        from schemagen.live.failures import Patience
        from schemagen.live.sending import Sender
        from schemagen.live.trust import trust

        if self.proxy is not None:
            checked(Call("GET", self.proxy), "--proxy")
        patience = Patience(self.connect, self.read, self.total)
        return Sender(patience, limits, trust(self.ca), self.proxy)


def connected(function: Function) -> Function:
    """`--ca`, `--proxy`, `--connect-timeout`, `--read-timeout` and `--timeout`, handed over as `connection`."""

    @functools.wraps(function)
    def wrapped(
        *args: Any,
        ca: str | None,
        proxy: str | None,
        connect_timeout: float,
        read_timeout: float,
        timeout: float,
        **kwargs: Any,
    ) -> Any:
        connection = Connection(ca, proxy, connect_timeout, read_timeout, timeout)
        return function(*args, connection=connection, **kwargs)

    return decorated(
        wrapped,
        ca_option,
        click.option(
            "--proxy",
            metavar="URL",
            help="Go through a proxy; those that the environment names are not used.",
        ),
        seconds("--connect-timeout", 5.0, "Seconds to wait for a connection."),
        seconds("--read-timeout", 10.0, "Seconds to wait for the next bytes."),
        seconds("--timeout", 30.0, "Seconds to wait for a whole response."),
    )


def ca_option(function: Function) -> Function:
    """`--ca`."""
    return click.option(
        "--ca", metavar="FILE", help="Trust the authorities in this file (PEM), not those of the system."
    )(function)


def seconds(name: str, default: float, text: str) -> Callable[[Function], Function]:
    """An option that is a number of seconds."""
    return click.option(name, type=_SECONDS, default=default, show_default=True, metavar="S", help=text)
