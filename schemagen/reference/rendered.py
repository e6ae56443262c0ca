"""A reference as text: a page or a piece of one, in Markdown or in HTML, through the templates in `templates/reference/`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from schemagen import __version__, rendering
from schemagen.contract import Contract
from schemagen.reference.context import Reference, as_data
from schemagen.reference.describing import describe
from schemagen.reference.languages import LANGUAGES
from schemagen.reference.linking import Linking
from schemagen.reference.parts import Piece, select
from schemagen.rendering.filling import fill


def pieces(
    contract: Contract | Reference,
    what: Piece = "page",
    name: str = "",
    *,
    to: Literal["markdown", "html"] = "markdown",
    level: int = 2,
    base: str | None = None,
    prefix: str = "",
    templates: Path | None = None,
) -> str:
    """A page about an error format, or a piece of one.

    `what` is one of `PIECES`: `page` is a whole file (in HTML a document that needs nothing else), `all` is the same as
    a fragment to embed, and the others are parts of it: `about`, `body`, `schema`, `responses`, `response`, `codes` (the
    catalogue), `code`, `examples`, `promises` (what is guaranteed, what is documented), `problem` (RFC 9457), `sources`.
    `name` says which `schema`, `response` (its status key) or `code` is meant; given to `codes` and `examples`, only
    those of that status key.

    Headings begin at `level`; 0 leaves them out. Anchors (`code-1300`, `status-404`, `schema-Error`, `example-NotFound1`)
    begin with `prefix`. Links go to anchors in the piece itself, else to `base` and the anchor (`../errors.html#`); without
    `base` they are left out. HTML fragments have classes that begin with `schemagen-` and no style of their own: a page
    that wants one takes `stylesheet()`. A template in the folder `templates` replaces the shipped one of the same name.

    Raises:
        InputError: there is no such piece, schema, response or code; the message names the nearest.
        TemplateError: a template in `templates` is wrong.
    """
    reference = contract if isinstance(contract, Reference) else describe(contract)
    language = LANGUAGES[to]
    chosen = select(reference, what, name)

    linking = Linking(chosen.anchors, base, prefix, language, level)
    context = {
        "format": as_data(reference),
        "generated": rendering.generated_note(reference.id),
        "version": __version__,
        "what": what,
        "name": name,
        **chosen.context,
        **linking.functions(),
    }
    return fill(language.environment(templates), language.template(what), context)


def stylesheet() -> str:
    """The style of HTML fragments: rules for what is inside of an element of class `schemagen` only."""
    return rendering.render("reference/html/fragment.css")
