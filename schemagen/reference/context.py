"""What a page about an error format can say: the data that templates get, as `docs/embedding.md` documents it.

Plain records of texts, numbers, booleans and tuples. Every text is safe to show (`display.shown`), none is markup:
texts named `description`, `meaning` and `reason` are CommonMark of the definition, all others are literal. Nothing here
knows a contract, a template or a form of page. Templates get them as plain mappings (`as_data`).
"""

from __future__ import annotations

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads: an address that begins with http, https or mailto, or nothing."""

    text: str
    url: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """A piece of a type in words; `anchor` is that of the schema it names, if it names one."""

    text: str
    anchor: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Constraint:
    """What holds for a value: words, and what they are about (`matches`, `^[A-Z]+$`), which may be empty.

    `guaranteed` is false where a response that differs is drift, and no error.
    """

    text: str
    value: str = ""
    guaranteed: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A member of an object, or a response header.

    `presence` is `always`, `usually` or `optional`. `role` is a role of the language, or empty. `examples` are JSON.
    """

    name: str
    type: tuple[Word, ...]
    presence: str
    role: str = ""
    description: str = ""
    constraints: tuple[Constraint, ...] = ()
    examples: tuple[str, ...] = ()
    deprecated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Schema:
    """A named schema: an object with members, or a phrase, which has none.

    `at_least_one` are members of which one must be there. `others` says what other members may be; it is empty where
    nothing is said, and `closed` is true where there are none, ever.
    """

    name: str
    anchor: str
    type: tuple[Word, ...]
    description: str
    members: tuple[Member, ...]
    at_least_one: tuple[str, ...] = ()
    others: tuple[Word, ...] = ()
    closed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CodeLink:
    """A code where it is only named; `anchor` is that of its entry."""

    code: str
    anchor: str
    meaning: str


@dataclasses.dataclass(frozen=True, slots=True)
class StatusLink:
    """A status key (`404`, `4XX`, `default`) where it is only named; `anchor` is empty where nothing is said of it."""

    status: str
    anchor: str


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """What is documented for one status key.

    `phrase` is the registered one, or one of the same kind. `is_error` is false where the status is documentation only.
    `body` is the type of the body; it is empty where there is no content. `retry` is `yes`, `no`, `after` or empty.
    `codes` are those that are tied to this status.
    """

    status: str
    anchor: str
    phrase: str
    description: str
    is_error: bool
    body: tuple[Word, ...]
    media: tuple[str, ...]
    headers: tuple[Member, ...]
    retry: str
    advice: str
    codes: tuple[CodeLink, ...]
    component: str


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """A documented wire text; `statuses` empty: wherever its code goes. `varies`: it has variable parts."""

    text: str
    statuses: tuple[StatusLink, ...] = ()
    varies: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """An entry of the catalogue.

    `code` is as written, `json` as it stands on the wire (`1300`, `"expired"`). `statuses` is empty where it is tied to
    none. `deprecation` says why it is deprecated, where that is said. `advice` puts `retry` in words.
    """

    code: str
    json: str
    anchor: str
    meaning: str
    texts: tuple[Text, ...]
    statuses: tuple[StatusLink, ...]
    retry: str
    advice: str
    deprecated: bool
    deprecation: str
    docs: Link


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A response as documented. `shows` is `good`, `drift` or `broken`, and `reason` says why it is one of the latter.

    `wire` is the whole response: status line, headers, an empty line, the body. `language` of `body` is `json` or `text`.
    """

    name: str
    anchor: str
    status: str
    status_anchor: str
    phrase: str
    title: str
    shows: str
    reason: str
    media: str
    headers: tuple[tuple[str, str], ...]
    body: str
    language: str
    wire: str


@dataclasses.dataclass(frozen=True, slots=True)
class Promise:
    """What a definition promises about one list of it: `about` is `responses`, `codes`, `messages` or `members`.

    `rule` is `closed`, `open` or `any`; `text` says what that means.
    """

    about: str
    rule: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class ProblemMember:
    """A member of problem details (RFC 9457) and where it comes from, in words; `places` are pointers into the body."""

    name: str
    text: str
    places: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """All that is told of an error format.

    `conditions` say when a response is an error, in words. `body` is the type of any error's body, `schemas` are those
    of the definition, the outermost first. `json` (tolerant: what can be relied on) and `json_exact` (and all that is
    documented) are the JSON Schemas of any error.
    """

    id: str
    prefix: str
    title: str
    description: str
    sources: tuple[Link, ...]
    docs: Link
    servers: tuple[str, ...]
    media: tuple[str, ...]
    conditions: tuple[str, ...]
    body: tuple[Word, ...]
    schemas: tuple[Schema, ...]
    json: str
    json_exact: str
    headers: tuple[Member, ...]
    responses: tuple[Response, ...]
    codes: tuple[Code, ...]
    examples: tuple[Example, ...]
    promises: tuple[Promise, ...]
    problem: tuple[ProblemMember, ...]


def as_data(record: Any) -> dict[str, Any]:
    """A record as a plain mapping, and all that is in it."""
    return dataclasses.asdict(record)
