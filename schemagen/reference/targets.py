"""What `schemagen docs --to` can write: each target makes the files of a whole folder from the references of all formats.

A target is a function from references (in the order of their ids) and the user's folder of templates, if there is one, to
artifacts. What it writes for a format stands below `<id>/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from schemagen.reference.context import Reference
from schemagen.reference.rendered import pieces
from schemagen.reference.site import write_site
from schemagen.reference.site.addresses import INDEX
from schemagen.rendering import Artifact

Target: TypeAlias = Callable[[Sequence[Reference], Path | None], Iterator[Artifact]]


def write_markdown(references: Sequence[Reference], templates: Path | None) -> Iterator[Artifact]:
    """`<id>/reference.md` for each format."""
    for reference in references:
        text = pieces(reference, templates=templates)
        yield Artifact(f"{reference.id}/reference.md", text)


def write_html(references: Sequence[Reference], templates: Path | None) -> Iterator[Artifact]:
    """`<id>/index.html` for each format: a page that needs nothing else."""
    for reference in references:
        text = pieces(reference, to="html", templates=templates)
        yield Artifact(f"{reference.id}/index.html", text)


TARGETS: dict[str, Target] = {"markdown": write_markdown, "html": write_html, "site": write_site}
"""The targets by the names that the command line offers."""

DEFAULT = SITE = "site"
"""The target where none is said. Its files belong together: a folder holds one site, and no formats but those of the site."""

MARK_OF_SITE = INDEX
"""The file by which a folder is known to hold a site."""
