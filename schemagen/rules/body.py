"""Rules of the stage `body`: why a body could not be read as JSON. Each body has one of these at the most."""

from __future__ import annotations

from schemagen.rules.rule import Rule, Severity, table

ERROR = Severity.ERROR

RULES: tuple[Rule, ...] = table(
    "body",
    # Content codings
    (
        "unknown-encoding",
        ERROR,
        "A content coding that is not known",
        "the body is encoded as {got}, which is not known (known: {want})",
    ),
    (
        "missing-decoder",
        ERROR,
        "A content coding that needs a package that is not installed",
        "the body is encoded as {got}, which needs the Python package {want}: install it to have such bodies checked",
    ),
    (
        "undecodable",
        ERROR,
        "Content that is not encoded as its header says",
        "the body cannot be decoded as {got}: {why}",
    ),
    (
        "too-many-encodings",
        ERROR,
        "More content codings than are undone",
        "the body has {got} content codings one over the other, {want} are undone ({option})",
    ),
    (
        "too-many-members",
        ERROR,
        "More members in a compressed body than are unpacked",
        "the compressed body has more than {want} members ({option})",
    ),
    (
        "too-large",
        ERROR,
        "A body larger than the limit",
        "the body has more than {want} bytes when decoded ({option})",
    ),
    # Text
    (
        "wrong-charset",
        ERROR,
        "JSON in another encoding than UTF-8",
        "the body is {got}; JSON must be UTF-8 (RFC 8259, section 8.1)",
    ),
    (
        "not-utf8",
        ERROR,
        "Bytes that are not UTF-8",
        "the body is not UTF-8: byte {got} at offset {offset} (line {line}, column {column})",
    ),
    # JSON
    (
        "not-json",
        ERROR,
        "A body that is something else than JSON",
        "the body is {got}, not JSON: `{piece}`",
    ),
    (
        "broken-json",
        ERROR,
        "A body that is nearly JSON",
        "the body is not valid JSON: {why} at offset {offset} (line {line}, column {column}): `{piece}`",
    ),
    (
        "number-too-large",
        ERROR,
        "A number that no double can hold",
        "the number at offset {offset} (line {line}, column {column}) is larger than 1.8e308: `{piece}`",
    ),
    (
        "too-deep",
        ERROR,
        "JSON nested deeper than the limit",
        "the body is nested deeper than {want} at offset {offset} (line {line}, column {column}) ({option})",
    ),
)
