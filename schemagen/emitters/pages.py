"""The reference of a format as a page in Markdown."""

from __future__ import annotations

from schemagen.contract import Contract
from schemagen.emitters.options import Options
from schemagen.rendering import Artifact


def emit_reference(contract: Contract, options: Options) -> Artifact:
    """`reference.md`: all that is told of a format, for readers.

    Raises:
        TemplateError: a template of the user's is wrong.
    """
    from schemagen.reference import pieces

    return Artifact(f"{contract.id}/reference.md", pieces(contract, templates=options.templates))
