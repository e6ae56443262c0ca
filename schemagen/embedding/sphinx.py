"""The extension of Sphinx: the directive `error-format`, and the role `error-code` that refers to what it shows.

What a directive shows are nodes of docutils, so that every builder writes it. A page is read again when a definition that
it shows has changed, and pages may be read and written in parallel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.domains import Domain
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from schemagen import __version__, embedding
from schemagen.display import shown
from schemagen.embedding import doctree
from schemagen.errors import SchemagenError
from schemagen.nearest import nearest

_log = logging.getLogger(__name__)

_CODE = "error-code"
_ANY_LEVEL = 2  # sections stand below the one that they are in, whatever level that has


class _Options(dict[str, Any]):
    """What docutils does with options: those that are none come through, so that the nearest can be told."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class ErrorFormat(SphinxDirective):
    """Shows a definition, or a part of it; the options are those of `embedding`."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = _Options.fromkeys(
        embedding.OPTIONS, directives.unchanged_required
    )

    def run(self) -> list[nodes.Node]:
        """Gives the nodes; a mistake is an error of docutils, which the page shows and `-W` makes fatal."""
        try:
            block = embedding.named(self.arguments[0])
            for key, value in self.options.items():
                block = embedding.with_option(block, key, value)
            found = embedding.fragment(block, _folders(self.env), _ANY_LEVEL)
        except SchemagenError as problem:
            self.env.note_reread()
            raise self.error(f"error-format: {problem}") from None
        for path in found.files:
            self.env.note_dependency(path)
        here = self.state_machine.node
        result = doctree.nodes_of(found.tree, sections=isinstance(here, (nodes.document, nodes.section)))
        anchors = self._register(result)
        self._note_codes({name: anchor for name, anchor in found.codes.items() if anchor in anchors})
        return result

    def _register(self, result: list[nodes.Node]) -> set[str]:
        """Gives each anchor to the document, once; those that it has had already are taken away."""
        document = self.state.document
        known: set[str] = set()
        for node in (each for top in result for each in top.findall(nodes.Element)):
            node["ids"] = [name for name in node["ids"] if name not in document.ids]
            document.ids.update(dict.fromkeys(node["ids"], node))
            known.update(node["ids"])
            if isinstance(node, nodes.section) and not node["ids"]:
                document.set_id(node)
        return known

    def _note_codes(self, codes: dict[str, str]) -> None:
        """Lets roles find the codes; where several pages show one, the first to be read is meant."""
        domain = self.env.get_domain("std")
        assert isinstance(domain, StandardDomain)
        for name, anchor in codes.items():
            if (_CODE, name) not in domain.objects:
                domain.note_object(_CODE, name, anchor, location=self.get_location())


class _CodeRole(XRefRole):
    """`telecomx/not_found` is shown as `not_found`; a text of one's own stands before it in the usual way."""

    def process_link(
        self,
        env: BuildEnvironment,  # noqa: ARG002
        refnode: nodes.Element,  # noqa: ARG002
        has_explicit_title: bool,  # noqa: FBT001
        title: str,
        target: str,
    ) -> tuple[str, str]:
        return (title if has_explicit_title else target.partition("/")[2] or title), target


def _tell_missing(app: Sphinx, domain: Domain | None, node: nodes.Element) -> bool | None:  # noqa: ARG001
    """Tells of a code that no page shows, with the nearest that one does; the rest is Sphinx's own to tell."""
    if node.get("reftype") != _CODE:
        return None
    known = [name for kind, name in app.env.domains.standard_domain.objects if kind == _CODE]
    target = str(node["reftarget"])
    close = nearest(target, known)
    hint = f"did you mean '{close}'?" if close else "a directive error-format shows codes"
    message = f"{_CODE}: no page shows a code '{shown(target, 60)}'; {hint}"
    _log.warning(message, location=node, type="ref", subtype=_CODE)
    return True


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the directive, the role and the two folders that may be set in `conf.py`."""
    app.connect("warn-missing-reference", _tell_missing)
    app.add_config_value("error_format_definitions", "", "env", types=(str,))
    app.add_config_value("error_format_templates", "", "env", types=(str,))
    app.add_directive("error-format", ErrorFormat)
    app.add_crossref_type(_CODE, _CODE)
    app.add_role_to_domain("std", _CODE, _CodeRole(warn_dangling=True), override=True)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def _folders(env: BuildEnvironment) -> embedding.Folders:
    """The folders as `conf.py` names them, relative to where it is."""
    config = env.config
    return embedding.folders(
        config.error_format_definitions, config.error_format_templates, start=Path(env.app.confdir)
    )
