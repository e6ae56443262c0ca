"""The grammar of member lines: `optional list of (Issue or string) as children`.

    PHRASE = [usually |optional ]ALT[ as ROLE]
    ALT    = ONE{ or ONE}
    ONE    = (list|map) of ONE | ( ALT ) | TYPE | null

TYPE is a JSON Schema type, `any`, `digits`, a string format, or the name of a schema, which begins with a capital.
Knows the words of the language, not the definition: whether a schema of that name exists is for others to say.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator

from schemagen.model import ROLES, Choice, Many, Presence, Reference, Scalar, Shape
from schemagen.nearest import nearest

TYPES = ("string", "integer", "number", "boolean", "object", "any", "digits", "null")
FORMATS = (
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
)
PRESENCES: dict[str, Presence] = {"optional": "optional", "usually": "usually"}
SCHEMA_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,62}")

_DEEPEST = 32  # lists, maps and parentheses inside each other
_SHOWN = 40  # characters of a word that a message quotes
_COMPARED = 500  # schemas whose names are compared with a word that is unknown
_TOKEN = re.compile(r"[()]|[^ \t\r\n()]+")
# What people write who come from other languages.
_FOREIGN = {
    "array": "write 'list of' and what the items are",
    "bool": "write 'boolean'",
    "datetime": "write 'date-time'",
    "dict": "write 'map of' and what the values are",
    "double": "write 'number'",
    "float": "write 'number'",
    "guid": "write 'uuid'",
    "int": "write 'integer'",
    "long": "write 'integer'",
    "none": "write 'null'",
    "nullable": "write '… or null'",
    "required": "leave it out: what is neither optional nor usually there is required",
    "str": "write 'string'",
    "text": "write 'string'",
    "timestamp": "the type is 'date-time', the role 'as timestamp'",
    "url": "write 'uri'",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase says."""

    presence: Presence
    shape: Shape
    role: str | None


