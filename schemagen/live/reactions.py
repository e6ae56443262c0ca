"""What is to happen when a response is not as documented: an exception, a warning, a call, or nothing but counting.

One meaning of `on_finding` for everything that sees responses. Judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias, get_args

from schemagen import pointers
from schemagen.display import shown
from schemagen.exchanges import Exchange, Request
from schemagen.findings import FailOn, Finding, Place, Severity
from schemagen.live.callers import warn_caller
from schemagen.redaction import redact_url
from schemagen.report import Excerpt

__all__ = [
    "MismatchError",
    "MismatchWarning",
    "OnFinding",
    "asked",
    "checked_severity",
    "describe",
    "quote",
    "react",
    "weighty",
]

Word: TypeAlias = Literal["raise", "warn", "collect"]
Callback: TypeAlias = Callable[[Exchange, tuple[Finding, ...]], object]
OnFinding: TypeAlias = Word | Callback
"""`raise` a `MismatchError`, `warn` with a `MismatchWarning`, `collect` for the report alone, or a function to call."""

_LONGEST = 300  # characters of what was got and of what was wanted
_NO_EXCERPT = Excerpt()


class MismatchError(AssertionError):
    """A response is not as documented: the `exchange` and what was found in it, the `findings`. An `excerpt` of the body
    stands in its text, if there is one.

    It is an AssertionError, so that test runners call it a failure, not an error.
    """

    __module__ = "schemagen"  # test runners print it

    def __init__(
        self, exchange: Exchange, findings: tuple[Finding, ...], excerpt: Excerpt = _NO_EXCERPT
    ) -> None:
        super().__init__("\n".join([describe(exchange, findings), *quote(excerpt)]))
        self.exchange = exchange
        self.findings = findings
        self.excerpt = excerpt

    def __reduce__(self) -> tuple[type[MismatchError], tuple[Exchange, tuple[Finding, ...], Excerpt]]:
        return MismatchError, (self.exchange, self.findings, self.excerpt)


class MismatchWarning(UserWarning):
    """A response is not as documented; its text is that of a `MismatchError`."""


def weighty(findings: Sequence[Finding], fail_on: FailOn = "error") -> tuple[Finding, ...]:
    """The findings at or above a severity; `never`: none."""
    if fail_on == "never":
        return ()
    least = Severity[fail_on.upper()]
    return tuple(item for item in findings if item.severity >= least)


def react(
    on_finding: OnFinding,
    exchange: Exchange,
    findings: Sequence[Finding],
    *,
    fail_on: FailOn = "error",
) -> None:
    """Does what `on_finding` says with the findings at or above `fail_on`; without any, nothing.

    A function is called with the exchange and these findings; what it raises is raised. A warning points at the line
    that has asked for the response.

    Raises:
        MismatchError: `on_finding` is `raise`.
        ValueError: it is no word that is known.
    """
    check_word(on_finding)
    found = weighty(findings, fail_on)
    if not found or on_finding == "collect":
        return
    if callable(on_finding):
        on_finding(exchange, found)
    elif on_finding == "raise":
        raise MismatchError(exchange, found)
    else:
        warn_caller(MismatchWarning(describe(exchange, found)))


def check_word(on_finding: object) -> None:
    """Sees that `on_finding` is something that `react` understands.

    Raises:
        ValueError: it is not.
    """
    if not callable(on_finding) and on_finding not in get_args(Word):
        raise ValueError(
            f"on_finding: {shown(repr(on_finding), 60)} is none of raise, warn, collect and no function"
        )


def checked_severity(fail_on: FailOn) -> FailOn:
    """`fail_on`, if `weighty` understands it.

    Raises:
        ValueError: it does not.
    """
    if fail_on not in get_args(FailOn):
        raise ValueError(f"fail_on: {shown(repr(fail_on), 60)} is none of {', '.join(get_args(FailOn))}")
    return fail_on


def describe(exchange: Exchange, findings: Sequence[Finding]) -> str:
    """Several lines: which response, and of each finding its rule, its place, what was got and what was wanted."""
    definitions = ", ".join(sorted({item.definition for item in findings if item.definition}))
    named = f" as {shown(definitions)} documents it" if definitions else " as any definition documents it"
    head = f"{asked(exchange)}the {exchange.response.status} response is not{named}"
    return "\n".join([head, *_lines(findings)])


def asked(exchange: Exchange) -> str:
    """`GET https://api.example.com/things: `, without secrets; empty where the request is not known."""
    request = exchange.request or Request()
    words = " ".join(word for word in (request.method, redact_url(request.url)) if word)
    return f"{shown(words, 300)}: " if words else ""


def quote(excerpt: Excerpt) -> Iterator[str]:
    """The lines of an excerpt, those marked on which something was found; nothing, if it is empty."""
    if not excerpt.text:
        return
    found = {line for place, line in excerpt.lines if place}
    yield "  body:"
    for number, line in enumerate(excerpt.text.split("\n"), 1):
        yield f"    {'>' if number in found else ' '} {line}".rstrip()


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for item in findings:
        at = pointers.to_text(item.place.pointer)
        where = f"{shown(at, 200)}: " if at else ""
        yield f"  {item.severity.word}: {where}{shown(item.message, 1000)} [{item.rule.code}]"
        for name, fact in item.facts:
            if name in ("got", "want"):
                text = ", ".join(fact) if isinstance(fact, tuple) else str(fact)
                yield f"      {name + ':':5} {shown(text, _LONGEST)}"
        if item.hint:
            yield f"      {shown(item.hint, 1000)}"
        if item.related is not None:
            yield f"      see {_place(item.related)}"


def _place(place: Place) -> str:
    line = "" if place.line is None else f":{place.line}"
    column = "" if place.column is None else f":{place.column}"
    at = pointers.to_text(place.pointer) if place.line is None else ""
    return shown(place.source) + line + column + (f"#{shown(at, 200)}" if at else "")
