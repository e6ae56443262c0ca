"""Compiled engines, kept per process. They never stand in the `Contract`, which is plain data that can be pickled."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

from schemagen import engine
from schemagen.pointers import Pointer

Compile: TypeAlias = Callable[[dict[str, Any], Pointer], engine.Engine]


def compiled(document: dict[str, Any], at: Pointer = ()) -> engine.Engine:
    """The fast engine for the schema at `at` in `document`, compiled once for as long as it is in use."""
    return _compiled(engine.Identity(document), at)


@functools.lru_cache(maxsize=2048)
def _compiled(identity: engine.Identity[dict[str, Any]], at: Pointer) -> engine.Engine:
    return engine.fast(identity.held, at)