class PhraseError(ValueError):
    """A text that is no phrase: what is wrong, the `offset` in the text (in characters, from 0), and what to do."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


def parse(text: str, names: Iterable[str] = ()) -> Phrase:
    """The phrase that `text` writes; `names` are the schemas of the definition, for "did you mean".

    Raises:
        PhraseError: `text` is no phrase.
    """
    return _Reader(text, frozenset(names)).phrase()


def references(shape: Shape) -> Iterator[Reference]:
    """The named schemas in a shape, in the order of the text."""
    if isinstance(shape, Reference):
        yield shape
    elif isinstance(shape, Many):
        yield from references(shape.of)
    elif isinstance(shape, Choice):
        for option in shape.options:
            yield from references(option)


class _Reader:
    """Takes the words of one phrase from left to right."""

    __slots__ = ("_at", "_end", "_known", "_words")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._words = [(match.group(), match.start()) for match in _TOKEN.finditer(text)]
        self._at = 0
        self._end = len(text)
        self._known = names

    def phrase(self) -> Phrase:
        presence = PRESENCES.get(self._word() or "", "always")
        if presence != "always":
            self._at += 1
        shape = self._alternatives(0)
        role = self._role() if self._take("as") else None
        if self._word() is not None:
            raise self._leftover(role)
        return Phrase(presence, shape, role)

    def _alternatives(self, depth: int) -> Shape:
        found: dict[Shape, None] = {}
        while True:
            offset = self._offset()
            option = self._one(depth)
            for part in option.options if isinstance(option, Choice) else (option,):
                if part in found:
                    raise PhraseError("this alternative stands here already", offset, "delete one of the two")
                found[part] = None
            if not self._take("or"):
                return next(iter(found)) if len(found) == 1 else Choice(tuple(found))

    def _one(self, depth: int) -> Shape:
        offset = self._offset()
        if depth > _DEEPEST:
            raise PhraseError(
                "too many lists inside each other", offset, "give an inner part a name under schemas"
            )
        if self._take("("):
            shape = self._alternatives(depth + 1)
            if not self._take(")"):
                raise PhraseError(
                    "wanted 'or' or the closing ')'", self._offset(), self._hint_after(self._word())
                )
            return shape
        for kind in ("list", "map"):
            if self._take(kind):
                if not self._take("of"):
                    raise PhraseError(
                        f"wanted 'of' after '{kind}'", self._offset(), f"write '{kind} of string'"
                    )
                return Many(kind, self._one(depth + 1))
        return self._named(offset)

    def _named(self, offset: int) -> Shape:
        word = self._word()
        if word in TYPES or word in FORMATS:
            self._at += 1
            return Scalar(word)
        if word is not None and SCHEMA_NAME.fullmatch(word) and word.casefold() not in PRESENCES:
            self._at += 1
            return Reference(word)
        raise PhraseError(f"wanted a type, found {_show(word)}", offset, self._hint_for(word))

    def _role(self) -> str:
        word, offset = self._word(), self._offset()
        if word in ROLES:
            self._at += 1
            return word
        close = nearest(word, ROLES) if word else None
        hint = f"did you mean '{close}'?" if close else f"the roles are {', '.join(ROLES)}"
        raise PhraseError(f"wanted a role after 'as', found {_show(word)}", offset, hint)

    def _leftover(self, role: str | None) -> PhraseError:
        word = self._word()
        wanted = "the end of the phrase" if role else "'or', 'as' or the end of the phrase"
        hint = "the role stands last" if role else self._hint_after(word)
        return PhraseError(f"wanted {wanted}, found {_show(word)}", self._offset(), hint)

    def _hint_for(self, word: str | None) -> str:
        """What to write instead of a word that is no type."""
        if word is None or word in ("as", "or", "of", ")"):
            return f"types are {', '.join(TYPES)}, formats such as date-time, and names of schemas"
        if word.casefold() in PRESENCES and word not in PRESENCES:
            return f"write '{word.casefold()}', in lower case"
        if word in PRESENCES:
            return f"'{word}' stands once, at the very beginning"
        if word.casefold() in _FOREIGN:
            return _FOREIGN[word.casefold()]
        if word.endswith("?"):
            return "write 'optional' before the type"
        if word.endswith("[]"):
            return "write 'list of' before the type"
        if "|" in word or "," in word:
            return "join alternatives by 'or'"
        close = nearest(word, {*TYPES, *FORMATS, *PRESENCES, *few(self._known), "list", "map"})
        if close:
            return f"did you mean '{close} of …'?" if close in ("list", "map") else f"did you mean '{close}'?"
        return f"types are {', '.join(TYPES)}, formats such as date-time, and names of schemas"

    def _hint_after(self, word: str | None) -> str:
        """What to do with a word that does not fit behind a type."""
        if word is None or word == ")":
            return "each '(' needs its ')'"
        if word.casefold() in ("optional", "usually"):
            return f"'{word.casefold()}' stands at the very beginning"
        if word.casefold() in ("|", ",", "/", "and"):
            return "join alternatives by 'or'"
        if word in ROLES:
            return f"write 'as {word}'"
        return "constraints are keywords: {type: string, maxLength: 40}" if word[0] in "<[{=" else ""

    def _word(self) -> str | None:
        return self._words[self._at][0] if self._at < len(self._words) else None

    def _offset(self) -> int:
        return self._words[self._at][1] if self._at < len(self._words) else self._end

    def _take(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._at += 1
        return True


def few(names: Iterable[str]) -> frozenset[str]:
    """The names, unless they are so many that looking for the nearest takes long: then none."""
    known = frozenset(names)
    return known if len(known) <= _COMPARED else frozenset()


def _show(word: str | None) -> str:
    if word is None:
        return "nothing"
    return f"'{word}'" if len(word) <= _SHOWN else f"'{word[: _SHOWN - 1]}…'"
