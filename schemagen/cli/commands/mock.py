"""`schemagen mock`: a server that answers with errors of a definition."""

from __future__ import annotations

import click

from schemagen.cli import console, options
from schemagen.cli.options import Scope
from schemagen.cli.reports import OK


@click.command("mock")
@options.listen_option
@click.option("--seed", type=int, default=0, metavar="N", help="Another seed gives other bodies (0).")
@click.option(
    "--delay",
    type=click.FloatRange(0, 60),
    default=0.0,
    metavar="S",
    help="Seconds that each answer takes, unless the request says otherwise.",
)
@options.scope_of_one
@click.option("-q", "--quiet", is_flag=True, help="No line for each request.")
def command(listen: str, seed: int, delay: float, scope: Scope, *, quiet: bool) -> int:
    """Answer every request with an error of a definition, until Ctrl-C.

    Which one, the request says: by its path (/404, /messages/404/1300), by its query (?__status=404&__code=1300), or by
    a header (Prefer: status=404, code=1300). Others get every documented status once, then every code. More words are
    delay=S, seed=N, drift, broken and fault=reset|cut-off|page.

    \b
    Examples:
      schemagen mock -d 8x8
      schemagen mock -d errors/acme.yaml --listen 127.0.0.1:0 --seed 7
      schemagen mock -d telecomx --delay 0.2

    Then, for example, curl -i -H 'Prefer: status=404' http://127.0.0.1:8080/messages
    """
    name = options.one_definition(scope)
    from schemagen import api
    from schemagen.live.listening import parse_address
    from schemagen.live.mock import Mock

    address = parse_address(listen)
    contract = api.load(name, folder=scope.folder, limits=scope.limits)
    log = None if quiet else _log
    with Mock(contract, address, seed=seed, delay=delay, log=log) as server:
        try:
            console.note(f"{contract.id} answers at {server.address.url}; Ctrl-C ends it")
            server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            console.note("ended")
        if server.problem is not None:
            raise server.problem
    return OK


def _log(method: str, target: str, status: int) -> None:
    console.note(f"{status} {method} {target[:200]}")
