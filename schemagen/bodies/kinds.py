"""What a text is that is no JSON, in the words of a message. Only its head is looked at."""

from __future__ import annotations

import itertools
import re

from schemagen.bodies.elements import name_document
from schemagen.bodies.kind import Kind

_HEAD = 4096  # characters that say what a text is
_PAGE = 16384  # characters of HTML: styles come before what is shown

_PROLOG = re.compile(r"(?:\s++|<!--(?>.*?-->)|<\?(?>.*?\?>)|<!doctype[^<>]*+>)*+", re.DOTALL | re.IGNORECASE)
_DOCTYPE = re.compile(r"<!doctype\s++html\b", re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})(?=[\s/>])")
_OF_HTML = re.compile(
    r"html|head|title|meta|link|style|script|body|center|div|h[1-3]|p|br|hr|b|pre|form|iframe", re.IGNORECASE
)
_JSON = re.compile(
    r"""\{\s*(?:["'}]|[\w$-]+\s*:|$)"""
    r"""|\[\s*(?:["'{\[\],]|-?[0-9]|(?:true|false|null)\b|$)"""
    r"""|"|(?:-?[0-9][0-9.eE+-]*|-?Infinity|NaN|true|false|null|True|False|None|undefined)\s*(?:[,:\]}]|$)"""
)
# What a text is by its beginning, in lower case.
_TEXTS = (
    ("upstream connect error or disconnect/reset before headers", "Envoy's plain text"),
    ("upstream request timeout", "Envoy's plain text"),
    ("no healthy upstream", "Envoy's plain text"),
    ("rbac: access denied", "Envoy's plain text"),
    ("fastly error: ", "Fastly's plain text"),
    ("default backend - 404", "plain text of a Kubernetes ingress"),
    ("404 page not found", "plain text of a Go server"),
    ("not found - request id: ", "Netlify's plain text"),
    ("the deployment could not be found on vercel", "Vercel's plain text"),
    ("traceback (most recent call last)", "a Python traceback"),
    ("php fatal error: ", "a PHP error"),
    ("fatal error: uncaught ", "a PHP error"),
)
_OTHERS = (
    (re.compile(r"error code: [0-9]{3,4}$"), "Cloudflare's plain text"),
    (re.compile(r"\)\]\}'|while\s*\(1\)|for\s*\(;;\)"), "JSON behind a guard against scripts"),
    (re.compile(r"[\w$.]{1,80}\(\s*[\[{]"), "JSONP"),
    (re.compile(r"(?:event|data|id|retry):"), "an event stream"),
    (re.compile(r"HTTP/[0-9]"), "an HTTP message"),
    (
        re.compile(r"Exception in thread |(?:java|javax|jakarta|org)\.[\w.$]{1,100}(?:Exception|Error)\b"),
        "a Java exception",
    ),
    (re.compile(r"System\.[\w.]{0,100}Exception\b"), "a .NET exception"),
    (re.compile(r"--[\w'()+,./:=? -]{1,70}\r?\nContent-", re.IGNORECASE), "a multipart message"),
    (re.compile(r"[\w.%+\[\]-]{1,80}=\S*$"), "form data"),
)


def name_kind(text: str) -> Kind | None:
    """What the text is: an HTML page, `XML (<Error>)`, `plain text` …; None for nearly JSON.

    What its details hold from the text is short, on one line and without secrets.
    """
    head = text[:_HEAD].strip()
    if not head:
        return Kind("blank")
    if head.startswith("<") and (kind := _name_markup(text, head)):
        return kind
    if _JSON.match(head):
        return None
    lower = head[:100].lower()
    known = (name for beginning, name in _TEXTS if lower.startswith(beginning))
    others = (name for pattern, name in _OTHERS if pattern.match(head))
    return Kind(next(itertools.chain(known, others), "plain text"))


def _name_markup(text: str, head: str) -> Kind | None:
    """HTML or XML; None for other text that begins with `<`."""
    prolog = _PROLOG.match(head)
    start = prolog.end() if prolog else 0
    element = _ELEMENT.match(head, start)
    root = element[1] if element else ""
    if _OF_HTML.fullmatch(root) or _DOCTYPE.search(head, 0, start):
        from schemagen.bodies.pages import name_page

        return name_page(text[:_PAGE])
    return name_document(root, head) if root or head.startswith("<?xml") else None


def name_encoding(raw: bytes) -> str:
    """`UTF-16` or `UTF-32` where a byte order mark or the zeros of the first characters say so (RFC 4627, section 3)."""
    if raw.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    zeros = [byte == 0 for byte in raw[:4]]
    if zeros in ([True, True, True, False], [False, True, True, True]):
        return "UTF-32"
    return "UTF-16" if zeros[:2] in ([True, False], [False, True]) and zeros[2:] in ([], zeros[:2]) else ""


def is_binary(raw: bytes) -> bool:
    """Whether the first bytes hold control characters that no text has."""
    return any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in raw[:512])
