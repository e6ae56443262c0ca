"""Secrets, replaced by the place where they stand: headers, query parameters, userinfo, members of bodies.

Whether a value looks like a secret is never asked of structured data, only of loose text. A place is secret by its
name, whatever its case and its hyphens: `X-Api-Key`, `api_key`, `apiKey`.
"""

from __future__ import annotations

import dataclasses
import re
import urllib.parse
from typing import Any

import orjson

from schemagen.exchanges import Exchange, Request, Response
from schemagen.pointers import Pointer

MASK = "[redacted]"

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
_QUERY_ONLY = frozenset({"code", "key"})  # an OAuth grant, a Google key; in bodies these are everyday members
_URL_HEADERS = frozenset({"location", "content-location", "referer", "link"})

_USERINFO = re.compile(r"(?<=//)[^/?#@\s]*@")
_PARAMETER = re.compile(r"(?<=[?&;#])([^=&;#?\s]*)=([^&;#\s]*)")
_SCHEME = re.compile(r"\b(Bearer|Basic|Digest|Negotiate|Token)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*")
_PAIR = re.compile(
    r"""(?P<head>(?P<name>[A-Za-z][A-Za-z0-9_.-]{0,60})["']?\s{0,9}[:=]\s{0,9})"""
    r"""(?P<value>"[^"]*"?|'[^']*'?|[^\s,;&"'<>{}\[\]]+)"""
)


def redact(exchange: Exchange) -> Exchange:
    """The exchange without its secrets. A body that is encoded, and so cannot be looked into, is left out."""
    request = exchange.request
    return dataclasses.replace(
        exchange,
        request=None if request is None else Request(request.method, redact_url(request.url)),
        response=_redact_response(exchange.response),
    )


def redact_header(name: str, value: str) -> str:
    """The value of a header, masked if the header is secret by its name."""
    if is_secret(name):
        return MASK
    return redact_url(value) if name.lower() in _URL_HEADERS else value


def redact_url(url: str) -> str:
    """The URL with its userinfo, and the secret parameters of its query and fragment, masked."""
    return _PARAMETER.sub(_mask_parameter, _USERINFO.sub(f"{MASK}@", url))


def redact_value(value: Any, pointer: Pointer = ()) -> Any:
    """A JSON value without the members that are secret by their names; masked whole where `pointer` leads into one.

    `null` and booleans stay, since they are no secrets: whether there is a token may be what a finding is about.
    """
    if isinstance(value, bool) or value is None:
        return value
    if any(isinstance(step, str) and is_secret(step) for step in pointer):
        return MASK
    if isinstance(value, dict):
        return {name: redact_value(inner, (name,)) for name, inner in value.items()}
    return [redact_value(item) for item in value] if isinstance(value, list) else value


def redact_text(text: str) -> str:
    """Loose text with what looks like a secret masked: `password=…`, `"token": "…"`, `Bearer …`, `//user:pass@`."""
    text = _JWT.sub(MASK, _SCHEME.sub(rf"\1 {MASK}", text))
    return _PAIR.sub(_mask_pair, redact_url(text))


def is_secret(name: str) -> bool:
    """Whether what stands under this name is a secret."""
    folded = re.sub("[^a-z0-9]", "", name.lower())
    return folded.endswith(_ENDINGS) or folded in _WHOLE


def _redact_response(response: Response) -> Response:
    headers = tuple((name, redact_header(name, value)) for name, value in response.headers)
    return dataclasses.replace(response, headers=headers, body=response.body and _redact_body(response.body))


def _redact_body(body: bytes) -> bytes | None:
    try:
        return orjson.dumps(redact_value(orjson.loads(body)))
    except (ValueError, TypeError, RecursionError):
        pass
    try:
        return redact_text(body.decode()).encode()
    except UnicodeDecodeError:
        return None


def _mask_parameter(match: re.Match[str]) -> str:
    name = urllib.parse.unquote_plus(match[1])
    secret = is_secret(name) or name.lower() in _QUERY_ONLY
    return f"{match[1]}={MASK}" if secret else match[0]


def _mask_pair(match: re.Match[str]) -> str:
    if not is_secret(match["name"]):
        return match[0]
    quote = match["value"][0] if match["value"][0] in "\"'" else ""
    return f"{match['head']}{quote}{MASK}{quote}"
