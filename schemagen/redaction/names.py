"""Which names are those of secrets, whatever their case and their hyphens: `X-Api-Key`, `api_key`, `apiKey`."""

from __future__ import annotations

import functools
import re
from typing import Any

_ENDINGS = (
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "authkey",
    "subscriptionkey",
    "accountkey",
    "signingkey",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "cookies",
    "signature",
    "session",
    "sessionid",
    "sessid",
    "sessionkey",
    "accesskeyid",
    "jwt",
    "assertion",
    "samlresponse",
    "codeverifier",
    "onetimepassword",
    "cvv",
    "cvc",
)
_WHOLE = frozenset({"auth", "bearer", "otp", "pass", "pin", "pwd", "sid", "sig", "xauth"})
_LINES = ("authorization", "cookie", "cookies")  # what stands behind them goes on to the end of the line
_LONGEST = 80  # characters at the end of a name that are looked at

# An error that is about a value repeats it: `{"field": "password", "rejectedValue": "…"}`, `{"loc": ["body", "token"], "input": "…"}`
_NAMING = frozenset(
    {"attribute", "field", "fieldname", "key", "loc", "location", "name", "param", "parameter", "path", "pointer", "property"}
)  # fmt: skip
_REPEATED = frozenset(
    {"actual", "actualvalue", "attemptedvalue", "content", "currentvalue", "got", "input", "invalidvalue", "received", "rejectedvalue", "value", "values"}
)  # fmt: skip
_STEPS = re.compile(r"[^A-Za-z0-9_-]+")


def is_secret(name: str) -> bool:
    """Whether what stands under this name is a secret."""
    return _is_secret(name[-_LONGEST:])


@functools.lru_cache(maxsize=4096)
def _is_secret(end: str) -> bool:
    folded = _folded(end)
    return folded.endswith(_ENDINGS) or folded in _WHOLE


def is_line(name: str) -> bool:
    """Whether the secret under this name goes on to the end of its line."""
    return _fold(name).endswith(_LINES)


def repeated(members: dict[str, Any]) -> frozenset[str]:
    """The members of an object that repeat a secret, since another member of it names one."""
    if not any(_fold(name) in _NAMING and _names_secret(value) for name, value in members.items()):
        return frozenset()
    return frozenset(name for name in members if _fold(name) in _REPEATED)


def _names_secret(value: Any) -> bool:
    """Whether a value is the name of a secret, or a path or a list that ends in one."""
    last = value[-1] if isinstance(value, list) and value else value
    return isinstance(last, str) and is_secret(_STEPS.split(last[-_LONGEST:].rstrip("]/'\""))[-1])


def _fold(name: str) -> str:
    return _folded(name[-_LONGEST:])


@functools.lru_cache(maxsize=4096)
def _folded(end: str) -> str:
    return re.sub("[^a-z0-9]", "", end.lower())
