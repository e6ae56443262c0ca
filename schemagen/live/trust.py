"""Whom a connection by TLS is trusted to be with."""

from __future__ import annotations

import ssl
from pathlib import Path

from schemagen.display import shown
from schemagen.errors import InputError


def trust(ca: str | None) -> ssl.SSLContext:
    """What certificates are checked by: the system's authorities, or those in the file `ca` alone.

    Raises:
        InputError: there is no certificate in the file.
    """
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError, ValueError) as problem:
        there = ca is not None and Path(ca).exists()
        why = "there is no certificate in PEM in it" if there else "there is no such file"
        raise InputError(f"{shown(ca or '')}: {why}") from problem
