"""The languages that pages are written in: of each, the filters of its templates, and what makes a text markup in it."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import markupsafe

from schemagen import resources
from schemagen.reference import commonmark, markup, own
from schemagen.reference.markup import Markdown
from schemagen.rendering.sandbox import Sandbox


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """A language of pages. Its templates are called `<name>/<piece>.<extension>.j2`.

    `filters` are `code` (a literal text within a line), `fence` (one of several lines), `prose` (CommonMark), `line`
    (CommonMark within a line), `address` (of a link), `comment` and, in HTML, `digest` (for a policy). `heading` makes one from its level and its text.
    """

    name: str
    extension: str
    escape: Callable[[Any], markupsafe.Markup]
    filters: Mapping[str, Callable[..., Any]]
    heading: Callable[[int, str], markupsafe.Markup]

    def template(self, piece: str) -> str:
        """The name of the template of a piece."""
        return f"{self.name}/{piece}.{self.extension}.j2"

    def environment(self, templates: Path | None) -> Sandbox:
        """Where its templates are filled in: those in the folder `templates` first, then the shipped ones.

        Raises:
            TemplateError: there is no such folder, or something in it has no use.
        """
        return _environment(self.name, templates, templates and templates.absolute())


def _html_code(text: str) -> markupsafe.Markup:
    return markupsafe.Markup("<code>{}</code>").format(text) if text else markupsafe.Markup()


def _html_fence(text: str, language: str = "text") -> markupsafe.Markup:
    return markupsafe.Markup(
        '<pre class="schemagen-source"><code class="language-{}">{}</code></pre>'
    ).format(language, text)


def _html_heading(level: int, text: str) -> markupsafe.Markup:
    return markupsafe.Markup('<h{0} class="schemagen-heading">{1}</h{0}>').format(level, text)


def _digest(text: str) -> markupsafe.Markup:
    """The digest of a style or a script as a Content-Security-Policy names it (CSP Level 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()
    return markupsafe.Markup(f"'sha256-{digest}'")  # noqa: S704 - of base64


def _comment(text: str) -> markupsafe.Markup:
    """A text as it may stand in a comment of HTML, which ends with two hyphens, or between parentheses."""
    return markupsafe.Markup(re.sub(r"[<>&()\\]|-(?=-)", " ", text))  # noqa: S704 - nothing is left that could act


def _markdown_heading(level: int, text: str) -> Markdown:
    return Markdown("{} {}").format(Markdown("#" * level), text)


LANGUAGES = {
    "markdown": Language(
        "markdown",
        "md",
        Markdown.escape,
        {
            "code": markup.code,
            "fence": markup.fence,
            "prose": commonmark.markdown,
            "line": commonmark.markdown_line,
            "address": markup.address,
            "comment": _comment,
        },
        _markdown_heading,
    ),
    "html": Language(
        "html",
        "html",
        markupsafe.escape,
        {
            "code": _html_code,
            "fence": _html_fence,
            "prose": commonmark.html,
            "line": commonmark.html_line,
            "address": markupsafe.escape,
            "comment": _comment,
            "digest": _digest,
        },
        _html_heading,
    ),
}


@functools.cache
def _environment(language: str, templates: Path | None, place: Path | None) -> Sandbox:  # noqa: ARG001
    """`place` is where the folder is: a relative name means another one after the current folder has changed."""
    chosen = LANGUAGES[language]
    environment = Sandbox(resources.templates() / own.FOLDER, templates, chosen.escape, chosen.filters)
    if templates is not None:
        own.require(templates, environment)
    return environment
