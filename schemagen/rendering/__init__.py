"""Text from data: what an artifact is, the one JSON writer and the one Jinja environment; YAML is in `yaml_text`.

Knows nothing of contracts, findings or the disk. Equal data give equal bytes on every machine.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import TYPE_CHECKING, Any

from schemagen import resources
from schemagen.rendering.yaml_text import to_yaml

if TYPE_CHECKING:
    import jinja2

__all__ = ["Artifact", "render", "to_json", "to_yaml"]

_MARKUP = (".html", ".htm", ".xhtml", ".xml", ".svg")


@dataclasses.dataclass(frozen=True, slots=True)
class Artifact:
    """A file that is to be: `path` is relative, with `/`; `text` is written as UTF-8, as it stands."""

    path: str
    text: str


def to_json(data: Any) -> str:
    """`data` as JSON (RFC 8259): two blanks a level, characters beyond ASCII as they are, order as given, final newline.

    Raises:
        ValueError: a NaN, an infinity or a lone surrogate, which no JSON reader must accept.
    """
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    text.encode("utf-8")
    return text


def render(template: str, **context: Any) -> str:
    """The shipped template of that name, filled in; values are escaped where the result is HTML or XML.

    Raises:
        jinja2.TemplateError: the template is missing, wrong, or names what `context` does not hold.
    """
    return _environment().get_template(template).render(**context)


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.templates()),
        autoescape=_is_markup,  # noqa: S701 - decided for each template, by its name
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _is_markup(template: str | None) -> bool:
    """By the extension of the result: `page.html.j2` is HTML. Jinja's own `select_autoescape` misses that."""
    return template is not None and template.lower().removesuffix(".j2").endswith(_MARKUP)
