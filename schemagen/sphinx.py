"""The name by which Sphinx finds our extension: `extensions = ["schemagen.sphinx"]`."""

from schemagen.embedding.sphinx import setup

__all__ = ["setup"]
