"""Assertions for tests: a response is an error as its definition documents it.

    from schemagen.integrations.testing import assert_conforms
    assert_conforms(client.get("/parcels/17"), "acme")

Any test runner will do; under pytest the plugin counts what was asserted and has both functions as fixtures. Hosts do not
matter: in tests they are `testserver` and the like.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemagen.api.validation import Validation
from schemagen.display import shown
from schemagen.errors import SchemagenError
from schemagen.exchanges import Exchange
from schemagen.findings import FailOn, Finding
from schemagen.integrations import suite
from schemagen.live.reactions import MismatchError, asked, checked_severity, quote, weighty
from schemagen.report import Excerpt

if TYPE_CHECKING:
    from schemagen.api.definitions import Name


class Format:
    """An error format by which tests have responses judged: that of `definition`, or, without it, whichever is recognised.

    Raises:
        TypeError: `definition` is no name.
        ValueError: `fail_on` is no severity.
        DefinitionError: the definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """

    def __init__(self, definition: Name | None = None, *, fail_on: FailOn | None = None) -> None:
        self.definition = definition
        self.fail_on = fail_on if fail_on is None else checked_severity(fail_on)
        suite.current().definitions(definition)

    def assert_conforms(self, response: object, *, body: bytes | None = None) -> tuple[Finding, ...]:
        """See the function of that name."""
        __tracebackhide__ = True
        return assert_conforms(response, self.definition, fail_on=self.fail_on, body=body)


def error_format(definition: Name | None = None, *, fail_on: FailOn | None = None) -> Format:
    """What `assert_conforms` needs to know, said once; see `Format`."""
    __tracebackhide__ = True
    try:
        return Format(definition, fail_on=fail_on)
    except (SchemagenError, TypeError, ValueError) as problem:
        raise problem.with_traceback(None) from None


def assert_conforms(
    response: object,
    definition: Name | None = None,
    *,
    fail_on: FailOn | None = None,
    body: bytes | None = None,
) -> tuple[Finding, ...]:
    """Asserts that a response is an error, and as its definition documents it; gives the findings that are no failure.

    `response` is what `exchange_of` takes; give the `body` where the response is still to be read. `definition` is an id
    or a file; without it, all that the project knows and the shipped ones are tried, by server and by body. `fail_on` is
    the least severity that is a failure: `error`; `warning` for drift, too; else what the project has set.

    Raises:
        MismatchError: it is an error, and not as documented. It is an AssertionError.
        AssertionError: it is no error, or of no known format, or its body is not there: nothing could be checked.
        TypeError: it is no response, or `definition` is no name.
        ValueError: `fail_on` is no severity.
        DefinitionError: the definition has mistakes.
        SchemagenError: there is no such definition, or it cannot be read.
    """
    __tracebackhide__ = True
    running = suite.current()
    try:
        exchange = running.see(response, body=body)
        if exchange.response.body is None:
            raise AssertionError(_without_body(exchange))
        judged = judge(running, exchange, definition, fail_on=fail_on)
    except (SchemagenError, TypeError, ValueError) as problem:
        raise problem.with_traceback(None) from None
    running.count(judged.run)
    if judged.failure is not None:
        raise judged.failure
    return judged.findings


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a response: the `failure` that `assert_conforms` raises, if any, all findings, and whether it is an
    error at all; `run` is what to count.
    """

    run: Validation
    findings: tuple[Finding, ...]
    failure: AssertionError | None

    @property
    def is_error(self) -> bool:
        """Whether it is an error of a definition, or else by its status."""
        return self.run.counts().error_responses > 0


def judge(
    running: suite.Suite, exchange: Exchange, definition: Name | None, *, fail_on: FailOn | None
) -> Judged:
    """Judges a response as `assert_conforms` does, and raises as it does where nothing can be judged by."""
    definitions = running.definitions(definition)
    least = checked_severity(fail_on or running.settings.fail_on)
    contracts, named = [each.require() for each in definitions], definition is not None
    run = Validation(contracts, definitions, named=named, anywhere=True, limits=running.settings.limits)
    found = run.check(exchange)
    failing = weighty(found, least)
    is_checked = run.counts().checked > 0
    if is_checked and not failing:
        return Judged(run, found, None)
    excerpt = next((subject.excerpt for subject in run.report().subjects), Excerpt())
    if is_checked:
        return Judged(run, found, MismatchError(exchange, failing, excerpt))
    text = _unchecked(exchange, found, excerpt, contracts[0].id if named else "")
    return Judged(run, found, AssertionError(text))


def _without_body(exchange: Exchange) -> str:
    return (
        f"{asked(exchange)}the body of this {exchange.response.status} response is not there, so nothing was checked; "
        "read it first, or give it: body=…"
    )


def _unchecked(exchange: Exchange, found: Sequence[Finding], excerpt: Excerpt, definition: str) -> str:
    """Why a response could not be judged, and what helps."""
    if not found:
        whose = shown(definition) or "any known definition"
        status = exchange.response.status
        return f"{asked(exchange)}the {status} response is no error of {whose}, so nothing was checked"
    lines = [f"{asked(exchange)}nothing was checked: {shown(found[0].message, 1000)}"]
    if not definition:
        lines.append("      name its definition, and what is wrong with it is told")
    return "\n".join([*lines, *quote(excerpt)])
