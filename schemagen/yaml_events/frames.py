"""What the builder has open: collections that are being read, and anchored values."""

from __future__ import annotations

from typing import Any

from schemagen.yaml_events.marks import Node, Style


class Anchor:
    """An anchored value: its size in nodes and its height are known, and it may be used, once it is closed."""

    __slots__ = ("height", "is_open", "name", "node", "place", "size", "used", "value")

    def __init__(self, name: str, place: tuple[int, int], value: Any, node: Node) -> None:
        self.name, self.place, self.value, self.node = name, place, value, node
        self.size, self.height, self.is_open, self.used = 1, 0, False, False


class Frame:
    """A collection that is being read. `key` is its last key; `open_key` while that key waits for its value."""

    __slots__ = (
        "anchor", "data", "flow", "height", "is_mapping", "key", "key_column", "key_line", "key_style", "open_key",
        "parts", "start",
    )  # fmt: skip

    def __init__(self, data: Any, parts: Any, start: int, *, flow: bool) -> None:
        self.data, self.parts, self.start, self.flow = data, parts, start, flow
        self.is_mapping = type(data) is dict
        self.height = 0
        self.key, self.open_key = "", False
        self.key_line, self.key_column = 0, 0
        self.key_style: Style = "plain"
        self.anchor: Anchor | None = None

    def put(self, mark: Any, text: str | None, style: Style, value: Any, parts: Any = None) -> Node:
        """Take the next item, or the value of the open key; gives its node."""
        node = (
            mark.line, mark.column, text, style, self.flow, parts, self.key_line, self.key_column, self.key_style,
        )  # fmt: skip
        if self.open_key:
            self.data[self.key] = value
            self.parts[self.key] = node
            self.open_key = False
        else:
            self.data.append(value)
            self.parts.append(node)
        return node
