"""What a text is that is no JSON, in the words of a message."""

from __future__ import annotations

import dataclasses
import re

_HEAD = 4096
_HTML = re.compile(r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_XML = re.compile(r"(?:<[?!][^<>]*>\s*)*<([A-Za-z_][\w.:-]{0,60})[\s/>]|<\?xml")
_JSON = re.compile(
    r"""\{\s*(?:["'}]|[\w$-]+\s*:|$)"""
    r"""|\[\s*(?:["'{\[\],]|-?[0-9]|(?:true|false|null)\b|$)"""
    r"""|"|(?:-?[0-9][0-9.eE+-]*|-?Infinity|NaN|true|false|null|True|False|None|undefined)\s*(?:[,:\]}]|$)"""
)
_OTHERS = (
    (re.compile(r"\)\]\}'|while\s*\(1\)|for\s*\(;;\)"), "JSON behind a guard against scripts"),
    (re.compile(r"[\w$.]{1,80}\(\s*[\[{]"), "JSONP"),
    (re.compile(r"(?:event|data|id|retry):"), "an event stream"),
    (re.compile(r"HTTP/[0-9]"), "an HTTP message"),
    (re.compile(r"[\w.%+\[\]-]{1,80}=\S*$"), "form data"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """What a text is. `name` holds nothing that varies from one such text to the next; `detail` is what follows it."""

    name: str
    detail: str = ""

    @property
    def words(self) -> str:
        """Both: `an HTML page titled "502 Bad Gateway"`."""
        return self.name + self.detail


def name_kind(text: str) -> Kind | None:
    """What the text is: an HTML page, `XML (<Error>)`, `plain text` …; None for nearly JSON."""
    head = text[:_HEAD].strip()
    if not head:
        return Kind("blank")
    if _HTML.match(head):
        title = _TITLE.search(head)
        words = " ".join(title[1].split())[:60] if title else ""
        return Kind("an HTML page", f' titled "{words}"' if words else "")
    if xml := _XML.match(head):
        return Kind(f"XML (<{xml[1]}>)" if xml[1] else "XML")
    if _JSON.match(head):
        return None
    return Kind(next((kind for pattern, kind in _OTHERS if pattern.match(head)), "plain text"))


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
