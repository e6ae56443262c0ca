"""The functions that templates get: anchors, links between them, and headings."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import markupsafe

from schemagen.display import shown
from schemagen.errors import InputError
from schemagen.reference.languages import Language

_PREFIX = re.compile(r"[A-Za-z0-9_.-]{0,100}")


@dataclasses.dataclass(frozen=True, slots=True)
class Linking:
    """How a piece is tied into its page; see `pieces` for what `base`, `prefix` and `level` mean.

    Raises:
        InputError: `prefix` has other characters than anchors may have.
    """

    anchors: frozenset[str]
    base: str | None
    prefix: str
    language: Language
    level: int

    def __post_init__(self) -> None:
        """Refuses a prefix that would need escaping."""
        if not _PREFIX.fullmatch(self.prefix):
            raise InputError(
                f"'{shown(self.prefix, 60)}' cannot begin an anchor; letters, digits, _, . and - can"
            )

    def functions(self) -> dict[str, Callable[..., Any]]:
        """The functions by the names that templates know."""
        return {"id": self._identify, "href": self._link, "heading": self._heading}

    def _identify(self, anchor: str) -> markupsafe.Markup:
        """The anchor as it is on this page."""
        return markupsafe.Markup(self.prefix + anchor)  # noqa: S704 - see `anchors`: nothing in it needs escaping

    def _link(self, anchor: str) -> markupsafe.Markup:
        """The address of an anchor, as markup of the page's language; empty where there is none to link to."""
        if anchor and anchor in self.anchors:
            return "#" + self._identify(anchor)
        if not anchor or self.base is None:
            return markupsafe.Markup()
        return self.language.filters["address"](self.base) + self._identify(anchor)  # type: ignore[no-any-return]

    def _heading(self, text: str, deeper: int = 0) -> markupsafe.Markup:
        """A heading, `deeper` levels below those of the piece; nothing where headings are left out."""
        if not self.level:
            return markupsafe.Markup()
        return self.language.heading(min(self.level + deeper, 6), text)
