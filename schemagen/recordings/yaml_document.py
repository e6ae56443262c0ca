"""The items of one list in a YAML recording, each read on its own: a broken one never hides the others.

Recorders write block style, one `-` for each item, so that lines are enough to tell items apart. What repeats an
anchored value of an item above is understood. A list in flow style is JSON, or is not read.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from schemagen.findings import Place, finding
from schemagen.limits import Limits, option
from schemagen.recordings.fields import BrokenError
from schemagen.recordings.slices import Slice
from schemagen.redaction import redact_text

if TYPE_CHECKING:
    from schemagen.yaml_events import Anchor, Loaded, Problem

_YAML = "tag:yaml.org,2002:"
_TEXT: tuple[str, ...] = (
    *(f"{_YAML}{name}" for name in ("str", "python/str", "python/unicode", "timestamp")),
    *("!str", "!ruby/string", "!ruby/sym", "!ruby/symbol"),
)
_PLAIN: tuple[str, ...] = (
    *(f"{_YAML}{name}" for name in ("map", "seq", "null", "bool", "int", "float")),
    *(f"{_YAML}python/{name}" for name in ("dict", "list", "tuple", "none", "bool", "int", "long", "float")),
    *("!map:ActiveSupport::HashWithIndifferentAccess", "!map:HashWithIndifferentAccess", "!map:Hash"),
    *("!ruby/hash", "!ruby/hash:Hash", "!ruby/hash:Hashie::Mash", "!ruby/hash:HashWithIndifferentAccess"),
    *("!ruby/hash:ActiveSupport::HashWithIndifferentAccess", "!ruby/array:Array"),
    *(f"!ruby/struct:VCR::{name}" for name in ("HTTPInteraction", "Request", "Response", "ResponseStatus")),
)
TAGS: Mapping[str, Literal["text", "binary", "plain"]] = {
    **dict.fromkeys(_TEXT, "text"),
    **dict.fromkeys(_PLAIN, "plain"),
    f"{_YAML}binary": "binary",
    "!binary": "binary",
}  # fmt: skip

_HARMLESS = frozenset(
    {"comment-in-text", "duplicate-key", "invisible-character", "item-in-text", "number", "unused-anchor"}
)
_UNCLOSED = frozenset({"unclosed-bracket", "unclosed-quote"})
_REMEMBERED = 16 * 1024 * 1024  # bytes of items whose anchored values are kept

_HEAD = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n|%[^\n]*\n|---[ \t]*(?:#[^\n]*)?\r?\n)*")
_BEHIND_KEY = rb"[ \t]*:(?:[ \t]+[&!]\S+)*[ \t]*(?P<empty>\[[ \t]*\])?[ \t]*(?:#[^\n]*)?\r?$"
_BLANK = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_DASH = re.compile(rb"( *)-(?=[ \t\r\n]|\Z)")
_AFTER = rb"|(?:---|\.\.\.)(?=[ \t\r\n]|\Z)"


class CutError(BrokenError):
    """An item that breaks at its very end, as where a file is cut off."""


@dataclasses.dataclass(slots=True)
class Anchors:
    """The anchored values of the items above, as long as they are not too many."""

    values: dict[str, Anchor] = dataclasses.field(default_factory=dict)
    size: int = 0

    def make_room(self, item: bytes) -> None:
        """Count the bytes of the next item if it may hold an anchor; forget all of them beyond the bound."""
        self.size += len(item) if b"&" in item else 0
        if self.size > _REMEMBERED:
            self.values.clear()
            self.size = len(item)


def find_items(data: bytes, path: tuple[str, ...]) -> Iterator[Slice] | None:
    """The items of the list at `path`, by the names of keys; None where there is no such list in block style."""
    start, depth = 0, 0
    for at, name in enumerate(path):
        key = re.escape(name.encode())
        pattern = rb"^ {%d}(?:%s|\"%s\"|'%s')" % (depth, key, key, key)
        found = re.compile(pattern + _BEHIND_KEY, re.MULTILINE).search(data, start)
        if not found:
            return None
        if found["empty"]:
            return iter(()) if at == len(path) - 1 else None
        start = found.end() + 1
        if at < len(path) - 1:
            child = _BLANK.match(data, start)
            begin = child.end() if child else start
            depth = len(data[begin : begin + 200]) - len(data[begin : begin + 200].lstrip(b" "))
    return _find_first(data, start, depth if path else None)


def _find_first(data: bytes, start: int, depth: int | None) -> Iterator[Slice] | None:
    blank = (_HEAD if depth is None else _BLANK).match(data, start)
    begin = blank.end() if blank else start
    dash = _DASH.match(data, begin)
    if dash is None or len(dash[1]) < (depth or 0):
        return None
    return _cut_items(data, begin, len(dash[1]), depth)


def _cut_items(data: bytes, begin: int, indent: int, depth: int | None) -> Iterator[Slice]:
    """The items whose dashes stand behind `indent` blanks, up to the next key of the mapping at `depth`."""
    pattern = rb"^(?:(?P<dash> {%d}-(?=[ \t\r\n]|\Z))" % indent
    if depth is not None:
        pattern += rb"| {0,%d}[A-Za-z_][\w-]*:(?=[ \t\r\n]|\Z)" % depth
    start = begin
    for line in re.compile(pattern + _AFTER + rb")", re.MULTILINE).finditer(data, begin + indent + 1):
        yield Slice(start, line.start())
        if not line["dash"]:
            return
        start = line.start()
    yield Slice(start, len(data))


def read_item(item: bytes, line: int, limits: Limits, anchors: Anchors) -> Any:
    """The value of one item of a list, which begins on `line`; texts of headers and bodies as they are written.

    Raises:
        BrokenError: it is no YAML, too large, or has a tag that is not read.
    """
    anchors.make_room(item)
    loaded = load_item(item, limits, anchors)
    problem = next((each for each in loaded.problems if each.slug not in _HARMLESS), None)
    if problem:
        offset = _offset(item, problem)
        raise (CutError if _is_last(problem, item[offset:]) else BrokenError)(
            _explain(problem, line, limits), offset
        )
    value = loaded.data[0] if isinstance(loaded.data, list) and loaded.data else None
    if isinstance(value, dict) and "response" in value:
        response = _as_written(value["response"], (0, "response"), loaded)
        return {**value, "response": response}
    return value


def load_item(item: bytes, limits: Limits, anchors: Anchors | None = None) -> Loaded:
    """What YAML says of one item, or of a piece of one; the data is a list that holds it."""
    from schemagen.yaml_events import read

    bounds = dataclasses.replace(limits, yaml_depth=limits.json_depth)
    return read(item, limits=bounds, tags=TAGS, anchors=anchors.values if anchors else None)


def _is_last(problem: Problem, rest: bytes) -> bool:
    """Whether nothing follows that a problem could hide; `rest` is the item from the problem on."""
    below = rest.partition(b"\n")[2]
    if problem.slug == "tag" and rest.startswith((b"!!binary", b"!binary")):
        return b":" not in below
    return problem.slug in _UNCLOSED or not below.strip()


def _as_written(value: Any, pointer: tuple[str | int, ...], loaded: Loaded, *, is_text: bool = False) -> Any:
    """`value` with the texts of headers and bodies in place of the numbers that they look like in YAML 1.2."""
    if isinstance(value, dict):
        return {
            key: _as_written(part, (*pointer, key), loaded, is_text=_is_text(key, part, is_text))
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [_as_written(part, (*pointer, at), loaded, is_text=is_text) for at, part in enumerate(value)]
    if is_text and isinstance(value, (bool, int, float)):
        return loaded.values[pointer].text
    return value.decode("latin-1") if is_text and isinstance(value, bytes) and "headers" in pointer else value


def _is_text(key: str, part: Any, is_inside: bool) -> bool:  # noqa: FBT001
    if isinstance(part, (dict, list)):
        return is_inside or key == "headers"
    return is_inside or key in ("body", "content", "string", "text")


def _explain(problem: Problem, line: int, limits: Limits) -> str:
    facts = dict(problem.facts)
    if isinstance(facts.get("line"), int):
        facts["line"] = int(facts["line"]) + line - 1
    if problem.slug == "too-deep":
        return f"it is nested deeper than {limits.json_depth} ({option('json_depth')})"
    if problem.slug == "too-many-nodes":
        return f"it holds more than {limits.yaml_nodes} keys and values ({option('yaml_nodes')})"
    if problem.slug == "tag" and facts["tag"] in ("!!binary", "!binary"):
        return "its !!binary is not valid base64"
    if problem.slug == "tag" and limits.value_characters:
        return redact_text(f"it has the tag {facts['tag']}, which is not read")
    if problem.slug == "tag":
        return "it has a tag that is not read"
    if problem.slug == "merge-key":
        return "it has the key <<, and nothing is merged"
    sentence = dataclasses.replace(finding(f"source/{problem.slug}", Place("")), facts=tuple(facts.items()))
    if not limits.value_characters:  # the sentence quotes
        return f"{sentence.rule.summary[0].lower()}{sentence.rule.summary[1:]}"
    return redact_text(sentence.message)


def _offset(item: bytes, problem: Problem) -> int:
    """The byte at which `problem` is placed."""
    start = 0
    for _ in range(problem.line - 1):
        start = item.find(b"\n", start) + 1
        if not start:
            return len(item)
    line = item[start : start + 4 * problem.column].decode("utf-8", "replace")
    return min(start + len(line[: problem.column - 1].encode()), len(item))
