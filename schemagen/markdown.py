"""The name by which Python-Markdown finds our extension: `markdown_extensions: [schemagen.markdown]`."""

from schemagen.embedding.markdown import makeExtension

__all__ = ["makeExtension"]
