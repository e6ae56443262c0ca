"""How a body is built, in a few words: what responses without a definition are clustered by.

A shape holds names of members and kinds of texts, never their values. Equal shapes are alike for a reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from schemagen.bodies import Body

_NAMES = 12  # members named of an object
_NAME = 40  # characters of a name
_ITEMS = 5  # items of a list that are looked at
_LONGEST = 300  # characters of a shape
_EPHEMERAL = 32768  # the first port that systems give to whoever asks for any (Linux; IANA: 49152, RFC 6335, section 6)
_HEAD = 65536  # bytes of a text, more than what names its kind

_PROBLEMS = {
    "body/unknown-encoding": "encoded in an unknown way",
    "body/missing-decoder": "encoded, and not decoded here",
    "body/undecodable": "undecodable",
    "body/too-many-encodings": "undecodable",
    "body/too-many-members": "undecodable",
    "body/too-large": "too large",
    "body/wrong-charset": "UTF-16 or UTF-32",
    "body/not-utf8": "text that is not UTF-8",
    "body/broken-json": "broken JSON",
    "body/number-too-large": "JSON with a number too large",
    "body/too-deep": "JSON nested too deep",
}
_PLAIN = re.compile(r"[\w$.:/#-]+")
_VARYING = re.compile(
    r"[0-9]{4,}\Z|.*?(?:[0-9]{6}|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-)", re.IGNORECASE | re.DOTALL
)


def shape(body: Body) -> str:
    """How `body` is built: `{error: {code, message}, requestId}`, `[{code}]`, `a string`, `an HTML page`, `empty`.

    Members are sorted and named two levels deep; those that are objects, or lists of objects, with theirs. Of a list
    the first five items count, taken together. Names that hold an id become one `*`, and so do those of a member that
    maps names to lists of texts, as validators of forms do: `{errors: {*: [a string]}}`. At most 300 characters, on
    one line; nothing is raised.
    """
    if body.is_json:
        text = _value(body.value)
    elif body.problem:
        text = _PROBLEMS.get(body.problem) or _kind(body.raw or b"")
    else:
        text = "not recorded" if body.raw is None else "empty"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def fold_host(host: str) -> str:
    """A host, whose labels that hold an id, and whose port if it is one of a moment, are `*`: `*.cos.example.com`."""
    name, colon, port = host.rpartition(":")
    if not (port.isascii() and port.isdigit()):
        name, colon, port = host, "", ""
    kept = "*" if port and int(port) >= _EPHEMERAL else port
    return ".".join(map(_fold, name.split("."))) + colon + kept


def _kind(raw: bytes) -> str:
    """What a body is that is no JSON, without what varies."""
    from schemagen.bodies.kinds import is_binary, name_kind

    if is_binary(raw):
        return "binary data"
    kind = name_kind(raw[:_HEAD].decode("utf-8-sig", "replace"))
    return kind.name if kind else "broken JSON"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return _object([value], 2)
    if isinstance(value, list):
        return _list([value], 2)
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "a string" if isinstance(value, str) else "a number"


def _object(objects: Iterable[dict[str, Any]], levels: int) -> str:
    """The members of all `objects` together."""
    members: dict[str, list[Any]] = {}
    for each in objects:
        for name, value in each.items():
            members.setdefault(_fold(name), []).append(value)
    named = [_member(name, members[name], levels - 1) for name in sorted(members)[:_NAMES]]
    return "{" + ", ".join(named + ["…"] * (len(members) > _NAMES)) + "}"


def _member(name: str, values: list[Any], levels: int) -> str:
    """One member: its name, and the names below it."""
    shown = _quote(name)
    objects = [value for value in values if isinstance(value, dict) and value]
    if levels and objects and all(_is_texts(inner) for each in objects for inner in each.values()):
        return f"{shown}: {{*: [a string]}}"
    if levels and objects:
        return f"{shown}: {_object(objects, levels)}"
    lists = [value for value in values if isinstance(value, list)]
    if levels and any(isinstance(item, dict) and item for each in lists for item in each[:_ITEMS]):
        return f"{shown}: {_list(lists, levels)}"
    return shown


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def _list(lists: Iterable[list[Any]], levels: int) -> str:
    """The first items of all `lists` together: `[{code, message}]`, `[a string or {code}]`."""
    items = [item for each in lists for item in each[:_ITEMS]]
    kinds = {_scalar(item) for item in items if not isinstance(item, dict | list)}
    if any(isinstance(item, list) for item in items):
        kinds.add("a list")
    objects = [item for item in items if isinstance(item, dict)]
    words = sorted(kinds) + ([_object(objects, levels)] if objects else [])
    return f"[{' or '.join(words)}]"


def _fold(name: str) -> str:
    """`*` for all names that hold an id: a number of four digits, six digits in a row, 16 hexadecimal ones, a UUID."""
    return "*" if _VARYING.match(name) else name


def _quote(name: str) -> str:
    """The name, cut; as JSON text where a mark in it could be taken for one of the shape's."""
    cut = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    return cut if name == "*" or _PLAIN.fullmatch(name) else json.dumps(cut, ensure_ascii=False)
