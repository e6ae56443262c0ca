"""The waist: all that emitters and the validator may know of a definition, as plain data that can be pickled.

The JSON Schemas in it are both what is emitted and what checks. It never holds compiled validators.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import Any, Literal, NamedTuple, TypeAlias

from schemagen import statuses
from schemagen.pointers import Pointer

Retry: TypeAlias = Literal["yes", "no", "after"]
Strictness: TypeAlias = Literal["closed", "open", "any"]
Variant: TypeAlias = Literal["tolerant", "exact"]

_LONGEST_NUMBER = 300  # characters of a number in a header
_NUMBER = re.compile(r"-?[0-9]+(?P<decimals>[.][0-9]+)?")


class Note(NamedTuple):
    """What the compiler knows of one place in a schema.

    A note stands at the pointer of a schema object (what the member is: role, phrase, presence) or at the pointer of
    one keyword in it (why the constraint is there: `rule`, and `code` where it is about one code). `rule` is one of
    `shape presence status codes ties messages members expected keywords`. `origin` is a pointer into the definition.
    """

    rule: str = "shape"
    role: str | None = None
    code: str | None = None
    phrase: str = ""
    presence: str = ""
    origin: Pointer = ()


_NO_NOTE = Note()


@dataclasses.dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema 2020-12 document and the notes by pointer into it."""

    document: dict[str, Any]
    notes: dict[Pointer, Note]

    def note(self, at: Pointer, keyword: str | None = None) -> Note:
        """The note of `keyword` at the schema object `at`, else the note of the object, else an empty one."""
        found = self.notes.get((*at, keyword)) if keyword is not None else None
        return found or self.notes.get(at) or _NO_NOTE


class Text(NamedTuple):
    """A documented wire text of a code; `statuses` empty: wherever the code goes. `pattern`: it has variable parts."""

    text: str
    statuses: tuple[str, ...] = ()
    pattern: str | None = None


class Code(NamedTuple):
    """An entry of the catalogue; `statuses` is the union of all its ties, empty when it is tied to none."""

    text: str
    value: str | int
    meaning: str = ""
    texts: tuple[Text, ...] = ()
    statuses: tuple[str, ...] = ()
    retry: Retry | None = None
    deprecated: str | bool = False
    docs: str | None = None
    origin: Pointer = ()


class Header(NamedTuple):
    """A documented response header.

    `schema` (tolerant) and `exact` are for what the value means: a value on the wire is a text, and `integer` means
    digits. `readings` gives the values that a text may mean.
    """

    name: str
    schema: dict[str, Any]
    exact: dict[str, Any]
    presence: str = "always"
    role: str | None = None
    description: str = ""
    phrase: str = ""
    origin: Pointer = ()

    @property
    def required(self) -> bool:
        """Whether a response without it contradicts the definition."""
        return self.presence == "always"


def readings(text: str) -> tuple[Any, ...]:
    """The values that the text of a header may mean: itself, and the number or the boolean that it writes."""
    text = text.strip(" \t")
    if text in ("true", "false"):
        return text, text == "true"
    number = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_NUMBER else None
    if number is None:
        return (text,)
    return text, float(text) if number["decimals"] else int(text)


class Response(NamedTuple):
    """What is documented for one status key.

    `at` is the pointer of its schema, the same in both documents; None where there is no content, or where the
    status is documentation only (`is_error` false). `codes` are those that the source ties to it. `component` is the name without the definition's prefix.
    """

    key: str
    component: str
    description: str
    at: Pointer | None
    is_error: bool = True
    media: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    retry: Retry | None = None
    codes: tuple[str, ...] = ()
    origin: Pointer = ()


class Condition(NamedTuple):
    """One way to be an error; see `model.Condition`."""

    statuses: tuple[tuple[int, int], ...] = ()
    body: dict[str, Any] | None = None
    has: str | None = None
    unless: dict[str, Any] | None = None


class Example(NamedTuple):
    """A response as documented, with what it shows: `good`, `drift` (exact fails) or `broken` (no valid response).

    `name` is unique in the contract and fit for a component (`NotFound1`). `text` is set where the page's text is no
    JSON, else `body` holds the value.
    """

    name: str
    status: int
    shows: Literal["good", "drift", "broken"]
    body: Any = None
    text: str | None = None
    title: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    media: str | None = None
    reason: str = ""
    origin: Pointer = ()


class Strict(NamedTuple):
    """The definition's `rules`."""

    responses: Strictness = "open"
    codes: Strictness = "open"
    messages: Strictness = "open"
    members: Strictness = "open"


class Selection(NamedTuple):
    """What judges a status: the response documented for it, or None and the root schema at `()`.

    `at` is None where nothing may be in the body.
    """

    response: Response | None
    at: Pointer | None


@dataclasses.dataclass(frozen=True)  # no slots: what is looked up for each response is found out once
class Contract:
    """A compiled definition. `name` is the definition's source as findings show it."""

    name: str
    id: str
    prefix: str
    title: str
    sources: tuple[str, ...]
    description: str
    servers: tuple[str, ...]
    media: tuple[str, ...]
    when: tuple[Condition, ...]
    tolerant: Schema
    exact: Schema
    responses: tuple[Response, ...]
    headers: tuple[Header, ...]
    codes: tuple[Code, ...]
    rules: Strict
    docs: str | None
    examples: tuple[Example, ...]

    def select(self, status: int) -> Selection:
        """What judges `status`: the exact status, else its class, else `default`, else the root schema."""
        for key in (str(status), f"{status // 100}XX", statuses.DEFAULT):
            if response := self._errors.get(key):
                return Selection(response, response.at)
        return Selection(None, ())

    def code(self, value: object) -> Code | None:
        """The catalogue's entry for what stands on the wire; `True` is no 1, `1.0` is."""
        is_code = isinstance(value, str | int | float) and not isinstance(value, bool)
        return self._codes.get(value) if is_code else None

    @functools.cached_property
    def deprecates(self) -> bool:
        """Whether some code is deprecated."""
        return any(code.deprecated for code in self.codes)

    @functools.cached_property
    def _errors(self) -> dict[str, Response]:
        return {response.key: response for response in self.responses if response.is_error}

    @functools.cached_property
    def _codes(self) -> dict[object, Code]:
        """By value; of several with one value the first."""
        return {code.value: code for code in reversed(self.codes)}

    def schema(self, variant: Variant) -> Schema:
        """The tolerant or the exact schema."""
        return self.exact if variant == "exact" else self.tolerant
