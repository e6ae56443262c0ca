"""The options that say what is asked, and at which pace, for a command that sends requests."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from schemagen import filters
from schemagen.cli.options import decorated
from schemagen.display import shown
from schemagen.errors import SettingsError

if TYPE_CHECKING:
    from schemagen.filters import Filters
    from schemagen.limits import Limits
    from schemagen.live.calls import Call
    from schemagen.live.probe import Manners

Function: TypeAlias = Callable[..., Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: URLs, with a method, headers and a body; or the requests of a file, with variables and headers."""

    urls: tuple[str, ...]
    method: str | None
    headers: tuple[str, ...]
    data: str | None
    file: str | None
    variables: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that are read for it."""
        body = self.data[1:] if self.data and self.data.startswith("@") else ""
        return tuple(name for name in (self.file or "", body) if name not in ("", "-"))

    def calls(self, limits: Limits) -> list[Call]:
        """The requests that are to be sent.

        Raises:
            click.UsageError: neither URLs nor a file are said, or both, or what belongs to the other.
            InputError: one of them cannot be sent.
        """
        from schemagen.live import calls, requests

        pairs = tuple(map(calls.parse_header, self.headers))
        if self.file is not None:
            if self.urls or self.method or self.data is not None:
                raise click.UsageError(
                    "--requests FILE says what is asked; leave out URLs, --method and --data."
                )
            found = requests.read(self.file, dict(map(_variable, self.variables)), limits)
            return [calls.with_headers(call, pairs) for call in found]
        if not self.urls:
            raise click.UsageError("what is to be asked? Name a URL, or a file with --requests FILE.")
        if self.variables:
            raise click.UsageError("--var gives values to a file of requests; name one with --requests FILE.")
        body = None if self.data is None else _body(self.data, limits)
        verb = (self.method or ("GET" if body is None else "POST")).upper()
        return [calls.checked(calls.Call(verb, url.partition("#")[0], pairs, body)) for url in self.urls]


def asking(function: Function) -> Function:
    """URLs, `--method`, `--header`, `--data`, `--requests` and `--var`, handed over as `asked`."""

    @functools.wraps(function)
    def wrapped(
        *args: Any,
        urls: tuple[str, ...],
        method: str | None,
        headers: tuple[str, ...],
        data: str | None,
        requests_file: str | None,
        variables: tuple[str, ...],
        **kwargs: Any,
    ) -> Any:
        asked = Asked(urls, method, headers, data, requests_file, variables)
        return function(*args, asked=asked, **kwargs)

    return decorated(
        wrapped,
        click.argument("urls", metavar="[URL]...", nargs=-1),
        click.option("-X", "--method", metavar="METHOD", help="The method (GET; with --data POST)."),
        click.option(
            "-H",
            "--header",
            "headers",
            multiple=True,
            metavar="NAME:VALUE",
            help="A header; may be repeated.",
        ),
        click.option("--data", metavar="TEXT|@FILE", help="The body; JSON, unless a header says otherwise."),
        click.option(
            "--requests",
            "requests_file",
            metavar="FILE",
            help="Send the requests of a file: .http or .rest as editors have them, or a HAR.",
        ),
        click.option(
            "--var",
            "variables",
            multiple=True,
            metavar="NAME=VALUE",
            help="What {{NAME}} is in the file of requests; may be repeated.",
        ),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """Which statuses are expected, how many requests are sent in a second, how often each, and whether redirects are
    followed.
    """

    expect_status: tuple[str, ...]
    rate: float
    retries: int
    follow: bool

    def manners(self) -> Manners:
        """How a probe behaves then.

        Raises:
            click.UsageError: a status that is expected is none.
        """
        from schemagen.live.probe import Manners

        statuses = tuple(status for words in self.expect_status for status in words.split(","))
        return Manners(self.rate, self.retries, self.follow, _expected(statuses), statuses)


def paced(function: Function) -> Function:
    """`--expect-status`, `--rate`, `--retries` and `--follow`, handed over as `pace`."""

    @functools.wraps(function)
    def wrapped(
        *args: Any, expect_status: tuple[str, ...], rate: float, retries: int, follow: bool, **kwargs: Any
    ) -> Any:
        return function(*args, pace=Pace(expect_status, rate, retries, follow), **kwargs)

    return decorated(
        wrapped,
        click.option(
            "--expect-status",
            multiple=True,
            metavar="STATUS",
            help="Other statuses are errors: 404, 4XX, 400-404; may be repeated.",
        ),
        click.option(
            "--rate",
            type=click.FloatRange(min=0.001, max=1000),
            default=5.0,
            show_default=True,
            metavar="N",
            help="At most so many requests in a second.",
        ),
        click.option(
            "--retries",
            type=click.IntRange(0, 100),
            default=0,
            show_default=True,
            metavar="N",
            help="How often to ask again after 429, 503 or no response, as Retry-After says, for a minute at the most.",
        ),
        click.option("--follow", is_flag=True, help="Follow redirects on the same host."),
    )


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
    if data == "@":
        raise click.UsageError("--data @: which file? (as in --data @body.json)")
    return api.read_whole(data[1:], limits.body_bytes, "body_bytes")


def _expected(words: Sequence[str]) -> Filters | None:
    """The statuses that are expected."""
    try:
        return filters.parse(only=[f"status={word}" for word in words]) if words else None
    except SettingsError as problem:
        why = str(problem).removeprefix("--only status=")
        raise click.UsageError(f"--expect-status {why}") from problem
