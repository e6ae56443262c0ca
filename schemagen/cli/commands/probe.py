"""`schemagen probe`: sends requests and checks the responses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from schemagen import filters
from schemagen.cli import console, options
from schemagen.cli.connection import Connection, connected
from schemagen.cli.options import Scope
from schemagen.cli.program import stopped
from schemagen.cli.recorders import recorders, save_option
from schemagen.cli.reports import CANNOT, Reports
from schemagen.cli.verdict import Verdict, judged
from schemagen.display import shown
from schemagen.errors import DefinitionError, OutputError, SettingsError
from schemagen.report import Report, singly
from schemagen.reporters import many

if TYPE_CHECKING:
    from schemagen.filters import Filters
    from schemagen.limits import Limits
    from schemagen.live.calls import Call
    from schemagen.live.probe import Probe


@click.command("probe")
@click.argument("urls", metavar="[URL]...", nargs=-1)
@click.option("-X", "--method", metavar="METHOD", help="The method (GET; with --data POST).")
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header; may be repeated."
)
@click.option("--data", metavar="TEXT|@FILE", help="The body; JSON, unless a header says otherwise.")
@click.option(
    "--requests",
    "requests_file",
    metavar="FILE",
    help="Send the requests of a file: .http or .rest as editors have them, or a HAR.",
)
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="What {{NAME}} is in the file of requests; may be repeated.",
)
@click.option(
    "--expect-status",
    multiple=True,
    metavar="STATUS",
    help="Other statuses are errors: 404, 4XX, 400-404; may be repeated.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0.001, max=1000),
    default=5.0,
    show_default=True,
    metavar="N",
    help="At most so many requests in a second.",
)
@click.option(
    "--retries",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    metavar="N",
    help="How often to ask again after 429, 503 or no response, as Retry-After says, for a minute at the most.",
)
@click.option("--follow", is_flag=True, help="Follow redirects on the same host.")
@save_option
@options.any_host_option
@connected
@judged
@options.scope
@options.reporting
def command(
    urls: tuple[str, ...],
    method: str | None,
    headers: tuple[str, ...],
    data: str | None,
    requests_file: str | None,
    variables: tuple[str, ...],
    expect_status: tuple[str, ...],
    rate: float,
    retries: int,
    save: tuple[str, ...],
    any_host: bool,
    connection: Connection,
    verdict: Verdict,
    scope: Scope,
    reports: Reports,
    *,
    follow: bool,
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
    options.check_any_host(scope, any_host)
    calls = _calls(urls, method, headers, data, requests_file, variables, scope.limits)
    body_file = data[1:] if data and data.startswith("@") else ""
    inputs = (requests_file or "", body_file, connection.ca or "", verdict.known.file)
    options.spare(reports, scope, [name for name in inputs if name not in ("", "-")])

    from schemagen.live.calls import Call, checked
    from schemagen.live.checker import Checker
    from schemagen.live.failures import Patience
    from schemagen.live.probe import Manners, Probe
    from schemagen.live.sending import Sender
    from schemagen.live.trust import trust

    limits = verdict.limited(scope.limits)
    is_har = requests_file and any(call.line is None for call in calls)
    statuses = tuple(status for words in expect_status for status in words.split(","))
    manners = Manners(rate, retries, follow, _expected(statuses), statuses)
    if connection.proxy is not None:
        checked(Call("GET", connection.proxy), "--proxy")
    patience = Patience(connection.connect, connection.read, connection.total)
    sender = Sender(patience, limits, trust(connection.ca), connection.proxy)
    try:
        checker = Checker(
            scope.names,
            folder=scope.folder,
            limits=limits,
            command="probe",
            anywhere=any_host or not is_har,  # a HAR says which hosts are which
        )
    except DefinitionError as problem:
        reports.write(Report("probe", singly(problem.findings)))
        console.complain(str(problem))
        return CANNOT
    with recorders(save, limits, reports) as kept:
        source = shown(requests_file) if requests_file else "probe"
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


def _calls(
    urls: tuple[str, ...],
    method: str | None,
    headers: tuple[str, ...],
    data: str | None,
    requests_file: str | None,
    variables: tuple[str, ...],
    limits: Limits,
) -> list[Call]:
    """What is to be sent: the URLs, or the requests of a file.

    Raises:
        click.UsageError: neither or both are said, or what belongs to the other.
        InputError: one of them cannot be sent.
    """
    from schemagen.live import calls, requests

    if requests_file is None:
        if not urls:
            raise click.UsageError("what is to be asked? Name a URL, or a file with --requests FILE.")
        if variables:
            raise click.UsageError("--var gives values to a file of requests; name one with --requests FILE.")
        pairs = tuple(map(calls.parse_header, headers))
        body = None if data is None else _body(data, limits)
        verb = (method or ("GET" if body is None else "POST")).upper()
        return [calls.checked(calls.Call(verb, url.partition("#")[0], pairs, body)) for url in urls]
    if urls or method or data is not None:
        raise click.UsageError("--requests FILE says what is asked; leave out URLs, --method and --data.")
    pairs = tuple(map(calls.parse_header, headers))
    found = requests.read(requests_file, dict(map(_variable, variables)), limits)
    return [calls.with_headers(call, pairs) for call in found]


def _variable(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise click.UsageError(f"--var {shown(name, 60)}: which value? (as in --var host=api.example.com)")
    return name, value


def _body(data: str, limits: Limits) -> bytes:
    """The text itself, or with `@` the content of a file."""
    from schemagen import api

    if not data.startswith("@"):
        return data.encode("utf-8", "surrogateescape")
    return api.read_file(data[1:], limits.body_bytes, "body_bytes")


def _expected(words: Sequence[str]) -> Filters | None:
    """The statuses that are expected."""
    try:
        return filters.parse(only=[f"status={word}" for word in words]) if words else None
    except SettingsError as problem:
        why = str(problem).removeprefix("--only status=")
        raise click.UsageError(f"--expect-status {why}") from problem
