"""An error of any format as problem details (RFC 9457), made from roles alone: no member is known by its name.

Names are read in those bodies only that are problem details already; they stay what they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

from schemagen import statuses
from schemagen.bodies import Body
from schemagen.contract import Contract, readings
from schemagen.engine.formats import holds
from schemagen.exchanges import Exchange, Origin
from schemagen.observation import Seen, by_error, observe_body, observe_headers, outermost
from schemagen.problems.members import members_of
from schemagen.problems.values import filled, plain, safe
from schemagen.redaction import redact_value

__all__ = ["BLANK", "Problem", "derive"]

BLANK = "about:blank"  # RFC 9457, section 4.2.1: no more is said than the status says
_MEDIA = "application/problem+json"
_TEXTS = ("type", "title", "detail", "instance")  # the standard members but for `status`
_TELLING = frozenset({"code", "message", "reason", "title", "path"})  # an id or a time alone is no error


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Problem details (RFC 9457, section 3.1); an empty text stands for a member that is not there.

    `extensions` are all other members, as JSON data (section 3.2): `code`, `errors`, `format` … `origin` is where the
    response was recorded.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    extensions: dict[str, Any] = dataclasses.field(default_factory=dict)
    origin: Origin | None = None

    def as_json(self, *, with_origin: bool = False) -> dict[str, Any]:
        """All members as JSON data; with `with_origin` also the extension `recording`, which says where it was seen."""
        standard = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": self.instance,
        }
        members = filled(standard) | self.extensions
        if with_origin and self.origin is not None:
            origin = {"source": self.origin.source, "entry": self.origin.entry, "line": self.origin.line}
            members["recording"] = safe(filled(origin))
        return members


def derive(contract: Contract, exchange: Exchange, body: Body) -> Problem:
    """The problem details that an error response amounts to; `body` is its body as `bodies.read` gives it.

    Secrets are masked by their places. Whatever stands in the body, the result is valid, and nothing is raised.
    """
    error, several = _errors(contract, exchange, body)
    members = {"type": BLANK} | members_of(contract, error) | {"status": exchange.response.status}
    members |= _advice(contract, exchange, error, members.get("retry"))
    members["title"] = members.get("title") or _title(contract, members)
    if members.get("meaning", "").casefold() == members["title"].casefold():
        members.pop("meaning", None)
    if members["type"] == BLANK and "{code}" not in (contract.docs or ""):
        members.setdefault("docs", contract.docs)
    members["errors"] = [_part(contract, one) for one in several]
    members["format"] = contract.id
    members = safe(filled(members) | _carried(exchange, body))
    texts = {name: members.pop(name, "") for name in _TEXTS}
    return Problem(status=members.pop("status"), extensions=members, origin=exchange.origin, **texts)


def _errors(
    contract: Contract, exchange: Exchange, body: Body
) -> tuple[tuple[Seen, ...], list[tuple[Seen, ...]]]:
    """What is said of the error itself, and of each of several errors in it; one in it that stands alone is the error itself."""
    response = exchange.response
    seen = observe_body(contract, response.status, body.value) if body.is_json else ()
    error, *others = by_error(_redacted(one) for one in _with_texts(seen))
    several = [other for other in others if _tells(other)]
    if len(several) == 1 and not _tells(error):
        error += several.pop()
    roles = {one.role for one in error}
    headers = (_redacted(one) for one in observe_headers(contract, response) if one.role not in roles)
    return (*error, *headers), several


def _with_texts(seen: Iterable[Seen]) -> Iterator[Seen]:
    """What was seen; where errors are collected, a mere text is the message of one."""
    for one in seen:
        yield one
        if one.role == "children" and isinstance(one.value, list | dict):
            for step, child in one.value.items() if isinstance(one.value, dict) else enumerate(one.value):
                if isinstance(child, str):
                    place = (*one.pointer, step)
                    yield Seen("message", place, child, one.note, place)


def _redacted(one: Seen) -> Seen:
    """A value without its secrets. What collects errors is left out: each of them, which may be many, is seen itself."""
    if one.role == "children":
        return one._replace(value=None)
    return one._replace(value=safe(redact_value(one.value, one.pointer)))


def _tells(error: Iterable[Seen]) -> bool:
    return any(one.role in _TELLING and plain(one) not in (None, "", []) for one in error)


def _part(contract: Contract, error: tuple[Seen, ...]) -> dict[str, Any]:
    """One of several errors, as an item of `errors`."""
    members = members_of(contract, error)
    meaning = members.pop("meaning", "")
    return {"title": meaning, **members} if meaning else members


def _title(contract: Contract, members: dict[str, Any]) -> str:
    """What every error of a type is called; with `about:blank` that is the phrase of the status (RFC 9457, section 4.2.1)."""
    status = members["status"]
    response = contract.select(status).response
    phrase = statuses.PHRASES.get(status, "") if status >= 400 else ""  # an error in a 200 is not "OK"
    if members["type"] == BLANK and phrase:
        return phrase
    return members.get("meaning") or (response.description if response else "") or phrase


def _advice(
    contract: Contract, exchange: Exchange, error: Iterable[Seen], documented: str | None
) -> dict[str, Any]:
    """Whether to try again, as the response says, else as is `documented` of the code, else of the status; and when."""
    said = plain(outermost(error).get("retry"))
    if said in (None, ""):
        said = exchange.response.header("retry-after")
    if isinstance(said, str):
        said = readings(said)[-1]
    if isinstance(said, bool):
        return {"retry": "yes" if said else "no"}
    response = contract.select(exchange.response.status).response
    return filled({"retry": documented or (response.retry if response else None), "retry_after": said})


def _carried(exchange: Exchange, body: Body) -> dict[str, Any]:
    """The members of a body that is problem details already, but for those of a wrong type (RFC 9457, section 3.1)."""
    media = (exchange.response.header("content-type") or "").partition(";")[0].strip().lower()
    if media != _MEDIA or not isinstance(body.value, dict):
        return {}
    return {name: value for name, value in redact_value(body.value).items() if _is_right(name, value)}


def _is_right(name: str, value: Any) -> bool:
    """Whether a member is as RFC 9457 wants it; the status is the response's, whatever the body says."""
    if name not in _TEXTS:
        return name != "status"
    is_reference = name in ("type", "instance")
    return isinstance(value, str) and bool(value) and (not is_reference or holds("uri-reference", value))
