"""The members that one error amounts to, in problem details or in their `errors`, from the roles of its values."""

from __future__ import annotations

import re
import urllib.parse
from typing import Any

from schemagen.contract import Code, Contract
from schemagen.engine.formats import holds
from schemagen.observation import Seen, message_of, outermost, status_of
from schemagen.problems.values import filled, plain, text

_FRAGMENT = (
    "/?:@!$&'()*+,;="  # may stand in a fragment, beside letters, digits and -._~ (RFC 3986, section 3.5)
)


def members_of(contract: Contract, error: tuple[Seen, ...]) -> dict[str, Any]:
    """What an error says, as members; what it does not say is left out. `meaning` is what the catalogue says of its code."""
    roles = outermost(error)
    code = roles.get("code")
    entry = contract.code(code.value) if code else None
    link = _link(roles.get("docs")) or _page(contract, code, entry)
    return filled(
        {
            "type": link,
            "title": text(roles.get("title")),
            "status": status_of(code or error[0], error) if error else None,
            "detail": (message_of(code, error) if code else "") or text(roles.get("message")),
            "code": plain(code),
            "meaning": entry.meaning if entry else "",
            "reason": plain(roles.get("reason")),
            **_fault(roles.get("path")),
            **_occurrence(roles.get("id")),
            "timestamp": plain(roles.get("timestamp")),
            "retry": entry.retry if entry else None,
            "docs": "" if link else plain(roles.get("docs")),
        }
    )


def _link(one: Seen | None) -> str:
    """The reference that a value is: a URI, or any reference where the definition calls it one; else empty."""
    if one is None or not isinstance(one.value, str) or not one.value:
        return ""
    is_reference = _is_a(one, "uri-reference") and holds("uri-reference", one.value)
    return one.value if is_reference or holds("uri", one.value) else ""


def _page(contract: Contract, code: Seen | None, entry: Code | None) -> str:
    """The documentation of this very code; a page that is the same for all codes is not the type of any."""
    if entry is not None and entry.docs is not None and entry.docs != contract.docs:
        return entry.docs
    value = plain(code)
    if "{code}" in (contract.docs or "") and isinstance(value, str | int):
        return (contract.docs or "").replace("{code}", urllib.parse.quote(str(value), safe=""))
    return ""


def _fault(one: Seen | None) -> dict[str, Any]:
    """What is at fault: a JSON Pointer as a URI fragment (RFC 6901, section 6), anything else as it is.

    What begins with `/` is a pointer in one of several errors, or where the definition calls it one; else it may well be
    the path of the URL.
    """
    value = plain(one)
    if one is None or not isinstance(value, str):
        return {"path": value}
    if value.startswith("#/") and holds("uri-reference", value):
        return {"pointer": value}
    if (_is_a(one, "json-pointer") or (one.nested and value.startswith("/"))) and holds(
        "json-pointer", value
    ):
        return {"pointer": "#" + urllib.parse.quote(value, safe=_FRAGMENT)}
    return {"path": value}


def _occurrence(one: Seen | None) -> dict[str, Any]:
    """The name of this one occurrence: if it is a URI, or a UUID (RFC 9562, section 4), as `instance`; else as it is."""
    value = plain(one)
    if link := _link(one):
        return {"instance": link}
    if isinstance(value, str) and holds("uuid", value):
        return {"instance": f"urn:uuid:{value}"}
    return {"occurrence": value}


def _is_a(one: Seen, name: str) -> bool:
    """Whether the definition says `name` in the type of a member."""
    return name in re.findall(r"[\w-]+", one.note.phrase)
