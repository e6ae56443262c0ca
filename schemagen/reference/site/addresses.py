"""Where a page of the catalogue is: `<id>/index.html` for a format, `<id>/codes/<name>.html` for a code.

A code's name is its text, as its anchor has it (`anchors`): `1300.html`, `address.street.html`. What no file can be
called on every system keeps what it has of letters and digits, and gets the beginning of a SHA-256 after two hyphens:
a device of Windows (`con`), a name that begins or ends with a dot (`..`), and the later one of two codes that differ in
upper and lower case only. So an address depends on the code alone, but for the last of these.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from schemagen.filenames import is_device
from schemagen.reference.context import Code

START = "index.html"
INDEX = "search-index.js"

_FIT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_OTHER = re.compile(r"[^A-Za-z0-9]+")
_DIGITS = 12  # of the digest, in hexadecimal


def of_format(identifier: str) -> str:
    """The page of a format."""
    return f"{identifier}/{START}"


def of_codes(identifier: str, codes: Iterable[Code]) -> dict[str, str]:
    """The page of each code of a format, by the code's anchor."""
    taken: set[str] = set()
    pages = {}
    for code in codes:
        slug = code.anchor.removeprefix("code-")
        name = slug if _is_fit(slug) and slug.lower() not in taken else _digested(slug)
        taken.add(name.lower())
        pages[code.anchor] = f"{identifier}/codes/{name}.html"
    return pages


def _is_fit(slug: str) -> bool:
    return bool(_FIT.fullmatch(slug)) and not is_device(slug)


def _digested(slug: str) -> str:
    kept = _OTHER.sub("-", slug.partition("--")[0]).strip("-").lower()
    return f"{kept or 'code'}--{hashlib.sha256(slug.encode()).hexdigest()[:_DIGITS]}"


def to_root(page: str) -> str:
    """What stands before an address of the catalogue, seen from a page: `../` for each folder."""
    return "../" * page.count("/")
