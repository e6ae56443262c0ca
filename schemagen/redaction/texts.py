"""Text with its secrets masked: what stands behind the name of one, credentials, tokens, userinfo and queries of URLs.

In loose text, which is read as nothing else, a name and a separator are enough. In prose, which is what a value of JSON
says, a colon is an everyday mark: there the value must look like one.
"""

from __future__ import annotations

import re
import urllib.parse

from schemagen.redaction.names import is_line, is_secret

MASK = "[redacted]"

_QUERY_ONLY = frozenset({"code", "key"})  # an OAuth grant, a Google key; in bodies these are everyday members
_USERINFO = re.compile(r"(?<=//)[^/?#@\s]*@")
_PARAMETER = re.compile(r"(?<=[?&;#])([^=&;#?\s]*)=([^&;#\s]*)")
# Credentials are no word: `Basic authentication` and `token validation` are prose.
_SCHEME = re.compile(
    r"\b(?i:(Bearer)\s+(?!auth|credential)|(Basic|Digest|Negotiate|Token)\s+"
    r"(?=[\w.~+/-]*(?:[0-9=]|(?-i:[a-z][A-Z]))|[\w.~+/-]{20}))[A-Za-z0-9._~+/=-]{8,}"
)
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*")

# Names begin where a run of such characters does, so that each is looked at once. Quotes may be escaped, by a
# backslash, for HTML, or for a URL.
_RUN = r"A-Za-z0-9_.\-"
_QUOTE = r"(?:\\*[\"']|&(?:quot|apos|#0{0,2}3[49]|#x2[27]);|%2[27])"
_NAME = re.compile(
    rf"(?<![{_RUN}])(?P<name>[{_RUN}]++)(?:{_QUOTE})?\s{{0,9}}(?P<sign>=>|[:=]++|%3[ad])\s{{0,9}}",
    re.IGNORECASE,
)
_OPENING = re.compile(_QUOTE, re.IGNORECASE)
_QUOTED = {
    '"': re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL),
    "'": re.compile(r"(?:[^'\\]++|\\.)*+", re.DOTALL),
}
_BRACKET = re.compile(r"[\[{(]|[\]})]")
_LINE = re.compile(r"[^\r\n\"'<>\\]*+")
_WORD = re.compile(r"[^\s,;&\"'<>{}\[\]\\]*+")
_DIGIT = re.compile("[0-9]")

_ELEMENT = re.compile(r"(<(?P<name>[A-Za-z_][\w.:\-]*+)[^<>]*+>(?:<!\[CDATA\[)?)[^<]++")
_TAG = re.compile(r"<[A-Za-z][^<>]*+>")
_NAMED = re.compile(r"\b(?:name|key|id|property)\s{0,9}=\s{0,9}[\"']?([\w.\-]++)", re.IGNORECASE)
_GIVEN = re.compile(r"(\b(?:value|content)\s{0,9}=\s{0,9})(?:\"[^\"]*\"?|'[^']*'?|[^\s>\"']+)", re.IGNORECASE)


def redact_url(url: str) -> str:
    """The URL with its userinfo, and the secret parameters of its query and fragment, masked."""
    url = _USERINFO.sub(f"{MASK}@", url) if "@" in url else url
    return _PARAMETER.sub(_mask_parameter, url) if "=" in url else url


def redact_text(text: str) -> str:
    """Loose text with what looks like a secret masked: `password=…`, `"token": "…"`, `<secret>…`, `Bearer …`."""
    text = _TAG.sub(_mask_given, _ELEMENT.sub(_mask_element, _mask_names(text, is_prose=False)))
    return redact_url(_JWT.sub(MASK, _SCHEME.sub(_mask_credentials, text)))


def redact_prose(text: str) -> str:
    """A text that is a value, or of a header, with the secrets in it masked; `the token: it is missing` stays."""
    has_sign = ":" in text or "=" in text or "%3" in text  # behind the name of a secret
    if has_sign and _NAME.search(text):
        text = _mask_names(text, is_prose=True)
    elif "//" not in text and " " not in text and "eyJ" not in text:
        return text  # most are names, codes and numbers
    text = _SCHEME.sub(_mask_credentials, text)
    return redact_url(_JWT.sub(MASK, text) if "eyJ" in text else text)


def _mask_names(text: str, *, is_prose: bool) -> str:
    """The text with what stands behind the names of secrets masked."""
    pieces, position = [], 0
    while found := _NAME.search(text, position):
        begin = end = found.end()
        if is_secret(found["name"]):
            begin, end = _value(text, found, is_prose=is_prose)
        pieces += [text[position:begin], MASK if end > begin else ""]
        position = end
    return "".join([*pieces, text[position:]])


def _value(text: str, found: re.Match[str], *, is_prose: bool) -> tuple[int, int]:
    """Where the value behind a name and its sign begins and ends; it is empty where there is nothing to mask."""
    start = found.end()
    if opening := _OPENING.match(text, start):
        begin = opening.end()
        if quoted := _QUOTED.get(opening[0]):
            return begin, _end(quoted, text, begin)
        closing = text.find(opening[0], begin)
        return begin, len(text) if closing < 0 else closing
    if text[start : start + 1] in ("[", "{") and not text.startswith(MASK, start):
        return start, _closing(text, start)
    word, goes_on = _end(_WORD, text, start), is_line(found["name"])
    if is_prose and found["sign"] == ":" and not _DIGIT.search(text, start, start + 100 if goes_on else word):
        return start, start
    return start, _end(_LINE, text, start) if goes_on else word


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _closing(text: str, start: int) -> int:
    """Where the bracket at `start` is closed; the end of the text if it is not."""
    depth = 0
    for found in _BRACKET.finditer(text, start):
        depth += 1 if found[0] in "[{(" else -1
        if depth == 0:
            return found.end()
    return len(text)


def _mask_credentials(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]} {MASK}"


def _mask_parameter(match: re.Match[str]) -> str:
    name = urllib.parse.unquote_plus(match[1])
    secret = is_secret(name) or name.lower() in _QUERY_ONLY
    return f"{match[1]}={MASK}" if secret else match[0]


def _mask_element(match: re.Match[str]) -> str:
    return f"{match[1]}{MASK}" if is_secret(match["name"]) else match[0]


def _mask_given(match: re.Match[str]) -> str:
    """A tag that names a secret, `<input name="token" value="…">`, without its value."""
    named = _NAMED.search(match[0])
    return _GIVEN.sub(rf"\1{MASK}", match[0]) if named and is_secret(named[1]) else match[0]
