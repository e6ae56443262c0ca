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
        "the recording ends {where}",
    ),
    (
        "unpackable",
        ERROR,
        "A compressed recording that cannot be unpacked",
        "the {got} data cannot be unpacked: {why}",
    ),
    (
        "too-large",
        ERROR,
        "A recording that unpacks to too much",
        "it unpacks to more than {want} bytes; {option}",
    ),
    (
        "needless-status",
        NOTE,
        "A status for a recording that has its own",
        "--status is for a single body; this is a recording ({got}), which says the status of each response",
    ),
    (
        "endless-entry",
        ERROR,
        "An entry that is larger than may be in memory",
        "an entry has more than {want} bytes; what comes before is read; {option}",
    ),
    (
        "missing-package",
        ERROR,
        "A recording that needs a package that is not installed",
        "to read {what}, install the package {want}: pip install {want}",
    ),
    (
        "other-files",
        NOTE,
        "Files in an archive or a folder that are no recordings",
        "files of no known form are passed over, {got} of them: {names}",
    ),
    (
        "no-messages",
        ERROR,
        "A recording in which there is nothing of its form",
        "there is no {want} in the recording",
    ),
    # One entry
    ("broken-entry", ERROR, "An entry that cannot be read", "the entry is left out: {why}"),
    (
        "no-response",
        NOTE,
        "A request without a response",
        "the entry has no response: the request failed, was blocked or was not finished",
    ),
    (
        "no-exchange",
        NOTE,
        "An entry that is no HTTP exchange",
        "the entry holds no response to check: {why}",
    ),
    (
        "wrong-length",
        NOTE,
        "A Content-Length that is not that of the body",
        "Content-Length says {want} bytes, {got} are recorded; what is recorded is checked",
    ),
    (
        "missing-body",
        ERROR,
        "A body in a file that cannot be read",
        "the body is in the file {name}, which cannot be used: {why}; status and headers are checked",
    ),
    (
        "template",
        NOTE,
        "A body that is a template",
        "the body is a template, not what was sent; status and headers are checked",
    ),
)
