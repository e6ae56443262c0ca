"""Rules of the stage `live`: what goes wrong between a request and its response, before there is anything to judge."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

ERROR, NOTE = Severity.ERROR, Severity.NOTE

RULES: tuple[Rule, ...] = table(
    "live",
    # No response
    ("unknown-host", ERROR, "A host that is not known", "there is no host {host}: {why}"),
    ("no-connection", ERROR, "A server that cannot be reached", "there is no connection to {host}: {why}"),
    (
        "insecure",
        ERROR,
        "A connection that is not secure",
        "the connection to {host} is not secure: {why}",
    ),
    ("timeout", ERROR, "A server that takes too long", "{what} did not come within {want} s; {option}"),
    (
        "no-response",
        ERROR,
        "A connection that ends without a response",
        "the connection ended before there was a response: {why}",
    ),
    ("not-http", ERROR, "A response that is not HTTP", "what came is no HTTP response: {why}"),
    # A response that is not all there
    (
        "cut-off",
        ERROR,
        "A body that ends too early",
        "the body ends after {got} bytes, before it is whole: {why}",
    ),
    (
        "left-over",
        ERROR,
        "Bytes behind the end of a response",
        "{got} bytes came behind the end of the response, which nobody had asked for",
    ),
    # A response that is not the one that was asked for
    (
        "unexpected-status",
        ERROR,
        "Another status than the one that was expected",
        "the status is {got}, not {want}",
    ),
    (
        "redirect",
        NOTE,
        "A redirect that is not followed",
        "it redirects to {to}, which was not asked: {why}",
    ),
)
