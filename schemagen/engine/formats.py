"""The string formats that are asserted, for both engines by the same functions: those of jsonschema-rs.

They pass all format tests of the JSON Schema Test Suite. A UUID needs its hyphens, its version digit is free; a
`date-time` is RFC 3339 to the letter: an offset with a colon, seconds, and a leap second only where one can be.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jsonschema_rs

FORMATS = frozenset(
    {
        "date",  # RFC 3339, section 5.6, full-date
        "date-time",  # RFC 3339, section 5.6
        "duration",  # RFC 3339, appendix A
        "email",  # RFC 5321, section 4.1.2, Mailbox
        "hostname",  # RFC 1123, section 2.1
        "idn-email",  # RFC 6531
        "idn-hostname",  # RFC 5890, section 2.3.2.3
        "ipv4",  # RFC 2673, section 3.2
        "ipv6",  # RFC 4291, section 2.2
        "iri",  # RFC 3987
        "iri-reference",  # RFC 3987
        "json-pointer",  # RFC 6901, section 5
        "regex",  # ECMA-262
        "relative-json-pointer",  # draft-bhutton-relative-json-pointer-00
        "time",  # RFC 3339, section 5.6, full-time
        "uri",  # RFC 3986
        "uri-reference",  # RFC 3986, section 4.1
        "uri-template",  # RFC 6570
        "uuid",  # RFC 9562, section 4
    }
)


# Bytes for what each pattern remembers of matching; long alternatives are quicker with more.
_STATES = 1 << 17


def options() -> dict[str, Any]:
    """How every schema is compiled by jsonschema-rs: formats asserted, linear patterns, nothing retrieved."""
    import jsonschema_rs

    return {
        "validate_formats": True,
        "pattern_options": jsonschema_rs.RegexOptions(dfa_size_limit=_STATES),
        "email_options": jsonschema_rs.EmailOptions(allow_display_text=False),
        "offline": True,
    }


def holds(name: str, text: str) -> bool:
    """Whether `text` has the format `name`, one of FORMATS."""
    return _compiled(name).is_valid(text)


@functools.cache
def _compiled(name: str) -> jsonschema_rs.Validator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"format": name}, **options())
