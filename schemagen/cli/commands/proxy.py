"""`schemagen proxy`: passes requests on to a server, and checks what comes back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from schemagen.cli import console, options
from schemagen.cli.connection import ca_option, seconds
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.recorders import recorders, save_option
from schemagen.cli.reports import Reports
from schemagen.cli.verdict import Verdict, judged
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.filters import Filters
    from schemagen.live.listening import Address
    from schemagen.live.proxy import Proxy


def _print_addon(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001 - click's signature
    """Prints where the addon for mitmproxy is, and ends."""
    if value and not ctx.resilient_parsing:
        import importlib.util

        found = importlib.util.find_spec("schemagen.integrations")
        folder = next(iter(found.submodule_search_locations or ()), "") if found else ""
        console.put(f"{folder}/mitmproxy.py\n")
        ctx.exit()


@click.command("proxy")
@click.option("--upstream", required=True, metavar="URL", help="The server that is asked.")
@options.listen_option
@save_option
@ca_option
@seconds("--connect-timeout", 5.0, "Seconds to wait for a connection.")
@seconds("--read-timeout", 60.0, "Seconds to wait for the next bytes.")
@click.option(
    "--mitmproxy-addon",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_addon,
    help="Print the path of the addon for mitmproxy, and end: mitmdump -s …",
)
@options.selection
@judged
@options.scope
@options.reporting
def command(
    upstream: str,
    listen: str,
    save: tuple[str, ...],
    ca: str | None,
    connect_timeout: float,
    read_timeout: float,
    filters: Filters,
    verdict: Verdict,
    scope: Scope,
    reports: Reports,
) -> int:
    """Pass requests on to a server, and check the responses, until Ctrl-C.

    Everything is passed on as it is; only what is for one hop is left out, and `Host` is that of the server. Responses
    are checked beside the traffic, as `validate` checks recorded ones, with the same rules and reports. The report comes
    at the end, and Ctrl-C is the usual one.

    \b
    Examples:
      schemagen proxy --upstream https://api.telecomx.dk -d telecomx
      schemagen proxy --upstream http://localhost:3000 -d errors/acme.yaml
      schemagen proxy --upstream https://api.example.com --save har=seen.har
    """
    from schemagen.live import extra

    extra.require("proxy", "h11")
    options.spare(reports, scope, [name for name in (ca or "", verdict.known.file) if name])

    from schemagen.live.checker import Checker
    from schemagen.live.listening import parse_address
    from schemagen.live.proxy import Patience, Proxy, parse_upstream

    server, address = parse_upstream(upstream, ca), parse_address(listen)
    limits = verdict.limited(scope.limits)
    checker = Checker(
        scope.names, folder=scope.folder, filters=filters, limits=limits, command="proxy", anywhere=True
    )
    patience = Patience(connect_timeout, read_timeout)
    with recorders(save, limits, reports) as kept:
        proxy = Proxy(server, checker, recorders=kept, patience=patience, body_bytes=limits.body_bytes)
        return _run(proxy, address, server.url, verdict, reports, is_whole=filters.are_none)


def _run(
    proxy: Proxy, address: Address, upstream: str, verdict: Verdict, reports: Reports, *, is_whole: bool
) -> int:
    """Serves until it is ended, and writes the report of what was found."""

    def ready(bound: Address) -> None:
        console.note(f"{bound.url} passes on to {upstream}; Ctrl-C ends it and gives the report")

    try:
        asyncio.run(proxy.run(address, ready))
    except KeyboardInterrupt as stop:
        verdict.stop(proxy.report(complete=False), reports)
        return stopped(stop)
    if proxy.lost is not None:
        console.complain(f"{proxy.lost}; what came later is checked, but not recorded")
    if proxy.unanswered:
        console.note(f"{many(proxy.unanswered, 'request')} got no response from the server")
    return verdict.end(proxy.report(), reports, is_complete=proxy.lost is None, is_whole=is_whole)
