"""YAML bytes to plain data with positions, bounded and without surprises: the only room that imports yaml.

Reads PyYAML's *events* (libyaml's where it is there); its composers and constructors are never used, so nothing in a
text can create an object, and depth and nodes are counted before anything grows. Every problem is data: no bytes make
`read` raise. This room knows nothing of definitions: `documents` turns its problems into findings.

Stricter than YAML 1.2 on purpose: a key is its text as written; one document to a text; UTF-8 only; no tags, unless
the caller says what they stand for; `<<` is refused (YAML 1.2 has no merge, and a key of that name is never meant).
"""

from __future__ import annotations

from schemagen.yaml_events.builder import NO_TAGS
from schemagen.yaml_events.frames import Anchor
from schemagen.yaml_events.marks import Mark, Marks
from schemagen.yaml_events.problems import Problem
from schemagen.yaml_events.reading import Loaded, read

__all__ = ["NO_TAGS", "Anchor", "Loaded", "Mark", "Marks", "Problem", "read"]
