"""The pages of the catalogue: each is a template with what it needs to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import markupsafe

from schemagen import rendering
from schemagen.reference.anchors import slug
from schemagen.reference.languages import LANGUAGES
from schemagen.reference.site import addresses
from schemagen.reference.site.format import Format
from schemagen.rendering import Artifact
from schemagen.rendering.filling import fill

_FIRST = ("code", "message", "status")  # the roles that stand first where formats are compared
_PARTS = ("schemas", "responses", "codes", "examples")  # of a reference, as the templates of pieces name them


class Pages:
    """The pages of one catalogue."""

    def __init__(self, formats: Sequence[Format], templates: Path | None) -> None:
        self._formats = formats
        self._environment = LANGUAGES["html"].environment(templates)
        self._overviews = [one.overview for one in formats]
        self._named: dict[str, list[tuple[Format, int]]] = {}
        for one in formats:
            for number, code in enumerate(one.reference.codes):
                self._named.setdefault(code.code.casefold(), []).append((one, number))

    def start(self) -> Artifact:
        """The start page."""
        amount = sum(each["codes"] for each in self._overviews)
        return self._page(addresses.START, "start", amount=amount, roles=_roles(self._formats))

    def static(self, name: str) -> Artifact:
        """A file that is the same for every catalogue."""
        return Artifact(name, fill(self._environment, f"site/{name}", {}))

    def of_format(self, one: Format) -> Artifact:
        """The page of a format: its whole reference, as `pieces` gives it; codes lead to their pages."""
        parts: list[dict[str, str]] = []
        return self._page(
            one.page,
            "format",
            format=one.data,
            **{part: one.data[part] for part in _PARTS},
            id=str,
            href=_links(one),
            heading=_headings(parts),
            parts=parts,
        )

    def of_code(self, one: Format, number: int) -> Artifact:
        """The page of the code with that number."""
        code = one.data["codes"][number]
        tied = {each["anchor"] for each in code["statuses"]}
        return self._page(
            one.pages[code["anchor"]],
            "code",
            format=one.data,
            code=code,
            places=one.places.get("code", ()),
            responses=[each for each in one.data["responses"] if each["anchor"] in tied],
            examples=one.examples(code["json"]),
            elsewhere=[
                {**_named(other, at), "title": other.reference.title}
                for other, at in self._named[code["code"].casefold()]
                if other is not one
            ],
            before=_named(one, number - 1),
            after=_named(one, number + 1),
            id=str,
            href=lambda anchor: f"../{addresses.START}#{anchor}" if anchor else "",
        )

    def _page(self, path: str, template: str, **context: Any) -> Artifact:
        shared = {
            "root": addresses.to_root(path),
            "formats": self._overviews,
            "generated": rendering.GENERATED,
        }
        return Artifact(path, fill(self._environment, f"site/{template}.html.j2", {**shared, **context}))


def _roles(formats: Iterable[Format]) -> list[str]:
    """The roles that some format has, in the order of columns."""
    met = dict.fromkeys(role for one in formats for role in one.places)
    return sorted(met, key=lambda role: _FIRST.index(role) if role in _FIRST else len(_FIRST))


def _named(one: Format, number: int) -> dict[str, str]:
    """A code where it is linked to: its text and its page; empty where there is no such code."""
    if not 0 <= number < len(one.reference.codes):
        return {}
    code = one.reference.codes[number]
    return {"code": code.code, "page": one.pages[code.anchor]}


def _links(one: Format) -> Callable[[str], str]:
    """Where an anchor leads to on the page of a format."""

    def href(anchor: str) -> str:
        page = one.pages.get(anchor)
        return page.partition("/")[2] if page else f"#{anchor}" if anchor else ""

    return href


def _headings(parts: list[dict[str, str]]) -> Callable[..., markupsafe.Markup]:
    """Headings with anchors; those of the parts are noted in `parts`."""

    def heading(text: str, deeper: int = 0) -> markupsafe.Markup:
        if deeper:
            return LANGUAGES["html"].heading(min(2 + deeper, 6), text)
        parts.append({"text": text, "anchor": slug(text.lower().replace(" ", "-"))})
        return markupsafe.Markup('<h2 id="{}">{}</h2>').format(parts[-1]["anchor"], text)

    return heading
