"""From bytes to what was read: characters, events, data."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from schemagen.limits import Limits
from schemagen.pointers import Pointer
from schemagen.yaml_events import characters
from schemagen.yaml_events.builder import NO_TAGS, Builder, TagMeaning
from schemagen.yaml_events.frames import Anchor
from schemagen.yaml_events.marks import Mark, Marks
from schemagen.yaml_events.problems import Problem

_LARGE = 1024 * 1024  # characters of a text
_DEEPEST = 1000  # levels that libyaml reads, since 0.2.6


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """What was read: plain data (dicts with str keys), the marks of its values and keys, and the problems.

    After a problem that ends the reading, data and marks hold what came before it. Aliases share their anchor's data.
    """

    data: Any
    values: Mapping[Pointer, Mark]
    keys: Mapping[Pointer, Mark]
    problems: tuple[Problem, ...]


def read(
    data: bytes,
    *,
    limits: Limits,
    tags: Mapping[str, TagMeaning] = NO_TAGS,
    pure: bool = False,
    anchors: dict[str, Anchor] | None = None,
) -> Loaded:
    """One YAML document from UTF-8 bytes. Never raises; problems come in the order in which they were met.

    Args:
        data: the bytes; their number is for the caller to bound.
        limits: `yaml_depth` and `yaml_nodes` count; an alias counts with all that it repeats.
        tags: what a tag, written in full (`tag:yaml.org,2002:binary`, `!ruby/hash`), stands for: `text` (a scalar is
            its text), `binary` (a scalar is base64, in the data bytes), `plain` (as if it were not there). Any other
            tag is a problem at its pointer, and its value is read as if the tag were not there.
        pure: read without libyaml, as where PyYAML has none.
        anchors: the anchors above, where the bytes are a piece of a larger text; those of the piece are added.
    """
    text, problem = characters.decode(data)
    if problem:
        return Loaded(None, Marks(), Marks(of_keys=True), (problem,))
    builder = Builder(text, limits, tags, anchors)
    builder.problems += characters.invisible(text)
    with _no_collection(is_large=len(text) > _LARGE):
        builder.run(_events(text, pure=pure or limits.yaml_depth >= _DEEPEST))
    root = builder.root()
    return Loaded(builder.data(), Marks(root), Marks(root, of_keys=True), tuple(builder.problems))


@contextlib.contextmanager
def _no_collection(*, is_large: bool) -> Iterator[None]:
    """Garbage collection paused: nothing read is garbage, and looking through it doubles the time.

    Nor is it looked through right after: objects that were frozen and thawed count as old. This is not for small texts,
    of which there may be many, for garbage beside them gets old, too; nor where somebody else has frozen objects.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if is_large and not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


class _PureParser(Reader, Scanner, Parser):
    """PyYAML's own parser without its composer, constructor and resolver."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def _events(text: str, *, pure: bool) -> Callable[[], Any]:
    """The function that returns the next event, and raises where the syntax ends."""
    if yaml.__with_libyaml__ and not pure:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # not named in the stubs

        get_event: Callable[[], Any] = CParser(text.encode()).get_event
        return get_event
    return _PureParser(text).get_event
