"""All definitions as a site that needs no server: a start page with a search, a page per format, a page per code.

The same definitions give the same bytes. Every link is relative, so the site works from a disk and below any address;
nothing comes from another host. Templates are those of `templates/reference/site`, and the user's before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from schemagen.reference.context import Reference
from schemagen.reference.site import addresses, index
from schemagen.reference.site.format import Format
from schemagen.reference.site.pages import Pages
from schemagen.rendering import Artifact


def write_site(references: Sequence[Reference], templates: Path | None) -> Iterator[Artifact]:
    """The files of the site, formats by their titles.

    Raises:
        TemplateError: a template in `templates` is wrong.
    """
    formats = [Format(one) for one in sorted(references, key=lambda one: (one.title.casefold(), one.id))]
    pages = Pages(formats, templates)
    yield pages.start()
    yield Artifact(addresses.INDEX, index.script(formats))
    yield pages.static("site.css")
    yield pages.static("site.js")
    for one in formats:
        yield pages.of_format(one)
        for number in range(len(one.reference.codes)):
            yield pages.of_code(one, number)
