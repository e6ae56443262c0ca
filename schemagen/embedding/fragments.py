"""The elements that answer a block, and what they come from."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET
from pathlib import Path

from schemagen import reference
from schemagen.api import definitions
from schemagen.display import shown
from schemagen.embedding import trees
from schemagen.embedding.blocks import Block, BlockError
from schemagen.embedding.folders import Folders
from schemagen.errors import DefinitionError


@dataclasses.dataclass(frozen=True, slots=True)
class Fragment:
    """What a block becomes: the elements in `tree`, made from `files`.

    `codes` are the anchors of all codes of the definition, also of those that it does not show, by id and code.
    """

    tree: ET.Element
    files: tuple[Path, ...]
    codes: dict[str, str]


def fragment(block: Block, folders: Folders, level: int) -> Fragment:
    """What answers `block`; headings begin at `level` where the block says nothing else.

    Anchors begin with the id of the definition, so that a page may hold several.

    Raises:
        BlockError: the definition has mistakes.
        SchemagenError: there is no such definition, or it has no such part, or a template is wrong.
    """
    prefix = f"{block.id}-"
    try:
        source = definitions.find(block.id, folders.definitions)
        contract = definitions.read(source, contract_only=True).require()
        html = reference.pieces(
            contract,
            block.part,
            block.name,
            to="html",
            level=level if block.level is None else block.level,
            base="#",
            prefix=prefix,
            templates=folders.templates,
        )
    except DefinitionError as problem:
        raise BlockError(_first(problem)) from None
    tree = trees.parse(html)
    trees.name_headings(tree, prefix)
    codes = {
        f"{block.id}/{code.text}": prefix + reference.anchor("code", code.text) for code in contract.codes
    }
    return Fragment(tree, (source.path, *folders.files()), codes)


def _first(problem: DefinitionError) -> str:
    """One line for all mistakes of a definition."""
    first, *others = problem.findings
    place = f"{first.place.source}:{first.place.line}" if first.place.line else first.place.source
    more = f" (and {len(others)} more; `schemagen check` shows them)" if others else ""
    return f"{shown(place)}: {shown(first.message, 1000)}{more}"
