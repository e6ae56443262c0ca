"""Every bound on what comes from outside, in one place. Each is an option: `--limit NAME=VALUE`."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """The bounds; field names with `-` for `_` are the names in options, settings and messages."""

    definition_bytes: int = 1024 * 1024  # size of a definition file
    yaml_depth: int = 64  # nesting of a YAML document
    yaml_nodes: int = 100_000  # nodes of a YAML document, counted after aliases and merges
    pattern_length: int = 4096  # characters of a regular expression
    json_depth: int = 128  # nesting of bodies and of recordings
    body_bytes: int = 16 * 1024 * 1024  # a body after decoding
    encodings: int = 5  # content encodings in a chain
    gzip_members: int = 1000  # members in one gzip body
    recording_bytes: int = 256 * 1024 * 1024  # a recording that cannot be streamed
    findings: int = 20  # findings shown per response
    value_characters: int = 120  # characters shown of a value


DEFAULTS = Limits()

DEEPEST = 250  # nesting of bodies that both engines bear, whatever `json_depth` says


def option(field: str) -> str:
    """What a message says of a limit: `--limit json-depth=N raises it`."""
    return f"--limit {field.replace('_', '-')}=N raises it"
