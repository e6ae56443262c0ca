"""What a definition says, in plain records: the `ErrorFormat` and its parts.

Each part keeps its origin, the pointer in the definition where it was written. Nothing here knows YAML or JSON Schema.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Literal, TypeAlias

from schemagen.pointers import Pointer

ROLES = (
    "code",
    "message",
    "status",
    "id",
    "timestamp",
    "path",
    "reason",
    "title",
    "children",
    "docs",
    "retry",
)
RULE_NAMES = ("responses", "codes", "messages", "members")

Presence: TypeAlias = Literal["always", "usually", "optional"]
Strictness: TypeAlias = Literal["closed", "open", "any"]
Retry: TypeAlias = Literal["yes", "no", "after"]


@dataclasses.dataclass(frozen=True, slots=True)
class Scalar:
    """A type that needs no schema of its own.

    `name` is a JSON Schema type (`string integer number boolean object null`), `any`, `digits`, or a JSON Schema
    string format (`uuid`, `date-time`, …).
    """

    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """A schema of the definition, by name."""

    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Many:
    """A list of, or a map from any name to, values of one shape."""

    kind: Literal["list", "map"]
    of: Shape


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Any of two or more shapes; no option is itself a Choice."""

    options: tuple[Shape, ...]


Shape: TypeAlias = Scalar | Reference | Many | Choice


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """One member of an object: what it holds, whether it is there, what it is for.

    `keywords` are JSON Schema constraints (`maxLength` …) for both schemas, `expected` those for exact only,
    `annotations` are `title description default examples deprecated`. `phrase` is the line as it was written.
    """

    name: str
    shape: Shape
    presence: Presence = "always"
    role: str | None = None
    keywords: dict[str, Any] = dataclasses.field(default_factory=dict)
    expected: dict[str, Any] = dataclasses.field(default_factory=dict)
    annotations: dict[str, Any] = dataclasses.field(default_factory=dict)
    phrase: str = ""
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class ObjectSchema:
    """A named schema with members. `at_least_one` is `$any`, `others` is `$others`."""

    name: str
    members: tuple[Member, ...]
    at_least_one: tuple[str, ...] = ()
    closed: bool = False
    others: Shape | None = None
    description: str = ""
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class PhraseSchema:
    """A named schema that is a phrase (`Link: uri or object or null`)."""

    name: str
    shape: Shape
    phrase: str = ""
    origin: Pointer = ()


Schema: TypeAlias = ObjectSchema | PhraseSchema


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """The body of a response: its shape and the phrase that says it. Inline members became named schemas
    (`Body`, `Body404`, `Body4XX`, `BodyDefault`; in a list of alternatives `Body1`, `Body404Alternative1` …).
    """

    shape: Shape
    phrase: str
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class CodeUse:
    """A code as one response lists it: by the entry's own text, with the texts it has at this status only."""

    code: str
    messages: tuple[str, ...] = ()
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """What is documented for one status key.

    `body` is None when the definition's own body applies and `no_content` when there is none at all; `media` and
    `headers` are None or empty when nothing is said here. `documented_only`: `when` excludes this status.
    """

    key: str
    description: str
    body: Body | None = None
    no_content: bool = False
    media: tuple[str, ...] | None = None
    headers: tuple[Member, ...] = ()
    retry: Retry | None = None
    codes: tuple[CodeUse, ...] = ()
    documented_only: bool = False
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """An entry of the catalogue.

    `text` is the key as written, `value` what stands on the wire (an int where the member with role `code` is an
    integer). `statuses` are the keys said on the code itself. Codes that only a response lists are entries, too.
    """

    text: str
    value: str | int
    meaning: str = ""
    messages: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    retry: Retry | None = None
    deprecated: str | bool = False
    docs: str | None = None
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """One way to be an error: all that is said must hold. `statuses` are inclusive ranges; `body` must be a subset of
    the response's body, `unless` must not, `has` names a member that must be there (an item of a list counts).
    """

    statuses: tuple[tuple[int, int], ...] = ()
    body: dict[str, Any] | None = None
    has: str | None = None
    unless: dict[str, Any] | None = None
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A response as documented. Either `body` is JSON or `text` is what stands on the page.

    `drift` says why it passes tolerant only, `broken` why it is no valid response at all.
    """

    status: int
    body: Any = None
    text: str | None = None
    title: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    media: str | None = None
    drift: str | None = None
    broken: str | None = None
    origin: Pointer = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Rules:
    """How strictly each list is meant: `closed` in both schemas, `open` in exact only, `any` in neither."""

    responses: Strictness = "open"
    codes: Strictness = "open"
    messages: Strictness = "open"
    members: Strictness = "open"


@dataclasses.dataclass(frozen=True, slots=True)
class ErrorFormat:
    """A whole definition. `name` is the source it was read from, as findings show it."""

    name: str
    id: str
    prefix: str
    title: str
    sources: tuple[str, ...]
    body: Body
    description: str = ""
    servers: tuple[str, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    when: tuple[Condition, ...] = (Condition(statuses=((400, 599),)),)
    schemas: tuple[Schema, ...] = ()
    headers: tuple[Member, ...] = ()
    responses: tuple[Response, ...] = ()
    codes: tuple[Code, ...] = ()
    docs: str | None = None
    rules: Rules = Rules()
    placeholder: str | None = None
    examples: tuple[Example, ...] = ()
