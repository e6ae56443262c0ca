"""Error formats for readers: all that a definition says, as a plain context, and as pages and pieces of pages.

`describe` gives the context, which `docs/embedding.md` documents. `pieces` gives Markdown or HTML, a whole page or a part
to embed; every integration, and `schemagen docs`, uses it. `TARGETS` are what `schemagen docs --to` writes. Nothing of a
definition acts in what comes out, whatever its texts are.
"""

from __future__ import annotations

from schemagen.reference.anchors import anchor, slug
from schemagen.reference.context import Reference, as_data
from schemagen.reference.describing import describe
from schemagen.reference.parts import PIECES, Piece
from schemagen.reference.rendered import pieces, stylesheet
from schemagen.reference.targets import DEFAULT, MARK_OF_SITE, SITE, TARGETS, Target

__all__ = [
    "DEFAULT",
    "MARK_OF_SITE",
    "PIECES",
    "SITE",
    "TARGETS",
    "Piece",
    "Reference",
    "Target",
    "anchor",
    "as_data",
    "describe",
    "pieces",
    "slug",
    "stylesheet",
]
