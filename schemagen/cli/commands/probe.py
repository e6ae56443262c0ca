"""`schemagen probe`: sends requests and checks the responses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from schemagen.cli import console, options
from schemagen.cli.asking import Asked, Pace, asking, paced
from schemagen.cli.connection import Connection, connected
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.recorders import recorders, save_option
from schemagen.cli.reports import CANNOT, Reports
from schemagen.cli.verdict import Verdict, judged
from schemagen.display import shown
from schemagen.errors import OutputError
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.live.calls import Call
    from schemagen.live.probe import Probe


@click.command("probe")
@asking
@paced
@save_option
@options.any_host_option
@connected
@judged
@options.scope
@options.reporting
def command(
    asked: Asked,
    pace: Pace,
    save: tuple[str, ...],
    connection: Connection,
    verdict: Verdict,
    scope: Scope,
    reports: Reports,
) -> int:
    """Send requests, and check the responses against definitions.

    Each URL is asked once, or each request of a file. Responses are judged as `validate` judges recorded ones, with the
    same rules and reports. Nothing goes with a request but what is said here.

    \b
    Examples:
      schemagen probe -d telecomx https://api.telecomx.dk/mvno/0
      schemagen probe --expect-status 404 -H "X-Key: $KEY" https://a.example/b/0
      schemagen probe --data '{"to": ""}' https://api.example.com/messages
      schemagen probe --requests errors.http --var key="$KEY" --save har=seen.har
      schemagen probe --requests traffic.har --rate 2 --retries 3
    """
    from schemagen.live import extra

    extra.require("probe")
    calls = asked.calls(scope.limits)
    inputs = (*asked.files, connection.ca or "", verdict.known.file)
    options.spare(reports, scope, [name for name in inputs if name])

    from schemagen.live.checker import Checker
    from schemagen.live.probe import Probe

    limits = verdict.limited(scope.limits)
    manners, sender = pace.manners(), connection.sender(limits)
    is_har = asked.file is not None and any(call.line is None for call in calls)
    checker = Checker(
        scope.names,
        folder=scope.folder,
        limits=limits,
        command="probe",
        anywhere=scope.anywhere or not is_har,  # a HAR says which hosts are which
    )
    with recorders(save, limits, reports) as kept:
        source = shown(asked.file) if asked.file else "probe"
        probe = Probe(checker, sender, manners, source=source, recorders=kept)
        return _run(probe, calls, verdict, reports)


def _run(probe: Probe, calls: list[Call], verdict: Verdict, reports: Reports) -> int:
    """Sends all calls, and writes the report of what was found, however far it came."""
    try:
        asyncio.run(probe.run(calls))
    except KeyboardInterrupt as stop:
        verdict.stop(probe.report(complete=False), reports)
        return stopped(stop)
    except OutputError as problem:
        verdict.stop(probe.report(complete=False), reports)
        console.complain(str(problem))
        return CANNOT
    code = verdict.end(probe.report(), reports, is_complete=not probe.unanswered, is_whole=True)
    if probe.unanswered:
        console.complain(f"{many(probe.unanswered, 'request')} of {len(calls)} got no response")
    return code
