"""Anchors: the names by which links find a code, a status, a schema or an example on a page.

They depend on nothing but the name itself, so a link stays good whatever else a definition gains. Letters, digits, `_`,
`.` and single hyphens stay as they are: `#code-1300`, `#code-address.street`, `#status-404`. A name with anything else
keeps what it has of these, and gets the beginning of its SHA-256 after two hyphens: `#code-not-found--f5b5b9ae83b2`. So
two names never share an anchor, and none needs escaping: in HTML, in an address, or in a file's name.
"""

from __future__ import annotations

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9_.]+(?:-[A-Za-z0-9_.]+)*")
_OTHER = re.compile(r"[^A-Za-z0-9_.]+")
_LONGEST = 64
_DIGITS = 12  # of the digest, in hexadecimal: 48 bits


def anchor(kind: str, name: str) -> str:
    """The anchor of what is called `name`; `kind` is one of `code status schema example`."""
    return f"{kind}-{slug(name)}"


def slug(name: str) -> str:
    """`name` as a part of an anchor, or of a file's name."""
    if len(name) <= _LONGEST and _PLAIN.fullmatch(name):
        return name
    kept = _OTHER.sub("-", name[:_LONGEST]).strip("-")
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{kept}--{digest}"
