"""Rules of the stage `response`: what a recorded or live response does otherwise than its definition says.

Most are errors where the tolerant schema is broken and warnings (drift) where only the exact one is; the severity here
is that of the usual case.
"""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: tuple[Rule, ...] = table(
    "response",
    # Which definition
    (
        "unrecognised",
        WARNING,
        "An error response that no definition recognises",
        "no definition recognises this {status} response: {reason}",
    ),
    (
        "ambiguous",
        WARNING,
        "An error response that fits several definitions equally",
        "this {status} response fits {want} equally well; name one with -d",
    ),
    # Status, media type and whether there is a body
    (
        "undocumented-status",
        WARNING,
        "The status is not documented",
        "status {got} is not covered by {api} (covers {want})",
    ),
    (
        "undocumented-media-type",
        WARNING,
        "JSON under another media type than documented",
        "Content-Type is {got}; documented is {want} (both are JSON)",
    ),
    (
        "wrong-media-type",
        ERROR,
        "A media type of another family than documented",
        "Content-Type is {got}; documented is {want}",
    ),
    (
        "missing-content-type",
        WARNING,
        "A body without a Content-Type",
        "there is no Content-Type over a JSON body; documented is {want}",
    ),
    (
        "undocumented-charset",
        WARNING,
        "A charset other than UTF-8",
        "Content-Type declares charset {got}; JSON is {want} (RFC 8259, section 8.1)",
    ),
    (
        "missing-content",
        ERROR,
        "No body where one is documented",
        "the body is empty; {api} documents content for status {status}",
    ),
    (
        "unexpected-content",
        ERROR,
        "A body where none is documented",
        "the body has {got} bytes; {api} documents no content for status {status}",
    ),
    (
        "body-not-recorded",
        NOTE,
        "The recording has no body to check",
        "the body was not recorded: only status and headers were checked",
    ),
    # Headers
    (
        "missing-header",
        ERROR,
        "A required header is missing",
        "header {header} is missing; {demand}",
    ),
    (
        "malformed-header",
        ERROR,
        "A header's value is not as documented",
        "header {header} is {got}; {demand}",
    ),
    # Members
    (
        "missing-member",
        ERROR,
        "A member that is always there is missing",
        '{owner} has no member "{member}"; {demand}',
    ),
    (
        "missing-alternative",
        ERROR,
        "None of several members is there",
        "{owner} has none of the members {want}; at least one is due",
    ),
    (
        "unknown-member",
        WARNING,
        "A member that is not documented",
        '{owner} has a member "{member}" that is not documented',
    ),
    (
        "near-miss-member",
        NOTE,
        "A free member whose name is almost a documented one",
        '{owner} has a member "{member}" but no "{want}": is that one meant?',
    ),
    # Values
    (
        "wrong-type",
        ERROR,
        "A value of another type than documented",
        "{member} is {described}; wanted {want}",
    ),
    (
        "fits-none",
        ERROR,
        "A value that is none of the documented alternatives",
        "{member} fits none of: {want}",
    ),
    (
        "unexplained",
        ERROR,
        "A body that is refused, but cannot be looked into",
        "the body {problem}",
    ),
    (
        "wrong-value",
        ERROR,
        "A value that is not one of those documented",
        "{member} is {got}; {demand}",
    ),
    (
        "wrong-pattern",
        ERROR,
        "A text that does not match the documented pattern",
        "{member} is {got}; {demand}",
    ),
    (
        "wrong-format",
        ERROR,
        "A text that is not of the documented format",
        "{member} is {got}; {demand}",
    ),
    (
        "wrong-length",
        ERROR,
        "A text, list or object that is too short or too long",
        "{member} has {got} {unit}; {demand}",
    ),
    (
        "wrong-number",
        ERROR,
        "A number outside the documented bounds",
        "{member} is {got}; {demand}",
    ),
    (
        "repeated-items",
        ERROR,
        "A list with equal items that should all differ",
        "{member} has items that are equal; {demand}",
    ),
    # Status, codes and texts in the body
    (
        "body-status",
        ERROR,
        "The body says another status than HTTP",
        "body says {got}, HTTP says {want}",
    ),
    (
        "unknown-code",
        WARNING,
        "A code that is not in the catalogue",
        "code {got} is not in the catalogue of {api}",
    ),
    (
        "code-under-other-status",
        WARNING,
        "A known code under a status it is not documented for",
        "code {got} is documented under {want}, not under {status}",
    ),
    (
        "code-mismatch",
        ERROR,
        "Header and body name different codes",
        "body says code {got}, header {header} says {want}",
    ),
    (
        "deprecated-code",
        NOTE,
        "A code that is deprecated",
        "code {got} is deprecated",
    ),
    (
        "undocumented-text",
        WARNING,
        "A text that is not documented for its code",
        "{member} is {got}; documented for {of}: {want}",
    ),
    # Too many
    (
        "more-findings",
        NOTE,
        "More findings in one response than are shown",
        "{got} more findings in this response ({errors} errors, {warnings} drift, {notes} notes)",
    ),
)
