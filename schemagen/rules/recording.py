"""Rules of the stage `recording`: what of a recording could not be read. The rest of it is read all the same."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

ERROR, NOTE = Severity.ERROR, Severity.NOTE

RULES: tuple[Rule, ...] = table(
    "recording",
    # The whole recording
    (
        "unrecognised-form",
        ERROR,
        "A file whose form is not recognised",
        "the content is of no form that is read ({want}); name it with --recording-format, or a single body's status with --status",
    ),
    (
        "unknown-form",
        ERROR,
        "The name of a form that does not exist",
        "there is no recording format {got}; there are {want}",
    ),
    ("empty", ERROR, "An empty recording", "the recording is empty"),
    (
        "wrong-charset",
        ERROR,
        "A recording in another encoding than UTF-8",
        "the recording is {got}; save it as UTF-8",
    ),
    (
        "missing-status",
        ERROR,
        "A single body without its status",
        "this is JSON, but no recording ({want}); if it is the body of one response, say its status with --status N",
    ),
    (
        "no-entries",
        ERROR,
        "A recording without its list of exchanges",
        "there is no list {want} in the recording",
    ),
    (
        "truncated",
        ERROR,
        "A recording that is cut off",
        "the recording ends {where}; {read} read",
    ),
    # One entry
    ("broken-entry", ERROR, "An entry that cannot be read", "the entry is left out: {why}"),
    (
        "no-response",
        NOTE,
        "A request without a response",
        "the entry has no response: the request failed, was blocked or was not finished",
    ),
)
