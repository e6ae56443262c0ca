"""Why something could not be done at all: the only exceptions that leave the library on purpose.

A mistake in a definition, a recording or a response is a `Finding`, never one of these. The text of each is one line
for the user; text from outside in it has gone through `display.shown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemagen.findings import Finding


class SchemagenError(Exception):
    """Something could not be done; the command ends with exit code 2."""


class InputError(SchemagenError):
    """A file could not be read."""


class LostProcessError(SchemagenError):
    """A process that took a share of the work was ended from outside."""


class ClusterError(SchemagenError):
    """A cluster could not be reached, or was lost."""


class OutputError(SchemagenError):
    """A report or an artifact could not be written."""


class SettingsError(SchemagenError):
    """`[tool.schemagen]` or an option says something that cannot be."""


class UnknownDefinitionError(SchemagenError):
    """There is no definition of that id or at that path."""


class SampleError(SchemagenError):
    """No response as it was wished for could be made of a definition."""


class DefinitionError(SchemagenError):
    """A definition has mistakes; `findings` are all of them, with their positions."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class TemplateError(SchemagenError):
    """A template of the user's is wrong, missing, or asks for what no template may have."""
