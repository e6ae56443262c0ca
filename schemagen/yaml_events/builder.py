"""Events to data and marks, with every limit counted when it is reached.

Works on a stack of its own, never by recursion. Anchored values are shared, not copied: an alias costs its size in the
count of nodes and nothing in memory, so bombs are refused at once.
"""

from __future__ import annotations

import base64
import dataclasses
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import yaml
from yaml import events

from schemagen.limits import Limits
from schemagen.pointers import Pointer
from schemagen.yaml_events import scalars, syntax
from schemagen.yaml_events.frames import Anchor, Frame
from schemagen.yaml_events.marks import Node, Style
from schemagen.yaml_events.problems import Problem, cut, position

TagMeaning: TypeAlias = Literal["text", "binary", "plain"]
NO_TAGS: Mapping[str, TagMeaning] = MappingProxyType({})

_STYLES: dict[str | None, Style] = {
    None: "plain", "": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded",
}  # fmt: skip
_NO_CHARACTER = re.compile(r"\\U(?!000|0010)")
_ITEM = re.compile(r"[\r\n] *- ")
_NOTHING: Node = (0, 0, "", "plain", False, None, 0, 0, "plain")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Stop(Exception):  # noqa: N818  # ends the reading, is no error
    """The text cannot be read further; the problem is recorded."""


