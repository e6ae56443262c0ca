"""Certificates of servers on loopback: a good one, and those that no client should take. They need trustme."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

import pytest


def certificates(folder: Path) -> tuple[str, dict[str, ssl.SSLContext]]:
    """The file of an authority that no system knows, and what servers with certificates of it speak TLS by.

    `good` is for 127.0.0.1, `other` for another name, `expired` was good once.
    """
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    issued = {
        "good": authority.issue_cert("127.0.0.1"),
        "other": authority.issue_cert("other.example"),
        "expired": authority.issue_cert("127.0.0.1", not_before=past, not_after=past + dt.timedelta(1)),
    }
    contexts = {}
    for name, certificate in issued.items():
        contexts[name] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(contexts[name])
    return str(ca), contexts