class Builder:
    """Takes events, keeps a stack of open collections. The bottom of the stack is a list that takes the root."""

    def __init__(
        self,
        text: str,
        limits: Limits,
        tags: Mapping[str, TagMeaning],
        anchors: dict[str, Anchor] | None = None,
    ) -> None:
        self.text = text
        self.limits = limits
        self.tags = tags
        self.problems: list[Problem] = []
        self.nodes, self.most_nodes = 0, limits.yaml_nodes
        self.frame = Frame([], [], 0, flow=False)
        self.stack = [self.frame]
        self.anchors = {} if anchors is None else anchors
        self.all_anchors: list[Anchor] = []
        self.comments = scalars.comments(text)
        self.last_scalar: Any = None

    def data(self) -> Any:
        """The data of the root, as far as it was read."""
        return self.stack[0].data[0] if self.stack[0].data else None

    def root(self) -> Node | None:
        """The node of the root, as far as it was read."""
        return self.stack[0].parts[0] if self.stack[0].parts else None

    def run(self, get_event: Callable[[], Any]) -> None:
        """Take all events, or as many as there are before the text or a limit ends the reading."""
        handlers: dict[type, Callable[[Any], None]] = {
            events.ScalarEvent: self.scalar,
            events.MappingStartEvent: self.collection,
            events.SequenceStartEvent: self.collection,
            events.MappingEndEvent: self.end,
            events.SequenceEndEvent: self.end,
            events.AliasEvent: self.alias,
            events.DocumentStartEvent: self.document,
            events.StreamEndEvent: self.finish,
        }
        event = None
        try:
            while type(event) is not events.StreamEndEvent:
                try:
                    event = get_event()
                except (yaml.YAMLError, ValueError, OverflowError) as error:
                    self.broken(error)
                if handler := handlers.get(type(event)):
                    handler(event)
        except _Stop:
            pass

    # -- events

    def document(self, event: Any) -> None:
        """Refuse a second document."""
        if self.stack[0].data:
            self.problem("several-documents", event, pointer=())
            raise _Stop

    def finish(self, _event: Any) -> None:
        """The end of the text: say what is missing and what was never used."""
        root = self.root()
        if root is None or (root[2] == "" and root[3] == "plain"):
            self.problems.append(Problem("empty", 1, 1))
        for anchor in self.all_anchors:
            if not anchor.used:
                self.problems.append(
                    Problem("unused-anchor", *anchor.place, facts=(("name", cut(anchor.name)),))
                )

    def scalar(self, event: Any) -> None:
        """A text: the next key, or a value."""
        frame = self.frame
        self.nodes += 1
        if self.nodes > self.most_nodes:
            self.too_many(event)
        self.last_scalar = event
        style = _STYLES[event.style]
        text = event.value
        if style == "double" and not text.isascii() and _SURROGATE.search(text):
            self.problem("escape", event, escape="\\u")  # libyaml refuses it as a syntax error
            text = _SURROGATE.sub("\ufffd", text)
        if frame.is_mapping and not frame.open_key:
            self.key(event, text, style)
            return
        value = text if style != "plain" and event.tag is None else self.value(event, text, style)
        node = frame.put(event.start_mark, text, style, value)
        if event.anchor is not None:
            self.anchor(event, value, node)

    def key(self, event: Any, text: str, style: Style) -> None:
        """The next key of the open mapping: its text as it is written, once."""
        frame = self.frame
        mark = event.start_mark
        first = frame.parts[text][6] + 1 if text in frame.parts else 0
        frame.key, frame.open_key = text, True
        frame.key_line, frame.key_column, frame.key_style = mark.line, mark.column, style
        if first:
            self.problem("duplicate-key", event, on_key=True, name=cut(text), first=first)
        if text == "<<" and style == "plain":
            self.problem("merge-key", event, on_key=True)
        if event.tag is not None:
            self.meaning(event, on_key=True)
        if event.anchor is not None:
            self.anchor(event, text, (mark.line, mark.column, text, style, frame.flow, None, 0, 0, style))

    def value(self, event: Any, text: str, style: Style) -> Any:
        """What a scalar stands for."""
        meaning = "plain" if event.tag is None else self.meaning(event)
        if meaning == "binary":
            return self.binary(event, text)
        if style != "plain" or meaning == "text":
            return text
        try:
            value = scalars.plain(text)
        except ValueError:
            self.problem("number", event, text=cut(text))
            return text
        if type(value) is str and event.end_mark.index in self.comments:
            self.problem("comment-in-text", event, text=cut(text))
        if " - " in text and (item := self.swallowed(event)):
            self.problem("item-in-text", event, line=item)
        return value

    def swallowed(self, event: Any) -> int:
        """The line on which an unquoted text over several lines holds what looks like a list's item, or 0."""
        begin, end = event.start_mark, event.end_mark
        item = _ITEM.search(self.text, begin.index, end.index)
        return begin.line + len(self.text[begin.index : item.end()].splitlines()) if item else 0

    def meaning(self, event: Any, *, on_key: bool = False) -> TagMeaning:
        """What a tag stands for; one that the caller did not name is a problem, and stands for nothing."""
        meaning = self.tags.get(event.tag)
        if meaning is None:
            self.problem("tag", event, on_key=on_key, tag=_short(event.tag))
        return meaning or "plain"

    def binary(self, event: Any, text: str) -> bytes | str:
        """The bytes of a base64 text; what is none is a problem, and stays a text."""
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except ValueError:
            self.problem("tag", event, tag=_short(event.tag))
            return text

    def collection(self, event: Any) -> None:
        """The beginning of a mapping or sequence."""
        outer = self.frame
        self.nodes += 1
        if self.nodes > self.limits.yaml_nodes:
            self.too_many(event)
        if len(self.stack) > self.limits.yaml_depth:
            self.too_deep(event)
        is_mapping = type(event) is events.MappingStartEvent
        if outer.is_mapping and not outer.open_key:
            self.no_key(event, "a mapping" if is_mapping else "a list")
        if event.tag is not None and self.meaning(event) != "plain":
            self.problem("tag", event, tag=_short(event.tag))
        data, parts = ({}, {}) if is_mapping else ([], [])  # type: ignore[var-annotated]
        inner = Frame(data, parts, self.nodes, flow=event.flow_style)
        style: Style = "mapping" if is_mapping else "sequence"
        node = outer.put(event.start_mark, None, style, inner.data, inner.parts)
        if event.anchor is not None:
            inner.anchor = self.anchor(event, inner.data, node)
            inner.anchor.is_open = True
        self.stack.append(inner)
        self.frame = inner

    def end(self, _event: Any) -> None:
        """The end of a mapping or sequence."""
        inner = self.stack.pop()
        self.frame = outer = self.stack[-1]
        height = inner.height + 1
        outer.height = max(outer.height, height)
        if inner.anchor:
            inner.anchor.is_open = False
            inner.anchor.height = height
            inner.anchor.size = self.nodes - inner.start + 1

    def alias(self, event: Any) -> None:
        """A value that stands elsewhere."""
        frame = self.frame
        if frame.is_mapping and not frame.open_key:
            self.no_key(event, "an alias")
        anchor = self.anchors.get(event.anchor)
        if anchor:
            anchor.used = True
        if anchor is None or anchor.is_open:
            slug = "cycle" if anchor else "unknown-anchor"
            self.problem(slug, event, name=cut(event.anchor))
            anchor = Anchor("", (0, 0), None, _NOTHING)
        self.nodes += anchor.size
        if self.nodes > self.limits.yaml_nodes:
            self.too_many(event)
        if len(self.stack) - 1 + anchor.height > self.limits.yaml_depth:
            self.too_deep(event)
        frame.height = max(frame.height, anchor.height)
        frame.put(event.start_mark, anchor.node[2], anchor.node[3], anchor.value, anchor.node[5])

    def anchor(self, event: Any, value: Any, node: Node) -> Anchor:
        """Remember an anchored value; a name used again names the later value from here on."""
        anchor = Anchor(event.anchor, (node[0] + 1, node[1] + 1), value, node)
        self.anchors[event.anchor] = anchor
        self.all_anchors.append(anchor)
        return anchor

    # -- problems

    def pointer(self) -> Pointer:
        """The place that is being read."""
        *outer, last = self.stack
        steps = [frame.key if frame.is_mapping else len(frame.data) - 1 for frame in outer]
        if not last.is_mapping:
            steps.append(len(last.data))
        elif last.open_key:
            steps.append(last.key)
        return tuple(steps[1:])

    def problem(
        self,
        slug: str,
        event: Any,
        *,
        pointer: Pointer | None = None,
        on_key: bool = False,
        hint: str = "",
        **facts: str | int,
    ) -> None:
        """Record a problem where `event` begins."""
        mark = event.start_mark
        place = self.pointer() if pointer is None else pointer
        self.problems.append(
            Problem(slug, mark.line + 1, mark.column + 1, place, on_key, tuple(sorted(facts.items())), hint)
        )

    def too_many(self, event: Any) -> None:
        """More nodes than the limit, aliases counted with what they repeat."""
        self.problem("too-many-nodes", event, limit=self.limits.yaml_nodes)
        raise _Stop

    def too_deep(self, event: Any) -> None:
        """Deeper than the limit."""
        self.problem("too-deep", event, limit=self.limits.yaml_depth)
        raise _Stop

    def no_key(self, event: Any, what: str) -> None:
        """A key that is no text."""
        value = syntax.value_at(self.text, event.start_mark.index)
        self.problem(
            "key-not-text", event, what=what, hint=syntax.quoting(value) if value[:1] in ("{", "*") else ""
        )
        raise _Stop

    def broken(self, error: Exception) -> None:
        """The text is no YAML from here on."""
        text, last = self.text, self.last_scalar
        scalar = (last.start_mark.index, last.end_mark.index) if last else (0, 0)
        if isinstance(error, yaml.YAMLError):
            words = " ".join(str(getattr(error, part, None) or "") for part in ("context", "problem"))
            at = _index(error, "problem_mark", len(text))
            fault = syntax.Fault(
                words.strip(), at, _index(error, "context_mark", at), scalar, self.frame.flow
            )
        else:  # PyYAML's own parser asks chr() for a character beyond Unicode
            escape = _NO_CHARACTER.search(text, scalar[1])
            at = escape.start() if escape else len(text)
            fault = syntax.Fault("escape beyond Unicode", at, at)
        why = syntax.explain(text, fault)
        if why.slug == "too-deep":
            why = dataclasses.replace(why, facts=(("limit", self.limits.yaml_depth),))
        place = position(text, why.at)
        self.problems.append(Problem(why.slug, *place, self.pointer(), facts=why.facts, hint=why.hint))
        raise _Stop from error


def _index(error: Exception, name: str, default: int) -> int:
    """The index of a mark of a YAML error, never beyond the text (of which `default` is the end, or inside)."""
    mark = getattr(error, name, None)
    return min(mark.index, default) if mark else default


def _short(tag: str) -> str:
    """The tag as it is mostly written: `!!binary`."""
    return cut(tag.replace("tag:yaml.org,2002:", "!!", 1))
